"""PeerAuthentication and mesh membership as Istio documents them."""

import pytest

from pavedroad.access import Address, Cluster, ExternalPod, Verdict
from tests.support.access import authorization, cluster, namespace, peer_authentication, pod, service, verdict

ALLOWED, REFUSED, NOT_EVALUATED = Verdict.ALLOWED, Verdict.REFUSED, Verdict.NOT_EVALUATED

MESH = namespace("shop", istio_injection="enabled")
PODS = (MESH, namespace("legacy"), pod("shop/web"), pod("shop/cart"), pod("legacy/batch"))
STRICT = "{mtls: {mode: STRICT}}"


def test_the_mode_is_permissive_where_no_policy_says_otherwise() -> None:
    assert verdict(cluster(*PODS), "legacy/batch", "shop/web") is ALLOWED


@pytest.mark.parametrize("place", ["shop/default", "istio-system/default"])
def test_strict_refuses_a_source_outside_the_mesh_and_an_address(place: str) -> None:
    closed = cluster(*PODS, peer_authentication(place, STRICT))
    assert verdict(closed, "legacy/batch", "shop/web") is REFUSED
    assert verdict(closed, "shop/cart", "shop/web") is ALLOWED
    assert closed.decide(Address("203.0.113.1"), closed.pod("shop", "Pod/web"), 80).verdict is REFUSED


def test_strict_binds_no_destination_outside_the_mesh() -> None:
    closed = cluster(*PODS, peer_authentication("istio-system/default", STRICT))
    assert verdict(closed, "shop/web", "legacy/batch") is ALLOWED


def test_the_namespace_goes_before_the_mesh_and_the_workload_before_both() -> None:
    closed = cluster(
        *PODS,
        peer_authentication("istio-system/default", STRICT),
        peer_authentication("shop/default", "{mtls: {mode: PERMISSIVE}}"),
        peer_authentication("shop/web", "{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}"),
    )
    assert verdict(closed, "legacy/batch", "shop/web") is REFUSED
    assert verdict(closed, "legacy/batch", "shop/cart") is ALLOWED


def test_unset_inherits() -> None:
    closed = cluster(
        *PODS,
        peer_authentication("istio-system/default", STRICT),
        peer_authentication("shop/default", "{mtls: {mode: UNSET}}"),
        peer_authentication("shop/web", "{selector: {matchLabels: {app: web}}}"),
    )
    assert verdict(closed, "legacy/batch", "shop/web") is REFUSED


def test_a_port_level_mode_counts_in_a_policy_with_a_selector() -> None:
    spec = "{%s mtls: {mode: STRICT}, portLevelMtls: {8080: {mode: DISABLE}}}"
    selective = cluster(*PODS, peer_authentication("shop/web", spec % "selector: {matchLabels: {app: web}},"))
    assert verdict(selective, "legacy/batch", "shop/web", 8080) is ALLOWED
    assert verdict(selective, "legacy/batch", "shop/web", 80) is REFUSED
    wide = cluster(*PODS, peer_authentication("shop/default", spec % ""))
    assert verdict(wide, "legacy/batch", "shop/web", 8080) is REFUSED


def test_a_selector_in_the_root_namespace_holds_nowhere() -> None:
    spec = "{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}"
    assert (
        verdict(cluster(*PODS, peer_authentication("istio-system/x", spec)), "legacy/batch", "shop/web")
        is ALLOWED
    )


def test_two_policies_of_one_level_that_differ_are_not_evaluated() -> None:
    closed = cluster(
        *PODS,
        peer_authentication("shop/one", STRICT),
        peer_authentication("shop/two", "{mtls: {mode: PERMISSIVE}}"),
    )
    assert verdict(closed, "legacy/batch", "shop/web") is NOT_EVALUATED
    assert verdict(closed, "shop/cart", "shop/web") is ALLOWED


def test_a_disabled_port_takes_plaintext_so_nobody_has_an_identity_on_it() -> None:
    closed = cluster(
        *PODS,
        peer_authentication("shop/default", "{mtls: {mode: DISABLE}}"),
        authorization("shop/known", "{rules: [{from: [{source: {principals: ['*']}}]}]}"),
    )
    assert verdict(closed, "shop/cart", "shop/web") is REFUSED


def strict(*documents: str) -> Cluster:
    return cluster(
        *documents, pod("shop/web"), peer_authentication("shop/default", STRICT), namespace("legacy")
    )


@pytest.mark.parametrize(
    ("label", "in_mesh"), [("true", True), ("yes", True), ("false", False), ("off", False)]
)
def test_the_injection_label_of_a_pod(label: str, *, in_mesh: bool) -> None:
    mixed = strict(MESH, pod("legacy/batch", {"sidecar.istio.io/inject": label}))
    assert verdict(mixed, "legacy/batch", "shop/web") is (ALLOWED if in_mesh else REFUSED)


def test_a_namespace_that_disables_injection_goes_before_the_label_of_a_pod() -> None:
    off = namespace("off", istio_injection="disabled")
    mixed = strict(MESH, off, pod("off/batch", {"sidecar.istio.io/inject": "true"}))
    assert verdict(mixed, "off/batch", "shop/web") is REFUSED


def test_a_pod_may_leave_the_mesh_of_its_namespace() -> None:
    mixed = strict(MESH, pod("shop/batch", {"sidecar.istio.io/inject": "false"}))
    assert verdict(mixed, "shop/batch", "shop/web") is REFUSED


def test_a_revision_label_injects() -> None:
    revised = "{apiVersion: v1, kind: Namespace, metadata: {name: new, labels: {istio.io/rev: canary}}}"
    assert verdict(strict(MESH, revised, pod("new/batch")), "new/batch", "shop/web") is ALLOWED


def test_ambient_mode_and_an_unknown_namespace_are_not_evaluated() -> None:
    ambient = (
        "{apiVersion: v1, kind: Namespace, metadata: {name: amb, labels: {istio.io/dataplane-mode: ambient}}}"
    )
    assert verdict(strict(MESH, ambient, pod("amb/batch")), "amb/batch", "shop/web") is NOT_EVALUATED
    assert verdict(strict(MESH, pod("lost/batch")), "lost/batch", "shop/web") is NOT_EVALUATED
    assert verdict(strict(MESH, pod("lost/batch")), "shop/web", "lost/batch") is NOT_EVALUATED


def test_a_port_that_the_side_car_leaves_out_is_guarded_by_no_mesh_policy() -> None:
    annotated = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: db
          namespace: shop
          annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "5432,9187"}
        spec: {containers: []}
    """
    closed = strict(MESH, annotated, pod("legacy/batch"), authorization("shop/none", "{}"))
    assert verdict(closed, "legacy/batch", "shop/db", 9187) is ALLOWED
    assert verdict(closed, "legacy/batch", "shop/db", 80) is REFUSED


def test_the_side_cars_own_metrics_port_is_guarded_by_no_mesh_policy() -> None:
    closed = strict(MESH, authorization("shop/none", "{}"))
    scraper = ExternalPod("ops")
    assert closed.decide(scraper, closed.pod("shop", "Pod/web"), 15090).verdict is ALLOWED
    assert closed.decide(scraper, closed.pod("shop", "Pod/web"), 9090).verdict is REFUSED


def test_a_port_that_the_sources_side_car_leaves_out_goes_in_plaintext() -> None:
    annotated = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: odd
          namespace: shop
          annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: "80"}
        spec: {containers: []}
    """
    closed = strict(MESH, annotated)
    assert verdict(closed, "shop/odd", "shop/web", 80) is REFUSED
    assert verdict(closed, "shop/odd", "shop/web", 81) is ALLOWED


@pytest.mark.parametrize(("mode", "expected"), [("DISABLE", NOT_EVALUATED), ("ISTIO_MUTUAL", ALLOWED)])
def test_a_destination_rule_with_client_tls_of_its_own_is_not_evaluated(mode: str, expected: Verdict) -> None:
    rule = f"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {{name: web, namespace: shop}}
        spec: {{host: web, trafficPolicy: {{tls: {{mode: {mode}}}}}}}
    """
    closed = strict(MESH, pod("shop/cart"), service("shop/web", "web", "http:80"), rule)
    assert verdict(closed, "shop/cart", "shop/web") is expected


def test_udp_passes_by_the_mesh() -> None:
    closed = strict(MESH, pod("legacy/batch"))
    source, target = closed.pod("legacy", "Pod/batch"), closed.pod("shop", "Pod/web")
    assert closed.decide(source, target, 53, protocol="UDP").verdict is ALLOWED
