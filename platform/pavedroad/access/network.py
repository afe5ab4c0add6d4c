"""Kubernetes NetworkPolicy.

Source: Kubernetes API reference of ``networking.k8s.io/v1 NetworkPolicy`` and
"Network Policies". Policies add up; a pod that none selects for a direction is
open in it. ``policyTypes`` defaults to Ingress, and Egress too where there are
egress rules. A rule without peers (missing or empty) takes all peers, one
without ports all ports; a peer with both selectors wants both; a peer with a
pod selector alone means the policy's own namespace; ``ipBlock`` is for
addresses outside the cluster (whether it also takes pods depends on the
network plug-in); a port's name is looked up on the destination pod.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pavedroad.access.labels import Selector
from pavedroad.access.manifests import at, namespace_of, reading, title
from pavedroad.access.model import Address, Connection, Endpoint, Manifest, Pod, Reason, Step, Verdict
from pavedroad.access.ternary import Ternary, all_of, any_of, negate


@dataclass(frozen=True, slots=True)
class IpBlock:
    """Addresses of a CIDR, without those of the exceptions."""

    cidr: str
    exceptions: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what is no CIDR."""
        for block in (self.cidr, *self.exceptions):
            ipaddress.ip_network(block, strict=False)

    def matches(self, endpoint: Endpoint, pod_networks: tuple[str, ...]) -> Ternary:
        """Of a pod, whose address no manifest tells, it is known only that a foreign block lacks it."""
        if isinstance(endpoint, Address):
            return endpoint.within(self.cidr) and not any(map(endpoint.within, self.exceptions))
        return None if may_hold_pods(self.cidr, pod_networks) else False


def may_hold_pods(cidr: str, pod_networks: tuple[str, ...]) -> bool:
    """Whether a block meets a network that pods get their addresses from, if these are told."""
    block = ipaddress.ip_network(cidr, strict=False)
    networks = [ipaddress.ip_network(network) for network in pod_networks]
    return not networks or any(
        block.version == network.version and block.overlaps(network) for network in networks
    )


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom a rule lets through."""

    namespace: str
    """The policy's own namespace."""
    pods: Selector | None
    namespaces: Selector | None
    block: IpBlock | None

    @classmethod
    def of(cls, manifest: Manifest, namespace: str) -> "Peer":
        """Read a ``NetworkPolicyPeer``."""
        block = manifest.get("ipBlock")
        return cls(
            namespace,
            Selector.of(manifest["podSelector"]) if manifest.get("podSelector") is not None else None,
            Selector.of(manifest["namespaceSelector"])
            if manifest.get("namespaceSelector") is not None
            else None,
            IpBlock(str(block["cidr"]), tuple(map(str, block.get("except") or ()))) if block else None,
        )

    def matches(self, endpoint: Endpoint, pod_networks: tuple[str, ...]) -> Ternary:
        """Whether an end point is one of these peers."""
        if self.block is not None:
            return self.block.matches(endpoint, pod_networks)
        if isinstance(endpoint, Address):
            return False
        if self.namespaces is None:
            home: Ternary = endpoint.namespace == self.namespace
        else:
            home = self.namespaces.matches(endpoint.namespace_labels)
        chosen = True if self.pods is None else self.pods.matches(endpoint.labels)
        # What a selector does with pods on the host's network is undefined upstream.
        return all_of((home, chosen, None if endpoint.host_network else True))


@dataclass(frozen=True, slots=True)
class PortRange:
    """The ports of one line of a rule."""

    protocol: str
    first: int | str | None
    last: int | None

    @classmethod
    def of(cls, manifest: Manifest) -> "PortRange":
        """Read a ``NetworkPolicyPort``."""
        last = manifest.get("endPort")
        return cls(
            str(manifest.get("protocol") or "TCP"), manifest.get("port"), None if last is None else int(last)
        )

    def matches(self, connection: Connection) -> Ternary:
        """Whether the connection's port lies in the range."""
        if connection.protocol != self.protocol:
            return False
        if self.first is None:
            return True
        if isinstance(self.first, str):
            return _named(self.first, connection)
        return self.first <= connection.port <= (self.first if self.last is None else self.last)


def _named(name: str, connection: Connection) -> Ternary:
    destination = connection.destination
    if isinstance(destination, Address):
        return False
    if connection.port in destination.numbers(name, connection.protocol):
        return True
    return False if destination.ports_complete else None


@dataclass(frozen=True, slots=True)
class Rule:
    """One ingress or egress rule; empty peers or ports mean all."""

    peers: tuple[Peer, ...]
    ports: tuple[PortRange, ...]

    @classmethod
    def of(cls, manifest: Manifest, side: str, namespace: str) -> "Rule":
        """Read a rule whose peers stand under ``from`` or ``to``."""
        return cls(
            tuple(Peer.of(peer, namespace) for peer in manifest.get(side) or ()),
            tuple(PortRange.of(port) for port in manifest.get("ports") or ()),
        )

    def matches(self, connection: Connection, other: Endpoint, pod_networks: tuple[str, ...]) -> Ternary:
        """Whether the rule lets the connection pass."""
        ports = any_of(port.matches(connection) for port in self.ports) if self.ports else True
        if ports is False or not self.peers:
            return ports
        return all_of((ports, any_of(peer.matches(other, pod_networks) for peer in self.peers)))


@dataclass(frozen=True, slots=True)
class Policy:
    """One NetworkPolicy."""

    title: str
    namespace: str
    pods: Selector
    rules: dict[Step, tuple[Rule, ...]]
    """The rules of each direction that the policy isolates."""

    @classmethod
    def of(cls, manifest: Manifest) -> "Policy":
        """Read a NetworkPolicy."""
        spec: dict[str, Any] = at(manifest, "spec", {})
        types = spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
        namespace = namespace_of(manifest)
        return cls(
            title(manifest),
            namespace,
            Selector.of(spec.get("podSelector")),
            {
                step: tuple(Rule.of(rule, side, namespace) for rule in spec.get(word.lower()) or ())
                for step, word, side in ((Step.EGRESS, "Egress", "to"), (Step.INGRESS, "Ingress", "from"))
                if word in types
            },
        )


class NetworkPolicies:
    """All NetworkPolicies, by the namespace in which they hold."""

    def __init__(self, objects: Iterable[Manifest], pod_networks: tuple[str, ...]) -> None:
        """Read the policies.

        Args:
            objects: NetworkPolicy objects.
            pod_networks: the CIDRs that pods get their addresses from, if known.
        """
        self._pod_networks = pod_networks
        self._by_namespace: dict[str, list[Policy]] = {}
        for manifest in objects:
            with reading(manifest):
                policy = Policy.of(manifest)
            self._by_namespace.setdefault(policy.namespace, []).append(policy)
        self._holding: dict[tuple[Pod, Step], list[tuple[Policy, Ternary]]] = {}

    def judge(self, step: Step, connection: Connection) -> Reason:
        """Whether the source's egress, or the destination's ingress, lets a connection pass."""
        subject, other = connection.source, connection.destination
        if step is Step.INGRESS:
            subject, other = other, subject
        if isinstance(subject, Address):
            return Reason(step, Verdict.ALLOWED, "an address has no NetworkPolicy")
        holding = self._policies(subject, step)
        if not holding:
            return Reason(step, Verdict.ALLOWED, "no NetworkPolicy isolates this side")
        passing: list[str] = []
        results: list[Ternary] = [negate(any_of(selected for _, selected in holding))]
        for policy, selected in holding:
            let = any_of(rule.matches(connection, other, self._pod_networks) for rule in policy.rules[step])
            results.append(all_of((selected, let)))
            if let is not False:
                passing.append(policy.title)
        return _reason(step, any_of(results), passing, [policy.title for policy, _ in holding])

    def _policies(self, pod: Pod, step: Step) -> list[tuple[Policy, Ternary]]:
        if (pod, step) not in self._holding:
            self._holding[pod, step] = [
                # Whether policies hold for pods on the host's network is undefined upstream.
                (policy, None if pod.host_network else selected)
                for policy in self._by_namespace.get(pod.namespace, ())
                if step in policy.rules and (selected := policy.pods.matches(pod.labels)) is not False
            ]
        return self._holding[pod, step]


def _reason(step: Step, result: Ternary, passing: list[str], holding: list[str]) -> Reason:
    if result is True:
        return Reason(step, Verdict.ALLOWED, "a rule lets it pass", tuple(passing))
    if result is False:
        return Reason(step, Verdict.REFUSED, "isolated, and no rule lets it pass", tuple(holding))
    return Reason(step, Verdict.NOT_EVALUATED, "depends on what no manifest tells", tuple(passing or holding))
