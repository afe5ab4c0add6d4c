"""PostgreSQL, realised by CloudNativePG: a cluster, a pooler in front of it, a database and the role that owns it.

Facts from CloudNativePG's documentation, 1.30: «Connection pooling» (the pooler's Service has the pooler's name
and port 5432), «Networking» and «Labels and annotations» (labels of instances and poolers; the operator reads
each instance's status on port 8000 over TLS of its own), «Security» (pods comply with ``restricted`` by
themselves), «Declarative role management».
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.flows import Flow
from pavedroad.plan.naming import host, join
from pavedroad.plan.stores.credentials import owned_password, uri
from pavedroad.plan.stores.model import BackupPlan, CredentialPlan, DiskPlan, ServersPlan, StorePlan
from pavedroad.plan.stores.operators import CLOUDNATIVE_PG
from pavedroad.plan.stores.outbound import backup_flows, backup_outbound
from pavedroad.plan.stores.sizing import IMAGES
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import PostgresStore
    from pavedroad.plan.flows import Party
    from pavedroad.plan.stores.request import StoreRequest

DEFAULT_VERSION: Final = "17"
PORT: Final = 5432
STATUS_PORT: Final = 8000
POOL_SIZE: Final = 50
"""Server connections of one pooler instance (PgBouncer's ``default_pool_size``)."""
MAX_CLIENTS: Final = 1_000
"""Client connections of one pooler instance (PgBouncer's ``max_client_conn``)."""
RESERVED_CONNECTIONS: Final = 50
"""Server connections left for replication, the operator and maintenance."""

_NAME_LIMIT: Final = 50
"""Longest name of a Cluster that the operator takes (cluster webhook: names up to 50 characters)."""
_MOST_POOLERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresPlan(StorePlan):
    """A CloudNativePG cluster with its pooler.

    Attributes:
        servers: The instances.
        disk: The volume of each.
        pooler: Name of the pooler and of its Service.
        pooler_instances: How many poolers run.
        max_connections: Connections that the server takes: what all poolers may open and some more.
        database: Name of the database.
        extensions: Extensions that are created in it.
        credentials: User and password of the role that owns it.
        backup: Where it is backed up; None for nowhere.
    """

    servers: ServersPlan
    disk: DiskPlan
    pooler: str
    pooler_instances: int
    max_connections: int
    database: str
    extensions: tuple[str, ...]
    credentials: CredentialPlan
    backup: BackupPlan | None


def resolve_postgres(request: StoreRequest, spec: PostgresStore) -> PostgresPlan:
    """Return a PostgreSQL store with nothing left to choose."""
    name = request.name(_NAME_LIMIT)
    pooler = join(name, "pooler")
    address = host(pooler, request.namespace)
    size = request.size(spec)
    servers = request.servers(
        size=size,
        instances=request.instances(spec.instances),
        image=IMAGES["postgres"][
            request.scope.choose("version", given=spec.version, default=DEFAULT_VERSION)
        ],
    )
    database = request.database(spec.database)
    credentials = owned_password(
        join(name, "app"),
        kind="kubernetes.io/basic-auth",
        uri=uri("postgresql", address, PORT, database),
        labels=(("cnpg.io/reload", "true"),),
    )
    backup = request.backup(spec, name)
    instances = request.party(name, (("cnpg.io/cluster", name), ("cnpg.io/podRole", "instance")), name)
    poolers = request.party(pooler, (("cnpg.io/poolerName", pooler),), pooler)
    pooler_instances = min(servers.instances, _MOST_POOLERS)
    return PostgresPlan(
        identity=request.identity(name, address),
        outputs={
            "host": address,
            "port": str(PORT),
            "database": database,
            "username": SecretKeyRef(credentials.name, "username"),
            "password": SecretKeyRef(credentials.name, "password"),
            "uri": SecretKeyRef(credentials.name, "uri"),
        },
        party=poolers,
        measured=instances,
        ports=(PORT,),
        flows=(*_flows(request, servers, instances, poolers), *backup_flows(instances, backup)),
        outbound=backup_outbound(instances, backup),
        entries=backup.credentials.entries if backup else (),
        servers=servers,
        disk=request.disk(spec, size),
        pooler=pooler,
        pooler_instances=pooler_instances,
        max_connections=POOL_SIZE * pooler_instances + RESERVED_CONNECTIONS,
        database=database,
        extensions=spec.extensions,
        credentials=credentials,
        backup=backup,
    )


def _flows(request: StoreRequest, servers: ServersPlan, instances: Party, poolers: Party) -> tuple[Flow, ...]:
    """Return what the cluster opens for itself; a single instance has nobody to replicate from."""
    name = instances.name
    first, joining = (
        request.party(join(name, role), (("cnpg.io/cluster", name), ("cnpg.io/jobRole", role)), name)
        for role in ("initdb", "join")
    )
    single = (
        Flow(kind="internal", source=poolers, destination=instances, ports=(PORT,)),
        Flow(
            kind="platform",
            source=CLOUDNATIVE_PG,
            destination=instances,
            ports=(STATUS_PORT,),
        ),
        *(request.to_api_server(party) for party in (instances, first, poolers)),
    )
    if servers.instances == 1:
        return single
    return (
        *single,
        *request.among(instances, (PORT, STATUS_PORT), servers),
        Flow(kind="internal", source=joining, destination=instances, ports=(PORT,)),
        request.to_api_server(joining),
    )
