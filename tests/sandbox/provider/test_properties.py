"""The wire format, and what is secret in a resource's outputs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.sandbox.provider.outputs import Checkpoint, checkpoint, with_secrets_of
from pavedroad.sandbox.provider.properties import (
    UNKNOWN,
    Secret,
    from_struct,
    has_secret,
    has_unknown,
    manifest_of,
    to_struct,
)

leaves = (
    st.text()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False).filter(lambda number: not number.is_integer())
    | st.just(UNKNOWN)
)
values = st.recursive(
    leaves,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.text(), children, max_size=3)
        | children.map(Secret)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), values, max_size=4))
def test_a_property_map_survives_the_wire(properties: dict[str, Any]) -> None:
    assert from_struct(to_struct(properties)) == properties


def test_whole_numbers_stay_integers_so_that_kubernetes_accepts_them() -> None:
    read = from_struct(to_struct({"port": 8080, "ratio": 0.5}))
    assert (repr(read["port"]), repr(read["ratio"])) == ("8080", "0.5")


def test_null_entries_are_left_out() -> None:
    assert from_struct(to_struct({"a": None, "b": {"c": None}})) == {"b": {}}


def test_a_secret_does_not_show_in_its_repr() -> None:
    assert "hunter2" not in repr({"password": Secret("hunter2")})


@pytest.mark.parametrize("value", [UNKNOWN, Secret(UNKNOWN), [1, UNKNOWN], {"a": {"b": [UNKNOWN]}}])
def test_unknown_parts_are_found_wherever_they_are(value: Any) -> None:
    assert has_unknown({"x": value})


def test_crd_schema_keys_are_spelled_as_kubernetes_does_and_back() -> None:
    schema = {"x_kubernetes_preserve_unknown_fields": True}
    manifest = manifest_of({"spec": {"schema": schema}})
    assert manifest == {"spec": {"schema": {"x-kubernetes-preserve-unknown-fields": True}}}
    state = checkpoint(inputs=manifest, live=manifest, given={}, api_version="v1", field_manager="m")
    assert state["spec"]["schema"] == schema
    assert Checkpoint.of(state).live == manifest


def test_one_secret_hides_its_own_value_not_the_object_around_it() -> None:
    marked = with_secrets_of({"spec": {"a": "x", "b": "y"}}, {"spec": {"a": Secret("x")}})
    assert marked == {"spec": {"a": Secret("x"), "b": "y"}}


def test_a_list_with_a_secret_is_secret_as_a_whole_since_its_items_may_move() -> None:
    marked = with_secrets_of({"env": [{"value": "x"}, {"value": "y"}]}, {"env": [{"value": Secret("x")}]})
    assert isinstance(marked["env"], Secret)


def test_the_data_of_a_secret_is_secret_even_when_it_was_declared_in_clear() -> None:
    secret = {"kind": "Secret", "data": {"a": "YQ=="}, "stringData": {"b": "b"}, "type": "Opaque"}
    marked = with_secrets_of(secret, {})
    assert (marked["data"], marked["stringData"], marked["type"]) == (
        Secret({"a": "YQ=="}),
        Secret({"b": "b"}),
        "Opaque",
    )


def test_the_copy_of_a_secret_that_kubectl_keeps_in_an_annotation_is_secret_too() -> None:
    key = "kubectl.kubernetes.io/last-applied-configuration"
    live = {"kind": "Secret", "metadata": {"annotations": {key: '{"data":{"a":"YQ=="}}', "team": "shop"}}}
    annotations = with_secrets_of(live, {})["metadata"]["annotations"]
    assert isinstance(annotations[key], Secret)
    assert annotations["team"] == "shop"


def test_outputs_are_the_live_object_with_inputs_version_and_field_manager_beside_it() -> None:
    inputs = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "1"}}
    live = {**inputs, "metadata": {"uid": "u"}}
    state = checkpoint(
        inputs=inputs, live=live, given={"data": {"a": Secret("1")}}, api_version="v1", field_manager="m"
    )
    assert state == {
        **live,
        "data": {"a": Secret("1")},
        "__inputs": {**inputs, "data": {"a": Secret("1")}},
        "__initialApiVersion": "v1",
        "__fieldManager": "m",
    }
    assert Checkpoint.of(state) == Checkpoint(inputs=inputs, live=live, api_version="v1", field_manager="m")
    assert has_secret(state)
