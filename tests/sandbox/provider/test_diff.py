"""What differs, what takes a new object, and what has to go first."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.kubernetes_facts import IMMUTABLE_FIELDS
from pavedroad.sandbox.provider.comparing import Rules, compare
from pavedroad.sandbox.provider.diff import Change, differences, parse_path, path_text, pruned
from pavedroad.sandbox.provider.immutable import replacing_fields
from pavedroad.sandbox.provider.properties import UNKNOWN
from tests.sandbox.provider.builders import config_map, deployment, state_of

NAMESPACED = Rules(namespaced=True)

json_values = st.recursive(
    st.text(max_size=3) | st.integers() | st.booleans(),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3)
    ),
    max_leaves=8,
)


def found(old: Any, new: Any, forced: Any = ()) -> Any:
    return {one.key: (one.change, one.replaces) for one in differences(old, new, forced)}


def with_server_defaults(declared: Any) -> Any:
    live = copy.deepcopy(declared)
    live["metadata"] |= {"uid": "u", "generation": 1, "managedFields": []}
    live["spec"]["strategy"] = {"type": "RollingUpdate"}
    live["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"] = "Always"
    live["status"] = {"readyReplicas": 2}
    return live


@given(st.dictionaries(st.text(max_size=3), json_values, max_size=3))
def test_an_object_does_not_differ_from_itself(manifest: Any) -> None:
    assert differences(manifest, copy.deepcopy(manifest), ["spec"]) == []


@given(
    st.dictionaries(st.text(max_size=3), json_values, max_size=3),
    st.dictionaries(st.text(max_size=3), json_values, max_size=3),
)
def test_different_objects_differ(old: Any, new: Any) -> None:
    # The engine knows one kind of number and one of truth; Python takes 1 and True for equal.
    assert bool(differences(old, new, [])) == (repr_sorted(old) != repr_sorted(new))


def repr_sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: repr_sorted(item) for key, item in sorted(value.items())}.__repr__()
    return [repr_sorted(item) for item in value].__repr__() if isinstance(value, list) else repr(value)


@given(st.lists(st.text(min_size=1, alphabet='ab.[]/"1') | st.integers(0, 9), min_size=1))
def test_a_path_survives_being_written(path: Any) -> None:
    if isinstance(path[0], str) and not any(
        str(part).isdecimal() or "]" in str(part) for part in path if isinstance(part, str)
    ):
        assert parse_path(path_text(tuple(path))) == tuple(path)


def test_additions_deletions_and_updates_are_told_apart_down_to_list_items() -> None:
    old = {"a": 1, "gone": {"x": 1}, "list": [{"n": 1}, {"n": 2}], "same": "s"}
    new = {"a": 2, "new": {"y": 1}, "list": [{"n": 1, "m": 0}], "same": "s"}
    assert found(old, new) == {
        "a": (Change.UPDATE, False),
        "gone": (Change.DELETE, False),
        "new": (Change.ADD, False),
        "list[0].m": (Change.ADD, False),
        "list[1]": (Change.DELETE, False),
    }


def test_a_value_only_the_update_will_know_counts_as_changed() -> None:
    assert found({"a": 1}, {"a": UNKNOWN, "b": UNKNOWN}) == {
        "a": (Change.UPDATE, False),
        "b": (Change.ADD, False),
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"spec": {"selector": {"app": "a"}}}, {"spec": {"selector": {"app": "b"}}}),
        ({"spec": {}}, {"spec": {"selector": {}}}),
        ({}, {"spec": {"selector": {"app": "a"}}}),
        ({"spec": {"selector": [1]}}, {"spec": {"selector": [2]}}),
        ({"spec": {"selector": {"app": "a"}}}, {"spec": {}}),
    ],
)
def test_a_change_within_a_field_or_of_what_brings_it_replaces(old: Any, new: Any) -> None:
    assert [one.replaces for one in differences(old, new, ["spec.selector"])] == [True]


def test_a_change_beside_an_immutable_field_does_not_replace() -> None:
    (difference,) = differences({"spec": {"a": 1}}, {"spec": {"a": 2}}, ["spec.selector", "spec.a.b"])
    assert not difference.replaces


def test_what_the_server_filled_in_is_no_difference() -> None:
    declared = deployment()
    assert not compare(state_of(declared, with_server_defaults(declared)), declared, NAMESPACED).differences


def test_an_empty_value_that_the_server_leaves_out_is_no_difference() -> None:
    declared = deployment(containers=[{"name": "main", "env": [{"name": "A", "value": ""}], "stdin": False}])
    live = copy.deepcopy(declared)
    live["spec"]["template"]["spec"]["containers"] = [{"name": "main", "env": [{"name": "A"}]}]
    assert pruned(live, declared) == declared
    assert not compare(state_of(declared, live), declared, NAMESPACED).differences


def test_drift_in_a_declared_field_is_a_difference() -> None:
    declared = deployment(replicas=2)
    live = with_server_defaults(declared)
    live["spec"]["replicas"] = 5
    comparison = compare(state_of(declared, live), declared, NAMESPACED)
    assert [one.key for one in comparison.differences] == ["spec.replicas"]
    assert not comparison.replaces


def test_another_spelling_of_a_quantity_is_no_difference() -> None:
    declared = deployment(containers=[{"name": "main", "resources": {"requests": {"cpu": "1000m"}}}])
    live = deployment(containers=[{"name": "main", "resources": {"requests": {"cpu": "1"}}}])
    assert not compare(state_of(declared, live), declared, NAMESPACED).differences


def test_the_default_namespace_may_be_spelled_out_or_not() -> None:
    unplaced = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}}
    placed = {**unplaced, "metadata": {"name": "a", "namespace": "default"}}
    assert not compare(state_of(placed), unplaced, NAMESPACED).differences
    assert not compare(state_of(unplaced), placed, NAMESPACED).differences


def test_changes_the_program_ignores_are_left_out() -> None:
    declared = deployment(replicas=2)
    rules = Rules(namespaced=True, ignored=("spec.replicas",))
    assert not compare(state_of(declared), deployment(replicas=3), rules).differences


@pytest.mark.parametrize(
    ("change", "replaces", "delete_first"),
    [
        ({"metadata": {"name": "settings", "namespace": "shop"}, "data": {"a": "2"}}, True, True),
        ({"metadata": {"name": "other", "namespace": "shop"}}, True, False),
        ({"metadata": {"name": "settings", "namespace": "elsewhere"}}, True, False),
        ({"metadata": {"name": "settings", "namespace": "shop", "labels": {"a": "b"}}}, False, False),
    ],
)
def test_the_old_object_goes_first_only_where_the_new_one_needs_its_name(
    change: Any, replaces: Any, delete_first: Any
) -> None:
    before = config_map(a="1")
    comparison = compare(state_of(before), {**before, **change}, NAMESPACED)
    assert (bool(comparison.replaces), comparison.delete_first) == (replaces, delete_first)


def test_an_automatically_named_object_is_replaced_without_a_gap() -> None:
    before = config_map(a="1")
    before["metadata"]["annotations"] = {"pulumi.com/autonamed": "true"}
    comparison = compare(state_of(before), {**before, "data": {"a": "2"}}, NAMESPACED)
    assert comparison.replaces == ("data.a",)
    assert not comparison.delete_first


def test_an_unready_job_can_be_replaced_without_any_difference() -> None:
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "namespace": "b"}, "spec": {}}
    comparison = compare(state_of(job), job, Rules(namespaced=True, also_replaces=("x",)))
    assert comparison.replaces == ("x",)
    assert comparison.delete_first


@pytest.mark.parametrize(("kind", "fields"), IMMUTABLE_FIELDS.items())
def test_every_immutable_field_of_the_table_replaces_its_kind(kind: Any, fields: Any) -> None:
    group, _, name = kind.partition("/")
    manifest = {"apiVersion": "v1" if group == "core" else f"{group}/v1", "kind": name}
    assert set(fields) < set(replacing_fields(manifest, options=(), is_patch=False))


@pytest.mark.parametrize(
    ("kind", "option", "replacing"),
    [
        ("ConfigMap", "enableConfigMapMutable", False),
        ("Secret", "enableSecretMutable", False),
        ("ConfigMap", "", True),
    ],
)
def test_data_is_updated_in_place_where_the_provider_is_told_so(
    kind: Any, option: Any, replacing: Any
) -> None:
    manifest = {"apiVersion": "v1", "kind": kind}
    assert ("data" in replacing_fields(manifest, options=(option,), is_patch=False)) is replacing


def test_data_that_is_declared_immutable_replaces_whatever_the_provider_is_told() -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "immutable": True}
    assert "data" in replacing_fields(manifest, options=("enableConfigMapMutable",), is_patch=False)


def test_the_type_of_a_secret_replaces_even_where_its_data_does_not() -> None:
    fields = replacing_fields(
        {"apiVersion": "v1", "kind": "Secret"}, options=("enableSecretMutable",), is_patch=False
    )
    assert "type" in fields


def test_a_patch_is_replaced_only_with_the_object_it_patches() -> None:
    fields = replacing_fields({"apiVersion": "v1", "kind": "ConfigMap"}, options=(), is_patch=True)
    assert fields == ("metadata.name", "metadata.namespace")
