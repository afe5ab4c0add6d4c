"""NetworkPolicy as the Kubernetes API reference describes it."""

import pytest

from pavedroad.access import Address, Cluster, ExternalPod, Settings, Step, Verdict
from tests.support.access import cluster, namespace, network_policy, pod, verdict

ALLOWED, REFUSED, NOT_EVALUATED = Verdict.ALLOWED, Verdict.REFUSED, Verdict.NOT_EVALUATED

PODS = (
    namespace("shop", tier="front"),
    namespace("bank", tier="back"),
    pod("shop/web", ports={"http": 80, "admin": 9000}),
    pod("shop/cart"),
    pod("bank/ledger", ports={"http": 8080}),
    pod("bank/web"),
)


def guarded(spec: str, place: str = "shop/guard", settings: Settings | None = None) -> Cluster:
    return cluster(*PODS, network_policy(place, spec), settings=settings)


def test_without_policies_everything_is_open() -> None:
    assert verdict(cluster(*PODS), "bank/ledger", "shop/web") is ALLOWED


def test_an_empty_pod_selector_isolates_every_pod_of_the_namespace_and_no_other() -> None:
    closed = guarded("podSelector: {}")
    assert verdict(closed, "shop/cart", "shop/web") is REFUSED
    assert verdict(closed, "shop/web", "shop/cart") is REFUSED
    assert verdict(closed, "shop/web", "bank/ledger") is ALLOWED


def test_policy_types_default_to_ingress_alone_without_egress_rules() -> None:
    closed = guarded("{podSelector: {}, egress: []}")
    assert verdict(closed, "bank/ledger", "shop/web") is REFUSED
    assert verdict(closed, "shop/web", "bank/ledger") is ALLOWED


def test_policy_types_default_to_both_with_an_egress_rule() -> None:
    closed = guarded("{podSelector: {}, egress: [{ports: [{port: 53}]}]}")
    assert verdict(closed, "shop/web", "bank/ledger", 80) is REFUSED
    assert verdict(closed, "shop/web", "bank/ledger", 53) is ALLOWED
    assert verdict(closed, "bank/ledger", "shop/web", 80) is REFUSED


def test_policy_types_of_egress_alone_leave_ingress_open() -> None:
    closed = guarded("{podSelector: {}, policyTypes: [Egress]}")
    assert verdict(closed, "bank/ledger", "shop/web") is ALLOWED
    assert verdict(closed, "shop/web", "bank/ledger") is REFUSED


def test_ingress_rules_do_not_count_when_policy_types_leave_ingress_out() -> None:
    closed = guarded("{podSelector: {}, policyTypes: [Egress], ingress: []}")
    assert verdict(closed, "bank/ledger", "shop/web") is ALLOWED


@pytest.mark.parametrize("rule", ["{}", "{from: []}", "{from: null}"])
def test_a_rule_without_peers_takes_every_peer(rule: str) -> None:
    assert verdict(guarded(f"{{podSelector: {{}}, ingress: [{rule}]}}"), "bank/ledger", "shop/web") is ALLOWED


def test_an_empty_list_of_rules_takes_nobody() -> None:
    assert verdict(guarded("{podSelector: {}, ingress: []}"), "shop/cart", "shop/web") is REFUSED


def test_a_pod_selector_alone_means_the_policys_own_namespace() -> None:
    closed = guarded("{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}")
    assert verdict(closed, "shop/web", "shop/cart") is ALLOWED
    assert verdict(closed, "bank/web", "shop/cart") is REFUSED


def test_an_empty_pod_selector_as_peer_means_every_pod_of_the_own_namespace() -> None:
    closed = guarded("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}")
    assert verdict(closed, "shop/cart", "shop/web") is ALLOWED
    assert verdict(closed, "bank/web", "shop/web") is REFUSED


def test_an_empty_namespace_selector_means_every_pod_of_every_namespace_but_no_address() -> None:
    closed = guarded("{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}")
    assert verdict(closed, "bank/ledger", "shop/web") is ALLOWED
    assert closed.decide(Address("203.0.113.9"), closed.pod("shop", "Pod/web"), 80).verdict is REFUSED


def test_both_selectors_in_one_peer_must_hold_together() -> None:
    closed = guarded("""
        podSelector: {}
        ingress:
        - from:
          - namespaceSelector: {matchLabels: {tier: back}}
            podSelector: {matchLabels: {app: web}}
    """)
    assert verdict(closed, "bank/web", "shop/cart") is ALLOWED
    assert verdict(closed, "bank/ledger", "shop/cart") is REFUSED
    assert verdict(closed, "shop/web", "shop/cart") is REFUSED


def test_the_same_selectors_in_two_peers_hold_each_alone() -> None:
    closed = guarded("""
        podSelector: {}
        ingress:
        - from:
          - namespaceSelector: {matchLabels: {tier: back}}
          - podSelector: {matchLabels: {app: web}}
    """)
    assert verdict(closed, "bank/ledger", "shop/cart") is ALLOWED
    assert verdict(closed, "shop/web", "shop/cart") is ALLOWED


def test_a_namespace_is_known_by_its_automatic_name_label() -> None:
    closed = guarded("""
        podSelector: {}
        ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: bank}}}]}]
    """)
    assert verdict(closed, "bank/ledger", "shop/web") is ALLOWED
    assert verdict(closed, "shop/cart", "shop/web") is REFUSED


@pytest.mark.parametrize(
    ("expression", "web", "cart"),
    [
        ("{key: app, operator: In, values: [web, api]}", ALLOWED, REFUSED),
        ("{key: app, operator: NotIn, values: [web]}", REFUSED, ALLOWED),
        ("{key: absent, operator: NotIn, values: [web]}", ALLOWED, ALLOWED),
        ("{key: app, operator: Exists}", ALLOWED, ALLOWED),
        ("{key: absent, operator: Exists}", REFUSED, REFUSED),
        ("{key: app, operator: DoesNotExist}", REFUSED, REFUSED),
        ("{key: absent, operator: DoesNotExist}", ALLOWED, ALLOWED),
    ],
)
def test_match_expressions(expression: str, web: Verdict, cart: Verdict) -> None:
    peer = f"{{podSelector: {{matchExpressions: [{expression}]}}}}"
    closed = guarded(f"{{podSelector: {{}}, ingress: [{{from: [{peer}]}}]}}")
    assert verdict(closed, "shop/web", "shop/cart") is web
    assert verdict(closed, "shop/cart", "shop/web") is cart


@pytest.mark.parametrize(
    ("address", "expected"),
    [("172.17.0.9", ALLOWED), ("172.17.1.9", REFUSED), ("172.18.0.1", REFUSED), ("2001:db8::1", REFUSED)],
)
def test_an_ip_block_takes_its_addresses_without_the_exceptions(address: str, expected: Verdict) -> None:
    closed = guarded("""
        podSelector: {}
        ingress: [{from: [{ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24]}}]}]
    """)
    assert closed.decide(Address(address), closed.pod("shop", "Pod/web"), 80).verdict is expected


def test_egress_to_an_ip_block() -> None:
    closed = guarded("""
        {podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 443}]}]}
    """)
    web = closed.pod("shop", "Pod/web")
    assert closed.decide(web, Address("203.0.113.7"), 443).verdict is ALLOWED
    assert closed.decide(web, Address("203.0.113.7"), 80).verdict is REFUSED
    assert closed.decide(web, Address("198.51.100.7"), 443).verdict is REFUSED


def test_whether_an_ip_block_takes_a_pod_is_not_evaluated_unless_no_pod_can_be_in_it() -> None:
    spec = "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}"
    assert verdict(guarded(spec), "shop/cart", "shop/web") is NOT_EVALUATED
    elsewhere = Settings(pod_networks=("192.168.0.0/16",))
    assert verdict(guarded(spec, settings=elsewhere), "shop/cart", "shop/web") is REFUSED
    inside = Settings(pod_networks=("10.244.0.0/16",))
    assert verdict(guarded(spec, settings=inside), "shop/cart", "shop/web") is NOT_EVALUATED


@pytest.mark.parametrize(
    ("port", "expected"), [(31999, REFUSED), (32000, ALLOWED), (32768, ALLOWED), (32769, REFUSED)]
)
def test_end_port_makes_a_range_that_includes_both_ends(port: int, expected: Verdict) -> None:
    closed = guarded("{podSelector: {}, ingress: [{ports: [{port: 32000, endPort: 32768}]}]}")
    assert verdict(closed, "shop/cart", "shop/web", port) is expected


def test_a_named_port_is_looked_up_on_the_destination_pod() -> None:
    closed = guarded("{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]}")
    assert verdict(closed, "shop/cart", "shop/web", 80) is ALLOWED
    assert verdict(closed, "shop/cart", "bank/ledger", 8080) is ALLOWED
    assert verdict(closed, "shop/cart", "bank/ledger", 80) is REFUSED
    assert verdict(closed, "shop/cart", "bank/web", 80) is REFUSED


def test_a_named_port_of_a_pod_whose_ports_are_not_told_is_not_evaluated() -> None:
    closed = guarded("{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: dns}]}]}")
    resolver = ExternalPod("kube-system")
    assert closed.decide(closed.pod("shop", "Pod/web"), resolver, 53).verdict is NOT_EVALUATED
    told = ExternalPod("kube-system", ports={"dns": 53})
    assert closed.decide(closed.pod("shop", "Pod/web"), told, 53).verdict is ALLOWED


def test_the_protocol_of_a_port_defaults_to_tcp() -> None:
    closed = guarded(
        "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53}, {port: 54, protocol: UDP}]}]}"
    )
    web, cart = closed.pod("shop", "Pod/web"), closed.pod("shop", "Pod/cart")
    assert closed.decide(web, cart, 53).verdict is ALLOWED
    assert closed.decide(web, cart, 53, protocol="UDP").verdict is REFUSED
    assert closed.decide(web, cart, 54, protocol="UDP").verdict is ALLOWED
    assert closed.decide(web, cart, 54).verdict is REFUSED


def test_a_protocol_without_a_port_takes_all_its_ports() -> None:
    closed = guarded("{podSelector: {}, ingress: [{ports: [{protocol: UDP}]}]}")
    web, cart = closed.pod("shop", "Pod/web"), closed.pod("shop", "Pod/cart")
    assert closed.decide(cart, web, 4242, protocol="UDP").verdict is ALLOWED
    assert closed.decide(cart, web, 4242).verdict is REFUSED


def test_policies_add_up() -> None:
    open_to = (
        "{{podSelector: {{}}, ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{tier: {0}}}}}}}]}}]}}"
    )
    both = cluster(
        *PODS,
        network_policy("shop/front", open_to.format("front")),
        network_policy("shop/back", open_to.format("back")),
    )
    assert verdict(both, "shop/cart", "shop/web") is ALLOWED
    assert verdict(both, "bank/ledger", "shop/web") is ALLOWED


def test_the_sources_egress_and_the_destinations_ingress_must_both_let_it_pass() -> None:
    way_out = network_policy("shop/out", "{podSelector: {}, policyTypes: [Egress]}")
    way_in = network_policy("bank/in", "{podSelector: {}}")
    decision = cluster(*PODS, way_out, way_in)
    reasons = decision.decide(decision.pod("shop", "Pod/web"), decision.pod("bank", "Pod/ledger"), 80).reasons
    refused = {reason.step: reason.policies for reason in reasons if reason.verdict is REFUSED}
    assert refused == {
        Step.EGRESS: ("NetworkPolicy shop/out",),
        Step.INGRESS: ("NetworkPolicy bank/in",),
    }


def test_a_reason_names_the_policies_that_let_a_connection_pass() -> None:
    closed = guarded("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}")
    decision = closed.decide(closed.pod("shop", "Pod/cart"), closed.pod("shop", "Pod/web"), 80)
    assert decision.reasons[1].policies == ("NetworkPolicy shop/guard",)
    assert "ingress: allowed" in str(decision)


def test_an_external_pod_is_matched_by_its_labels_and_its_namespaces_labels() -> None:
    closed = guarded("""
        podSelector: {}
        ingress: [{from: [{namespaceSelector: {matchLabels: {role: ops}}, podSelector: {matchLabels: {app: scraper}}}]}]
    """)
    web = closed.pod("shop", "Pod/web")
    scraper = ExternalPod("ops", {"app": "scraper"}, {"role": "ops"})
    assert closed.decide(scraper, web, 80).verdict is ALLOWED
    assert closed.decide(ExternalPod("ops", {"app": "scraper"}), web, 80).verdict is REFUSED
    assert closed.decide(ExternalPod("ops", {}, {"role": "ops"}), web, 80).verdict is REFUSED


def test_labels_of_a_namespace_that_is_not_rendered_are_not_guessed() -> None:
    closed = cluster(
        pod("lost/stray"),
        *PODS,
        network_policy(
            "shop/guard",
            "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {tier: front}}}]}]}",
        ),
    )
    assert verdict(closed, "lost/stray", "shop/web") is NOT_EVALUATED


def test_pods_on_the_hosts_network_are_not_evaluated_where_a_policy_would_hold() -> None:
    agent = """
        apiVersion: v1
        kind: Pod
        metadata: {name: agent, namespace: shop}
        spec: {hostNetwork: true, containers: []}
    """
    closed = cluster(*PODS, agent, network_policy("shop/guard", "podSelector: {}"))
    assert verdict(closed, "bank/ledger", "shop/agent") is NOT_EVALUATED
    assert verdict(cluster(*PODS, agent), "bank/ledger", "shop/agent") is ALLOWED


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"),
        ("cilium.io/v2", "CiliumClusterwideNetworkPolicy"),
        ("projectcalico.org/v3", "GlobalNetworkPolicy"),
    ],
)
def test_a_cluster_wide_policy_of_another_kind_leaves_everything_not_evaluated(
    api_version: str, kind: str
) -> None:
    other = f"{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: other}}}}"
    closed = cluster(*PODS, network_policy("shop/guard", "podSelector: {}"), other)
    assert verdict(closed, "bank/ledger", "shop/web") is NOT_EVALUATED


def test_a_namespaced_policy_of_another_kind_bears_on_its_namespace_alone() -> None:
    other = "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: other, namespace: shop}}"
    mixed = cluster(*PODS, other)
    assert verdict(mixed, "bank/ledger", "shop/web") is NOT_EVALUATED
    assert verdict(mixed, "bank/ledger", "bank/web") is ALLOWED
