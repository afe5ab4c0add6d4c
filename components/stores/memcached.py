"""Memcached as a Deployment behind a headless Service, so that clients see every instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import DNS_CONFIG
from components.stores.exporters import exporter_containers, exporter_labels
from components.stores.kinds import DEPLOYMENT
from components.stores.parts import (
    LIVENESS_FAILURES,
    RESTRICTED,
    declare_account,
    declare_budget,
    declare_service,
    identity_props,
    open_outputs,
    pod_labels,
    resources,
    restricted_pod,
    spread,
)
from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.memcached import PORT

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.stores import MemcachedPlan

MEMCACHED_USER: Final = 11211
"""The user of the image."""
_ITEMS_PERCENT: Final = 75
"""Share of the memory limit that items may take; connections and hash table need the rest."""


class Memcached(pulumi.ComponentResource):
    """Caches that know nothing of one another."""

    def __init__(self, plan: MemcachedPlan, place: Place) -> None:
        """Declare the store in its owner's place."""
        super().__init__(
            "pavedroad:stores:Memcached",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        own = place.under(self, {STORE_LABEL: plan.name})
        account = declare_account(own, plan.name)
        declare_service(own, plan.name, plan.pod_labels, {"memcached": PORT}, headless=True)
        own.declare(DEPLOYMENT, plan.name, {"spec": _deployment(plan)}, after=(account,))
        declare_budget(own, plan.name, plan.pod_labels, plan.servers.instances)
        self.register_outputs(open_outputs(plan))


def _deployment(plan: MemcachedPlan) -> Body:
    """Return the specification of the Deployment."""
    items = memory_bytes(plan.servers.compute.memory) * _ITEMS_PERCENT // 100 // 2**20
    probe = {"tcpSocket": {"port": PORT}}
    container: Body = {
        "name": "memcached",
        "image": plan.servers.image,
        "args": ["-m", str(items), "-p", str(PORT)],
        "ports": [{"name": "memcached", "containerPort": PORT}],
        "readinessProbe": probe,
        "livenessProbe": {**probe, "failureThreshold": LIVENESS_FAILURES},
        "resources": resources(plan.servers.compute),
        "securityContext": RESTRICTED,
    }
    return {
        "replicas": plan.servers.instances,
        "selector": {"matchLabels": dict(plan.pod_labels)},
        "template": {
            "metadata": {"labels": pod_labels(plan.name, plan.pod_labels) | exporter_labels(plan.exporter)},
            "spec": {
                "serviceAccountName": plan.name,
                "automountServiceAccountToken": False,
                "dnsConfig": DNS_CONFIG,
                "securityContext": restricted_pod(MEMCACHED_USER),
                "containers": [
                    container,
                    *exporter_containers(plan.exporter, [f"--memcached.address=127.0.0.1:{PORT}"]),
                ],
                "topologySpreadConstraints": spread(plan.servers, plan.pod_labels),
            },
        },
    }
