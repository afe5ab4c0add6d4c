"""Neo4j as a StatefulSet of one server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import DNS_CONFIG
from components.stores.kinds import STATEFUL_SET
from components.stores.parts import (
    RESTRICTED,
    claim,
    declare_account,
    declare_password,
    declare_service,
    identity_props,
    open_outputs,
    pod_labels,
    resources,
    restricted_pod,
    secret_env,
)
from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.neo4j import BOLT_PORT, HTTP_PORT
from pavedroad.plan.stores.sizing import JOB_COMPUTE

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.stores import Neo4jPlan

NEO4J_USER: Final = 7474
"""The user of the image."""

_CONFIGURATION: Final = "/var/lib/neo4j/conf"
_SCRATCH: Final = {"conf": _CONFIGURATION, "run": "/var/lib/neo4j/run", "logs": "/logs", "tmp": "/tmp"}  # noqa: S108 a volume of the pod alone
"""Where the server writes beside its data; configuration is copied there first, since the image adds to it."""


class Neo4j(pulumi.ComponentResource):
    """A Neo4j server with its volume."""

    def __init__(self, plan: Neo4jPlan, place: Place) -> None:
        """Declare the store in its owner's place."""
        super().__init__(
            "pavedroad:stores:Neo4j",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        own = place.under(self, {STORE_LABEL: plan.name})
        needed = (
            declare_password(own, plan.credentials),
            declare_account(own, plan.name),
            declare_service(own, plan.name, plan.pod_labels, {"bolt": BOLT_PORT, "web": HTTP_PORT}),
        )
        own.declare(
            STATEFUL_SET,
            plan.name,
            {"spec": _stateful_set(plan)},
            protect=plan.identity.protect,
            after=needed,
        )
        self.register_outputs(open_outputs(plan))


def _stateful_set(plan: Neo4jPlan) -> Body:
    """Return the specification of the StatefulSet."""
    return {
        "replicas": plan.servers.instances,
        "serviceName": plan.name,
        "selector": {"matchLabels": dict(plan.pod_labels)},
        "template": {
            "metadata": {"labels": pod_labels(plan.name, plan.pod_labels)},
            "spec": {
                "serviceAccountName": plan.name,
                "automountServiceAccountToken": False,
                # Variables that Kubernetes makes of Services start with NEO4J_ too and would be read as settings.
                "enableServiceLinks": False,
                "terminationGracePeriodSeconds": 120,
                "dnsConfig": DNS_CONFIG,
                "securityContext": restricted_pod(NEO4J_USER),
                "initContainers": [_copy_configuration(plan)],
                "containers": [_server(plan)],
                "volumes": [{"name": name, "emptyDir": {"sizeLimit": "1Gi"}} for name in _SCRATCH],
            },
        },
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim(plan.disk)}],
    }


def _copy_configuration(plan: Neo4jPlan) -> Body:
    """Return the step that copies the image's configuration to where it can be written."""
    return {
        "name": "configuration",
        "image": plan.servers.image,
        "command": ["sh", "-euc", f"cp -r {_CONFIGURATION}/. /conf-copy/"],
        "resources": resources(JOB_COMPUTE),
        "securityContext": RESTRICTED,
        "volumeMounts": [{"name": "conf", "mountPath": "/conf-copy"}],
    }


def _server(plan: Neo4jPlan) -> Body:
    """Return the server's container."""
    third = memory_bytes(plan.servers.compute.memory) // 3 // 2**20
    probe = {"tcpSocket": {"port": BOLT_PORT}, "periodSeconds": 10}
    return {
        "name": "neo4j",
        "image": plan.servers.image,
        "env": [
            secret_env("NEO4J_AUTH", plan.credentials.name, "auth"),
            {"name": "NEO4J_server_memory_heap_initial__size", "value": f"{third}m"},
            {"name": "NEO4J_server_memory_heap_max__size", "value": f"{third}m"},
            {"name": "NEO4J_server_memory_pagecache_size", "value": f"{third}m"},
        ],
        "ports": [
            {"name": "bolt", "containerPort": BOLT_PORT},
            {"name": "web", "containerPort": HTTP_PORT},
        ],
        "startupProbe": {**probe, "failureThreshold": 60},
        "readinessProbe": probe,
        "livenessProbe": {**probe, "failureThreshold": 6},
        "resources": resources(plan.servers.compute),
        "securityContext": RESTRICTED,
        "volumeMounts": [
            {"name": "data", "mountPath": "/data"},
            *({"name": name, "mountPath": path} for name, path in _SCRATCH.items()),
        ],
    }
