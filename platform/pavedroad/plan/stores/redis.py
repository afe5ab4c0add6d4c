"""Redis, realised by the Valkey operator: one shard with replicas, behind proxies that always find its primary.

The operator makes clusters only, and a cluster's replica answers a write with ``MOVED``, which plain Redis clients
do not follow. So clients connect to proxies: each asks every node for its role and passes connections to the
primary alone. Clients that know clusters may go on to the nodes that a node names to them.

There is no password. Applications with a bare ``redis://host:6379`` built in could not send one; what keeps
strangers out is the mesh (only the owner's identity is let through) and the network policies.

Facts from the operator's code (``internal/controller``): pods carry ``valkey.io/cluster``, run as the namespace's
default service account, and neither labels nor service account can be set; they speak on 6379, and on 16379 with
one another; the default pod security context complies with ``restricted``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.flows import Flow
from pavedroad.plan.naming import STORE_LABEL, host
from pavedroad.plan.stores.model import DiskPlan, ServersPlan, StorePlan
from pavedroad.plan.stores.operators import VALKEY
from pavedroad.plan.stores.sizing import IMAGES

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import RedisStore
    from pavedroad.plan.stores.request import StoreRequest

DEFAULT_VERSION: Final = "9.0"
PORT: Final = 6379
BUS_PORT: Final = 16379

_NAME_LIMIT: Final = 36
"""Longest name: its longest derived one, ``valkey-<name>-0-0`` as a StatefulSet, may have 52 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisPlan(StorePlan):
    """A Valkey cluster of one shard, and its proxies.

    Attributes:
        servers: The nodes.
        disk: The volume of each.
        proxies: How many proxies run.
        proxy: Name of the proxies, of their Service and of their service account.
        proxy_labels: Labels of their pods.
        nodes: Name of the headless Service over all nodes.
        nodes_host: Its host name.
    """

    servers: ServersPlan
    disk: DiskPlan
    proxies: int
    proxy: str
    proxy_labels: tuple[tuple[str, str], ...]
    nodes: str
    nodes_host: str


def resolve_redis(request: StoreRequest, spec: RedisStore) -> RedisPlan:
    """Return a Redis store with nothing left to choose."""
    name = request.name(_NAME_LIMIT)
    address = host(name, request.namespace)
    size = request.size(spec)
    servers = request.servers(
        size=size,
        instances=request.instances(spec.instances),
        image=IMAGES["redis"][request.scope.choose("version", given=spec.version, default=DEFAULT_VERSION)],
    )
    proxy_labels = ((STORE_LABEL, name),)
    nodes = request.party(f"{name}-nodes", (("valkey.io/cluster", name),), "default")
    proxies = request.party(name, proxy_labels, name)
    return RedisPlan(
        identity=request.identity(name, address),
        outputs={"host": address, "port": str(PORT), "uri": f"redis://{address}:{PORT}"},
        party=proxies,
        measured=nodes,
        ports=(PORT,),
        flows=(
            Flow(kind="store", source=request.owner, destination=nodes, ports=(PORT,)),
            Flow(kind="internal", source=proxies, destination=nodes, ports=(PORT,)),
            *request.among(nodes, (PORT, BUS_PORT), servers),
            Flow(kind="platform", source=VALKEY, destination=nodes, ports=(PORT,)),
        ),
        servers=servers,
        disk=request.disk(spec, size),
        proxies=min(servers.instances, 3),
        proxy=name,
        proxy_labels=proxy_labels,
        nodes=f"{name}-nodes",
        nodes_host=host(f"{name}-nodes", request.namespace),
    )
