"""Functions in a cluster, before the schemas of Knative and the rules of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from components.functions import function_spec
from components.pods import pod_template
from tests.support.acceptance import refusals
from tests.support.crds import faults, require_crds
from tests.support.knative import found, objects, planned

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sandbox import SandboxCluster

KNATIVE = "serving.knative.dev"


@pytest.mark.sandbox
def test_the_api_server_takes_every_object_of_a_team_with_functions(
    sandbox_cluster: SandboxCluster, real_crds: Path
) -> None:
    mine = [one for one in objects() if one["metadata"].get("namespace") == "shop"]
    assert {"Broker", "PingSource", "Trigger"} <= {one["kind"] for one in mine}
    assert refusals(sandbox_cluster, mine) == []


@pytest.mark.parametrize(
    ("kind", "group"), [("Service", KNATIVE), ("Broker", "eventing"), ("Trigger", "eventing")]
)
def test_knative_would_take_every_object_of_its_kinds(kind: str, group: str) -> None:
    require_crds()
    made = found(kind, group)
    assert made
    assert {name: faults(one) for name, one in made.items()} == {key: [] for key in made}


def test_a_function_is_reached_within_the_cluster_alone() -> None:
    for function in found("Service", KNATIVE).values():
        assert function["metadata"]["labels"]["networking.knative.dev/visibility"] == "cluster-local"
    assert "shop/refund" not in found("Service", "v1"), "Knative makes a function's Service"


def test_the_activator_stays_in_the_way_of_every_request() -> None:
    for function in found("Service", KNATIVE).values():
        annotations = function["spec"]["template"]["metadata"]["annotations"]
        assert annotations["autoscaling.knative.dev/target-burst-capacity"] == "-1"
        assert annotations["autoscaling.knative.dev/min-scale"] == "0"


def test_a_version_that_is_rolled_out_shares_the_runs_with_the_one_that_has_proved_itself() -> None:
    (team,) = planned(alone={"rollout": {"stable": 4, "percent": 10}, "concurrency": 7}).teams
    plan = next(one for one in team.workloads if one.name == "alone")
    assert plan.function is not None
    spec = function_spec(plan.name, plan.function, pod_template(plan, {}))
    assert spec["traffic"] == [
        {"latestRevision": True, "percent": 10},
        {"revisionName": "alone-00004", "percent": 90},
    ]
    assert spec["template"]["metadata"]["annotations"]["autoscaling.knative.dev/max-scale"] == "7"
    assert spec["template"]["spec"]["containerConcurrency"] == 1


def test_a_pod_says_nothing_that_knative_refuses() -> None:
    for function in found("Service", KNATIVE).values():
        pod = function["spec"]["template"]["spec"]
        assert "terminationGracePeriodSeconds" not in pod
        assert [list(one) for one in pod["containers"] if "lifecycle" in one] == []
        assert [port["name"] for one in pod["containers"] for port in one["ports"]] == ["http1"]


def test_a_clock_runs_a_function_by_a_broker_that_tries_again() -> None:
    (clock,) = found("PingSource").values()
    (trigger,) = found("Trigger").values()
    assert clock["spec"]["schedule"] == "0 3 * * *"
    assert clock["spec"]["sink"]["ref"]["name"] == trigger["spec"]["broker"] == "sweep"
    assert trigger["spec"]["subscriber"]["ref"] == {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "name": "sweep",
    }
    assert trigger["spec"]["delivery"]["retry"] == 2


def test_a_saga_of_functions_asks_them_by_their_urls() -> None:
    (template,) = found("WorkflowTemplate").values()
    urls = {
        one["name"]: one["container"]["args"][-1]
        for one in template["spec"]["templates"]
        if "container" in one
    }
    assert urls == {
        "do-take": "http://charge.shop.svc.cluster.local:80/",
        "undo-take": "http://refund.shop.svc.cluster.local:80/",
        "do-tell": "http://charge.shop.svc.cluster.local:80/",
    }


def test_a_topic_is_read_for_a_function_in_order_and_from_its_beginning() -> None:
    (source,) = found("KafkaSource").values()
    spec = source["spec"]
    assert spec["topics"] == ["shop.news"]
    assert (spec["consumerGroup"], spec["initialOffset"], spec["ordering"]) == (
        "charging",
        "earliest",
        "ordered",
    )
    assert spec["sink"]["ref"]["name"] == "charge"
    (secret,) = (one for name, one in found("ExternalSecret").items() if name == "shop/charge-kafka")
    keys = {one["secretKeyRef"]["key"] for word, one in spec["net"]["sasl"].items() if word != "enable"}
    assert keys == set(secret["spec"]["target"]["template"]["data"])
