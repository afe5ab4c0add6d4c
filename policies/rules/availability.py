"""Rules about staying up while nodes come and go."""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import Namespaced, namespace_of, pod_of, selects

_DEPLOYMENT: Final = "kubernetes:apps/v1:Deployment"
_BUDGETS: Final = frozenset({"kubernetes:policy/v1:PodDisruptionBudget"})
_FEWEST_REPLICAS: Final[Mapping[str, str]] = {
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": "spec.minReplicas",
    "kubernetes:keda.sh/v1alpha1:ScaledObject": "spec.minReplicaCount",
}
"""The autoscalers, and where each says how few replicas it keeps; both point by `spec.scaleTargetRef`."""


def _has_budget(stack: Stack) -> Iterator[Duty]:
    budgets = Namespaced(stack.of_types(_BUDGETS))
    scalers = Namespaced(stack.of_types(_FEWEST_REPLICAS))
    for deployment in stack.of_types({_DEPLOYMENT}):
        labels = pod_of(deployment).metadata.at("labels")
        alone = all_of(
            deployment.properties.number("spec.replicas").satisfies(_below_two, absent=True),
            *(_leaves_alone(each, deployment) for each, _ in scalers.beside(deployment)),
        )
        matching = (
            all_of(beside, selects(each.properties.at("spec.selector"), labels))
            for each, beside in budgets.beside(deployment)
        )
        yield Duty(
            deployment,
            any_of(alone, *matching),
            "it runs two or more replicas, so a PodDisruptionBudget in its namespace must select its pods",
        )


def _below_two(replicas: float) -> bool:
    return replicas < 2  # noqa: PLR2004 - two are the fewest of which one can stay


def _leaves_alone(scaler: Resource, deployment: Resource) -> Truth:
    """Whether an autoscaler may keep the deployment at a single replica, or is for another one."""
    target = scaler.properties.at("spec.scaleTargetRef")
    return any_of(
        scaler.properties.number(_FEWEST_REPLICAS[scaler.type]).satisfies(_below_two, absent=True),
        target.text("kind").satisfies(lambda kind: kind != "Deployment"),
        target.text("name").differs_from(deployment.properties.text("metadata.name")),
        namespace_of(scaler).differs_from(namespace_of(deployment)),
    )


DISRUPTION_BUDGET: Final = StackRule(
    Control(
        identifier="replicated-deployments-have-a-disruption-budget",
        sentence="Every Deployment with two or more replicas has a PodDisruptionBudget that selects its pods",
        why="Without one, draining nodes may stop every replica at once.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_DEPLOYMENT}),
        fix=Fix(
            descriptor="the platform makes one wherever `scale.min` is two or more, so declare the service there",
            pulumi="declare a PodDisruptionBudget whose selector matches the pod template's labels",
        ),
    ),
    _has_budget,
)

RULES: Final = (DISRUPTION_BUDGET,)
