"""Memcached: a plain Deployment, since it keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.naming import STORE_LABEL, host
from pavedroad.plan.stores.exporters import ExporterPlan, resolve_exporter
from pavedroad.plan.stores.model import ServersPlan, StorePlan
from pavedroad.plan.stores.sizing import IMAGES

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import MemcachedStore
    from pavedroad.plan.stores.request import StoreRequest

PORT: Final = 11211


@dataclass(frozen=True, slots=True, kw_only=True)
class MemcachedPlan(StorePlan):
    """Instances that know nothing of one another; clients spread their keys over the Service's addresses.

    Attributes:
        servers: The instances.
        pod_labels: Labels of their pods.
        exporter: What tells Prometheus of each; None where nobody asks.
    """

    servers: ServersPlan
    pod_labels: tuple[tuple[str, str], ...]
    exporter: ExporterPlan | None


def resolve_memcached(request: StoreRequest, spec: MemcachedStore) -> MemcachedPlan:
    """Return a memcached store with nothing left to choose."""
    name = request.name(limit=63)
    address = host(name, request.namespace)
    pod_labels = ((STORE_LABEL, name),)
    instances = request.party(name, pod_labels, name)
    return MemcachedPlan(
        identity=request.identity(name, address, protect=False),
        outputs={"host": address, "port": str(PORT)},
        party=instances,
        measured=instances,
        ports=(PORT,),
        servers=request.servers(
            size=request.size(spec),
            instances=request.instances(spec.instances),
            image=IMAGES["memcached"]["1.6"],
        ),
        pod_labels=pod_labels,
        exporter=resolve_exporter(request, name),
    )
