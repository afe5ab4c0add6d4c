"""Graphs on Neptune: a cluster that is entered by role alone, over TLS alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import LateGrant
from pavedroad.plan.cloud.alarms import Watch, alarms
from pavedroad.plan.stores.managed.database import (
    NAME_LIMIT,
    KeptPlan,
    UpkeepPlan,
    backup_days,
    inward,
    log_days,
    machines,
    reach,
    watched,
)
from pavedroad.plan.values import ConfigKeyRef

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import NeptuneStore
    from pavedroad.plan.stores.managed.database import MachinesPlan, ReachPlan
    from pavedroad.plan.stores.request import StoreRequest

PORT: Final = 8182
VERSION: Final = "1.4"

ANY_CLUSTER: Final = "cluster-*"
"""What stands for a cluster's resource id, which its grants name and which AWS decides (Neptune user guide,
«Specifying the resource in a Neptune data-access policy»)."""

OWN: Final = tuple(
    f"neptune-db:{action}"
    for action in (
        "CancelQuery",
        "DeleteDataViaQuery",
        "GetEngineStatus",
        "GetGraphSummary",
        "GetQueryStatus",
        "ReadDataViaQuery",
        "WriteDataViaQuery",
    )
)
"""What an owner does with its graph; neither resets nor bulk loads (Service Authorization Reference, Neptune)."""

_PARAMETERS: Final = (("neptune_enable_audit_log", "1"),)
"""Audits are off by default. TLS is no parameter: Neptune answers nothing else (user guide, «Encryption in
transit»)."""

_LOGS: Final = ("audit",)

_QUEUE: Final = Watch(
    metric="MainRequestQueuePendingRequests",
    limit=8192 * 8 // 10,
    statistic="Maximum",
    why="Eight of ten places for waiting requests are taken (8192 can wait): make queries faster or fewer",
)
"""How many wait at most: Neptune user guide, «Query queuing»."""

_LAG: Final = Watch(
    metric="ClusterReplicaLagMaximum",
    limit=2000,
    statistic="Maximum",
    why="A reader is more than two seconds behind: it shows an old graph",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeptunePlan(KeptPlan):
    """A cluster of Neptune."""


def resolve_neptune(request: StoreRequest, spec: NeptuneStore) -> NeptunePlan:
    """Return a graph on Neptune with nothing left to choose."""
    name = request.name(NAME_LIMIT)
    way = reach(request, name, PORT, named="rds-identifier", grouped="rds-parameter-group")
    instances = machines(request, spec, service="neptune", engine="neptune", version=VERSION)
    return NeptunePlan(
        identity=request.identity(name, None),
        outputs={
            "host": ConfigKeyRef(way.endpoint, "host"),
            "port": str(PORT),
            "region": request.account.region,
        },
        flows=inward(name, way, request.owner),
        in_vpc=True,
        late_grants=(_grant(request, name),),
        reach=way,
        machines=instances,
        upkeep=_upkeep(request, way, instances),
    )


def _grant(request: StoreRequest, name: str) -> LateGrant:
    """Return what the owner may do: everything with this graph's data."""
    return LateGrant(
        reason=f"stores.{request.store}",
        actions=OWN,
        resources=(request.account.arn("neptune-db", f"{ANY_CLUSTER}/*"),),
        of=name,
        pattern=ANY_CLUSTER,
    )


def _upkeep(request: StoreRequest, way: ReachPlan, instances: MachinesPlan) -> UpkeepPlan:
    """Return how it is kept."""
    watches = (_QUEUE, _LAG) if instances.several else (_QUEUE,)
    dimensions = (("DBClusterIdentifier", way.identifier),)
    return UpkeepPlan(
        backup_days=backup_days(request),
        parameters=_PARAMETERS,
        logs=_LOGS,
        log_groups=tuple(f"/aws/neptune/{way.identifier}/{log}" for log in _LOGS),
        log_days=log_days(request),
        alarms=alarms(request.cloud_parts, "AWS/Neptune", dimensions, watched(instances, *watches)),
    )
