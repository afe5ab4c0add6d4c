"""Rules about what network policies let through."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import Namespaced
from pavedroad.governance.labelled import first_of
from pavedroad.governance.properties import UNREADABLE
from policies.rules.traffic.shapes import NETWORK_POLICIES

BY_EDGES: Final = (
    "the platform opens exactly what `calls`, `routes` and the like declare, so declare the edge"
)
_DNS: Final = 53

_Label = tuple[str, str]


def covers(policy: Resource, direction: str) -> Truth:
    """Whether the policy is about ``direction``, `Ingress` or `Egress`, as the API server fills `policyTypes` in.

    A policy without `policyTypes` is about ingress, and about egress where it has such rules.
    """
    spec = policy.properties.at("spec")
    named = any_of(*(item.text().equals(direction) for item in spec.items("policyTypes")))
    rules = (rule.anything().present() for rule in spec.items(direction.lower()))
    filled_in = spec.empty("policyTypes")
    return any_of(named, filled_in if direction == "Ingress" else all_of(filled_in, any_of(*rules)))


def _not_the_world(cidr: str) -> bool:
    """Whether a block is less than every address there is, or nearly so."""
    return cidr.rpartition("/")[2] not in ("0", "1")


def _closed_to_world(direction: str, peers: str) -> Callable[[Resource], Iterator[Duty]]:
    def check(policy: Resource) -> Iterator[Duty]:
        for rule in policy.properties.items(f"spec.{direction}"):
            listed = rule.items(peers)
            yield Duty(
                policy,
                any_of(*(peer.anything().present() for peer in listed)),
                f"{rule.path}.{peers} must name a peer: without any it is everybody",
            )
            for peer in listed:
                yield Duty(
                    policy,
                    peer.text("ipBlock.cidr").satisfies(_not_the_world, absent=True),
                    f"{peer.path}.ipBlock.cidr must not be every address",
                )

    return check


NO_WORLD_IN: Final = ResourceRule(
    Control(
        identifier="network-policies-not-from-everywhere",
        sentence="No NetworkPolicy lets everybody in",
        why="A rule for every address undoes the policies that close the namespace.",
        severity=Severity.HIGH,
        resource_types=NETWORK_POLICIES,
        fix=Fix(
            descriptor=BY_EDGES,
            pulumi="name pods and namespaces, or narrow blocks, under spec.ingress[].from",
        ),
        rows=(93,),
    ),
    _closed_to_world("ingress", "from"),
)

NO_WORLD_OUT: Final = ResourceRule(
    Control(
        identifier="network-policies-not-to-everywhere",
        sentence="No NetworkPolicy lets pods out to everywhere",
        why="Whoever gets into a pod carries data out, and fetches tools, wherever it may go.",
        severity=Severity.HIGH,
        resource_types=NETWORK_POLICIES,
        fix=Fix(
            descriptor="name the hosts under `egress`: they go through the egress gateway",
            pulumi="name pods, namespaces or narrow blocks under spec.egress[].to",
        ),
        rows=(94,),
    ),
    _closed_to_world("egress", "to"),
)


def _opens_dns(policy: Resource) -> Truth:
    return any_of(
        *(
            any_of(rule.empty("ports"), *(_is_dns(port) for port in rule.items("ports")))
            for rule in policy.properties.items("spec.egress")
        )
    )


def _is_dns(port: Properties) -> Truth:
    """Whether it is the port for names over UDP: by number, by name, within a range, or as every port."""
    if isinstance(port.at("port").value, str):
        meant = port.text("port").satisfies(lambda name: name.startswith("dns"))
    else:
        first, last = port.number("port"), port.number("endPort")
        within = all_of(
            first.satisfies(lambda number: number <= _DNS), last.satisfies(lambda number: number >= _DNS)
        )
        meant = any_of(first.equals(_DNS, absent=True), within)
    return all_of(port.text("protocol").equals("UDP"), meant)


def _leaves_egress_alone(policy: Resource) -> Truth:
    spec = policy.properties.at("spec")
    types = spec.items("policyTypes")
    only_ingress = all_of(*(item.text().equals("Ingress") for item in types))
    return all_of(only_ingress, any_of(*(item.text().present() for item in types), spec.empty("egress")))


def _selects_as_much(other: Resource, policy: Resource) -> Truth:
    """Whether ``other`` selects every pod that ``policy`` selects: its labels are among those."""
    wide, narrow = (
        other.properties.at("spec.podSelector"),
        policy.properties.at("spec.podSelector.matchLabels"),
    )
    return all_of(
        wide.empty("matchExpressions"),
        *(
            value.text().present() if name == UNREADABLE else narrow.entry(name).text().same_as(value.text())
            for name, value in wide.entries("matchLabels")
        ),
    )


class _Opening:
    """The policies that allow DNS, or may, each by one label that it asks of pods.

    One that selects as much as another policy asks for none but labels of that one, so it is found by those.
    """

    def __init__(self, policies: Iterable[Resource]) -> None:
        by_label: dict[_Label | None, list[Resource]] = {}
        for policy in policies:
            by_label.setdefault(next(filter(None, _labels(policy)), None), []).append(policy)
        self._by_label = {label: Namespaced(group) for label, group in by_label.items()}

    def beside(self, policy: Resource) -> Iterator[tuple[Resource, Truth]]:
        """List those that may stand beside ``policy`` and select as much, each with whether it stands there."""
        labels = _labels(policy)
        for label in self._by_label if None in labels else dict.fromkeys((None, *labels)):
            if label in self._by_label:
                yield from self._by_label[label].beside(policy)


def _labels(policy: Resource) -> list[_Label | None]:
    """List the labels that a policy asks of pods; None for one that is not known."""
    asked = policy.properties.entries("spec.podSelector.matchLabels")
    return [None if (text := value.text().value) is None else (name, text) for name, value in asked]


def _allows_dns(stack: Stack) -> Iterator[Duty]:
    policies = stack.of_types(NETWORK_POLICIES)
    opened = {each.key: all_of(covers(each, "Egress"), _opens_dns(each)) for each in policies}
    opening = _Opening(each for each in policies if opened[each.key].holds is not False)
    for policy in policies:
        ways = (
            (other, all_of(beside, opened[other.key], _selects_as_much(other, policy)))
            for other, beside in opening.beside(policy)
        )
        yield Duty(
            policy,
            any_of(_leaves_egress_alone(policy), first_of(ways)),
            "it restricts egress, so a NetworkPolicy for the same pods must allow UDP port 53",
        )


DNS_ALLOWED: Final = StackRule(
    Control(
        identifier="network-policies-allow-dns",
        sentence="Pods whose egress is restricted may still ask for names",
        why="Without DNS nothing else that is allowed can be reached, and people open more than they need.",
        severity=Severity.LOW,
        resource_types=NETWORK_POLICIES,
        fix=Fix(
            descriptor="the platform allows DNS in every team's namespace",
            pulumi="allow UDP and TCP port 53 to the cluster's DNS in a NetworkPolicy for every pod",
        ),
        rows=(96,),
    ),
    _allows_dns,
)

RULES: Final = (NO_WORLD_IN, NO_WORLD_OUT, DNS_ALLOWED)
