"""Caches on ElastiCache: Valkey, which speaks the Redis protocol, and Memcached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Grant, pod_role
from pavedroad.plan.cloud.alarms import Watch, alarms
from pavedroad.plan.cloud.names import name as cloud_name
from pavedroad.plan.cloud.sizes import bursts, instance_class, release
from pavedroad.plan.edges import identity_flow
from pavedroad.plan.naming import STORE_LABEL, join
from pavedroad.plan.stores.credentials import LATE_HOST
from pavedroad.plan.stores.managed.database import CREDIT, NAME_LIMIT, ManagedPlan, inward, log_days, reach
from pavedroad.plan.stores.model import CredentialPlan
from pavedroad.plan.stores.sizing import AWS_CLI
from pavedroad.plan.values import ConfigKeyRef, SecretKeyRef

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import MemcachedStore, RedisStore
    from pavedroad.plan.cloud.access import RolePlan
    from pavedroad.plan.cloud.alarms import AlarmPlan
    from pavedroad.plan.cloud.sizes import Release, Service
    from pavedroad.plan.flows import Labels
    from pavedroad.plan.stores.request import StoreRequest

VALKEY_PORT: Final = 6379
MEMCACHED_PORT: Final = 11211
DEFAULT_VALKEY: Final = "9.0"
MEMCACHED: Final = "1.6"

LONGEST_SNAPSHOT_DAYS: Final = 35
"""The longest that snapshots are kept, in days (elasticache CreateReplicationGroup, «SnapshotRetentionLimit»)."""

_MOST: Final = 65_000
"""Connections that a node takes (ElastiCache user guide, «Quotas», maximum client connections)."""

_CONNECTIONS: Final = Watch(
    metric="CurrConnections",
    limit=_MOST * 8 // 10,
    why="More than eight of ten connections are open: share them",
)
_MEMORY: Final = Watch(
    metric="DatabaseMemoryUsagePercentage",
    limit=90,
    statistic="Maximum",
    why="A tenth of the memory is left: keys are dropped, or writes refused, when it is full",
)
_LAG: Final = Watch(
    metric="ReplicationLag", limit=10, statistic="Maximum", why="A replica is more than ten seconds behind"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodesPlan:
    """The nodes of a cache: how many, of which class, and what they run."""

    count: int
    node_type: str
    release: Release

    @property
    def several(self) -> bool:
        """Whether another takes over where one fails."""
        return self.count > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePlan(ManagedPlan):
    """A cache.

    Attributes:
        nodes: Its nodes.
        alarms: What is watched of them.
    """

    nodes: NodesPlan
    alarms: tuple[AlarmPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticacheValkeyPlan(CachePlan):
    """A replication group of Valkey, and the user that may log in.

    Attributes:
        user: Id and name of the user, which are one where roles may log in.
        user_group: The group of users of this cache: that one alone.
        credentials: Its login in the cluster.
        job: Name of the job that hands the user's password to AWS.
        job_labels: Labels of its pods.
        job_role: What the job may do: change this user.
        image: The image with AWS' command line.
        snapshot_days: How long snapshots are kept, in days.
        logs: Its logs, by what AWS calls them, and the groups that they go to.
        log_days: How long they are kept there, in days.
    """

    user: str
    user_group: str
    credentials: CredentialPlan
    job: str
    job_labels: Labels
    job_role: RolePlan
    image: str
    snapshot_days: int
    logs: Labels
    log_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticacheMemcachedPlan(CachePlan):
    """A cluster of Memcached, which knows no users: its security group says who may."""


def resolve_elasticache_valkey(request: StoreRequest, spec: RedisStore) -> ElasticacheValkeyPlan:
    """Return a Valkey cache with nothing left to choose."""
    name = request.name(NAME_LIMIT)
    parts = request.cloud_parts
    way = reach(
        request, name, VALKEY_PORT, named="elasticache-replication-group", grouped="elasticache-group"
    )
    nodes = _nodes(
        request,
        spec,
        "elasticache-valkey",
        request.scope.choose("version", given=spec.version, default=DEFAULT_VALKEY),
    )
    user = cloud_name("elasticache-user", *parts)
    credentials = _credentials(join(name, "app"), user)
    job = join(name, "user")
    labels = ((STORE_LABEL, job),)
    party = request.party(job, labels, job)
    members = tuple(f"{way.identifier}-{number:03}" for number in range(1, nodes.count + 1))
    watches = (_CONNECTIONS, _MEMORY, *((_LAG,) if nodes.several else ()))
    return ElasticacheValkeyPlan(
        identity=request.identity(name, None),
        outputs={
            "host": ConfigKeyRef(way.endpoint, "host"),
            "port": str(VALKEY_PORT),
            "uri": SecretKeyRef(credentials.name, "uri"),
        },
        flows=(*inward(name, way, request.owner), identity_flow(party)),
        outbound=((party, f"{request.account.host('elasticache')}:443"),),
        in_vpc=True,
        roles=(role := _job_role(request, job, user),),
        reach=way,
        nodes=nodes,
        alarms=_alarms(parts, nodes, members, *watches),
        user=user,
        user_group=cloud_name("elasticache-user", *parts, "users"),
        credentials=credentials,
        job=job,
        job_labels=labels,
        job_role=role,
        image=AWS_CLI,
        snapshot_days=min(request.backup_days(), LONGEST_SNAPSHOT_DAYS),
        logs=tuple((log, cloud_name("logs-group", *parts, log)) for log in ("engine-log", "slow-log")),
        log_days=log_days(request),
    )


def resolve_elasticache_memcached(request: StoreRequest, spec: MemcachedStore) -> ElasticacheMemcachedPlan:
    """Return a Memcached cache with nothing left to choose."""
    name = request.name(NAME_LIMIT)
    way = reach(request, name, MEMCACHED_PORT, named="elasticache-cluster", grouped="elasticache-group")
    nodes = _nodes(request, spec, "elasticache-memcached", MEMCACHED)
    return ElasticacheMemcachedPlan(
        identity=request.identity(name, None),
        outputs={"host": ConfigKeyRef(way.endpoint, "host"), "port": str(MEMCACHED_PORT)},
        flows=inward(name, way, request.owner),
        in_vpc=True,
        reach=way,
        nodes=nodes,
        alarms=_alarms(request.cloud_parts, nodes, (way.identifier,), _CONNECTIONS),
    )


def _nodes(
    request: StoreRequest, spec: RedisStore | MemcachedStore, service: Service, version: str
) -> NodesPlan:
    """Choose the nodes of a cache.

    Raises:
        LookupError: If the service has no such version; descriptors are checked for that when they are read.
    """
    found = release(service, version)
    if found is None:
        raise LookupError(f"{service} has no version {version}")
    return NodesPlan(
        count=request.instances(spec.instances),
        node_type=instance_class(service, request.size(spec)),
        release=found,
    )


def _credentials(name: str, user: str) -> CredentialPlan:
    """Return the login of the user, with a connection string that speaks TLS."""
    return CredentialPlan(
        name=name,
        entries=(
            ("username", user),
            ("password", "{{ .password }}"),
            ("uri", f"rediss://{user}:{{{{ .password }}}}@{LATE_HOST}:{VALKEY_PORT}"),
        ),
    )


def _job_role(request: StoreRequest, job: str, user: str) -> RolePlan:
    """Return what the job may do that hands over the password: change this one user."""
    account = request.account
    change = Grant(
        reason=f"stores.{request.store}.user",
        actions=("elasticache:ModifyUser",),
        resources=(account.arn("elasticache", f"user:{user}"),),
    )
    role = pod_role(account, request.namespace, job, (change,))
    assert role is not None
    return role


def _alarms(
    parts: tuple[str, ...], nodes: NodesPlan, members: tuple[str, ...], *watches: Watch
) -> tuple[AlarmPlan, ...]:
    """Return what is watched of each node: credit too, where it lives on it."""
    watched = (*watches, *((CREDIT,) if bursts(nodes.node_type) else ()))
    return tuple(
        alarm
        for member in members
        for alarm in alarms((*parts, member), "AWS/ElastiCache", (("CacheClusterId", member),), watched)
    )
