"""Who manages which field, and what is done about it."""

import re
from typing import Any

import pytest

from pavedroad.sandbox.provider.ownership import (
    conflict_text,
    field_manager,
    takeover,
    takes_by_force,
    without_ignored,
)
from tests.sandbox.provider.builders import config_map, deployment

OURS = "pulumi-kubernetes-00000000"


def managed(manifest: Any, *entries: Any) -> Any:
    metadata = {**manifest["metadata"], "resourceVersion": "7", "managedFields": list(entries)}
    return {**manifest, "metadata": metadata}


def entry(manager: Any, fields: Any, operation: Any = "Update", **more: Any) -> Any:
    return {"manager": manager, "operation": operation, "fieldsType": "FieldsV1", "fieldsV1": fields, **more}


REPLICAS: dict[str, Any] = {"f:spec": {"f:replicas": {}}}


def test_the_manager_is_the_annotations_or_the_recorded_or_a_new_one() -> None:
    assert field_manager(config_map(), "recorded", "urn") == "recorded"
    assert re.fullmatch(r"pulumi-kubernetes-[0-9a-f]{8}", field_manager(config_map(), None, "urn"))
    annotated = {"metadata": {"annotations": {"pulumi.com/patchFieldManager": "mine"}}}
    assert field_manager(annotated, "recorded", "urn") == "mine"


def test_a_resource_gets_the_same_manager_again_and_another_one_another() -> None:
    first, again, other = (field_manager(config_map(), None, urn) for urn in ("a", "a", "b"))
    assert first == again != other


@pytest.mark.parametrize(
    ("live", "preview", "switches", "force"),
    [
        (None, False, (), False),
        (None, True, (), True),
        (managed(config_map()), True, (), False),
        (managed(config_map(), entry("pulumi-kubernetes", {})), True, (), True),
        (managed(config_map(), entry("pulumi-kubernetes", {})), False, (), False),
        (None, False, ("enablePatchForce",), True),
    ],
)
def test_fields_of_others_are_taken_only_when_told_to_or_in_previews(
    live: Any, preview: Any, switches: Any, force: Any
) -> None:
    assert takes_by_force(config_map(), live, preview=preview, switches=switches) is force


def test_the_annotation_takes_fields_by_force() -> None:
    annotated = {"metadata": {"annotations": {"pulumi.com/patchForce": "true"}}}
    assert takes_by_force(annotated, None, preview=False, switches=())


def test_a_conflict_names_our_manager_and_keeps_the_servers_words() -> None:
    text = conflict_text(OURS, 'conflict with "kubectl-edit": .data.a')
    assert OURS in text
    assert 'conflict with "kubectl-edit": .data.a' in text


def test_an_ignored_field_that_another_manages_is_not_applied() -> None:
    live = managed(deployment(replicas=9), entry("horizontal-pod-autoscaler", REPLICAS))
    assert "replicas" not in without_ignored(deployment(replicas=2), live, ["spec.replicas"], OURS)["spec"]


@pytest.mark.parametrize("manager", [OURS, "both"])
def test_an_ignored_field_of_our_own_keeps_its_live_value(manager: Any) -> None:
    entries = [entry(OURS, REPLICAS, "Apply")] + ([entry("other", REPLICAS)] if manager == "both" else [])
    live = managed(deployment(replicas=9), *entries)
    assert without_ignored(deployment(replicas=2), live, ["spec.replicas"], OURS)["spec"]["replicas"] == 9


def test_an_ignored_field_that_is_not_there_is_applied_as_declared() -> None:
    live = managed(config_map())
    assert without_ignored(config_map(a="1"), live, ["data.a"], OURS)["data"] == {"a": "1"}


def test_fields_of_kubectl_are_handed_over_to_us_and_those_of_controllers_are_not() -> None:
    live = managed(
        config_map(),
        entry(OURS, {"f:data": {"f:a": {}}}, "Apply"),
        entry("kubectl-client-side-apply", {"f:data": {".": {}, "f:b": {}}}),
        entry("kube-controller-manager", {"f:status": {}}, subresource="status"),
    )
    fields, version = takeover(live, OURS)
    assert version == {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"}
    controller, ours = fields["value"]
    assert controller["manager"] == "kube-controller-manager"
    assert (ours["manager"], ours["operation"]) == (OURS, "Apply")
    assert ours["fieldsV1"] == {"f:data": {".": {}, "f:a": {}, "f:b": {}}}


def test_there_is_nothing_to_hand_over_where_only_controllers_manage_fields() -> None:
    assert takeover(managed(config_map(), entry("kube-controller-manager", REPLICAS)), OURS) == []
