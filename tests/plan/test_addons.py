"""The table of add-ons: what is pinned, for whom, and in which order it can stand."""

import json
from itertools import pairwise
from typing import Any

import pytest

from pavedroad.descriptor.team import RESERVED_TEAMS
from pavedroad.plan.addon_table import ADDONS, OBSERVED, Addon
from pavedroad.plan.addons import AddonPlan, resolve_addons
from pavedroad.plan.brokers.parties import KEDA, RABBITMQ_TOPOLOGY, STRIMZI
from pavedroad.plan.edges import EGRESS_GATEWAY, ENVOY_GATEWAY, ISTIOD
from pavedroad.plan.flows import Party
from pavedroad.plan.observability.stack import GRAFANA_OPERATOR, PROMETHEUS_OPERATOR
from pavedroad.plan.operator_flows import (
    CERT_MANAGER_CONTROLLER,
    EXTERNAL_SECRETS_CONTROLLER,
    OPENTELEMETRY_OPERATOR,
)
from pavedroad.plan.resolve import resolve
from pavedroad.plan.stores.operators import CASSANDRA, CLOUDNATIVE_PG, MYSQL, VALKEY
from scripts.document_addons import DOCUMENT, document
from tests.support.resolving import TIERS, context, environment, team

CAPABILITIES = sorted({addon.capability for addon in ADDONS if addon.capability} - {OBSERVED})
PARTIES = {
    "cert-manager": CERT_MANAGER_CONTROLLER,
    "external-secrets": EXTERNAL_SECRETS_CONTROLLER,
    "envoy-gateway": ENVOY_GATEWAY,
    "istiod": ISTIOD,
    "keda": KEDA,
    "cloudnative-pg": CLOUDNATIVE_PG,
    "mysql-operator": MYSQL,
    "valkey-operator": VALKEY,
    "cass-operator": CASSANDRA,
    "strimzi": STRIMZI,
    "rabbitmq-cluster-operator": RABBITMQ_TOPOLOGY,
    "prometheus-operator": PROMETHEUS_OPERATOR,
    "grafana-operator": GRAFANA_OPERATOR,
    "opentelemetry-operator": OPENTELEMETRY_OPERATOR,
    "egressgateway": EGRESS_GATEWAY,
}

GATEWAYS = ("egressgateway", "eastwestgateway", "functions")
"""Add-ons that stand only where something is reached through them."""


def row(name: str) -> Addon:
    return next(addon for addon in ADDONS if addon.name == name)


def planned(name: str, *ports: int, **words: Any) -> AddonPlan:
    return next(plan for plan in resolve_addons(context(**words), ports) if plan.name == name)


def value(plan: AddonPlan, *path: str) -> Any:
    found: Any = plan.values
    for key in path:
        found = found[key]
    return found


def test_no_team_can_have_the_namespace_of_an_add_on() -> None:
    assert {addon.namespace for addon in ADDONS} <= RESERVED_TEAMS


def test_every_release_stands_after_those_that_it_needs_so_there_is_no_cycle() -> None:
    seen: set[str] = set()
    for addon in ADDONS:
        assert set(addon.needs) <= seen, f"{addon.name} stands before what it needs"
        assert addon.name not in seen, f"{addon.name} stands twice"
        seen.add(addon.name)


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_whatever_an_environment_realises_all_that_its_addons_need_is_there(capability: str) -> None:
    realised = {**dict(environment().providers), "function": "knative"}
    word = next(word for word, given in realised.items() if given == capability)
    made = resolve_addons(context(providers={word: capability}, observability="none"))
    names = {plan.name for plan in made}
    assert {plan.name for plan in made if row(plan.name).capability} == {
        addon.name for addon in ADDONS if addon.capability == capability
    }
    assert all(set(plan.needs) <= names for plan in made)


def test_addons_that_no_capability_asks_for_stand_in_every_cluster() -> None:
    nothing = context(providers={}, observability="none")
    names = {plan.name for plan in resolve_addons(nothing)}
    assert names == {
        addon.name
        for addon in ADDONS
        if addon.capability is None and addon.cluster is None and addon.name not in GATEWAYS
    }


def test_operators_of_what_watches_everything_stand_unless_an_environment_leaves_it_out() -> None:
    watched, unwatched = (
        {plan.name for plan in resolve_addons(made)} for made in (context(), context(observability="none"))
    )
    assert watched - unwatched == {"prometheus-operator", "grafana-operator", "opentelemetry-operator"}


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
def test_nothing_is_installed_where_nothing_can_run_or_somebody_else_installs(
    cluster: dict[str, str],
) -> None:
    assert resolve_addons(context(clusters={"main": cluster}), (443,)) == ()


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_every_row_is_pinned_and_says_where_the_pin_was_read(addon: Addon) -> None:
    parts = addon.version.removeprefix("v").split(".")
    assert len(parts) == 3, "a whole version, no range"
    assert all(part.isdigit() for part in parts)
    assert addon.source
    if addon.chart.startswith("oci://"):
        assert addon.repository is None
    else:
        assert addon.repository is not None
        assert addon.repository.startswith("https://")


def test_releases_that_share_a_namespace_agree_on_what_it_enforces() -> None:
    ordered = sorted(ADDONS, key=lambda addon: addon.namespace)
    for one, other in pairwise(ordered):
        if one.namespace == other.namespace:
            assert one.pod_security == other.pod_security, f"{one.name} and {other.name}"


def test_only_the_node_agent_is_privileged_and_it_is_alone() -> None:
    privileged = [addon for addon in ADDONS if addon.pod_security == "privileged"]
    assert [addon.name for addon in privileged] == ["istio-cni"]
    assert [addon.name for addon in ADDONS if addon.namespace == privileged[0].namespace] == ["istio-cni"]


@pytest.mark.parametrize(("name", "party"), PARTIES.items(), ids=PARTIES)
def test_an_operator_stands_where_policies_expect_it(name: str, party: Party) -> None:
    assert row(name).namespace == party.namespace


@pytest.mark.parametrize("name", sorted(PARTIES.keys() - {"egressgateway"}))
def test_an_operator_is_in_the_mesh_exactly_where_policies_name_its_identity(name: str) -> None:
    assert row(name).in_mesh == (PARTIES[name].service_account is not None)


@pytest.mark.parametrize("addon", [addon for addon in ADDONS if addon.in_mesh], ids=lambda each: each.name)
def test_what_joins_the_mesh_comes_after_the_mesh(addon: Addon) -> None:
    assert {"istiod", "istio-cni"} <= set(addon.needs)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("valkey-operator", ("serviceAccount", "name")),
        ("cass-operator", ("serviceAccount", "name")),
        ("rabbitmq-cluster-operator", ("msgTopologyOperator", "fullnameOverride")),
        ("prometheus-operator", ("prometheusOperator", "serviceAccount", "name")),
        ("grafana-operator", ("serviceAccount", "name")),
    ],
)
def test_charts_that_would_name_the_service_account_otherwise_are_told(
    name: str, path: tuple[str, ...]
) -> None:
    assert value(planned(name), *path) == PARTIES[name].service_account


@pytest.mark.parametrize(
    ("name", "path", "port"),
    [
        ("cass-operator", ("podAnnotations",), "9443"),
        ("opentelemetry-operator", ("manager", "podAnnotations"), "9443"),
        ("external-secrets", ("webhook", "podAnnotations"), "10250"),
        ("rabbitmq-cluster-operator", ("msgTopologyOperator", "podAnnotations"), "9443"),
        ("keda", ("podAnnotations", "webhooks"), "9443"),
        ("keda", ("podAnnotations", "metricsAdapter"), "6443"),
    ],
)
def test_the_api_server_which_is_not_in_the_mesh_reaches_webhooks_and_metrics(
    name: str, path: tuple[str, ...], port: str
) -> None:
    annotations = value(planned(name), *path)
    assert annotations["traffic.sidecar.istio.io/excludeInboundPorts"] == port


@pytest.mark.parametrize("tier", TIERS)
def test_operators_run_twice_where_services_run_more_than_once(tier: Any) -> None:
    count = 2 if tier in {"staging", "production"} else 1
    for plan in resolve_addons(context(tier=tier)):
        for path in row(plan.name).replicas:
            assert value(plan, *path) == count, f"{plan.name}: {'.'.join(path)}"


def test_a_plan_does_not_write_into_the_table() -> None:
    before = json.dumps([addon.values for addon in ADDONS])
    resolve_addons(context(), (443,))
    assert json.dumps([addon.values for addon in ADDONS]) == before


def test_the_egress_gateway_opens_exactly_the_ports_of_the_hosts_that_anything_names() -> None:
    orders = team("orders", {"pay": {"egress": ["api.example.com:443", "mail.example.com:587"]}})
    mail = team("mail", {"send": {"egress": ["smtp.example.com:587"]}})
    plan = resolve({"orders": orders, "mail": mail}, environment(backups=None, tier="development"))
    gateway = next(addon for addon in plan.platform.addons if addon.name == "egressgateway")
    service = gateway.values["service"]
    assert service["type"] == "ClusterIP"
    assert [port["port"] for port in service["ports"]] == [443, 587]
    assert [port["targetPort"] for port in service["ports"]] == [443, 587]
    assert len({port["name"] for port in service["ports"]}) == 2


def test_no_egress_gateway_stands_where_nothing_goes_outside() -> None:
    secrets = {"provider": "kubernetes", "namespace": "vault"}
    plan = resolve({"orders": team("orders", {"pay": {}})}, environment(tier="development", secrets=secrets))
    assert "egressgateway" not in {addon.name for addon in plan.platform.addons}
    assert "egress" not in {namespace.name for namespace in plan.platform.namespaces}


@pytest.mark.parametrize("tier", TIERS)
def test_the_egress_gateway_is_found_by_the_labels_and_identity_that_policies_name(tier: Any) -> None:
    gateway = planned("egressgateway", 443, tier=tier)
    assert gateway.values["labels"] == dict(EGRESS_GATEWAY.selector)
    assert gateway.name == EGRESS_GATEWAY.service_account, "the chart calls it as the release"
    assert gateway.values["replicaCount"] == context(tier=tier).tier.gateway_replicas


def test_gateways_stand_in_the_namespace_of_their_gateway() -> None:
    provider = value(planned("envoy-gateway"), "config", "envoyGateway", "provider")
    assert provider["kubernetes"]["deploy"]["type"] == "GatewayNamespace"


def test_side_cars_need_no_privilege_in_restricted_namespaces() -> None:
    istiod = planned("istiod")
    assert value(istiod, "pilot", "cni", "enabled") is True
    assert value(istiod, "global", "proxy", "seccompProfile") == {"type": "RuntimeDefault"}


def test_the_document_is_made_from_the_table() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run: python scripts/document_addons.py"
