"""Metrics that applications tell themselves: one word opens one port to Prometheus alone, and has it asked."""

from pathlib import Path
from typing import Any

import pytest

from pavedroad.descriptor import DescriptorFaults, load_project
from pavedroad.plan.naming import SERVICE_LABEL
from pavedroad.plan.observability.stack import PROMETHEUS
from pavedroad.plan.resolve import resolve
from tests.support.acceptance import refusals
from tests.support.declaring import Declared, declared
from tests.support.files import write_project
from tests.support.resolving import environment, team
from tests.support.sandbox import SandboxCluster

MONITOR = "kubernetes:monitoring.coreos.com/v1:PodMonitor", "orders/pay"
DEPLOYMENT = "kubernetes:apps/v1:Deployment", "orders/pay"


TEAM = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: orders
owners: {email: orders@example.com}
services:
  pay:
    type: KIND
    image: x/y:1
    telemetry: {metrics: METRICS}
"""


def rendered(metrics: dict[str, Any] | None, **words: Any) -> Declared:
    """Return everything of an environment in which a team has one service with such a port."""
    spec = {"type": "service", "listens": {"http": {"port": 8080}}, "telemetry": {"metrics": metrics}}
    return declared(resolve({"orders": team("orders", {"pay": spec})}, environment("development", **words)))


def listed(objects: Declared) -> list[tuple[str, int]]:
    """Return the ports that the container lists, by which Prometheus finds them."""
    [container] = objects[DEPLOYMENT]["spec"]["template"]["spec"]["containers"]
    return [(port["name"], port["containerPort"]) for port in container["ports"]]


def test_a_service_that_names_no_port_is_asked_for_nothing() -> None:
    objects = rendered(None)
    assert MONITOR not in objects
    assert listed(objects) == [("http", 8080)]


def test_its_pods_are_asked_where_it_says_under_the_meshs_tls() -> None:
    spec = rendered({"port": 9102, "path": "/internal/metrics"})[MONITOR]["spec"]
    [endpoint] = spec["podMetricsEndpoints"]
    assert (endpoint["portNumber"], endpoint["path"]) == (9102, "/internal/metrics")
    assert (endpoint["scheme"], spec["scrapeClass"]) == ("https", "mesh")
    assert spec["namespaceSelector"] == {"matchNames": ["orders"]}
    assert spec["selector"] == {"matchLabels": {SERVICE_LABEL: "pay"}}


def test_its_series_say_whose_they_are_and_it_cannot_say_otherwise() -> None:
    spec = rendered({"port": 9102})[MONITOR]["spec"]
    [endpoint] = spec["podMetricsEndpoints"]
    assert endpoint["honorLabels"] is False
    assert {"team", "service"} <= {one["targetLabel"] for one in endpoint["relabelings"]}
    assert {"targetLabel": "job", "replacement": "pay"} in endpoint["relabelings"]
    assert spec["sampleLimit"] == 10_000


def test_prometheus_finds_the_port_by_the_container_that_lists_it_and_callers_do_not() -> None:
    objects = rendered({"port": 9102})
    assert listed(objects) == [("http", 8080), ("metrics", 9102)]
    service = objects["kubernetes:core/v1:Service", "orders/pay"]
    assert [port["port"] for port in service["spec"]["ports"]] == [8080]
    assert listed(rendered({"port": 8080})) == [("http", 8080)], "it lists that one already"


def test_the_port_is_open_to_prometheus_by_its_identity_and_to_nobody_else() -> None:
    plan = resolve(
        {"orders": team("orders", {"pay": {"telemetry": {"metrics": {"port": 9102}}}})},
        environment("development"),
    )
    assert plan.platform.observability is not None
    flows = [flow for flow in plan.platform.observability.flows if flow.ports == (9102,)]
    assert [(flow.source, flow.authorised, flow.destination.service) for flow in flows] == [
        (PROMETHEUS, True, "pay")
    ]
    assert {flow.source for flow in plan.teams[0].flows if 9102 in flow.ports} == {PROMETHEUS}


def test_where_nothing_is_watched_nothing_is_asked() -> None:
    assert MONITOR not in rendered({"port": 9102}, observability="none")


@pytest.mark.parametrize(
    ("kind", "metrics", "message"),
    [
        ("job", "{port: 9102}", "given type: job; a job has ended before it is asked"),
        ("worker", "{port: 15020}", "given 15020; ports 15000 to 15099 belong to the mesh"),
        (
            "service\n    listens: {rpc: {port: 9000, protocol: grpc}}",
            "{port: 9000}",
            "given 9000; port 'rpc' speaks grpc there",
        ),
        (
            "service\n    listens: {metrics: {port: 9000}}",
            "{port: 9102}",
            "given 9102; port 'metrics' is 9000; name that one",
        ),
        ("worker", "{port: 0}", "telemetry.metrics.port"),
        ("worker", "{port: 9102, path: metrics}", "telemetry.metrics.path"),
    ],
)
def test_a_port_that_cannot_be_asked_is_a_fault_where_it_is_named(
    kind: str, metrics: str, message: str, tmp_path: Path
) -> None:
    write_project(tmp_path, TEAM.replace("KIND", kind).replace("METRICS", metrics))
    with pytest.raises(DescriptorFaults) as found:
        load_project(tmp_path)
    [fault] = map(str, found.value.faults)
    assert fault.startswith("stacks/teams/orders.yaml:")
    assert "services.pay.telemetry.metrics" in fault
    assert message in fault


@pytest.mark.sandbox
def test_the_api_server_takes_the_monitor(sandbox_cluster: SandboxCluster, real_crds: Path) -> None:
    assert refusals(sandbox_cluster, [dict(rendered({"port": 9102})[MONITOR])]) == []
