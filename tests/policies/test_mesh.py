"""Judgements about the mesh that follow Istio's own meaning of a policy, not only its fields."""

from typing import Any

import pytest

from pavedroad.governance import Opaque, Verdict
from tests.policies.examples.mesh import (
    BY_CLAIM,
    CHECKING,
    GATEWAY,
    LISTENING,
    PEER,
    READING,
    SERVING,
    VIRTUAL,
    WEB,
    in_shop,
    namespace,
    policy,
    trusting,
)
from tests.policies.examples.traffic import pod, service
from tests.support.examples import Declared
from tests.support.verdicts import verdict

COVERED = "workloads-covered-by-authorization-policy"


def moved(declared: Declared, place: str) -> Declared:
    metadata = {**declared.properties["metadata"], "namespace": place}
    return Declared(
        type=declared.type,
        name=f"{declared.name}-{place}",
        properties={**declared.properties, "metadata": metadata},
    )


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"istio-injection": "enabled"}, Verdict.PASS),
        ({"istio.io/rev": "stable"}, Verdict.PASS),
        ({"istio.io/dataplane-mode": "ambient"}, Verdict.PASS),
        ({"istio-injection": "disabled", "istio.io/rev": "stable"}, Verdict.FAIL),
        ({}, Verdict.FAIL),
    ],
)
def test_a_namespace_is_in_the_mesh_as_istio_reads_its_labels(
    labels: dict[str, str], expected: Verdict
) -> None:
    assert verdict("namespaces-in-the-mesh", namespace(**labels)) is expected


def test_a_namespace_of_the_cluster_may_stay_outside() -> None:
    system = Declared(type=namespace().type, properties={"metadata": {"name": "kube-system"}})
    assert verdict("namespaces-in-the-mesh", system) is Verdict.PASS


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("true", Verdict.PASS),
        ("", Verdict.PASS),
        ("Yes", Verdict.PASS),
        ("no", Verdict.FAIL),
        ("0", Verdict.FAIL),
    ],
)
def test_whatever_istio_does_not_take_for_consent_leaves_the_mesh(choice: str, expected: Verdict) -> None:
    chosen = {"app": "web", "sidecar.istio.io/inject": choice}
    assert verdict("pods-stay-in-the-mesh", pod(**chosen)) is expected


def test_an_unset_mode_is_inherited_except_by_the_mesh_itself() -> None:
    unset = in_shop(PEER, mtls={})
    assert verdict("peer-authentication-strict", unset) is Verdict.PASS
    assert verdict("peer-authentication-strict", moved(unset, "istio-system")) is Verdict.FAIL
    chosen = in_shop(PEER, selector=WEB, mtls={})
    assert verdict("peer-authentication-strict", moved(chosen, "istio-system")) is Verdict.PASS


def test_a_policy_of_the_root_namespace_covers_every_workload() -> None:
    meshed = namespace(istio_injection="enabled")
    assert verdict(COVERED, pod(), meshed) is Verdict.FAIL
    assert verdict(COVERED, pod(), meshed, moved(policy(), "istio-system")) is Verdict.PASS


def test_a_workload_outside_the_mesh_needs_no_authorization_policy_of_it() -> None:
    assert verdict(COVERED, pod(), namespace(istio_injection="disabled")) is Verdict.PASS
    assert verdict(COVERED, pod()) is Verdict.PASS


def test_tokens_may_be_checked_for_the_namespace_the_mesh_or_the_same_workloads() -> None:
    control = "token-claims-are-checked"
    assert verdict(control, READING) is Verdict.FAIL
    assert verdict(control, READING, whole=False) is Verdict.NOT_EVALUATED
    assert verdict(control, READING, CHECKING) is Verdict.PASS
    assert verdict(control, READING, moved(CHECKING, "istio-system")) is Verdict.PASS
    for_web = policy(selector=WEB, rules=READING.properties["spec"]["rules"])
    only_web = in_shop(CHECKING.type, selector=WEB, jwtRules=CHECKING.properties["spec"]["jwtRules"])
    assert verdict(control, for_web, only_web) is Verdict.PASS


def test_routes_by_claims_need_somebody_who_checks_tokens_where_the_gateway_runs() -> None:
    control = "routed-token-claims-are-checked"
    elsewhere = in_shop(CHECKING.type, selector=WEB, jwtRules=CHECKING.properties["spec"]["jwtRules"])
    by_name = in_shop(VIRTUAL, gateways=["public"], http=[{"match": [{"headers": {"x-group": {}}}]}])
    assert verdict(control, BY_CLAIM, SERVING) is Verdict.FAIL
    assert verdict(control, BY_CLAIM, SERVING, elsewhere) is Verdict.FAIL
    assert verdict(control, BY_CLAIM, SERVING, moved(CHECKING, "istio-ingress")) is Verdict.PASS
    rules = CHECKING.properties["spec"]["jwtRules"]
    here = {"matchLabels": {"istio": "gateway"}}
    for selector, expected in (
        (here, Verdict.PASS),
        ({"matchLabels": {"istio": "gateway", "app": "web"}}, Verdict.FAIL),
        ({"matchLabels": {"istio": Opaque.UNKNOWN}}, Verdict.NOT_EVALUATED),
        ({"matchLabels": Opaque.UNKNOWN}, Verdict.NOT_EVALUATED),
    ):
        narrow = in_shop(CHECKING.type, selector=selector, jwtRules=rules)
        assert verdict(control, BY_CLAIM, SERVING, elsewhere, narrow) is expected
    silent = in_shop(CHECKING.type, selector=here, jwtRules=[{"jwksUri": "https://id.example.com/keys"}])
    assert verdict(control, BY_CLAIM, SERVING, silent) is Verdict.FAIL
    attached = in_shop(CHECKING.type, selector=WEB, targetRefs=[{"name": "public"}], jwtRules=rules)
    assert verdict(control, BY_CLAIM, SERVING, attached) is Verdict.PASS
    assert verdict(control, BY_CLAIM, whole=False) is Verdict.NOT_EVALUATED
    assert verdict(control, by_name, SERVING) is Verdict.PASS


@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        ({"mode": "ISTIO_MUTUAL"}, Verdict.PASS),
        ({"mode": "SIMPLE", "caCertificates": "system"}, Verdict.PASS),
        ({"mode": "MUTUAL"}, Verdict.FAIL),
        ({"mode": "SIMPLE", "caCertificates": ""}, Verdict.FAIL),
    ],
)
def test_a_server_is_checked_by_named_certificates(tls: dict[str, Any], expected: Verdict) -> None:
    assert verdict("destination-rules-verify-server", trusting(**tls)) is expected


def test_a_destination_rule_without_tls_keeps_what_the_mesh_does() -> None:
    assert verdict("destination-rules-keep-tls", in_shop(trusting().type, host="web")) is Verdict.PASS
    silent = in_shop(trusting().type, host="web", trafficPolicy={"tls": {}})
    assert verdict("destination-rules-keep-tls", silent) is Verdict.FAIL


def test_virtual_services_that_only_their_namespace_sees_may_share_a_host() -> None:
    own = {"hosts": ["db.example.com"], "exportTo": ["."]}
    one, other = in_shop(VIRTUAL, "one", **own), moved(in_shop(VIRTUAL, "other", **own), "pay")
    assert verdict("virtual-services-hosts-unique", one, other) is Verdict.PASS
    assert verdict("virtual-services-hosts-unique", one, in_shop(VIRTUAL, "twin", **own)) is Verdict.FAIL


def test_virtual_services_at_a_gateway_may_share_a_host() -> None:
    at_gateway = {"hosts": ["shop.example.com"], "gateways": ["public"]}
    one, other = in_shop(VIRTUAL, "one", **at_gateway), in_shop(VIRTUAL, "other", **at_gateway)
    assert verdict("virtual-services-hosts-unique", one, other) is Verdict.PASS


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        ("*.example.com", Verdict.PASS),
        ("shop/shop.example.com", Verdict.PASS),
        ("./shop.example.com", Verdict.PASS),
        ("*/shop.example.com", Verdict.PASS),
        ("pay/shop.example.com", Verdict.FAIL),
        ("*", Verdict.PASS),
        ("*.example.org", Verdict.FAIL),
    ],
)
def test_a_gateway_serves_the_hosts_that_its_patterns_match(served: str, expected: Verdict) -> None:
    routed = in_shop(VIRTUAL, hosts=["shop.example.com"], gateways=["shop/public"])
    gateway = in_shop(GATEWAY, "public", servers=[{"hosts": [served]}])
    assert verdict("virtual-services-hosts-served", routed, gateway) is expected


def test_a_gateway_of_another_namespace_may_keep_a_host_for_its_own() -> None:
    routed = moved(in_shop(VIRTUAL, hosts=["shop.example.com"], gateways=["shop/public"]), "pay")
    for_itself = in_shop(GATEWAY, "public", servers=[{"hosts": ["./shop.example.com"]}])
    for_all = in_shop(GATEWAY, "public", servers=[{"hosts": ["shop.example.com"]}])
    assert verdict("virtual-services-hosts-served", routed, for_itself) is Verdict.FAIL
    assert verdict("virtual-services-hosts-served", routed, for_all) is Verdict.PASS


def test_each_host_is_served_by_a_gateway_and_each_gateway_that_there_is_serves_a_host() -> None:
    gateways = [
        in_shop(GATEWAY, name, servers=[{"hosts": [f"{name}.example.com"]}]) for name in ("shop", "pay")
    ]
    both = in_shop(VIRTUAL, hosts=["shop.example.com", "pay.example.com"], gateways=["shop", "pay"])
    assert verdict("virtual-services-hosts-served", both, *gateways) is Verdict.PASS
    idle = in_shop(VIRTUAL, hosts=["shop.example.com"], gateways=["shop", "pay"])
    assert verdict("virtual-services-hosts-served", idle, *gateways) is Verdict.FAIL
    wide = in_shop(VIRTUAL, hosts=["*.example.com"], gateways=["shop"])
    assert verdict("virtual-services-hosts-served", wide, *gateways) is Verdict.PASS
    nowhere = in_shop(VIRTUAL, hosts=["shop.example.com"], gateways=["shop", "missing"])
    assert verdict("virtual-services-hosts-served", nowhere, *gateways) is Verdict.FAIL
    assert verdict("virtual-services-hosts-served", nowhere, *gateways, whole=False) is Verdict.NOT_EVALUATED
    inside = in_shop(VIRTUAL, hosts=["shop"], gateways=["mesh"])
    assert verdict("virtual-services-hosts-served", inside, *gateways) is Verdict.PASS


def test_a_virtual_service_for_everybody_also_takes_a_host_from_who_keeps_it_for_itself() -> None:
    private = moved(in_shop(VIRTUAL, "one", hosts=["db.example.com"], exportTo=["."]), "pay")
    public = in_shop(VIRTUAL, "other", hosts=["db.example.com"])
    assert verdict("virtual-services-hosts-unique", private, public) is Verdict.FAIL
    assert verdict("virtual-services-hosts-unique", public, private) is Verdict.FAIL


def test_a_credential_of_an_istio_gateway_may_stand_where_the_gateway_runs() -> None:
    secret = Declared(
        type="kubernetes:core/v1:Secret",
        name="tls",
        properties={"metadata": {"name": "shop-tls", "namespace": "istio-ingress"}},
    )
    assert verdict("gateway-credentials-exist", SERVING) is Verdict.FAIL
    assert verdict("gateway-credentials-exist", SERVING, secret) is Verdict.PASS
    assert verdict("gateway-credentials-exist", LISTENING, secret) is Verdict.FAIL


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ({"name": "grpc-web"}, Verdict.PASS),
        ({"name": "http2-api"}, Verdict.PASS),
        ({"name": "httpx"}, Verdict.FAIL),
        ({}, Verdict.FAIL),
        ({"name": "dns", "protocol": "UDP"}, Verdict.PASS),
    ],
)
def test_a_port_says_its_protocol_at_the_beginning_of_its_name(
    port: dict[str, Any], expected: Verdict
) -> None:
    said = service(ports=[{"port": 80, **port}])
    assert verdict("service-ports-say-their-protocol", said) is expected
