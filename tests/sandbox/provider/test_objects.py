"""The provider's operations against the real API server, in process."""

from dataclasses import replace
from typing import Any

import pytest

from pavedroad.sandbox.api import ApiError, ObjectRef
from pavedroad.sandbox.provider import reading, resources
from pavedroad.sandbox.provider.checking import Declaration, check
from pavedroad.sandbox.provider.errors import InitError, ProviderError
from pavedroad.sandbox.provider.outputs import Checkpoint
from pavedroad.sandbox.provider.properties import UNKNOWN, Manifest, Properties, Secret
from pavedroad.sandbox.provider.redaction import redacted
from pavedroad.sandbox.provider.resources import Task
from pavedroad.sandbox.provider.session import Session
from tests.sandbox.provider.builders import config_map, deployment, urn

pytestmark = pytest.mark.sandbox

CONFIG_MAP = urn("kubernetes:core/v1:ConfigMap")
DEPLOYMENT = urn("kubernetes:apps/v1:Deployment")


def settings_in(namespace: str, name: str = "settings", **data: Any) -> Manifest:
    manifest = config_map(name, **data)
    manifest["metadata"]["namespace"] = namespace
    return manifest


def created(
    session: Session, resource: str, declared: Properties, seconds: float = 30
) -> tuple[str, Properties]:
    news = check(session, Declaration(resource, {}, declared))
    return resources.create(session, Task(urn=resource, news=news, seconds=seconds))


def updated(session: Session, resource: str, state: Properties, news: Properties, **more: Any) -> Properties:
    return resources.update(session, Task(urn=resource, state=state, news=news, seconds=30, **more))


def live_of(session: Session, state: Properties) -> Manifest | None:
    return session.reachable().find(ObjectRef.of(Checkpoint.of(state).live))


def owners_of(session: Session, state: Properties) -> list[dict[str, Any]]:
    live = live_of(session, state)
    assert live is not None
    owners: list[dict[str, Any]] = live["metadata"]["managedFields"]
    return owners


def test_what_is_created_is_applied_under_a_manager_of_its_own(session: Session, namespace: str) -> None:
    resource_id, state = created(session, CONFIG_MAP, settings_in(namespace, a="1"))
    assert resource_id == f"{namespace}/settings"
    (entry,) = owners_of(session, state)
    assert (entry["manager"], entry["operation"]) == (state["__fieldManager"], "Apply")


def test_creating_what_exists_already_adopts_it_as_after_a_killed_update(
    session: Session, namespace: str
) -> None:
    _, first = created(session, CONFIG_MAP, settings_in(namespace, a="1"))
    _, second = created(session, CONFIG_MAP, settings_in(namespace, a="1"))
    assert first["metadata"]["uid"] == second["metadata"]["uid"]
    changed = updated(session, CONFIG_MAP, second, settings_in(namespace, a="2"))
    assert changed["data"] == {"a": "2"}, "no conflict with the update that was killed"


def test_an_object_without_a_namespace_goes_to_the_providers(session: Session, namespace: str) -> None:
    elsewhere = replace(session, namespace=namespace)
    declared = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    assert created(elsewhere, CONFIG_MAP, declared)[0] == f"{namespace}/a"


def test_a_field_of_another_manager_is_a_conflict_that_names_it_and_force_takes_it(
    session: Session, namespace: str
) -> None:
    declared = settings_in(namespace, a="1")
    session.reachable().client.apply({**declared, "data": {"a": "theirs"}}, field_manager="somebody-else")
    with pytest.raises(ProviderError, match=r'(?s)field conflict detected.*"somebody-else"'):
        created(session, CONFIG_MAP, declared)
    declared["metadata"]["annotations"] = {"pulumi.com/patchForce": "true"}
    assert created(session, CONFIG_MAP, declared)[1]["data"] == {"a": "1"}


def test_a_failed_update_keeps_the_resource_and_says_why(session: Session, namespace: str) -> None:
    _, state = created(session, CONFIG_MAP, settings_in(namespace, a="1"))
    session.reachable().client.apply(
        settings_in(namespace, b="theirs"), field_manager="somebody-else", force=True
    )
    with pytest.raises(InitError, match="somebody-else") as failure:
        updated(session, CONFIG_MAP, state, settings_in(namespace, a="1", b="ours"))
    assert failure.value.resource_id == f"{namespace}/settings"
    assert failure.value.outputs["data"] == {"a": "1", "b": "theirs"}


def test_an_update_removes_what_is_no_longer_declared_and_keeps_the_manager(
    session: Session, namespace: str
) -> None:
    _, state = created(session, CONFIG_MAP, settings_in(namespace, a="1", b="2"))
    after = updated(session, CONFIG_MAP, state, settings_in(namespace, a="3"))
    assert after["data"] == {"a": "3"}
    assert after["__fieldManager"] == state["__fieldManager"]


def test_the_state_does_not_hold_who_owns_which_field(session: Session, namespace: str) -> None:
    _, state = created(session, CONFIG_MAP, settings_in(namespace, a="1"))
    assert "uid" in state["metadata"]
    assert "managedFields" not in state["metadata"]


def test_a_renamed_manager_leaves_nothing_of_the_old_one(session: Session, namespace: str) -> None:
    _, state = created(session, CONFIG_MAP, settings_in(namespace, a="1"))
    declared = settings_in(namespace, a="1")
    declared["metadata"]["annotations"] = {"pulumi.com/patchFieldManager": "mine"}
    after = updated(session, CONFIG_MAP, state, declared)
    assert [entry["manager"] for entry in owners_of(session, after)] == ["mine"]


def test_fields_applied_with_kubectl_are_taken_over(session: Session, namespace: str) -> None:
    client = session.reachable().client
    client.create(settings_in(namespace, a="1"), field_manager="kubectl-create")
    found = reading.read(session, CONFIG_MAP, f"{namespace}/settings", {}, {})
    after = updated(session, CONFIG_MAP, found.outputs, settings_in(namespace, a="2"))
    assert after["data"] == {"a": "2"}
    assert [entry["manager"] for entry in owners_of(session, after)] == [after["__fieldManager"]]


def test_an_ignored_field_stays_with_whoever_manages_it(session: Session, namespace: str) -> None:
    declared = deployment(namespace=namespace)
    del declared["spec"]["replicas"]
    _, state = created(session, DEPLOYMENT, declared)
    scaled = {key: declared[key] for key in ("apiVersion", "kind", "metadata")} | {"spec": {"replicas": 3}}
    session.reachable().client.apply(scaled, field_manager="autoscaler", force=True)
    declared["spec"] |= {"replicas": 1, "minReadySeconds": 0}
    after = updated(session, DEPLOYMENT, state, declared, ignored=("spec.replicas",))
    assert after["spec"]["replicas"] == 3


def test_a_deployment_is_available_when_it_is_created(session: Session, namespace: str) -> None:
    _, state = created(session, DEPLOYMENT, deployment(namespace=namespace))
    assert state["status"]["availableReplicas"] == 2


def test_a_deployment_that_does_not_come_is_recorded_with_the_reason(
    session: Session, namespace: str
) -> None:
    declared = deployment(namespace=namespace, nodeSelector={"no": "such-node"}, replicas=1)
    with pytest.raises(InitError, match="timed out waiting to be Ready") as failure:
        created(session, DEPLOYMENT, declared, seconds=3)
    assert any("Unschedulable" in reason for reason in failure.value.reasons)
    assert failure.value.outputs["metadata"]["name"] == "web"


def test_waiting_can_be_skipped(session: Session, namespace: str) -> None:
    declared = deployment(namespace=namespace, nodeSelector={"no": "such-node"})
    declared["metadata"]["annotations"] = {"pulumi.com/skipAwait": "true"}
    assert created(session, DEPLOYMENT, declared)[0] == f"{namespace}/web"


def test_pods_that_admission_refuses_are_the_reason(session: Session, namespace: str) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    restricted = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}}
    session.reachable().client.apply(restricted, field_manager="tests", force=True)
    with pytest.raises(InitError) as failure:
        created(session, DEPLOYMENT, deployment(namespace=namespace), seconds=3)
    assert any("PodSecurity" in reason for reason in failure.value.reasons)


def test_a_service_waits_for_the_pods_it_selects(session: Session, namespace: str) -> None:
    created(session, DEPLOYMENT, deployment(namespace=namespace))
    service: Manifest = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]},
    }
    resource = urn("kubernetes:core/v1:Service")
    _, state = created(session, resource, service)
    ports = [{"port": 80, "targetPort": 8080}, {"name": "x", "port": 81}]
    with pytest.raises(InitError, match=r"spec\.ports"):
        updated(session, resource, state, {**service, "spec": {**service["spec"], "ports": ports}})


def test_a_job_is_awaited_until_complete(session: Session, namespace: str) -> None:
    pod = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "example.com/import:1"}]}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "import", "namespace": namespace},
        "spec": {"template": {"spec": pod}},
    }
    _, state = created(session, urn("kubernetes:batch/v1:Job"), job)
    assert state["status"]["succeeded"] == 1


def test_a_preview_computes_defaults_on_the_server_and_stores_nothing(
    session: Session, namespace: str
) -> None:
    task = Task(urn=DEPLOYMENT, news=deployment(namespace=namespace), preview=True)
    resource_id, outputs = resources.create(session, task)
    assert resource_id == ""
    assert outputs["spec"]["strategy"]["type"] == "RollingUpdate"
    assert "status" not in outputs
    assert live_of(session, outputs) is None


@pytest.mark.parametrize(
    "declared",
    [
        {
            "apiVersion": "nowhere.example.com/v1",
            "kind": "Nothing",
            "metadata": {"name": "a", "namespace": "b"},
        },
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "not-there-yet"}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": UNKNOWN}},
    ],
)
def test_a_preview_passes_what_only_the_update_can_know(session: Session, declared: Manifest) -> None:
    resource = urn("kubernetes:nowhere.example.com/v1:Nothing")
    assert resources.create(session, Task(urn=resource, news=declared, preview=True)) == ("", declared)


def test_a_preview_of_a_replacement_gets_by_the_immutable_fields(session: Session, namespace: str) -> None:
    created(session, DEPLOYMENT, deployment(namespace=namespace))
    declared = deployment(namespace=namespace)
    declared["spec"]["selector"]["matchLabels"] = {"app": "web", "new": "x"}
    declared["spec"]["template"]["metadata"]["labels"] = {"app": "web", "new": "x"}
    _, outputs = resources.create(session, Task(urn=DEPLOYMENT, news=declared, preview=True))
    assert outputs["spec"]["selector"]["matchLabels"]["new"] == "x"


def test_a_refused_object_is_reported_in_the_preview(session: Session, namespace: str) -> None:
    declared = deployment(namespace=namespace)
    declared["spec"]["selector"]["matchLabels"] = {"not": "those"}
    with pytest.raises(ApiError, match="selector"):
        resources.create(session, Task(urn=DEPLOYMENT, news=declared, preview=True))


def test_a_kind_that_nobody_serves_is_a_clear_error(
    session: Session, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pavedroad.sandbox.provider.lifecycle._RETRY_PAUSES_SECONDS", (0.01,))
    declared = {"apiVersion": "nowhere.example.com/v1", "kind": "Nothing", "metadata": {"name": "a"}}
    resource = urn("kubernetes:nowhere.example.com/v1:Nothing")
    with pytest.raises(ProviderError, match="Verify that any required CRDs have been created"):
        created(session, resource, {**declared, "metadata": {"name": "a", "namespace": namespace}})


def test_a_definition_and_an_object_of_it_can_be_created_one_after_the_other(
    session: Session, namespace: str
) -> None:
    group = f"{namespace}.example.com"
    definition: Manifest = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"things.{group}"},
        "spec": {
            "group": group,
            "scope": "Cluster",
            "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {
                        "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
                    },
                }
            ],
        },
    }
    resource = urn("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition")
    crd_id, crd = created(session, resource, definition)
    thing = {"apiVersion": f"{group}/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": {"x": 1}}
    token = urn(f"kubernetes:{group}/v1:Thing")
    thing_id, state = created(session, token, thing)
    assert (crd_id, thing_id) == (f"things.{group}", "a")
    after = updated(
        session, resource, crd, {**definition, "metadata": {**definition["metadata"], "labels": {"a": "b"}}}
    )
    assert after["metadata"]["labels"] == {"a": "b"}
    resources.delete(session, crd_id, Task(urn=resource, state=after))
    session.reachable().forget_kinds()
    assert reading.read(session, token, "a", state, thing) is reading.GONE
    resources.delete(session, "a", Task(urn=token, state=state))


def test_an_import_takes_its_inputs_from_the_live_object(session: Session, namespace: str) -> None:
    session.reachable().client.apply(deployment(namespace=namespace), field_manager="kubectl")
    found = reading.read(session, DEPLOYMENT, f"{namespace}/web", {}, {})
    assert found.inputs["spec"]["replicas"] == 2
    assert "status" not in found.inputs
    assert set(found.inputs["metadata"]) == {"name", "namespace"}
    task = Task(urn=DEPLOYMENT, state=found.outputs, news=found.inputs)
    assert not resources.diff(session, task).differences


def test_an_import_of_nothing_finds_nothing_and_a_malformed_id_is_refused(
    session: Session, namespace: str
) -> None:
    assert reading.read(session, CONFIG_MAP, f"{namespace}/none", {}, {}) is reading.GONE
    with pytest.raises(ProviderError, match="namespace/name"):
        reading.read(session, CONFIG_MAP, "a/b/c", {}, {})


def test_a_refresh_shows_drift_and_nothing_else(session: Session, namespace: str) -> None:
    declared = settings_in(namespace, a="1")
    resource_id, state = created(session, CONFIG_MAP, declared)
    unchanged = reading.read(session, CONFIG_MAP, resource_id, state, declared)
    assert (unchanged.inputs, unchanged.outputs) == (declared, state)
    session.reachable().client.apply(settings_in(namespace, a="2"), field_manager="hand", force=True)
    assert reading.read(session, CONFIG_MAP, resource_id, state, declared).inputs["data"] == {"a": "2"}


def test_an_object_deleted_by_hand_is_gone_from_the_state(session: Session, namespace: str) -> None:
    declared = settings_in(namespace)
    resource_id, state = created(session, CONFIG_MAP, declared)
    session.reachable().client.delete(ObjectRef.of(declared))
    assert reading.read(session, CONFIG_MAP, resource_id, state, declared) is reading.GONE


def test_deleting_waits_until_the_object_and_what_it_owns_are_gone(session: Session, namespace: str) -> None:
    resource_id, state = created(session, DEPLOYMENT, deployment(namespace=namespace))
    resources.delete(session, resource_id, Task(urn=DEPLOYMENT, state=state))
    assert live_of(session, state) is None
    assert session.reachable().list("apps/v1", "ReplicaSet", namespace) == []
    resources.delete(session, resource_id, Task(urn=DEPLOYMENT, state=state))


def test_a_finalizer_that_keeps_an_object_is_named_when_the_time_is_up(
    session: Session, namespace: str
) -> None:
    declared = settings_in(namespace)
    declared["metadata"]["finalizers"] = ["example.com/keep"]
    resource_id, state = created(session, CONFIG_MAP, declared)
    with pytest.raises(ProviderError, match=r"example\.com/keep"):
        resources.delete(session, resource_id, Task(urn=CONFIG_MAP, state=state, seconds=0.5))
    session.reachable().client.apply(
        settings_in(namespace), field_manager=state["__fieldManager"], force=True
    )


def test_what_is_owned_can_be_left_behind(session: Session, namespace: str) -> None:
    declared = deployment(namespace=namespace)
    declared["metadata"]["annotations"] = {"pulumi.com/deletionPropagationPolicy": "orphan"}
    resource_id, state = created(session, DEPLOYMENT, declared)
    resources.delete(session, resource_id, Task(urn=DEPLOYMENT, state=state))
    assert len(session.reachable().list("apps/v1", "ReplicaSet", namespace)) == 1


def test_a_patch_adds_its_fields_to_anothers_object_and_takes_only_them_away(
    session: Session, namespace: str
) -> None:
    session.reachable().client.apply(settings_in(namespace, theirs="1"), field_manager="owner")
    resource = urn("kubernetes:core/v1:ConfigMapPatch")
    resource_id, state = created(session, resource, settings_in(namespace, ours="2"))
    assert state["data"] == {"theirs": "1", "ours": "2"}
    resources.delete(session, resource_id, Task(urn=resource, state=state))
    left = live_of(session, state)
    assert left is not None
    assert left["data"] == {"theirs": "1"}


def test_a_secret_that_the_api_server_quotes_is_masked(session: Session, namespace: str) -> None:
    declared = settings_in(namespace) | {"data": {"a": Secret(["hunter2-canary"])}}
    with pytest.raises(ProviderError) as failure:
        created(session, CONFIG_MAP, declared)
    assert "hunter2-canary" in str(failure.value), "else there is nothing to mask, and nothing is shown here"
    assert "hunter2-canary" not in redacted(str(failure.value), declared)
