"""One spelling for what means the same."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.sandbox.provider.normalise import is_built_in, normalised
from pavedroad.sandbox.provider.properties import UNKNOWN
from pavedroad.sandbox.provider.quantity import canonical
from tests.sandbox.provider.builders import deployment


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("1000m", "1"),
        ("0.5", "500m"),
        (2, "2"),
        (0.25, "250m"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("512Ki", "512Ki"),
        ("1000k", "1M"),
        ("100M", "100M"),
        ("0", "0"),
        ("-1500m", "-1500m"),
        ("1e3", "1e3"),
        ("64", "64"),
    ],
)
def test_quantities_are_spelled_as_the_api_server_stores_them(given: Any, stored: Any) -> None:
    assert canonical(given) == stored


@pytest.mark.parametrize("text", ["many", "", "1 Gi", "12Mb"])
def test_what_is_no_quantity_is_left_alone(text: Any) -> None:
    assert canonical(text) == text


@given(st.integers(0, 10**9), st.sampled_from(["", "m", "k", "M", "Ki", "Mi", "Gi"]))
def test_respelling_twice_changes_nothing_more(number: int, suffix: str) -> None:
    once = canonical(f"{number}{suffix}")
    assert canonical(once) == once


def test_quantities_are_found_where_they_stand_and_nowhere_else() -> None:
    resources = {"requests": {"cpu": "1000m"}, "limits": {"memory": "1024Mi"}}
    container = {
        "name": "main",
        "resources": resources,
        "args": ["1000m"],
        "env": [{"name": "A", "value": "1000m"}],
    }
    volumes = [{"name": "tmp", "emptyDir": {"sizeLimit": "1024Mi"}}]
    pod = normalised(deployment(containers=[container], volumes=volumes))["spec"]["template"]["spec"]
    assert pod["containers"][0]["resources"] == {"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}}
    assert pod["containers"][0]["args"] == ["1000m"]
    assert pod["containers"][0]["env"] == [{"name": "A", "value": "1000m"}]
    assert pod["volumes"] == [{"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}}]


def test_a_secrets_text_becomes_data_and_wins_over_it() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "data": {"a": "YQ=="}, "stringData": {"a": "b", "c": "d"}}
    assert normalised(secret) == {"apiVersion": "v1", "kind": "Secret", "data": {"a": "Yg==", "c": "ZA=="}}


def test_fields_that_only_the_server_sets_are_ignored() -> None:
    metadata = {"name": "a", "uid": "1", "resourceVersion": "2", "generation": 3, "creationTimestamp": "x"}
    assert normalised({"apiVersion": "v1", "kind": "Pod", "metadata": metadata})["metadata"] == {"name": "a"}


def test_objects_with_unknown_parts_and_custom_ones_keep_their_spelling() -> None:
    unknown = deployment(containers=[{"resources": {"requests": {"cpu": "1000m", "memory": UNKNOWN}}}])
    assert normalised(unknown) == unknown
    custom = {
        "apiVersion": "example.com/v1",
        "kind": "Db",
        "spec": {"resources": {"limits": {"cpu": "1000m"}}},
    }
    assert normalised(custom) == custom


def test_the_declared_object_itself_is_not_changed() -> None:
    declared = {"apiVersion": "v1", "kind": "Secret", "stringData": {"a": "b"}}
    normalised(declared)
    assert declared["stringData"] == {"a": "b"}


@pytest.mark.parametrize(
    ("api_version", "built_in"),
    [
        ("v1", True),
        ("apps/v1", True),
        ("rbac.authorization.k8s.io/v1", True),
        ("gateway.networking.k8s.io/v1", False),
        ("snapshot.storage.k8s.io/v1", False),
        ("kafka.strimzi.io/v1", False),
    ],
)
def test_kubernetes_own_groups_are_told_from_those_of_crds(api_version: Any, built_in: Any) -> None:
    assert is_built_in(api_version) is built_in
