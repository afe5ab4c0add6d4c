"""What every database on the account's network has: a name, a group that lets its owner in, windows, logs, alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Condition, Grant, encrypted_with
from pavedroad.plan.cloud.alarms import Watch
from pavedroad.plan.cloud.defaults import CLOUD_TIERS
from pavedroad.plan.cloud.names import name as cloud_name
from pavedroad.plan.cloud.sizes import bursts, instance_class, release
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.naming import STORE_LABEL, join
from pavedroad.plan.secrets_source import own_reader
from pavedroad.plan.stores.model import StorePlan
from pavedroad.plan.stores.request import DEFAULT_SCHEDULE
from pavedroad.plan.values import ConfigKeyRef, SecretKeyRef

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import SizedStore
    from pavedroad.plan.cloud.access import RolePlan
    from pavedroad.plan.cloud.alarms import AlarmPlan
    from pavedroad.plan.cloud.names import Kind
    from pavedroad.plan.cloud.sizes import Release, Service
    from pavedroad.plan.flows import Labels
    from pavedroad.plan.stores.model import CredentialPlan
    from pavedroad.plan.stores.request import StoreRequest
    from pavedroad.plan.values import Outputs

NAME_LIMIT: Final = 50
"""Longest name of a store in the cluster: what stands around it has a few letters more."""

MASTER: Final = "pavedroad"
"""The administrator of every managed database; only the job that makes its owner's user logs in as this."""

BACKUP_WINDOW: Final = "01:00-02:00"
MAINTENANCE_WINDOW: Final = "sun:03:00-sun:04:00"
"""When AWS copies and mends, in UTC: apart from one another, as it demands."""

LONGEST_BACKUP_DAYS: Final = 35
"""The longest that RDS, DocumentDB and Neptune keep automatic backups, in days (rds ModifyDBCluster)."""

SETUP_SCHEDULE: Final = "17 * * * *"
"""When the owner's user is made again: every hour, as often as its Secret and the administrator's are read."""

GIB: Final = 2**30

LOCAL_STORAGE: Final = Watch(
    metric="FreeLocalStorage",
    limit=2 * GIB,
    statistic="Minimum",
    below=True,
    why="Less than 2 GiB is left for sorting and logs: end what fills it, or choose a larger size",
)
CREDIT: Final = Watch(
    metric="CPUCreditBalance",
    limit=30,
    below=True,
    why="Almost no credit of processor time is left: choose a larger size",
)
"""Half an hour of one processor (EC2 user guide, «CPU credits»)."""


def connections(most: int) -> Watch:
    """Return the watch of how many connections are open, of the most that there can be."""
    return Watch(
        metric="DatabaseConnections",
        limit=most * 8 // 10,
        why=f"More than eight of ten connections are open ({most} can be): share them, or choose a larger size",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinesPlan:
    """The instances of a managed database.

    Attributes:
        engine: The engine, as AWS calls it.
        release: What runs, and the family of its parameters.
        instance_class: The class of each.
        names: Name of each in the account; the first is the one that writes.
    """

    engine: str
    release: Release
    instance_class: str
    names: tuple[str, ...]

    @property
    def several(self) -> bool:
        """Whether another takes over where one fails."""
        return len(self.names) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepPlan:
    """How a managed database is kept.

    Attributes:
        backup_days: How long automatic backups are kept, in days.
        parameters: Its parameters that differ from the family's, by name.
        logs: Its logs that go to CloudWatch.
        log_groups: The groups that they go to.
        log_days: How long they are kept there, in days.
        alarms: What is watched.
    """

    backup_days: int
    parameters: Labels
    logs: tuple[str, ...]
    log_groups: tuple[str, ...]
    log_days: int
    alarms: tuple[AlarmPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPlan:
    """Who logs in to a managed database, and how the owner's user comes to be.

    Attributes:
        database: The database.
        credentials: The owner's user.
        master: Secret in the cluster with the administrator's login, which AWS makes and changes.
        rotation_days: After how many days AWS changes the administrator's password.
        reader: The role that may read that, and nothing else.
        job: Name of the job that makes the owner's user.
        job_labels: Labels of its pods.
        image: The image with the client.
    """

    database: str
    credentials: CredentialPlan
    master: str
    rotation_days: int
    reader: RolePlan
    job: str
    job_labels: Labels
    image: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachPlan:
    """How a managed store is reached.

    Attributes:
        identifier: Its name in the account.
        group: Name of its security group.
        subnets: Name of its subnet group.
        parameters: Name of its parameter group.
        port: Its port.
        block: The addresses that it may have.
        endpoint: The ConfigMap with its host, which is known once it is made.
        alias: A host name that the application has built in.
    """

    identifier: str
    group: str
    subnets: str
    parameters: str
    port: int
    block: str
    endpoint: str
    alias: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedPlan(StorePlan):
    """A store that stands on the account's network; ``reach`` says how it is reached."""

    reach: ReachPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlan(ManagedPlan):
    """A managed database: what it runs on, and how it is kept."""

    machines: MachinesPlan
    upkeep: UpkeepPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabasePlan(KeptPlan):
    """A managed database with an administrator, and a user that owns it."""

    login: LoginPlan


def reach(request: StoreRequest, name: str, port: int, *, named: Kind, grouped: Kind) -> ReachPlan:
    """Return how a store is reached.

    Args:
        request: What is asked for.
        name: What it is called in the cluster.
        port: Its port.
        named: What kind of name it has in the account.
        grouped: What kind of names its subnet group and its parameter group have.
    """
    parts = request.cloud_parts
    return ReachPlan(
        identifier=cloud_name(named, *parts),
        group=cloud_name("ec2-security-group", *parts),
        subnets=cloud_name(grouped, *parts),
        parameters=cloud_name(grouped, *parts),
        port=port,
        block=request.context.data_block,
        endpoint=join(name, "endpoint"),
        alias=request.alias,
    )


def inward(name: str, way: ReachPlan, *sources: Party) -> tuple[Flow, ...]:
    """Return the flows from pods to a store on the account's network; its own side is its security group's."""
    store = Party(name=name, cidr=way.block)
    return tuple(
        Flow(kind="store", source=source, destination=store, ports=(way.port,), sides="source")
        for source in sources
    )


def login(
    request: StoreRequest,
    name: str,
    *,
    owned: CredentialPlan,
    tag: Condition,
    image: str,
) -> LoginPlan:
    """Return who logs in to a database.

    Args:
        request: What is asked for.
        name: What the database's store is called in the cluster.
        owned: The owner's user.
        tag: How the administrator's secret is told from all others that its service makes.
        image: The image with the client.
    """
    spec = request.spec
    account = request.account
    job, master = join(name, "database"), join(name, "master")
    reason = f"stores.{request.store}.master"
    secrets = account.arn("secretsmanager", "secret:rds!*")
    read = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
    grants = (
        Grant(reason=reason, actions=read, resources=(secrets,), conditions=(tag,)),
        encrypted_with(account, "secrets", "secretsmanager", reason, write=False),
    )
    return LoginPlan(
        database=request.database(getattr(spec, "database", None)),
        credentials=owned,
        master=master,
        rotation_days=CLOUD_TIERS[request.context.environment.tier].password_days,
        reader=own_reader(account, request.namespace, name, grants),
        job=job,
        job_labels=((STORE_LABEL, job),),
        image=image,
    )


def owned_outputs(way: ReachPlan, who: LoginPlan) -> Outputs:
    """Return what the owner of a database may know of it."""
    secret = who.credentials.name
    return {
        "host": ConfigKeyRef(way.endpoint, "host"),
        "port": str(way.port),
        "database": who.database,
        **{key: SecretKeyRef(secret, key) for key in ("username", "password", "uri")},
    }


def machines(
    request: StoreRequest, spec: SizedStore, *, service: Service, engine: str, version: str
) -> MachinesPlan:
    """Choose the instances of a database.

    Raises:
        LookupError: If the service has no such version; descriptors are checked for that when they are read.
    """
    found = release(service, version)
    if found is None:
        raise LookupError(f"{service} has no version {version}")
    parts = request.cloud_parts
    count = request.instances(getattr(spec, "instances", None))
    return MachinesPlan(
        engine=engine,
        release=found,
        instance_class=instance_class(service, request.size(spec)),
        names=tuple(cloud_name("rds-identifier", *parts, str(number)) for number in range(1, count + 1)),
    )


def watched(plan: MachinesPlan, *watches: Watch) -> tuple[Watch, ...]:
    """Return what is watched of instances: credit too, where they live on it."""
    return (*watches, CREDIT) if bursts(plan.instance_class) else watches


def log_days(request: StoreRequest) -> int:
    """Return how long logs are kept, in days."""
    return CLOUD_TIERS[request.context.environment.tier].log_days


def backup_days(request: StoreRequest) -> int:
    """Choose how long automatic backups are kept, in days; AWS makes them daily, whatever is said."""
    request.scope.choose("backup.schedule", default=DEFAULT_SCHEDULE)
    return min(request.backup_days(), LONGEST_BACKUP_DAYS)
