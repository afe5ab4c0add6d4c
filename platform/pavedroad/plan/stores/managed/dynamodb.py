"""Tables in DynamoDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.places import region_of
from pavedroad.descriptor.references import TABLE
from pavedroad.plan.cloud.access import Grant, encrypted_with
from pavedroad.plan.cloud.alarms import AlarmPlan, Watch, alarms
from pavedroad.plan.cloud.names import name as cloud_name
from pavedroad.plan.naming import physical
from pavedroad.plan.stores.model import StorePlan

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import DynamodbStore
    from pavedroad.descriptor.tables import CapacitySpec, IndexSpec, KeySpec, LocalIndexSpec, TableSpec
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.stores.request import StoreRequest

PORT: Final = "443"

ITEMS: Final = (
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
)
"""What an owner does with items; transactions need nothing else (Service Authorization Reference, DynamoDB)."""

FINDING: Final = ("dynamodb:Query", "dynamodb:Scan")
"""What an owner does with an index."""

CHANGES: Final = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
"""What an owner does with a stream of changes."""

LONGEST_RECOVERY_DAYS: Final = 35
"""How far back a table can be restored at most, in days (DynamoDB developer guide, «Point-in-time recovery»)."""

_TYPES: Final[dict[str, Literal["S", "N", "B"]]] = {"string": "S", "number": "N", "binary": "B"}
_STREAMS: Final = {"keys": "KEYS_ONLY", "new": "NEW_IMAGE", "old": "OLD_IMAGE", "both": "NEW_AND_OLD_IMAGES"}
_HOLDS: Final = {"all": "ALL", "keys": "KEYS_ONLY"}

_WATCHED: Final = (
    Watch(
        metric="ReadThrottleEvents", limit=10, statistic="Sum", why="Reads are refused: ask for more capacity"
    ),
    Watch(
        metric="WriteThrottleEvents",
        limit=10,
        statistic="Sum",
        why="Writes are refused: ask for more capacity",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPlan:
    """An index of a table.

    Attributes:
        name: Its name.
        keys: Name of its partition key, and of its sort key where it has one.
        projection: What it holds of an item, as DynamoDB spells it.
        attributes: Which attributes it holds beside the keys, where ``projection`` is ``INCLUDE``.
    """

    name: str
    keys: tuple[str, ...]
    projection: str
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsPlan:
    """Between how many reads or writes in a second the capacity of a table moves."""

    min: int
    max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityPlan:
    """Capacity that is bought ahead; ``utilisation`` is the share of it, in percent, that is to be in use."""

    read: UnitsPlan
    write: UnitsPlan
    utilisation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlan:
    """A table.

    Attributes:
        name: Its name in the account, which a rename keeps.
        keys: Name of its partition key, and of its sort key where it has one.
        types: Type of every attribute that items are found by, as DynamoDB spells it.
        indexes: Its global secondary indexes.
        local_indexes: Its local secondary indexes.
        ttl: The attribute that says when an item is deleted; None for never.
        stream: What its stream of changes shows, as DynamoDB spells it; None for no stream.
        capacity: Capacity that is bought ahead; None for on demand.
        alarms: What is watched of it.
    """

    name: str
    keys: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    indexes: tuple[IndexPlan, ...]
    local_indexes: tuple[IndexPlan, ...]
    ttl: str | None
    stream: str | None
    capacity: CapacityPlan | None
    alarms: tuple[AlarmPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaPlan:
    """Another region that holds tables.

    Attributes:
        region: The region.
        cluster: The owner's first cluster in it, with whose key they are encrypted there.
    """

    region: str
    cluster: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamodbPlan(StorePlan):
    """Tables that AWS keeps.

    Attributes:
        tables: The tables.
        recovery_days: How far back each can be restored, in days.
        made: Whether they are made here: on the first of their owner's clusters.
        replicas: The other regions that hold them, where they are made.
    """

    tables: tuple[TablePlan, ...]
    recovery_days: int
    made: bool
    replicas: tuple[ReplicaPlan, ...]


def resolve_managed_dynamodb(request: StoreRequest, spec: DynamodbStore) -> DynamodbPlan:
    """Return tables in DynamoDB with nothing left to choose."""
    account = request.account
    where = account.host("dynamodb")
    holders = _holders(request)
    here = request.context.cluster
    watched = any(each.cluster == here for each in holders)
    tables = {name: _table(request, name, table, watched=watched) for name, table in spec.tables.items()}
    made = holders[0].cluster == here
    return DynamodbPlan(
        identity=request.identity(request.name(limit=63), where),
        outputs={
            "endpoint": f"https://{where}",
            "host": where,
            "port": PORT,
            "region": account.region,
            "access_key_id": None,
            "secret_access_key": None,
            **{f"{TABLE}{name}": table.name for name, table in tables.items()},
        },
        egress_host=f"{where}:{PORT}",
        grants=_grants(account, f"stores.{request.store}", tables),
        tables=tuple(tables.values()),
        recovery_days=min(request.backup_days(), LONGEST_RECOVERY_DAYS),
        made=made,
        replicas=holders[1:] if made else (),
    )


def _holders(request: StoreRequest) -> tuple[ReplicaPlan, ...]:
    """Return the regions of the owner, each with its first cluster there; the first of all makes the tables."""
    context = request.context
    found: dict[str, str] = {}
    function = request.service in context.everywhere[request.team].functions
    places = (context.environment.home,) if function else context.places(request.team, request.service)
    for cluster in places:
        region = region_of(context.environment, cluster) or request.account.region
        found.setdefault(region, cluster)
    return tuple(ReplicaPlan(region=region, cluster=cluster) for region, cluster in found.items())


def _table(request: StoreRequest, name: str, spec: TableSpec, *, watched: bool) -> TablePlan:
    """Return a table; another cluster of the same region may watch it already."""
    parts = (*request.cloud_parts, physical(name, spec.formerly))
    table = cloud_name("dynamodb-table", *parts)
    return TablePlan(
        name=table,
        keys=_keys(spec.partition_key, spec.sort_key),
        types=tuple(sorted({key.name: _TYPES[key.type] for key in spec.key_attributes()}.items())),
        indexes=tuple(_index(index, each) for index, each in spec.indexes.items()),
        local_indexes=tuple(
            _local_index(index, each, spec.partition_key) for index, each in spec.local_indexes.items()
        ),
        ttl=spec.ttl,
        stream=_STREAMS[spec.stream] if spec.stream else None,
        capacity=_capacity(spec.capacity) if spec.capacity else None,
        alarms=alarms(parts, "AWS/DynamoDB", (("TableName", table),), _WATCHED) if watched else (),
    )


def _keys(partition: KeySpec, sort: KeySpec | None) -> tuple[str, ...]:
    return (partition.name,) if sort is None else (partition.name, sort.name)


def _index(name: str, spec: IndexSpec) -> IndexPlan:
    projection, attributes = _projection(spec)
    keys = _keys(spec.partition_key, spec.sort_key)
    return IndexPlan(name=name, keys=keys, projection=projection, attributes=attributes)


def _local_index(name: str, spec: LocalIndexSpec, partition: KeySpec) -> IndexPlan:
    projection, attributes = _projection(spec)
    keys = _keys(partition, spec.sort_key)
    return IndexPlan(name=name, keys=keys, projection=projection, attributes=attributes)


def _projection(spec: IndexSpec | LocalIndexSpec) -> tuple[str, tuple[str, ...]]:
    """Return what an index holds, as DynamoDB spells it."""
    if isinstance(spec.holds, str):
        return _HOLDS[spec.holds], ()
    return "INCLUDE", spec.holds


def _capacity(spec: CapacitySpec) -> CapacityPlan:
    return CapacityPlan(
        read=UnitsPlan(min=spec.read.min, max=spec.read.max),
        write=UnitsPlan(min=spec.write.min, max=spec.write.max),
        utilisation=spec.utilisation,
    )


def _grants(account: AccountPlan, reason: str, tables: dict[str, TablePlan]) -> tuple[Grant, ...]:
    """Return what the owner may do: with items, with each index by its name, and with streams that were asked for."""
    arns = {name: account.arn("dynamodb", f"table/{table.name}") for name, table in tables.items()}
    indexes = tuple(
        f"{arns[name]}/index/{index.name}"
        for name, table in tables.items()
        for index in (*table.indexes, *table.local_indexes)
    )
    streams = tuple(f"{arns[name]}/stream/*" for name, table in tables.items() if table.stream)
    wanted = (
        ("items", ITEMS, tuple(arns.values())),
        ("indexes", FINDING, indexes),
        ("streams", CHANGES, streams),
    )
    return (
        *(
            Grant(reason=f"{reason}.{what}", actions=actions, resources=resources)
            for what, actions, resources in wanted
            if resources
        ),
        encrypted_with(account, "data", "dynamodb", reason),
    )
