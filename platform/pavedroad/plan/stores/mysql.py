"""MySQL, realised by the MySQL Operator: a group of servers behind routers, and a job that makes the database.

Facts from the operator's code (``innodbcluster/cluster_objects.py``, ``router_objects.py``): labels of servers and
routers; the Service with the cluster's name leads from port 3306 to the routers' 6446; routers answer once the
group is online; both run as the service account ``<name>-sa``. It has no resource for databases and users, so
a job makes them over the router.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.flows import Flow
from pavedroad.plan.naming import STORE_LABEL, host, join
from pavedroad.plan.stores.credentials import owned_password, uri
from pavedroad.plan.stores.exporters import ExporterPlan, resolve_exporter
from pavedroad.plan.stores.model import BackupPlan, CredentialPlan, DiskPlan, ServersPlan, StorePlan
from pavedroad.plan.stores.operators import MYSQL
from pavedroad.plan.stores.outbound import backup_flows, backup_outbound
from pavedroad.plan.stores.sizing import IMAGES
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import MysqlStore
    from pavedroad.plan.flows import Party
    from pavedroad.plan.stores.request import StoreRequest

DEFAULT_VERSION: Final = "8.4"
PORT: Final = 3306
ROUTER_PORT: Final = 6446
GROUP_PORT: Final = 33061

_NAME_LIMIT: Final = 40
"""Longest name: the operator's longest label is ``mysql-innodbcluster-<name>-…``, and MySQL Shell takes group
names of at most 40 characters (its documentation of ``dba.createCluster``)."""

_BACKUP_TEMPLATES: Final = (
    (
        "credentials",
        "[default]\naws_access_key_id={{ .access_key_id }}\naws_secret_access_key={{ .secret_access_key }}\n",
    ),
    ("config", "[default]\n"),
)
"""Files as the AWS command line writes them (MySQL Operator manual: «Backups», S3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MysqlPlan(StorePlan):
    """An InnoDB cluster with its routers.

    Attributes:
        servers: The servers.
        disk: The volume of each.
        router_instances: How many routers run.
        service_account: The identity of servers, routers and dumps.
        database: Name of the database.
        root: The administrator's Secret, which the operator and the job use.
        credentials: User and password of the owner of the database.
        job: Name of the job that makes database and user.
        job_labels: Labels of the job's pods.
        backup: Where it is backed up; None for nowhere.
        backup_labels: Labels of the pods that dump it.
        exporter: What tells Prometheus of each server; None where nobody asks.
    """

    servers: ServersPlan
    disk: DiskPlan
    router_instances: int
    service_account: str
    database: str
    root: CredentialPlan
    credentials: CredentialPlan
    job: str
    job_labels: tuple[tuple[str, str], ...]
    backup: BackupPlan | None
    backup_labels: tuple[tuple[str, str], ...]
    exporter: ExporterPlan | None


def resolve_mysql(request: StoreRequest, spec: MysqlStore) -> MysqlPlan:
    """Return a MySQL store with nothing left to choose."""
    name = request.name(_NAME_LIMIT)
    address = host(name, request.namespace)
    size = request.size(spec)
    servers = request.servers(
        size=size,
        instances=request.instances(spec.instances),
        image=IMAGES["mysql"][request.scope.choose("version", given=spec.version, default=DEFAULT_VERSION)],
    )
    database = request.database(spec.database)
    credentials = owned_password(join(name, "app"), uri=uri("mysql", address, PORT, database))
    backup = request.backup(spec, name, _BACKUP_TEMPLATES)
    account, job = f"{name}-sa", f"{name}-database"
    job_labels = ((STORE_LABEL, job),)
    backup_labels = ((STORE_LABEL, f"{name}-dump"),)
    cluster = (("mysql.oracle.com/cluster", name), ("tier", "mysql"))
    members = request.party(name, (("component", "mysqld"), *cluster), account)
    routers = request.party(f"{name}-router", (("component", "mysqlrouter"), *cluster), account)
    setup = request.party(job, job_labels, job)
    dumps = request.party(f"{name}-dump", backup_labels, account)
    return MysqlPlan(
        identity=request.identity(name, address),
        outputs={
            "host": address,
            "port": str(PORT),
            "database": database,
            "username": SecretKeyRef(credentials.name, "username"),
            "password": SecretKeyRef(credentials.name, "password"),
            "uri": SecretKeyRef(credentials.name, "uri"),
        },
        party=routers,
        measured=members,
        ports=(ROUTER_PORT,),
        flows=(
            *request.among(members, (PORT, GROUP_PORT), servers),
            Flow(kind="internal", source=routers, destination=members, ports=(PORT,)),
            Flow(kind="internal", source=setup, destination=routers, ports=(ROUTER_PORT,)),
            Flow(kind="platform", source=MYSQL, destination=members, ports=(PORT,)),
            request.to_api_server(members),
            *_dump_flows(request, dumps, members, backup),
        ),
        outbound=backup_outbound(dumps, backup),
        entries=backup.credentials.entries if backup else (),
        servers=servers,
        disk=request.disk(spec, size),
        router_instances=min(servers.instances, 3),
        service_account=account,
        database=database,
        root=CredentialPlan(
            name=join(name, "root"),
            entries=(("rootUser", "root"), ("rootHost", "%"), ("rootPassword", "{{ .password }}")),
        ),
        credentials=credentials,
        job=job,
        job_labels=job_labels,
        backup=backup,
        backup_labels=backup_labels,
        exporter=resolve_exporter(request, name),
    )


def _dump_flows(
    request: StoreRequest, dumps: Party, members: Party, backup: BackupPlan | None
) -> tuple[Flow, ...]:
    """Return what the jobs that dump the database need open."""
    if backup is None:
        return ()
    return (
        Flow(kind="internal", source=dumps, destination=members, ports=(PORT,)),
        request.to_api_server(dumps),
        *backup_flows(dumps, backup),
    )
