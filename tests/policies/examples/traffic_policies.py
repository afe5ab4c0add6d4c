"""Examples of the controls about network policies."""

from typing import Any

from tests.policies.examples.traffic import pod
from tests.support.examples import REMOVED, Declared, Example

NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
NAMESPACE = "kubernetes:core/v1:Namespace"
WEB = {"matchLabels": {"app": "web"}}
DNS = {"ports": [{"port": 53, "protocol": "UDP"}], "to": [{"namespaceSelector": {}}]}


def policy(name: str = "policy", **spec: Any) -> Declared:
    return Declared(
        type=NETWORK_POLICY,
        name=name,
        properties={"metadata": {"name": name, "namespace": "shop"}, "spec": {"podSelector": {}, **spec}},
    )


def denying(**spec: Any) -> Declared:
    return policy(policyTypes=["Ingress", "Egress"], **spec)


def into(*peers: dict[str, Any], selector: dict[str, Any] | None = None) -> Declared:
    return policy(podSelector=selector or WEB, ingress=[{"from": list(peers)}])


NAMED = Declared(type=NAMESPACE, properties={"metadata": {"name": "shop"}})
POSTGRES = Declared(
    type="kubernetes:postgresql.cnpg.io/v1:Cluster",
    name="ledger",
    properties={"metadata": {"name": "ledger", "namespace": "shop"}, "spec": {}},
)

EXAMPLES = (
    Example(
        control="pods-behind-network-policies",
        declared=(pod(), policy(podSelector=WEB)),
        breaks="spec.podSelector.matchLabels.app",
        to="other",
        of=1,
    ),
    Example(
        control="pods-behind-network-policies",
        declared=(pod(), policy()),
        breaks="metadata.namespace",
        to="other",
        of=1,
    ),
    *(
        Example(control="namespaces-deny-by-default", declared=(NAMED, denying()), breaks=place, to=to, of=1)
        for place, to in (
            ("spec.policyTypes", ["Ingress"]),
            ("spec.policyTypes", ["Egress"]),
            ("spec.ingress", [{}]),
            ("spec.podSelector", WEB),
            ("metadata.namespace", "other"),
        )
    ),
    Example(
        control="network-policies-select-pods",
        declared=(policy(podSelector=WEB), pod()),
        breaks="spec.podSelector.matchLabels.app",
        to="other",
    ),
    Example(
        control="network-policies-select-pods",
        declared=(policy(podSelector={"matchLabels": {"cnpg.io/cluster": "ledger"}}), POSTGRES),
        breaks="metadata.namespace",
        to="other",
        of=1,
    ),
    Example(
        control="network-policies-peers-are-pods",
        declared=(into({"podSelector": WEB}), pod()),
        breaks="spec.ingress.0.from.0.podSelector.matchLabels.app",
        to="other",
    ),
    Example(
        control="network-policies-peers-are-pods",
        declared=(
            into(
                {
                    "podSelector": {"matchLabels": {"app": "web"}},
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}},
                }
            ),
            pod(),
        ),
        breaks="metadata.labels.app",
        to="other",
        of=1,
    ),
    Example(
        control="network-policies-open-chosen-pods",
        declared=(into({"podSelector": WEB}),),
        breaks="spec.podSelector",
        to={},
    ),
    Example(
        control="network-policies-not-from-everywhere",
        declared=(into({"ipBlock": {"cidr": "10.0.0.0/8"}}),),
        breaks="spec.ingress.0.from.0.ipBlock.cidr",
        to="0.0.0.0/0",
    ),
    Example(
        control="network-policies-not-from-everywhere",
        declared=(into({"podSelector": WEB}),),
        breaks="spec.ingress.0.from",
        to=REMOVED,
    ),
    Example(
        control="network-policies-not-to-everywhere",
        declared=(policy(egress=[{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]),),
        breaks="spec.egress.0.to.0.ipBlock.cidr",
        to="::/0",
    ),
    Example(
        control="network-policies-not-to-everywhere",
        declared=(policy(egress=[{"to": [{"podSelector": WEB}]}]),),
        breaks="spec.egress.0.to",
        to=[],
    ),
    Example(
        control="network-policies-allow-dns",
        declared=(denying(egress=[DNS]),),
        breaks="spec.egress.0.ports.0.protocol",
        to="TCP",
    ),
    Example(
        control="network-policies-allow-dns",
        declared=(denying(podSelector=WEB), policy("dns", policyTypes=["Egress"], egress=[DNS])),
        breaks="spec.podSelector",
        to={"matchLabels": {"app": "other"}},
        of=1,
    ),
)
