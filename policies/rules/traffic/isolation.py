"""Rules about which pods network policies stand around, and whether their selectors find any."""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Reading,
    Reference,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    first_of,
    pods_by_label,
)
from pavedroad.governance.kubernetes import WORKLOADS, Namespaced, namespace_of
from pavedroad.governance.truth import YES, open_at
from policies.rules.traffic.network import BY_EDGES, covers
from policies.rules.traffic.operated import Operated
from policies.rules.traffic.shapes import NETWORK_POLICIES

_NAMESPACE: Final = "kubernetes:core/v1:Namespace"
_NAME_LABEL: Final = "kubernetes.io/metadata.name"
_BY_NAMESPACE: Final = (
    "the platform closes every team's namespace, so declare the workload in a team's descriptor"
)
_REFERENCES: Final = (Reference("CIS Kubernetes", "5.3.2"), Reference("CIS EKS", "4.3.2"))


def denies(policy: Resource, direction: str) -> Truth:
    """Whether the policy is about ``direction`` of every pod, and allows nothing there."""
    spec = policy.properties.at("spec")
    return all_of(spec.empty("podSelector"), covers(policy, direction), spec.empty(direction.lower()))


def _selected(stack: Stack) -> Mapping[tuple[str, str], list[Truth]]:
    """Find for each workload whether policies with a selector select its pods."""
    pods = stack.derived(pods_by_label)
    found: dict[tuple[str, str], list[Truth]] = {}
    for policy in stack.of_types(NETWORK_POLICIES):
        selector = policy.properties.at("spec.podSelector")
        if selector.empty().holds is not True:
            for pod, selected in pods.selected(selector, namespace_of(policy)):
                found.setdefault(pod.workload.key, []).append(selected)
    return found


def _pods_selected(stack: Stack) -> Iterator[Duty]:
    selected = stack.derived(_selected)
    for_all = Namespaced(
        policy
        for policy in stack.of_types(NETWORK_POLICIES)
        if policy.properties.empty("spec.podSelector").holds is True
    )
    for workload in stack.of_types(WORKLOADS):
        beside = (truth for _, truth in for_all.beside(workload))
        yield Duty(
            workload,
            any_of(*selected.get(workload.key, ()), *beside, stack.missing("metadata.namespace")),
            "a NetworkPolicy in its namespace must select its pods",
        )


PODS_SELECTED: Final = StackRule(
    Control(
        identifier="pods-behind-network-policies",
        sentence="Every pod is selected by a NetworkPolicy",
        why="A pod that no policy selects takes traffic from everywhere and sends it everywhere.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor=_BY_NAMESPACE,
            pulumi="declare a NetworkPolicy in its namespace whose podSelector matches its labels",
        ),
        references=_REFERENCES,
        rows=(92,),
    ),
    _pods_selected,
)


def _closed(stack: Stack) -> Iterator[Duty]:
    for direction in ("Ingress", "Egress"):
        closing = _closing(stack, direction)
        for namespace in stack.of_types({_NAMESPACE}):
            name = namespace.properties.text("metadata.name").value
            by_place = [*closing.get(name, ()), *closing.get(None, ())]
            met = any_of(*by_place, stack.missing("metadata.name"))
            yield Duty(
                namespace,
                met if name else any_of(met, open_at("metadata.name")),
                f"a NetworkPolicy in it must select every pod and allow no {direction.lower()}",
            )


def _closing(stack: Stack, direction: str) -> Mapping[str | None, list[Truth]]:
    """Find by namespace whether policies close it; those whose namespace is not known may close any."""
    found: dict[str | None, list[Truth]] = {}
    for policy in stack.of_types(NETWORK_POLICIES):
        home = namespace_of(policy)
        closed = all_of(denies(policy, direction), home.satisfies(bool))
        found.setdefault(home.value, []).append(closed)
    return found


NAMESPACES_CLOSED: Final = StackRule(
    Control(
        identifier="namespaces-deny-by-default",
        sentence="Every namespace denies what no other policy allows, inwards and outwards",
        why="A workload that is added later would be open until somebody writes a policy for it.",
        severity=Severity.HIGH,
        resource_types=frozenset({_NAMESPACE}),
        fix=Fix(
            descriptor=_BY_NAMESPACE,
            pulumi="declare a NetworkPolicy with an empty podSelector, both policyTypes and no rules",
        ),
        references=_REFERENCES,
        rows=(92,),
    ),
    _closed,
)


def _selector_used(stack: Stack) -> Iterator[Duty]:
    for policy in stack.of_types(NETWORK_POLICIES):
        selector = policy.properties.at("spec.podSelector")
        yield Duty(
            policy,
            any_of(selector.empty(), _finds(stack, selector, namespace_of(policy))),
            "spec.podSelector must match the labels of a pod in its namespace",
        )


def _finds(stack: Stack, selector: Properties, namespace: Reading[str]) -> Truth:
    """Whether a pod, declared or made by something declared, is selected in ``namespace``."""
    return any_of(
        first_of(stack.derived(pods_by_label).selected(selector, namespace)),
        stack.derived(Operated).may_be_selected(selector, namespace),
        stack.missing(selector.path),
    )


SELECTOR_USED: Final = StackRule(
    Control(
        identifier="network-policies-select-pods",
        sentence="Every NetworkPolicy with a selector selects a pod",
        why="A policy that selects nothing protects nothing, and looks as if it did.",
        severity=Severity.MEDIUM,
        resource_types=NETWORK_POLICIES,
        fix=Fix(descriptor=BY_EDGES, pulumi="make spec.podSelector match labels of the pod template"),
        rows=(95,),
    ),
    _selector_used,
)


def _peers_used(stack: Stack) -> Iterator[Duty]:
    for policy in stack.of_types(NETWORK_POLICIES):
        for rules, peers in (("spec.ingress", "from"), ("spec.egress", "to")):
            for rule in policy.properties.items(rules):
                for peer in rule.items(peers):
                    yield Duty(
                        policy,
                        _peer_found(stack, policy, peer),
                        f"{peer.path}.podSelector must match the labels of a pod in the namespace that it means",
                    )


def _peer_found(stack: Stack, policy: Resource, peer: Properties) -> Truth:
    """Whether the peer's pods are found; not asked of namespaces without declared pods, or not chosen by name."""
    selector = peer.at("podSelector")
    chosen = peer.at("namespaceSelector")
    if chosen.value is None:
        return any_of(selector.empty(), _finds(stack, selector, namespace_of(policy)))
    home = chosen.at("matchLabels").entry(_NAME_LABEL).text()
    declared = home.value is not None and stack.derived(pods_by_label).any_in(home.value)
    if not declared and home.value is not None:
        return YES
    return any_of(
        selector.empty(), home.satisfies(lambda _: False, absent=True), _finds(stack, selector, home)
    )


PEERS_USED: Final = StackRule(
    Control(
        identifier="network-policies-peers-are-pods",
        sentence="Every peer that a NetworkPolicy selects by labels is a pod that there is",
        why="A wrong label opens nothing now, and opens the way for whoever takes that label later.",
        severity=Severity.MEDIUM,
        resource_types=NETWORK_POLICIES,
        fix=Fix(
            descriptor=BY_EDGES, pulumi="make the peer's podSelector match labels of the pods that are meant"
        ),
        rows=(95,),
    ),
    _peers_used,
)


def _opens_for_chosen(policy: Resource) -> Iterator[Duty]:
    spec = policy.properties.at("spec")
    selector = spec.at("podSelector")
    labels = (value.text().present() for _, value in selector.entries("matchLabels"))
    expressions = (each.text("key").present() for each in selector.items("matchExpressions"))
    yield Duty(
        policy,
        any_of(spec.empty("ingress"), *labels, *expressions),
        "spec.podSelector must select some pods only, for spec.ingress has rules",
    )


OPENS_FOR_CHOSEN: Final = ResourceRule(
    Control(
        identifier="network-policies-open-chosen-pods",
        sentence="A NetworkPolicy that lets traffic in says to which pods",
        why="With an empty selector a way in to one service is a way in to all of the namespace.",
        severity=Severity.MEDIUM,
        resource_types=NETWORK_POLICIES,
        fix=Fix(descriptor=BY_EDGES, pulumi="set spec.podSelector to the labels of the pods that are meant"),
        rows=(95,),
    ),
    _opens_for_chosen,
)

RULES: Final = (PODS_SELECTED, NAMESPACES_CLOSED, SELECTOR_USED, PEERS_USED, OPENS_FOR_CHOSEN)
