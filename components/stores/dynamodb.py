"""The DynamoDB emulator as a Deployment that keeps its tables in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import DNS_CONFIG
from components.stores.kinds import DEPLOYMENT
from components.stores.parts import (
    LIVENESS_FAILURES,
    RESTRICTED,
    declare_account,
    declare_service,
    identity_props,
    open_outputs,
    pod_labels,
    resources,
    restricted_pod,
)
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.dynamodb import PORT

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.stores import DynamodbLocalPlan

DYNAMODB_USER: Final = 1000
"""The user of the image."""


class DynamodbLocal(pulumi.ComponentResource):
    """The emulator, for environments whose data nobody will miss."""

    def __init__(self, plan: DynamodbLocalPlan, place: Place) -> None:
        """Declare the store in its owner's place."""
        super().__init__(
            "pavedroad:stores:DynamodbLocal",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        own = place.under(self, {STORE_LABEL: plan.name})
        account = declare_account(own, plan.name)
        declare_service(own, plan.name, plan.pod_labels, {"dynamodb": PORT})
        own.declare(DEPLOYMENT, plan.name, {"spec": _deployment(plan)}, after=(account,))
        self.register_outputs(open_outputs(plan))


def _deployment(plan: DynamodbLocalPlan) -> Body:
    """Return the specification of the Deployment."""
    probe = {"tcpSocket": {"port": PORT}}
    container: Body = {
        "name": "dynamodb",
        "image": plan.servers.image,
        "args": ["-jar", "DynamoDBLocal.jar", "-inMemory", "-sharedDb", "-disableTelemetry"],
        "ports": [{"name": "dynamodb", "containerPort": PORT}],
        "readinessProbe": probe,
        "livenessProbe": {**probe, "failureThreshold": LIVENESS_FAILURES},
        "resources": resources(plan.servers.compute),
        "securityContext": RESTRICTED,
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 a volume of the pod alone
    }
    return {
        "replicas": plan.servers.instances,
        "selector": {"matchLabels": dict(plan.pod_labels)},
        "template": {
            "metadata": {"labels": pod_labels(plan.name, plan.pod_labels)},
            "spec": {
                "serviceAccountName": plan.name,
                "automountServiceAccountToken": False,
                "dnsConfig": DNS_CONFIG,
                "securityContext": restricted_pod(DYNAMODB_USER),
                "containers": [container],
                "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "256Mi"}}],
            },
        },
    }
