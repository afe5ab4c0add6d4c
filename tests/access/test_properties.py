"""What holds for any policies, and agreement with a second evaluator on random ones."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pavedroad.access import Access, Address, Cluster, Verdict
from tests.support import naive_access
from tests.support.access import namespace, pod

Manifest = dict[str, Any]

PORTS = (80, 81, 8080)
NAMESPACES = ("shop", "bank", "legacy")
WORLD: list[Manifest] = [
    yaml.safe_load(text)
    for text in (
        namespace("shop", istio_injection="enabled", tier="front"),
        namespace("bank", istio_injection="enabled", tier="back"),
        namespace("legacy", tier="back"),
        pod("shop/web", ports={"http": 80}, labels={"role": "front"}),
        pod("shop/cart", ports={"http": 8080}),
        pod("bank/ledger", ports={"http": 80, "admin": 81}, labels={"role": "back"}),
        pod("bank/web", ports={"admin": 80}),
        pod("legacy/batch", ports={"http": 80}, labels={"role": "front"}),
    )
]
PODS = [item for item in WORLD if item["kind"] == "Pod"]
ADDRESSES = ("10.0.0.1", "10.0.1.1", "203.0.113.5")


def one_of(*values: object) -> SearchStrategy[Any]:
    return st.sampled_from(values)


def some(values: SearchStrategy[Any], *, least: int = 0) -> SearchStrategy[list[Any]]:
    return st.lists(values, min_size=least, max_size=2)


def optional(**fields: SearchStrategy[Any]) -> SearchStrategy[Manifest]:
    return st.fixed_dictionaries({}, optional=fields)


def expressions(keys: SearchStrategy[Any], values: SearchStrategy[Any]) -> SearchStrategy[Manifest]:
    compare = st.fixed_dictionaries(
        {"key": keys, "operator": one_of("In", "NotIn"), "values": some(values, least=1)}
    )
    exist = st.fixed_dictionaries({"key": keys, "operator": one_of("Exists", "DoesNotExist")})
    return st.one_of(compare, exist)


def selectors(*pairs: tuple[str, str]) -> SearchStrategy[Manifest]:
    keys, values = one_of(*(key for key, _ in pairs)), one_of(*(value for _, value in pairs))
    exact = one_of(*({key: value} for key, value in pairs))
    return optional(matchLabels=exact, matchExpressions=some(expressions(keys, values)))


POD_SELECTORS = selectors(("app", "web"), ("app", "ledger"), ("role", "front"), ("role", "back"))
NAMESPACE_SELECTORS = selectors(("tier", "front"), ("tier", "back"), ("kubernetes.io/metadata.name", "shop"))
POD_PEERS = st.one_of(
    st.fixed_dictionaries({"podSelector": POD_SELECTORS}),
    st.fixed_dictionaries({"namespaceSelector": NAMESPACE_SELECTORS}),
    st.fixed_dictionaries({"podSelector": POD_SELECTORS, "namespaceSelector": NAMESPACE_SELECTORS}),
)
IP_PEERS = one_of(
    {"ipBlock": {"cidr": "10.0.0.0/16"}},
    {"ipBlock": {"cidr": "10.0.0.0/16", "except": ["10.0.1.0/24"]}},
    {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}},
)
POLICY_PORTS = one_of(
    {"port": 80},
    {"port": "http"},
    {"port": "admin", "protocol": "TCP"},
    {"port": 80, "endPort": 81},
    {"port": 8080, "protocol": "UDP"},
    {"protocol": "TCP"},
)


def network_specs(peers: SearchStrategy[Manifest]) -> SearchStrategy[Manifest]:
    def rules(side: str) -> SearchStrategy[list[Manifest]]:
        return some(optional(**{side: some(peers), "ports": some(POLICY_PORTS)}))

    return st.fixed_dictionaries(
        {"podSelector": POD_SELECTORS},
        optional={
            "policyTypes": one_of(["Ingress"], ["Egress"], ["Ingress", "Egress"]),
            "ingress": rules("from"),
            "egress": rules("to"),
        },
    )


PRINCIPALS = one_of(
    "*",
    "cluster.local/ns/shop/sa/web",
    "cluster.local/ns/shop/*",
    "*/sa/web",
    "cluster.local/ns/bank/sa/ledger",
)
NAMES = one_of("shop", "bank", "sh*", "*k", "*")
NUMBERS = one_of("80", "81", "8080")
AUTHORIZATION_RULES = st.fixed_dictionaries(
    {},
    optional={
        "from": some(
            st.fixed_dictionaries(
                {
                    "source": optional(
                        principals=some(PRINCIPALS, least=1),
                        notPrincipals=some(PRINCIPALS, least=1),
                        namespaces=some(NAMES, least=1),
                        notNamespaces=some(NAMES, least=1),
                    )
                }
            )
        ),
        "to": some(
            st.fixed_dictionaries(
                {"operation": optional(ports=some(NUMBERS, least=1), notPorts=some(NUMBERS, least=1))}
            )
        ),
        "when": some(
            st.one_of(
                *(
                    st.fixed_dictionaries(
                        {"key": one_of(key)},
                        optional={"values": some(values, least=1), "notValues": some(values, least=1)},
                    )
                    for key, values in (
                        ("source.principal", PRINCIPALS),
                        ("source.namespace", NAMES),
                        ("destination.port", NUMBERS),
                    )
                )
            )
        ),
    },
)


def authorization_specs(*actions: str) -> SearchStrategy[Manifest]:
    return st.fixed_dictionaries(
        {"action": one_of(*actions)},
        optional={
            "rules": some(AUTHORIZATION_RULES),
            "selector": one_of({}, {"matchLabels": {"app": "web"}}, {"matchLabels": {"role": "front"}}),
        },
    )


MODES = one_of({"mode": "STRICT"}, {"mode": "PERMISSIVE"}, {"mode": "DISABLE"}, {"mode": "UNSET"})


def manifests(
    kind: str, api_version: str, homes: tuple[str, ...], specs: SearchStrategy[Manifest]
) -> SearchStrategy[list[Manifest]]:
    """Up to four policies of a kind, each with a name of its own."""
    several = st.lists(st.tuples(one_of(*homes), specs), max_size=4)
    return several.map(
        lambda pairs: [
            {
                "apiVersion": api_version,
                "kind": kind,
                "metadata": {"name": f"policy-{number}", "namespace": home},
                "spec": spec,
            }
            for number, (home, spec) in enumerate(pairs)
        ]
    )


def network_policies(peers: SearchStrategy[Manifest] = POD_PEERS) -> SearchStrategy[list[Manifest]]:
    return manifests("NetworkPolicy", "networking.k8s.io/v1", NAMESPACES, network_specs(peers))


def authorizations(*actions: str) -> SearchStrategy[list[Manifest]]:
    homes = (*NAMESPACES, "istio-system")
    return manifests("AuthorizationPolicy", "security.istio.io/v1", homes, authorization_specs(*actions))


@st.composite
def peer_authentications(draw: st.DrawFn) -> list[Manifest]:
    """At most one policy for each level, for two of one level are not evaluated."""
    made: list[Manifest] = []
    for home in (*NAMESPACES, "istio-system"):
        for selector in (None, {"matchLabels": {"app": "web"}}):
            if draw(st.booleans()):
                spec: Manifest = {"mtls": draw(MODES)}
                if selector:
                    spec |= {"selector": selector, "portLevelMtls": {80: draw(MODES)}}
                metadata = {"name": "selective" if selector else "wide", "namespace": home}
                made.append(
                    {
                        "apiVersion": "security.istio.io/v1",
                        "kind": "PeerAuthentication",
                        "metadata": metadata,
                        "spec": spec,
                    }
                )
    return made


def open_ways(policies: list[Manifest]) -> set[tuple[str, str, int]]:
    """Every access that is allowed, by the names of its ends."""
    return {_named(access) for access in Cluster.of([*WORLD, *policies]).matrix(ports=PORTS).allowed}


def _named(access: Access) -> tuple[str, str, int]:
    return str(access.source), str(access.destination), access.port


EVERY_WAY = {
    (
        f"{a['metadata']['namespace']}/Pod/{a['metadata']['name']}",
        f"{b['metadata']['namespace']}/Pod/{b['metadata']['name']}",
        port,
    )
    for a in PODS
    for b in PODS
    for port in PORTS
}


def test_without_policies_every_way_is_open() -> None:
    assert open_ways([]) == EVERY_WAY


@settings(max_examples=150, deadline=None)
@given(network_policies(), authorizations("ALLOW", "DENY"), peer_authentications())
def test_the_naive_evaluator_agrees(
    network: list[Manifest], authorization: list[Manifest], peers: list[Manifest]
) -> None:
    objects = [*WORLD, *network, *authorization, *peers]
    cluster = Cluster.of(objects)
    for source, start in zip(PODS, cluster.pods, strict=True):
        for destination, end in zip(PODS, cluster.pods, strict=True):
            for port in PORTS:
                expected = naive_access.reaches(objects, source, destination, port)
                decision = cluster.decide(start, end, port)
                assert decision.verdict is Verdict.of(expected), f"{start} -> {end}:{port}\n{decision}"


@settings(max_examples=100, deadline=None)
@given(network_policies(st.one_of(POD_PEERS, IP_PEERS)))
def test_the_naive_evaluator_agrees_about_addresses(network: list[Manifest]) -> None:
    objects = [*WORLD, *network]
    cluster = Cluster.of(objects)
    for ip in ADDRESSES:
        for destination, end in zip(PODS, cluster.pods, strict=True):
            for port in PORTS:
                expected = naive_access.address_reaches(objects, ip, destination, port)
                assert cluster.decide(Address(ip), end, port).verdict is Verdict.of(expected)


@settings(max_examples=60, deadline=None)
@given(network_policies())
def test_more_rules_in_a_network_policy_never_take_access_away(policies: list[Manifest]) -> None:
    before = open_ways(policies)
    wider = [
        {
            **policy,
            "spec": {
                **policy["spec"],
                "policyTypes": _types(policy["spec"]),
                "ingress": [{}],
                "egress": [{}],
            },
        }
        for policy in policies
    ]
    assert before <= open_ways(wider)


@settings(max_examples=60, deadline=None)
@given(network_policies(), network_policies())
def test_a_network_policy_takes_access_only_from_pods_that_none_isolated(
    policies: list[Manifest], further: list[Manifest]
) -> None:
    closed = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "closed", "namespace": home},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        }
        for home in NAMESPACES
    ]
    assert open_ways([*closed, *policies]) <= open_ways([*closed, *policies, *further])


@settings(max_examples=60, deadline=None)
@given(authorizations("ALLOW", "DENY"), authorizations("DENY"))
def test_a_deny_policy_never_gives_access(policies: list[Manifest], denials: list[Manifest]) -> None:
    assert open_ways([*policies, *denials]) <= open_ways(policies)


@settings(max_examples=60, deadline=None)
@given(network_policies(), authorizations("ALLOW", "DENY"))
def test_the_order_of_objects_does_not_matter(network: list[Manifest], authorization: list[Manifest]) -> None:
    policies = [*network, *authorization]
    assert open_ways(policies) == open_ways(policies[::-1])


def _types(spec: Manifest) -> list[str]:
    return spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
