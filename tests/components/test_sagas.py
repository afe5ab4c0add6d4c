"""A saga on Kubernetes: what is declared for it, and how little it may do."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.kubernetes import Place
from components.sagas import Saga
from pavedroad.testing import Recorder
from tests.support.crds import faults, require_crds
from tests.support.sagas import saga

STEPS: list[dict[str, Any]] = [
    {"name": "reserve", "calls": "stock", "compensation": {"calls": "stock", "method": "DELETE"}},
    {"name": "pay", "calls": "payments"},
]


def manifests() -> dict[str, dict[str, Any]]:
    """Return the saga's objects, by kind."""

    def program() -> None:
        root = pulumi.ComponentResource("test:place:Place", "place")
        place = Place(parent=root, namespace="shop", labels={"pavedroad.dev/team": "shop"})
        Saga(saga(STEPS), place, pulumi.ResourceOptions(parent=root))

    recorded = Recorder().run(program).resources
    return {one.inputs["kind"]: one.inputs for one in recorded if one.custom}


def test_a_saga_is_a_template_and_an_identity() -> None:
    assert sorted(manifests()) == ["Role", "RoleBinding", "ServiceAccount", "WorkflowTemplate"]


@pytest.mark.parametrize("kind", ["Role", "RoleBinding", "ServiceAccount", "WorkflowTemplate"])
def test_the_api_server_would_take_every_object_of_a_saga(kind: str) -> None:
    require_crds()
    assert faults(manifests()[kind]) == []


def test_the_pods_of_a_saga_may_report_how_they_ended_and_nothing_else() -> None:
    assert manifests()["Role"]["rules"] == [
        {"apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"], "verbs": ["create", "patch"]}
    ]


def test_the_pods_of_a_saga_are_found_by_the_labels_that_its_flows_select() -> None:
    spec = manifests()["WorkflowTemplate"]["spec"]
    assert spec["podMetadata"]["labels"]["pavedroad.dev/saga"] == "order"
    assert spec["serviceAccountName"] == manifests()["ServiceAccount"]["metadata"]["name"]
