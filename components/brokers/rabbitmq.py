"""RabbitMQ as the cluster operator's resource.

The operator runs its pods as a user that is not root; what ``restricted`` asks for beside that is merged in here by
container name (``spec.override``). Clients connect without TLS: the mesh encrypts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import Kind
from components.stores.kinds import DISRUPTION_BUDGET
from components.stores.parts import MESH, resources

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.brokers import RabbitPlan

RABBITMQ_CLUSTER: Final = Kind("rabbitmq.com/v1beta1", "RabbitmqCluster")
TENANTS: Final = "rabbitmq.com/topology-allowed-namespaces"
"""Annotation with the namespaces that may declare queues and users on the cluster."""

_CONFIGURATION: Final = "quorum_queue.property_equivalence.relaxed_checks_on_redeclaration = true\n"
"""A client that declares its queue again as a plain one is not refused because it is replicated («Quorum queues»)."""

_CONTAINER: Final[Body] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
_TOPOLOGY: Final = {"zone": "topology.kubernetes.io/zone", "node": "kubernetes.io/hostname"}


class Rabbitmq(pulumi.ComponentResource):
    """The RabbitMQ cluster that all teams share."""

    def __init__(self, plan: RabbitPlan, place: Place) -> None:
        """Declare the cluster in its namespace."""
        super().__init__(
            "pavedroad:brokers:Rabbitmq",
            f"{plan.namespace}/{plan.name}",
            {},
            pulumi.ResourceOptions(parent=place.parent),
        )
        own = place.under(self)
        own.declare(
            RABBITMQ_CLUSTER,
            plan.name,
            {"spec": _cluster(plan)},
            annotations={TENANTS: ",".join(plan.tenants)},
            protect=plan.protect,
        )
        if plan.nodes.count > 1:
            budget = {
                "maxUnavailable": 1,
                "selector": {"matchLabels": _selector(plan)},
                "unhealthyPodEvictionPolicy": "IfHealthyBudget",
            }
            own.declare(DISRUPTION_BUDGET, plan.name, {"spec": budget})
        self.register_outputs({"host": f"{plan.name}.{plan.namespace}"})


def _selector(plan: RabbitPlan) -> dict[str, str]:
    """Return the labels of the nodes."""
    return {"app.kubernetes.io/component": "rabbitmq", "app.kubernetes.io/name": plan.name}


def _cluster(plan: RabbitPlan) -> Body:
    """Return the specification of the cluster."""
    storage_class = {} if plan.storage_class is None else {"storageClassName": plan.storage_class}
    pod: Body = {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "initContainers": [{"name": "setup-container", "securityContext": _CONTAINER}],
        "containers": [{"name": "rabbitmq", "securityContext": _CONTAINER}],
        "topologySpreadConstraints": _spread(plan),
    }
    template = {"metadata": {"labels": MESH}, "spec": pod}
    return {
        "replicas": plan.nodes.count,
        "image": plan.image,
        "resources": resources(plan.nodes.compute),
        "persistence": {"storage": plan.nodes.storage, **storage_class},
        "rabbitmq": {"additionalConfig": _CONFIGURATION},
        "override": {"statefulSet": {"spec": {"template": template}}},
    }


def _spread(plan: RabbitPlan) -> list[Body]:
    """Return how nodes keep apart."""
    if plan.spread == "none":
        return []
    return [
        {
            "maxSkew": 1,
            "topologyKey": _TOPOLOGY[plan.spread],
            "whenUnsatisfiable": "DoNotSchedule" if plan.spread_required else "ScheduleAnyway",
            "labelSelector": {"matchLabels": _selector(plan)},
        }
    ]
