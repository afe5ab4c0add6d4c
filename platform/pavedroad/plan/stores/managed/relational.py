"""PostgreSQL and MySQL that AWS runs: on Aurora, or plainly on RDS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.cloud.access import Condition
from pavedroad.plan.cloud.alarms import Watch, alarms
from pavedroad.plan.cloud.names import name as cloud_name
from pavedroad.plan.naming import join
from pavedroad.plan.stores.credentials import LATE_HOST, owned_password, uri
from pavedroad.plan.stores.managed.database import (
    GIB,
    LOCAL_STORAGE,
    NAME_LIMIT,
    DatabasePlan,
    MachinesPlan,
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
    from pavedroad.descriptor.stores import MysqlStore, PostgresStore, StoreSize
    from pavedroad.plan.cloud.sizes import Service
    from pavedroad.plan.flows import Flow, Labels, Party
    from pavedroad.plan.stores.managed.database import LoginPlan, ReachPlan
    from pavedroad.plan.stores.model import StoreIdentity
    from pavedroad.plan.stores.request import StoreRequest
    from pavedroad.plan.values import Outputs

POSTGRES_PORT: Final = 5433
MYSQL_PORT: Final = 3307
"""Not the engines' own ports, which whoever scans a network tries first."""

SMALLEST_GIB: Final = 20
"""The smallest volume of RDS (rds CreateDBInstance, «AllocatedStorage», gp3)."""

GROWTH: Final = 4
"""How many times its first size a volume may grow to by itself."""

_POSTGRES: Final[Labels] = (
    ("log_connections", "1"),
    ("log_disconnections", "1"),
    ("log_min_duration_statement", "1000"),
    ("log_statement", "ddl"),
    ("rds.force_ssl", "1"),
)
"""No connection without TLS; who comes and goes, what changes tables, and what takes longer than a second."""

_MYSQL: Final[Labels] = (
    ("long_query_time", "1"),
    ("require_secure_transport", "ON"),
    ("slow_query_log", "1"),
)

_AUDIT: Final[Labels] = (
    ("server_audit_events", "CONNECT,QUERY_DCL,QUERY_DDL"),
    ("server_audit_logging", "1"),
)
"""Aurora MySQL audits by itself, plain MySQL by a plugin of its option group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is known of an engine on a service.

    Attributes:
        service: The service, which is the engine's name in the account where it has one.
        engine: The engine, as AWS calls it.
        port: Its port.
        version: The version where a descriptor names none.
        scheme: How connection strings begin.
        options: How they end.
        parameters: Parameters that differ from the family's.
        logs: Logs that go to CloudWatch.
        most: How many connections can be open, by size.
        client: The image with its client.
    """

    service: Service
    engine: str
    port: int
    version: str
    scheme: str
    options: str
    parameters: Labels
    logs: tuple[str, ...]
    most: dict[StoreSize, int]
    client: str


_PSQL: Final = IMAGES["postgres"]["17"]
_MYSQL_CLIENT: Final = IMAGES["mysql"]["8.4"]

_FACTS: Final[dict[tuple[str, str], _Facts]] = {
    ("postgres", "aurora"): _Facts(
        service="aurora-postgresql",
        engine="aurora-postgresql",
        port=POSTGRES_PORT,
        version="17",
        scheme="postgresql",
        options="?sslmode=require",
        parameters=_POSTGRES,
        logs=("postgresql",),
        most={"small": 450, "medium": 1800, "large": 3600},
        client=_PSQL,
    ),
    ("postgres", "rds"): _Facts(
        service="rds-postgres",
        engine="postgres",
        port=POSTGRES_PORT,
        version="17",
        scheme="postgresql",
        options="?sslmode=require",
        parameters=_POSTGRES,
        logs=("postgresql", "upgrade"),
        most={"small": 450, "medium": 900, "large": 3600},
        client=_PSQL,
    ),
    ("mysql", "aurora"): _Facts(
        service="aurora-mysql",
        engine="aurora-mysql",
        port=MYSQL_PORT,
        version="8.4",
        scheme="mysql",
        options="",
        parameters=(*_MYSQL, *_AUDIT),
        logs=("audit", "error", "slowquery"),
        most={"small": 90, "medium": 1000, "large": 2000},
        client=_MYSQL_CLIENT,
    ),
    ("mysql", "rds"): _Facts(
        service="rds-mysql",
        engine="mysql",
        port=MYSQL_PORT,
        version="8.4",
        scheme="mysql",
        options="",
        parameters=_MYSQL,
        logs=("audit", "error", "slowquery"),
        most={"small": 340, "medium": 680, "large": 2700},
        client=_MYSQL_CLIENT,
    ),
}
"""By engine and provider. Connections follow from a class's memory: by the formulas of the parameter
``max_connections`` (RDS user guide, «Maximum number of database connections»; Aurora user guide, «Maximum connections
to an Aurora MySQL DB instance», for PostgreSQL «to an Aurora PostgreSQL DB instance»)."""

_LAG: Final = Watch(
    metric="AuroraReplicaLagMaximum",
    limit=2000,
    statistic="Maximum",
    why="A reader is more than two seconds behind: it shows old data, and starts anew from one minute on",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationalPlan(DatabasePlan):
    """PostgreSQL or MySQL; ``extensions`` are made in its database."""

    extensions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuroraPlan(RelationalPlan):
    """A cluster of Aurora, whose instances share one volume over three zones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RdsPlan(RelationalPlan):
    """One instance of RDS, with a standby where there are several.

    Attributes:
        storage_gib: Its volume, in GiB.
        options: Name of its option group, which has the audit plugin; None where the engine audits by itself.
        major: The version of which the options are.
    """

    storage_gib: int
    options: str | None
    major: str


def resolve_aurora(request: StoreRequest, spec: PostgresStore | MysqlStore) -> AuroraPlan:
    """Return a database on Aurora with nothing left to choose."""
    made = _Resolved(request, spec, "aurora")
    watches = [connections(made.most), LOCAL_STORAGE]
    if made.machines.several:
        watches.append(_LAG)
    upkeep = made.upkeep("cluster", "DBClusterIdentifier", *watches)
    return AuroraPlan(
        identity=made.identity,
        outputs=made.outputs,
        flows=made.flows,
        in_vpc=True,
        roles=(made.login.reader,),
        reach=made.reach,
        machines=made.machines,
        upkeep=upkeep,
        login=made.login,
        extensions=made.extensions,
    )


def resolve_rds(request: StoreRequest, spec: PostgresStore | MysqlStore) -> RdsPlan:
    """Return a database on plain RDS with nothing left to choose."""
    made = _Resolved(request, spec, "rds")
    disk = request.disk(spec, request.size(spec))
    storage = max(memory_bytes(disk.size) // GIB, SMALLEST_GIB)
    full = Watch(
        metric="FreeStorageSpace",
        limit=storage * GIB // 10,
        statistic="Minimum",
        below=True,
        why="Less than a tenth of the volume is free: it stops when it is full",
    )
    upkeep = made.upkeep("instance", "DBInstanceIdentifier", connections(made.most), full)
    audited = spec.engine == "mysql"
    return RdsPlan(
        identity=made.identity,
        outputs=made.outputs,
        flows=made.flows,
        in_vpc=True,
        roles=(made.login.reader,),
        reach=made.reach,
        machines=made.machines,
        upkeep=upkeep,
        login=made.login,
        extensions=made.extensions,
        storage_gib=storage,
        options=cloud_name("rds-parameter-group", *request.cloud_parts) if audited else None,
        major=made.version,
    )


class _Resolved:
    """What Aurora and plain RDS have in common, resolved."""

    identity: StoreIdentity
    outputs: Outputs
    reach: ReachPlan
    machines: MachinesPlan
    login: LoginPlan
    extensions: tuple[str, ...]
    version: str
    most: int

    def __init__(
        self,
        request: StoreRequest,
        spec: PostgresStore | MysqlStore,
        provider: Literal["aurora", "rds"],
    ) -> None:
        """Resolve it."""
        self._request = request
        self._facts = facts = _FACTS[spec.engine, provider]
        self._name = name = request.name(NAME_LIMIT)
        self.identity = request.identity(name, None)
        self.version = request.scope.choose("version", given=spec.version, default=facts.version)
        self.reach = reach(request, name, facts.port, named="rds-identifier", grouped="rds-parameter-group")
        self.machines = machines(
            request, spec, service=facts.service, engine=facts.engine, version=self.version
        )
        self.login = self._login(spec, provider)
        self.extensions = getattr(spec, "extensions", ())
        self.most = facts.most[request.size(spec)]
        self.outputs = owned_outputs(self.reach, self.login)

    def _login(self, spec: PostgresStore | MysqlStore, provider: str) -> LoginPlan:
        """Return who logs in; AWS tags the administrator's secret with what it is of.

        Source: RDS user guide, «Password management with Amazon RDS and AWS Secrets Manager».
        """
        facts, account = self._facts, self._request.account
        key, kind = (
            ("primaryDBClusterArn", "cluster") if provider == "aurora" else ("primaryDBInstanceArn", "db")
        )
        of_this = account.arn("rds", f"{kind}:{self.reach.identifier}")
        tag = Condition(operator="StringEquals", key=f"aws:ResourceTag/aws:rds:{key}", values=(of_this,))
        database = self._request.database(spec.database)
        text = uri(facts.scheme, LATE_HOST, facts.port, f"{database}{facts.options}")
        owned = owned_password(join(self._name, "app"), uri=text)
        return login(self._request, self._name, owned=owned, tag=tag, image=facts.client)

    @property
    def flows(self) -> tuple[Flow, ...]:
        """Its owner's connections, and those of the job that makes the owner's user."""
        request = self._request
        job: Party = request.party(self.login.job, self.login.job_labels, self.login.job)
        return inward(self._name, self.reach, request.owner, job)

    def upkeep(self, kind: str, dimension: str, *watches: Watch) -> UpkeepPlan:
        """Return how it is kept.

        Args:
            kind: What it is, as its log groups are called: ``cluster``.
            dimension: What tells its metrics from those of others.
            watches: What is watched of it.
        """
        facts, identifier = self._facts, self.reach.identifier
        parts = self._request.cloud_parts
        return UpkeepPlan(
            backup_days=backup_days(self._request),
            parameters=tuple(sorted(facts.parameters)),
            logs=facts.logs,
            log_groups=tuple(f"/aws/rds/{kind}/{identifier}/{log}" for log in facts.logs),
            log_days=log_days(self._request),
            alarms=alarms(parts, "AWS/RDS", ((dimension, identifier),), watched(self.machines, *watches)),
        )
