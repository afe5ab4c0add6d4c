"""MongoDB's protocol on DocumentDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Condition
from pavedroad.plan.cloud.alarms import Watch, alarms
from pavedroad.plan.naming import join
from pavedroad.plan.stores.credentials import LATE_HOST, owned_password, uri
from pavedroad.plan.stores.managed.database import (
    LOCAL_STORAGE,
    NAME_LIMIT,
    DatabasePlan,
    UpkeepPlan,
    backup_days,
    connections,
    inward,
    log_days,
    login,
    machines,
    owned_outputs,
    reach,
    watched,
)
from pavedroad.plan.stores.sizing import IMAGES

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import MongodbStore, StoreSize
    from pavedroad.plan.stores.managed.database import MachinesPlan, ReachPlan
    from pavedroad.plan.stores.request import StoreRequest

PORT: Final = 27017
DEFAULT_VERSION: Final = "8.0"
OPTIONS: Final = (
    "?authSource=admin&tls=true&replicaSet=rs0&readPreference=secondaryPreferred&retryWrites=false"
)
"""How clients connect: DocumentDB knows no writes that are tried again (developer guide, «Functional differences»)."""

_PARAMETERS: Final = (("audit_logs", "enabled"), ("profiler", "enabled"), ("tls", "enabled"))
_LOGS: Final = ("audit", "profiler")
_MOST: Final[dict[StoreSize, int]] = {"small": 500, "medium": 1700, "large": 3400}
"""Connections that can be open, by size (developer guide, «Quotas and limits», instance limits)."""

_LAG: Final = Watch(
    metric="DBClusterReplicaLagMaximum",
    limit=10_000,
    statistic="Maximum",
    why="A reader is more than ten seconds behind: it shows old documents",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentdbPlan(DatabasePlan):
    """A cluster of DocumentDB."""


def resolve_documentdb(request: StoreRequest, spec: MongodbStore) -> DocumentdbPlan:
    """Return a database on DocumentDB with nothing left to choose."""
    name = request.name(NAME_LIMIT)
    way = reach(request, name, PORT, named="rds-identifier", grouped="rds-parameter-group")
    database = request.database(spec.database)
    text = uri("mongodb", LATE_HOST, PORT, f"{database}{OPTIONS}")
    owned = owned_password(join(name, "app"), uri=text)
    cluster = request.account.arn("rds", f"cluster:{way.identifier}")
    tag = Condition(
        operator="StringEquals", key="aws:ResourceTag/aws:rds:primaryDBClusterArn", values=(cluster,)
    )
    who = login(request, name, owned=owned, tag=tag, image=IMAGES["mongodb"]["8.0"])
    version = request.scope.choose("version", given=spec.version, default=DEFAULT_VERSION)
    instances = machines(request, spec, service="documentdb", engine="docdb", version=version)
    return DocumentdbPlan(
        identity=request.identity(name, None),
        outputs=owned_outputs(way, who),
        flows=inward(name, way, request.owner, request.party(who.job, who.job_labels, who.job)),
        in_vpc=True,
        roles=(who.reader,),
        reach=way,
        machines=instances,
        upkeep=_upkeep(request, spec, way, instances),
        login=who,
    )


def _upkeep(request: StoreRequest, spec: MongodbStore, way: ReachPlan, instances: MachinesPlan) -> UpkeepPlan:
    """Return how it is kept."""
    watches = [connections(_MOST[request.size(spec)]), LOCAL_STORAGE]
    if instances.several:
        watches.append(_LAG)
    dimensions = (("DBClusterIdentifier", way.identifier),)
    return UpkeepPlan(
        backup_days=backup_days(request),
        parameters=_PARAMETERS,
        logs=_LOGS,
        log_groups=tuple(f"/aws/docdb/{way.identifier}/{log}" for log in _LOGS),
        log_days=log_days(request),
        alarms=alarms(request.cloud_parts, "AWS/DocDB", dimensions, watched(instances, *watches)),
    )
