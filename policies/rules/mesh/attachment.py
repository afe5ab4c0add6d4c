"""Rules about how policies of the mesh are attached: that they reach a workload at all."""

from collections.abc import Iterator
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
    all_of,
    any_of,
    first_of,
    pods_by_label,
)
from pavedroad.governance.kubernetes import namespace_of
from policies.rules.mesh.shapes import (
    AUTHORIZATION_POLICIES,
    BY_DEFAULT,
    PEER_AUTHENTICATION,
    PEER_AUTHENTICATIONS,
    REQUEST_AUTHENTICATION,
    ROOT_NAMESPACE,
)
from policies.rules.traffic.operated import Operated

_POLICIES: Final = AUTHORIZATION_POLICIES | PEER_AUTHENTICATIONS | {REQUEST_AUTHENTICATION}
_GATEWAY_LABEL: Final = "gateway.networking.k8s.io/gateway-name"


def _selector_used(stack: Stack) -> Iterator[Duty]:
    pods = stack.derived(pods_by_label)
    operated = stack.derived(Operated)
    for policy in stack.of_types(_POLICIES):
        labels = policy.properties.at("spec.selector.matchLabels")
        home = namespace_of(policy)
        yield Duty(
            policy,
            any_of(
                labels.empty(),
                home.equals(ROOT_NAMESPACE),
                first_of(pods.carrying(labels, home)),
                operated.may_carry(labels, home),
                stack.missing(labels.path),
            ),
            "spec.selector.matchLabels must match the labels of a pod in its namespace",
        )


SELECTOR_USED: Final = StackRule(
    Control(
        identifier="mesh-policies-select-workloads",
        sentence="Every policy of the mesh with a selector selects a workload",
        why="A policy that selects nothing protects nothing, and looks as if it did.",
        severity=Severity.HIGH,
        resource_types=_POLICIES,
        fix=Fix(
            descriptor=BY_DEFAULT, pulumi="make spec.selector.matchLabels match the pod template's labels"
        ),
        rows=(128,),
    ),
    _selector_used,
)


def _takes_effect(policy: Resource) -> Iterator[Duty]:
    spec = policy.properties.at("spec")
    labels = spec.at("selector.matchLabels")
    yield Duty(
        policy,
        any_of(labels.empty(), all_of(spec.empty("targetRef"), spec.empty("targetRefs"))),
        "spec must have either a selector or targetRefs",
    )
    yield Duty(
        policy,
        labels.entry(_GATEWAY_LABEL).text().satisfies(lambda _: False, absent=True),
        "spec.targetRefs must name the Gateway: a selector for its pods has no effect",
    )
    if policy.type == PEER_AUTHENTICATION:
        yield Duty(
            policy,
            any_of(spec.empty("portLevelMtls"), *(value.text().present() for _, value in labels.entries())),
            "spec.selector must select workloads, for spec.portLevelMtls holds only where it does",
        )


TAKES_EFFECT: Final = ResourceRule(
    Control(
        identifier="mesh-policies-take-effect",
        sentence="Every policy of the mesh is attached in a way that Istio acts upon",
        why="Istio skips the rest without a word, and what the policy should deny is allowed.",
        severity=Severity.HIGH,
        resource_types=_POLICIES,
        fix=Fix(
            descriptor=BY_DEFAULT, pulumi="use a selector for workloads, targetRefs for Gateways and Services"
        ),
        rows=(128,),
    ),
    _takes_effect,
)

RULES: Final = (SELECTOR_USED, TAKES_EFFECT)
