"""AuthorizationPolicy as the Istio reference describes it."""

import pytest

from pavedroad.access import Address, Cluster, ExternalPod, HttpRequest, Settings, Step, Verdict
from tests.support.access import authorization, cluster, namespace, pod, service, verdict

ALLOWED, REFUSED, NOT_EVALUATED = Verdict.ALLOWED, Verdict.REFUSED, Verdict.NOT_EVALUATED

MESH = {"istio_injection": "enabled"}
PODS = (
    namespace("shop", **MESH),
    namespace("bank", **MESH),
    namespace("legacy"),
    pod("shop/web"),
    pod("shop/cart"),
    pod("bank/ledger", ports={"http": 80, "db": 5432}),
    pod("legacy/batch"),
    service("bank/ledger", "ledger", "http:80", "tcp-db:5432", "odd:7000"),
)
WEB = "cluster.local/ns/shop/sa/web"


def guarded(*specs: str, place: str = "bank", settings: Settings | None = None) -> Cluster:
    policies = [authorization(f"{place}/rule-{number}", spec) for number, spec in enumerate(specs)]
    return cluster(*PODS, *policies, settings=settings)


def from_source(source: str, action: str = "ALLOW") -> str:
    return f"{{action: {action}, rules: [{{from: [{{source: {source}}}]}}]}}"


def to_operation(operation: str, action: str = "ALLOW") -> str:
    return f"{{action: {action}, rules: [{{to: [{{operation: {operation}}}]}}]}}"


def when(key: str, rest: str, action: str = "ALLOW") -> str:
    return f"{{action: {action}, rules: [{{when: [{{key: '{key}', {rest}}}]}}]}}"


def test_without_policies_a_workload_takes_everything() -> None:
    assert verdict(cluster(*PODS), "shop/web", "bank/ledger") is ALLOWED


def test_an_allow_policy_without_rules_takes_nothing() -> None:
    assert verdict(guarded("{}"), "shop/web", "bank/ledger") is REFUSED


def test_an_allow_policy_with_an_empty_rule_takes_everything() -> None:
    assert verdict(guarded("{rules: [{}]}"), "shop/web", "bank/ledger") is ALLOWED


def test_a_deny_policy_with_an_empty_rule_takes_nothing_and_one_without_rules_changes_nothing() -> None:
    assert verdict(guarded("{action: DENY, rules: [{}]}"), "shop/web", "bank/ledger") is REFUSED
    assert verdict(guarded("{action: DENY}"), "shop/web", "bank/ledger") is ALLOWED


def test_deny_goes_before_allow() -> None:
    closed = guarded(
        from_source("{namespaces: [shop]}"), from_source(f"{{principals: [{WEB}]}}", action="DENY")
    )
    assert verdict(closed, "shop/cart", "bank/ledger") is ALLOWED
    assert verdict(closed, "shop/web", "bank/ledger") is REFUSED
    decision = closed.decide(closed.pod("shop", "Pod/web"), closed.pod("bank", "Pod/ledger"), 80)
    assert decision.reasons[-1].step is Step.AUTHORIZATION
    assert decision.reasons[-1].policies == ("AuthorizationPolicy bank/rule-1",)


def test_a_policy_holds_in_its_own_namespace_alone() -> None:
    closed = guarded("{}", place="shop")
    assert verdict(closed, "shop/web", "bank/ledger") is ALLOWED
    assert verdict(closed, "bank/ledger", "shop/web") is REFUSED


def test_a_policy_of_the_root_namespace_holds_everywhere_and_its_selector_too() -> None:
    closed = guarded("{selector: {matchLabels: {app: ledger}}}", place="istio-system")
    assert verdict(closed, "shop/web", "bank/ledger") is REFUSED
    assert verdict(closed, "shop/web", "shop/cart") is ALLOWED
    other = guarded("{}", place="mesh-root", settings=Settings(root_namespace="mesh-root"))
    assert verdict(other, "shop/web", "bank/ledger") is REFUSED


def test_a_selector_limits_a_policy_to_the_pods_it_matches() -> None:
    closed = guarded("{selector: {matchLabels: {app: web}}}", place="shop")
    assert verdict(closed, "bank/ledger", "shop/web") is REFUSED
    assert verdict(closed, "bank/ledger", "shop/cart") is ALLOWED


@pytest.mark.parametrize(
    ("source", "web", "cart"),
    [
        (f"{{principals: [{WEB}]}}", ALLOWED, REFUSED),
        ("{principals: ['*']}", ALLOWED, ALLOWED),
        ("{principals: ['*/sa/web']}", ALLOWED, REFUSED),
        ("{principals: ['cluster.local/ns/shop/*']}", ALLOWED, ALLOWED),
        ("{principals: ['cluster.local/ns/sho']}", REFUSED, REFUSED),
        (f"{{notPrincipals: [{WEB}]}}", REFUSED, ALLOWED),
        ("{namespaces: [shop]}", ALLOWED, ALLOWED),
        ("{namespaces: ['s*p']}", ALLOWED, ALLOWED),
        ("{namespaces: [sho]}", REFUSED, REFUSED),
        ("{notNamespaces: [shop]}", REFUSED, REFUSED),
        ("{serviceAccounts: [shop/web]}", ALLOWED, REFUSED),
        ("{serviceAccounts: [web]}", REFUSED, REFUSED),
        ("{notServiceAccounts: [shop/web]}", REFUSED, ALLOWED),
        ("{trustDomains: [cluster.local]}", ALLOWED, ALLOWED),
        (f"{{namespaces: [shop], notPrincipals: [{WEB}]}}", REFUSED, ALLOWED),
    ],
)
def test_sources(source: str, web: Verdict, cart: Verdict) -> None:
    closed = guarded(from_source(source))
    assert verdict(closed, "shop/web", "bank/ledger") is web
    assert verdict(closed, "shop/cart", "bank/ledger") is cart


def test_a_service_account_without_a_namespace_is_one_of_the_policys_own() -> None:
    closed = guarded(from_source("{serviceAccounts: [web]}"), place="shop")
    assert verdict(closed, "shop/web", "shop/cart") is ALLOWED
    assert verdict(closed, "bank/ledger", "shop/cart") is REFUSED


def test_cluster_local_in_a_policy_stands_for_the_meshs_own_trust_domain() -> None:
    closed = guarded(from_source(f"{{principals: [{WEB}]}}"), settings=Settings(trust_domain="corp.example"))
    assert verdict(closed, "shop/web", "bank/ledger") is ALLOWED
    assert verdict(closed, "shop/cart", "bank/ledger") is REFUSED


def test_a_source_without_a_certificate_has_no_identity() -> None:
    assert verdict(guarded(from_source("{principals: ['*']}")), "legacy/batch", "bank/ledger") is REFUSED
    assert verdict(guarded(from_source("{namespaces: [legacy]}")), "legacy/batch", "bank/ledger") is REFUSED
    named = guarded(from_source("{notPrincipals: [nobody]}"))
    assert verdict(named, "legacy/batch", "bank/ledger") is ALLOWED


def test_any_source_any_operation_and_every_condition() -> None:
    closed = guarded(f"""
        rules:
        - from: [{{source: {{principals: [{WEB}]}}}}, {{source: {{namespaces: [legacy]}}}}]
          to: [{{operation: {{ports: ["5432"]}}}}, {{operation: {{ports: ["80"]}}}}]
          when: [{{key: destination.port, notValues: ["80"]}}]
    """)
    assert verdict(closed, "shop/web", "bank/ledger", 5432) is ALLOWED
    assert verdict(closed, "shop/web", "bank/ledger", 80) is REFUSED
    assert verdict(closed, "shop/cart", "bank/ledger", 5432) is REFUSED


def test_not_ports() -> None:
    closed = guarded(to_operation('{notPorts: ["80"]}'))
    assert verdict(closed, "shop/web", "bank/ledger", 80) is REFUSED
    assert verdict(closed, "shop/web", "bank/ledger", 5432) is ALLOWED


@pytest.mark.parametrize(
    ("operation", "method", "path", "expected"),
    [
        ("{methods: [GET]}", "GET", "/", ALLOWED),
        ("{methods: [GET]}", "POST", "/", REFUSED),
        ("{methods: [get]}", "GET", "/", REFUSED),
        ("{notMethods: [GET]}", "POST", "/", ALLOWED),
        ("{paths: [/info*]}", "GET", "/info/1", ALLOWED),
        ("{paths: ['*.json']}", "GET", "/a/b.json?x=1", ALLOWED),
        ("{paths: [/info]}", "GET", "/info/1", REFUSED),
        ("{paths: [/info*], notPaths: [/info/secret]}", "GET", "/info/secret", REFUSED),
        ("{paths: ['/a/{*}/c']}", "GET", "/a/b/c", ALLOWED),
        ("{paths: ['/a/{*}/c']}", "GET", "/a/b/b/c", REFUSED),
        ("{paths: ['/a/{**}']}", "GET", "/a/b/b/c", ALLOWED),
        ("{hosts: ['*.EXAMPLE.com']}", "GET", "/", ALLOWED),
        ("{hosts: [example.com]}", "GET", "/", REFUSED),
        ("{notHosts: ['*']}", "GET", "/", REFUSED),
    ],
)
def test_operations(operation: str, method: str, path: str, expected: Verdict) -> None:
    request = HttpRequest(method=method, path=path, host="api.example.com")
    assert verdict(guarded(to_operation(operation)), "shop/web", "bank/ledger", 80, request) is expected


def test_a_rule_about_requests_is_not_evaluated_on_an_http_port_without_a_request() -> None:
    closed = guarded(to_operation("{methods: [GET]}"))
    assert verdict(closed, "shop/web", "bank/ledger", 80) is NOT_EVALUATED
    assert verdict(closed, "shop/web", "bank/ledger", 7000) is NOT_EVALUATED


def test_an_allow_rule_with_http_fields_never_matches_on_a_tcp_port() -> None:
    either = "{rules: [{to: [{operation: {methods: [GET]}}, {operation: {ports: ['5432']}}]}]}"
    for closed in (guarded(to_operation("{methods: [GET]}")), guarded(either)):
        request = HttpRequest(method="GET", path="/")
        assert verdict(closed, "shop/web", "bank/ledger", 5432, request) is REFUSED
        assert verdict(closed, "shop/web", "bank/ledger", 5432) is REFUSED


def test_a_deny_rule_drops_its_http_fields_on_a_tcp_port() -> None:
    wide = guarded(to_operation("{methods: [GET]}", action="DENY"))
    assert verdict(wide, "shop/web", "bank/ledger", 5432) is REFUSED
    narrow = guarded(
        f"{{action: DENY, rules: [{{from: [{{source: {{principals: [{WEB}]}}}}], to: [{{operation: {{paths: [/x]}}}}]}}]}}"
    )
    assert verdict(narrow, "shop/web", "bank/ledger", 5432) is REFUSED
    assert verdict(narrow, "shop/cart", "bank/ledger", 5432) is ALLOWED


@pytest.mark.parametrize(
    ("key", "rest", "web", "cart"),
    [
        ("source.principal", f"values: [{WEB}]", ALLOWED, REFUSED),
        ("source.principal", f"notValues: [{WEB}]", REFUSED, ALLOWED),
        ("source.principal", f"values: ['*'], notValues: [{WEB}]", REFUSED, ALLOWED),
        ("source.namespace", "values: [bank]", REFUSED, REFUSED),
        ("source.namespace", "notValues: [bank]", ALLOWED, ALLOWED),
        ("destination.port", "values: ['80', '81']", ALLOWED, ALLOWED),
        ("destination.port", "notValues: ['80']", REFUSED, REFUSED),
        ("connection.sni", "values: [www.example.com]", NOT_EVALUATED, NOT_EVALUATED),
        ("experimental.envoy.filters.x[y]", "values: [z]", NOT_EVALUATED, NOT_EVALUATED),
    ],
)
def test_conditions(key: str, rest: str, web: Verdict, cart: Verdict) -> None:
    closed = guarded(when(key, rest))
    assert verdict(closed, "shop/web", "bank/ledger", 80) is web
    assert verdict(closed, "shop/cart", "bank/ledger", 80) is cart


def test_conditions_on_headers_and_tokens() -> None:
    header = guarded(when("request.headers[X-Team]", "values: ['re*']"))
    sent = HttpRequest(method="GET", path="/", headers={"x-team": "red"})
    bare = HttpRequest(method="GET", path="/")
    assert verdict(header, "shop/web", "bank/ledger", 80, sent) is ALLOWED
    assert verdict(header, "shop/web", "bank/ledger", 80, bare) is REFUSED
    token = guarded(from_source("{requestPrincipals: ['*']}"))
    signed = HttpRequest(method="GET", path="/", principal="https://id.example.com/joe")
    assert verdict(token, "shop/web", "bank/ledger", 80, signed) is ALLOWED
    assert verdict(token, "shop/web", "bank/ledger", 80, bare) is REFUSED
    claim = guarded(when("request.auth.claims[iss]", "values: [x]"))
    assert verdict(claim, "shop/web", "bank/ledger", 80, signed) is NOT_EVALUATED
    assert verdict(claim, "shop/web", "bank/ledger", 80, bare) is REFUSED


def test_ip_blocks_are_known_of_addresses_alone() -> None:
    closed = guarded(from_source("{ipBlocks: [203.0.113.0/24], notIpBlocks: [203.0.113.66]}"))
    ledger = closed.pod("bank", "Pod/ledger")
    assert closed.decide(Address("203.0.113.7"), ledger, 80).verdict is ALLOWED
    assert closed.decide(Address("203.0.113.66"), ledger, 80).verdict is REFUSED
    assert verdict(closed, "shop/web", "bank/ledger") is NOT_EVALUATED


def test_a_custom_action_that_matches_is_not_evaluated_but_a_certain_refusal_stands() -> None:
    custom = f"{{action: CUSTOM, provider: {{name: oauth}}, rules: [{{from: [{{source: {{principals: [{WEB}]}}}}]}}]}}"
    assert verdict(guarded(custom), "shop/web", "bank/ledger") is NOT_EVALUATED
    assert verdict(guarded(custom), "shop/cart", "bank/ledger") is ALLOWED
    assert verdict(guarded(custom, "{}"), "shop/web", "bank/ledger") is REFUSED


def test_an_unknown_condition_cannot_undo_a_certain_deny() -> None:
    closed = guarded(when("connection.sni", "values: [x]"), "{action: DENY, rules: [{}]}")
    assert verdict(closed, "shop/web", "bank/ledger") is REFUSED


def test_an_audit_policy_and_a_dry_run_change_nothing() -> None:
    assert verdict(guarded("{action: AUDIT, rules: [{}]}"), "shop/web", "bank/ledger") is ALLOWED
    dry = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: dry, namespace: bank, annotations: {istio.io/dry-run: "true"}}
        spec: {}
    """
    assert verdict(cluster(*PODS, dry), "shop/web", "bank/ledger") is ALLOWED


def test_a_pod_outside_the_mesh_enforces_no_authorization_policy() -> None:
    closed = guarded("{}", place="legacy")
    assert verdict(closed, "shop/web", "legacy/batch") is ALLOWED


def test_a_target_other_than_a_gateway_is_not_evaluated() -> None:
    closed = guarded("{targetRefs: [{kind: Service, group: '', name: ledger}]}")
    assert verdict(closed, "shop/web", "bank/ledger") is NOT_EVALUATED


def test_a_target_of_kind_gateway_holds_for_the_pods_of_that_istio_gateway() -> None:
    gateways = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: front, namespace: bank}
        spec: {gatewayClassName: istio, listeners: [{name: web, port: 80, protocol: HTTP}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: side, namespace: bank}
        spec: {gatewayClassName: istio, listeners: [{name: web, port: 80, protocol: HTTP}]}
    """
    target = "{targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: front}]}"
    closed = cluster(*PODS, gateways, authorization("bank/target", target))
    web = closed.pod("shop", "Pod/web")
    assert closed.decide(web, closed.pod("bank", "Gateway/front"), 80).verdict is REFUSED
    assert closed.decide(web, closed.pod("bank", "Gateway/side"), 80).verdict is ALLOWED
    assert verdict(closed, "shop/web", "bank/ledger") is ALLOWED


def test_who_speaks_to_a_gateway_is_not_evaluated_for_its_listeners_decide() -> None:
    gateway = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: front, namespace: bank}
        spec: {gatewayClassName: istio, listeners: [{name: web, port: 80, protocol: HTTP}]}
    """
    closed = cluster(*PODS, gateway, authorization("bank/web", from_source(f"{{principals: [{WEB}]}}")))
    web, front = closed.pod("shop", "Pod/web"), closed.pod("bank", "Gateway/front")
    assert closed.decide(web, front, 80).verdict is NOT_EVALUATED


def test_an_external_pod_in_the_mesh_has_an_identity() -> None:
    closed = guarded(from_source("{principals: [cluster.local/ns/ops/sa/prometheus]}"))
    ledger = closed.pod("bank", "Pod/ledger")
    scraper = ExternalPod("ops", service_account="prometheus", in_mesh=True)
    assert closed.decide(scraper, ledger, 80).verdict is ALLOWED
    plain = ExternalPod("ops", service_account="prometheus")
    assert closed.decide(plain, ledger, 80).verdict is REFUSED


def test_an_envoy_filter_leaves_the_mesh_steps_of_its_namespace_not_evaluated() -> None:
    filters = (
        "{apiVersion: networking.istio.io/v1alpha3, kind: EnvoyFilter, metadata: {name: f, namespace: bank}}"
    )
    mixed = cluster(*PODS, filters)
    assert verdict(mixed, "shop/web", "bank/ledger") is NOT_EVALUATED
    assert verdict(mixed, "shop/web", "shop/cart") is ALLOWED
