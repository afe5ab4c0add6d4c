"""Replicas that come and go: autoscalers and disruption budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.kubernetes import Body, Kind, Place
from pavedroad.plan.naming import SERVICE_LABEL, dotted

if TYPE_CHECKING:
    import pulumi

    from pavedroad.plan.brokers import TriggerPlan
    from pavedroad.plan.workload import ScalePlan, WorkloadPlan

AUTOSCALER = Kind("autoscaling/v2", "HorizontalPodAutoscaler")
SCALED_OBJECT = Kind("keda.sh/v1alpha1", "ScaledObject")
TRIGGER_AUTHENTICATION = Kind("keda.sh/v1alpha1", "TriggerAuthentication")
DISRUPTION_BUDGET = Kind("policy/v1", "PodDisruptionBudget")


def declare_scaling(place: Place, plan: WorkloadPlan, workload: pulumi.Resource) -> None:
    """Declare what scales a workload: nothing, Kubernetes' own autoscaler, or KEDA's where messages count.

    KEDA makes an autoscaler itself, so a workload never has both.
    """
    scale = plan.scale
    if scale.max == scale.min:
        return
    target = {"apiVersion": "apps/v1", "kind": plan.kind, "name": plan.name}
    if not scale.triggers:
        spec = {
            "scaleTargetRef": target,
            "minReplicas": scale.min,
            "maxReplicas": scale.max,
            "metrics": [_utilisation(resource, percent) for resource, percent in _targets(scale)],
        }
        place.declare(AUTOSCALER, plan.name, {"spec": spec}, after=(workload,))
        return
    spec = {
        "scaleTargetRef": target,
        "minReplicaCount": scale.min,
        "maxReplicaCount": scale.max,
        "triggers": [
            *(_trigger(place, plan.name, trigger) for trigger in scale.triggers),
            *(
                {"type": resource, "metricType": "Utilization", "metadata": {"value": str(percent)}}
                for resource, percent in _targets(scale)
            ),
        ],
    }
    place.declare(SCALED_OBJECT, plan.name, {"spec": spec}, after=(workload,))


def _targets(scale: ScalePlan) -> list[tuple[str, int]]:
    """Return the utilisation targets that are set."""
    targets = (("cpu", scale.cpu_percent), ("memory", scale.memory_percent))
    return [(resource, percent) for resource, percent in targets if percent is not None]


def _utilisation(resource: str, percent: int) -> Body:
    """Return a utilisation target of the autoscaler."""
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": resource, "target": target}}


def _trigger(place: Place, service: str, trigger: TriggerPlan) -> Body:
    """Return a trigger; how it authenticates is an object of its own."""
    body: Body = {"type": trigger.type, "metadata": dict(trigger.metadata)}
    if trigger.authentication:
        name = dotted(service, trigger.name)
        references = [
            {"parameter": parameter, "name": secret.name, "key": secret.key}
            for parameter, secret in trigger.authentication
        ]
        place.declare(TRIGGER_AUTHENTICATION, name, {"spec": {"secretTargetRef": references}})
        body["authenticationRef"] = {"name": name}
    return body


def declare_disruption_budget(place: Place, plan: WorkloadPlan) -> None:
    """Let a drain take one replica at a time; a single replica has no budget, which would block every drain."""
    if plan.job is not None or plan.scale.min == 1:
        return
    spec = {
        "maxUnavailable": 1,
        "selector": {"matchLabels": {SERVICE_LABEL: plan.name}},
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
    }
    place.declare(DISRUPTION_BUDGET, plan.name, {"spec": spec})
