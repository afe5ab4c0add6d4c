"""Rules about what callers may do once they are known: that policies exist, and that they close."""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    pods_by_label,
)
from pavedroad.governance.kubernetes import POD_TEMPLATES, Namespaced, namespace_of, pod_of
from policies.rules.mesh.membership import INJECT
from policies.rules.mesh.shapes import (
    AUTHORIZATION_POLICIES,
    BY_DEFAULT,
    ROOT_NAMESPACE,
    Namespaces,
    leaves_out,
)


def _permits(policy: Resource) -> Truth:
    """Whether the policy permits, so that what it does not name is denied to those whom it covers."""
    spec = policy.properties.at("spec")
    return all_of(
        spec.text("action").equals("ALLOW", absent=True), spec.empty("targetRef"), spec.empty("targetRefs")
    )


def _covered_by_selector(stack: Stack) -> Mapping[tuple[str, str], list[Truth]]:
    pods = stack.derived(pods_by_label)
    found: dict[tuple[str, str], list[Truth]] = {}
    for policy in stack.of_types(AUTHORIZATION_POLICIES):
        labels = policy.properties.at("spec.selector.matchLabels")
        if labels.empty().holds is not True:
            for pod, selected in pods.carrying(labels, namespace_of(policy)):
                covered = all_of(selected, _permits(policy))
                found.setdefault(pod.workload.key, []).append(covered)
    return found


def _covered(stack: Stack) -> Iterator[Duty]:
    namespaces = stack.derived(Namespaces)
    selected = stack.derived(_covered_by_selector)
    for_all = [
        policy
        for policy in stack.of_types(AUTHORIZATION_POLICIES)
        if policy.properties.empty("spec.selector.matchLabels").holds is True
    ]
    beside = Namespaced(for_all)
    of_mesh = any_of(
        *(all_of(_permits(policy), namespace_of(policy).equals(ROOT_NAMESPACE)) for policy in for_all)
    )
    for workload in stack.of_types(POD_TEMPLATES):
        covering = (all_of(here, _permits(policy)) for policy, here in beside.beside(workload))
        yield Duty(
            workload,
            any_of(
                _outside(namespaces, workload),
                of_mesh,
                *selected.get(workload.key, ()),
                *covering,
                stack.missing("metadata.namespace"),
            ),
            "an AuthorizationPolicy that allows must cover its pods: without a selector, or with their labels",
        )


def _outside(namespaces: Namespaces, workload: Resource) -> Truth:
    """Whether the pods are not in the mesh, as far as the Namespace and they themselves say so."""
    name = namespace_of(workload).value
    namespace = namespaces.named(name) if name else None
    labels = pod_of(workload).metadata.at("labels")
    return all_of(
        namespaces.declared_nowhere(name) if namespace is None else leaves_out(namespace),
        labels.entry(INJECT).text().satisfies(lambda value: value != "true", absent=True),
    )


COVERED: Final = StackRule(
    Control(
        identifier="workloads-covered-by-authorization-policy",
        sentence="Every workload of the mesh is covered by an AuthorizationPolicy that says who may call it",
        why="Without one, every workload of the mesh may call it: an identity that nobody checks is none.",
        severity=Severity.HIGH,
        resource_types=frozenset(POD_TEMPLATES),
        fix=Fix(
            descriptor=BY_DEFAULT,
            pulumi="declare an AuthorizationPolicy without rules in the namespace, and one for each edge",
        ),
        rows=(127,),
    ),
    _covered,
)


def _not_open(policy: Resource) -> Iterator[Duty]:
    spec = policy.properties.at("spec")
    other = spec.text("action").satisfies(lambda action: action != "ALLOW")
    for rule in spec.items("rules"):
        limits = (part.anything().present() for path in ("from", "to", "when") for part in rule.items(path))
        yield Duty(
            policy, any_of(other, *limits), f"{rule.path} must say who, what or when: empty, it allows all"
        )


NOT_OPEN: Final = ResourceRule(
    Control(
        identifier="authorization-policies-not-open",
        sentence="No AuthorizationPolicy allows everything",
        why="An empty rule lets every caller do everything, and every other policy beside it is void.",
        severity=Severity.HIGH,
        resource_types=AUTHORIZATION_POLICIES,
        fix=Fix(descriptor=BY_DEFAULT, pulumi="name callers under from, and methods or ports under to"),
        rows=(127,),
    ),
    _not_open,
)

RULES: Final = (COVERED, NOT_OPEN)
