"""Namespaces of operators: what is open there, beside the pods that they manage, and how much they may ask for."""

from typing import Any

import pytest

from pavedroad.plan.addon_table import ADDONS
from pavedroad.plan.edges import EGRESS_GATEWAY, IDENTITY_AGENT, ISTIOD, gateway_flows
from pavedroad.plan.environment import OperatorNamespacePlan, PlatformPlan
from pavedroad.plan.flows import Flow
from pavedroad.plan.operator_flows import EXTERNAL_SECRETS_CONTROLLER, WITH_ROLES
from pavedroad.plan.resolve import resolve
from tests.support.clouds import AWS
from tests.support.resolving import environment, team

RANGE = "10.0.0.1/32"
CALLED = {
    ("cass-operator", 9443),
    ("cert-manager", 10250),
    ("cnpg-system", 9443),
    ("envoy-gateway-system", 9443),
    ("external-secrets", 10250),
    ("istio-system", 15017),
    ("keda", 6443),
    ("keda", 9443),
    ("opentelemetry-operator", 9443),
    ("rabbitmq-system", 9443),
}


def platform(**words: Any) -> PlatformPlan:
    orders = team("orders", {"pay": {"stores": {"db": {"engine": "postgres"}}}})
    return resolve({"orders": orders}, environment(**words)).platform


def flows(plan: PlatformPlan) -> set[Flow]:
    return {flow for one in plan.operators for flow in one.flows}


def named(plan: PlatformPlan, name: str) -> OperatorNamespacePlan:
    return next(one for one in plan.operators if one.name == name)


def test_every_add_on_with_a_namespace_of_its_own_has_it_planned_once() -> None:
    everything = {**environment().providers.model_dump(), "function": "knative"}
    made = platform(aws=AWS, clusters={"main": {"kind": "eks"}}, providers=everything)
    names = [one.name for one in made.operators]
    assert len(names) == len(set(names))
    assert set(names) == {addon.namespace for addon in ADDONS if addon.own_namespace}


@pytest.mark.parametrize(
    "cluster",
    [
        {"kind": "sandbox"},
        {
            "kind": "existing",
            "kubeconfig": "kubeconfig",
            "api_server": "10.0.0.1/32:6443",
            "addons": "preinstalled",
        },
    ],
    ids=["sandbox", "preinstalled"],
)
def test_namespaces_that_the_platform_does_not_make_are_not_its_to_close(cluster: dict[str, str]) -> None:
    plan = platform(clusters={"main": cluster})
    assert plan.operators == ()
    assert "vault.example.com" not in {host.host for host in plan.egress}


def test_the_api_server_calls_exactly_those_that_serve_it() -> None:
    calls = [flow for flow in flows(platform()) if flow.source.cidr == RANGE]
    assert {(flow.destination.namespace, port) for flow in calls for port in flow.ports} == CALLED
    assert all(flow.destination.selector for flow in calls), "chosen pods, not the whole namespace"


def test_ports_that_the_api_server_calls_stand_outside_the_side_cars() -> None:
    """What is in the mesh and called by the API server keeps the port away from its side-car."""
    annotated = {
        (addon.namespace, int(port))
        for addon in ADDONS
        for port in _values_of(addon.values, "traffic.sidecar.istio.io/excludeInboundPorts")
    }
    meshed = {addon.namespace for addon in ADDONS if addon.in_mesh}
    assert {(namespace, port) for namespace, port in CALLED if namespace in meshed} <= annotated


def _values_of(values: dict[str, Any], wanted: str) -> list[str]:
    found = [values[wanted]] if wanted in values else []
    inner = (_values_of(value, wanted) for value in values.values() if isinstance(value, dict))
    return found + [text for each in inner for text in each]


def test_every_operator_works_on_the_api_and_nothing_else_of_all_pods_goes_further_than_names_and_the_mesh() -> (
    None
):
    for one in platform().operators:
        everywhere = {
            (flow.destination.name, *flow.ports)
            for flow in one.flows
            if flow.source.namespace == one.name and not flow.source.selector
        }
        mesh = {("istiod", 15012)} if one.in_mesh else set()
        assert everywhere == {("dns", 53), ("kubernetes-api", 6443)} | mesh, one.name


def test_the_meshs_control_plane_is_open_to_every_namespace_of_the_mesh_and_no_other() -> None:
    inwards = [flow for flow in named(platform(), "istio-system").flows if flow.destination == ISTIOD]
    assert {(flow.source.name, flow.source.namespaces, *flow.ports) for flow in inwards} == {
        ("kubernetes-api", (), 15017),
        ("mesh", (("istio-injection", "enabled"),), 15012),
        ("prometheus", (), 15014),
    }


def test_an_operator_reaches_the_stores_that_it_manages_and_its_namespace_says_so() -> None:
    outwards = [flow for flow in named(platform(), "cnpg-system").flows if flow.kind == "platform"]
    assert ("orders", (8000,)) in {(flow.destination.namespace, flow.ports) for flow in outwards}


def test_the_vault_is_reached_through_the_egress_gateway_by_external_secrets_alone() -> None:
    plan = platform(backups=None, tier="development")
    (vault,) = (host for host in plan.egress if host.host == "vault.example.com")
    assert vault.port == 443
    assert vault.principals == (EXTERNAL_SECRETS_CONTROLLER.principal,)
    assert named(plan, "external-secrets").egress == (("vault.example.com", 443),)
    both = [named(plan, "external-secrets").flows, *(one.flows for one in plan.namespaces)]
    sides = [flow for found in both for flow in found if flow.source == EXTERNAL_SECRETS_CONTROLLER]
    assert [flow.destination for flow in sides] == [EGRESS_GATEWAY, EGRESS_GATEWAY]


def test_only_an_issuer_outside_lets_anything_out_and_that_is_the_controller_alone() -> None:
    def outside(certificates: str) -> list[tuple[str, tuple[int, ...]]]:
        found = flows(platform(certificates=certificates))
        return [(flow.source.name, flow.ports) for flow in found if flow.destination.name == "anywhere"]

    assert outside("self-signed") == []
    assert outside("letsencrypt") == [("cert-manager", (443,))]


def test_nothing_that_goes_outside_reaches_what_clouds_tell_their_machines() -> None:
    found = flows(platform(certificates="letsencrypt")) | {
        flow for one in platform().namespaces for flow in one.flows
    }
    outside = {flow.destination for flow in found if flow.destination.name == "anywhere"}
    assert {party.spared for party in outside} == {("169.254.0.0/16",)}


@pytest.mark.parametrize(
    ("gateway", "clients"),
    [
        ("public", ["0.0.0.0/0"]),
        ("internal", ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"]),
    ],
)
def test_the_world_reaches_the_public_gateway_and_our_own_networks_the_internal_one(
    gateway: str, clients: list[str]
) -> None:
    inwards = [flow.source.cidr for flow in gateway_flows(gateway) if flow.source.cidr]
    assert inwards == clients


def test_an_agent_on_every_node_may_run_as_often_as_a_cluster_has_nodes() -> None:
    plan = platform()
    assert named(plan, "istio-cni").quota.pods == 5000
    assert named(plan, "keda").quota.pods == 500


def test_operators_with_a_role_reach_the_agent_that_hands_it_to_them_and_no_others_do() -> None:
    on_eks = flows(platform(aws=AWS, clusters={"main": {"kind": "eks"}}))
    asking = {flow.source for flow in on_eks if flow.destination == IDENTITY_AGENT}
    assert asking == set(WITH_ROLES)
    assert all(flow.destination != IDENTITY_AGENT for flow in flows(platform()))
