"""Judgements about traffic that follow Kubernetes' own meaning of an object, not only its fields."""

from typing import Any

import pytest

from pavedroad.governance import Opaque, Properties, Resource, Verdict, judge
from tests.policies.examples.traffic import ingress, pod, route, service
from tests.policies.examples.traffic_policies import DNS, NAMED, POSTGRES, WEB, denying, policy
from tests.support.examples import RULE_BY_CONTROL, Declared
from tests.support.verdicts import verdict


def test_a_service_in_a_slice_may_select_pods_of_another() -> None:
    assert verdict("services-select-pods", service(), whole=False) is Verdict.NOT_EVALUATED
    assert verdict("services-select-pods", service()) is Verdict.FAIL


@pytest.mark.parametrize(
    "spec", [{"selector": None}, {"selector": {}}, {"type": "ExternalName", "externalName": "db.example.com"}]
)
def test_a_service_without_a_selector_selects_nothing_on_purpose(spec: dict[str, Any]) -> None:
    assert verdict("services-select-pods", service(**spec)) is Verdict.PASS


@pytest.mark.parametrize(
    ("selector", "expected"),
    [({"cnpg.io/cluster": "ledger"}, Verdict.PASS), ({"app": "ledger"}, Verdict.FAIL)],
)
def test_pods_that_an_operator_makes_are_believed_in_by_their_labels(
    selector: dict[str, str], expected: Verdict
) -> None:
    assert verdict("services-select-pods", service(selector=selector), POSTGRES) is expected


def test_a_chart_may_make_any_pod_in_its_namespace() -> None:
    chart = Declared(
        type="kubernetes:helm.sh/v3:Release", name="chart", properties={"namespace": "shop", "chart": "x"}
    )
    assert verdict("services-select-pods", service(selector={"app": "x"}), chart) is Verdict.PASS


def test_a_target_that_no_selected_pod_opens_is_found_only_where_a_pod_is_selected() -> None:
    named = service(ports=[{"port": 80, "targetPort": "admin"}])
    assert verdict("services-target-named-ports", named, pod()) is Verdict.FAIL
    assert verdict("services-target-named-ports", named) is Verdict.PASS


def test_services_of_two_namespaces_may_select_by_the_same_labels() -> None:
    other = service("web", selector={"app": "web"})
    elsewhere = Declared(
        type=other.type,
        name="elsewhere",
        properties={**other.properties, "metadata": {"name": "web", "namespace": "elsewhere"}},
    )
    assert verdict("services-selectors-unique", service(), elsewhere) is Verdict.PASS


@pytest.mark.parametrize(
    ("hosts", "host", "expected"),
    [
        (["*.example.com"], "shop.example.com", Verdict.PASS),
        (["*.example.com"], "a.shop.example.com", Verdict.FAIL),
        (["*.example.com"], "example.com", Verdict.FAIL),
        ([Opaque.UNKNOWN], "shop.example.com", Verdict.NOT_EVALUATED),
    ],
)
def test_a_wildcard_certificate_stands_for_one_label(
    hosts: list[object], host: str, expected: Verdict
) -> None:
    assert verdict("ingresses-hosts-have-tls", ingress(host, tls=[{"hosts": hosts}])) is expected


def test_a_route_without_hosts_may_redirect_and_may_be_for_a_service() -> None:
    redirecting = route(hostnames=[], rules=[{"filters": [{"type": "RequestRedirect"}]}])
    inside = route(hostnames=[], parentRefs=[{"kind": "Service", "name": "web"}])
    assert verdict("ingresses-hosts-exact", redirecting) is Verdict.PASS
    assert verdict("ingresses-hosts-exact", inside) is Verdict.PASS


def test_routes_at_two_listeners_may_share_a_host_and_path() -> None:
    plain = route(parentRefs=[{"name": "public", "sectionName": "http"}])
    encrypted = route("other", parentRefs=[{"name": "public", "sectionName": "https"}])
    assert verdict("ingresses-paths-unique", plain, encrypted) is Verdict.PASS
    assert verdict("ingresses-paths-unique", plain, plain, encrypted) is Verdict.FAIL


def test_one_host_may_have_paths_in_two_ingresses_though_that_is_advised_against() -> None:
    more = ingress(name="more")
    path = {"path": "/more", "pathType": "Prefix", "backend": {"service": {"name": "web"}}}
    more.properties["spec"]["rules"][0]["http"]["paths"] = [path]
    assert verdict("ingresses-paths-unique", ingress(), more) is Verdict.PASS
    assert verdict("ingresses-hosts-unique", ingress(), more) is Verdict.FAIL


def test_a_backend_that_is_no_service_is_not_looked_for() -> None:
    backend = {"resource": {"kind": "StorageBucket", "name": "static"}}
    rule = {"host": "a.example.com", "http": {"paths": [{"path": "/", "backend": backend}]}}
    assert verdict("ingresses-lead-to-services", ingress(rules=[rule])) is Verdict.PASS


@pytest.mark.parametrize("duration", ["90d", "", "h", "-1h", "2400.5h", "0h", "144001m"])
def test_a_duration_that_is_too_long_or_none_at_all_is_refused(duration: str) -> None:
    certificate = Declared(
        type="kubernetes:cert-manager.io/v1:Certificate",
        properties={"metadata": {"name": "a"}, "spec": {"duration": duration}},
    )
    assert verdict("certificates-short-lived", certificate) is Verdict.FAIL


def test_a_policy_without_types_is_about_ingress_and_only_with_such_rules_about_egress() -> None:
    bare = policy()
    opening = policy(egress=[DNS])
    closes = "namespaces-deny-by-default"
    outward = policy("outward", policyTypes=["Egress"])
    assert verdict(closes, NAMED, bare) is Verdict.FAIL
    assert verdict(closes, NAMED, bare, outward) is Verdict.PASS
    assert verdict("network-policies-allow-dns", bare) is Verdict.PASS
    assert verdict("network-policies-allow-dns", opening) is Verdict.PASS


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ({"protocol": "UDP"}, Verdict.PASS),
        ({"protocol": "UDP", "port": 50, "endPort": 60}, Verdict.PASS),
        ({"protocol": "UDP", "port": "dns"}, Verdict.PASS),
        ({"protocol": "UDP", "port": 5353}, Verdict.FAIL),
        ({"port": 53}, Verdict.FAIL),
    ],
)
def test_dns_is_allowed_by_number_name_range_or_every_port(port: dict[str, Any], expected: Verdict) -> None:
    allowing = denying(egress=[{"ports": [port], "to": [{"namespaceSelector": {}}]}])
    assert verdict("network-policies-allow-dns", allowing) is expected


def test_a_peer_in_a_namespace_without_declared_pods_is_taken_on_trust() -> None:
    peer = {
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
    }
    assert verdict("network-policies-peers-are-pods", policy(egress=[{"to": [peer]}])) is Verdict.PASS


def test_a_pod_is_behind_a_policy_that_selects_it_by_expression() -> None:
    expression = {"matchExpressions": [{"key": "app", "operator": "Exists"}]}
    assert verdict("pods-behind-network-policies", pod(), policy(podSelector=expression)) is Verdict.PASS
    assert verdict("pods-behind-network-policies", pod(), policy(podSelector=WEB)) is Verdict.PASS


def test_thousands_of_services_policies_and_pods_in_one_namespace_each_find_their_own() -> None:
    def placed(type_: str, index: int, spec: dict[str, Any], labels: dict[str, str]) -> Resource:
        metadata = {"name": f"web-{index}", "namespace": "shop", "labels": labels}
        return Resource(
            type=type_,
            name=f"web-{index}",
            urn=f"urn:{type_}:{index}",
            properties=Properties({"metadata": metadata, "spec": spec}),
        )

    count = 2000
    labels = [{"app": f"web-{index}", "tier": "front"} for index in range(count)]
    stack = [placed(pod().type, index, {}, each) for index, each in enumerate(labels)]
    stack += [placed(service().type, index, {"selector": each}, {}) for index, each in enumerate(labels)]
    stack += [
        placed(policy().type, index, {"podSelector": {"matchLabels": each}}, {})
        for index, each in enumerate(labels)
    ]
    controls = ("services-select-pods", "pods-behind-network-policies", "network-policies-select-pods")
    found = judge([RULE_BY_CONTROL[each] for each in controls], stack)
    assert [each.verdict for each in found] == [Verdict.PASS] * (3 * count)


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ({"nginx.ingress.kubernetes.io/rewrite-target": "/$1"}, Verdict.PASS),
        ({"example.com/note": "{}"}, Verdict.PASS),
        ({"example.com/note": "a; root /data;"}, Verdict.FAIL),
        ({"nginx.ingress.kubernetes.io/app-root": "/etc/nginx/nginx.conf"}, Verdict.FAIL),
        (Opaque.UNKNOWN, Verdict.NOT_EVALUATED),
    ],
)
def test_directives_are_found_in_whatever_annotation(annotations: Any, expected: Verdict) -> None:
    assert verdict("ingresses-without-nginx-injection", ingress(annotations=annotations)) is expected


def test_annotations_that_are_not_known_may_hold_a_snippet() -> None:
    hidden: Any = Opaque.UNKNOWN
    assert verdict("ingresses-without-nginx-snippets", ingress(annotations=hidden)) is Verdict.NOT_EVALUATED
