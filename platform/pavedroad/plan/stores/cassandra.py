"""Cassandra, realised by cass-operator: a datacenter, a user, and a job that makes the user's keyspace.

Facts from the operator's code (``pkg/reconciliation/construct_service.go``, ``construct_podtemplatespec.go``) and
``apis/cassandra/v1beta1``: pods carry the labels of cluster and datacenter; clients use the headless Service
``<cluster>-<datacenter>-service``; the operator drives nodes over the management API on port 8080.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.flows import Flow
from pavedroad.plan.naming import STORE_LABEL, host, join
from pavedroad.plan.stores.credentials import owned_password
from pavedroad.plan.stores.model import CredentialPlan, DiskPlan, ServersPlan, StorePlan
from pavedroad.plan.stores.operators import CASSANDRA
from pavedroad.plan.stores.sizing import IMAGES
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import CassandraStore
    from pavedroad.plan.stores.request import StoreRequest

DEFAULT_VERSION: Final = "5.0.4"
PORT: Final = 9042
INTERNODE_PORT: Final = 7000
MANAGEMENT_PORT: Final = 8080

_NAME_LIMIT: Final = 19
"""Longest name: ``<name>-<name>-additional-seed-service`` must be a label of at most 63 characters, and the name
stands for both cluster and datacenter, since each must be unique in its namespace."""
_MOST_RACKS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CassandraPlan(StorePlan):
    """A Cassandra datacenter.

    Attributes:
        servers: Its nodes.
        disk: The data volume of each.
        version: Version of Cassandra.
        racks: Names of its racks, between which copies of the data are spread.
        replicas: Copies that the keyspace keeps.
        service_account: The identity of the nodes.
        nodes: Name of the headless Service over which nodes find one another in the mesh.
        selector: Labels of the nodes' pods.
        keyspace: Name of the keyspace.
        superuser: The administrator's Secret, which operator and job use.
        credentials: User and password of the keyspace's owner.
        job: Name of the job that makes the keyspace, and of its service account.
        job_labels: Labels of the job's pods.
    """

    servers: ServersPlan
    disk: DiskPlan
    version: str
    racks: tuple[str, ...]
    replicas: int
    service_account: str
    nodes: str
    selector: tuple[tuple[str, str], ...]
    keyspace: str
    superuser: CredentialPlan
    credentials: CredentialPlan
    job: str
    job_labels: tuple[tuple[str, str], ...]


def resolve_cassandra(request: StoreRequest, spec: CassandraStore) -> CassandraPlan:
    """Return a Cassandra store with nothing left to choose."""
    name = request.name(_NAME_LIMIT)
    address = host(f"{name}-{name}-service", request.namespace)
    size = request.size(spec)
    version = request.scope.choose("version", given=spec.version, default=DEFAULT_VERSION)
    servers = request.servers(
        size=size, instances=request.instances(spec.instances), image=IMAGES["cassandra"][version]
    )
    racks = tuple(f"rack{number}" for number in range(1, min(servers.instances, _MOST_RACKS) + 1))
    credentials = owned_password(join(name, "app"))
    job = f"{name}-keyspace"
    job_labels = ((STORE_LABEL, job),)
    selector = (("cassandra.datastax.com/cluster", name), ("cassandra.datastax.com/datacenter", name))
    nodes = request.party(name, selector, name)
    setup = request.party(job, job_labels, job)
    return CassandraPlan(
        identity=request.identity(name, address),
        outputs={
            "host": address,
            "port": str(PORT),
            "datacenter": name,
            "keyspace": request.database(None),
            "username": SecretKeyRef(credentials.name, "username"),
            "password": SecretKeyRef(credentials.name, "password"),
        },
        party=nodes,
        ports=(PORT,),
        flows=(
            *request.among(nodes, (INTERNODE_PORT,), servers),
            Flow(kind="internal", source=setup, destination=nodes, ports=(PORT,)),
            Flow(
                kind="platform",
                source=CASSANDRA,
                destination=nodes,
                ports=(MANAGEMENT_PORT,),
            ),
        ),
        servers=servers,
        disk=request.disk(spec, size),
        version=version,
        racks=racks,
        replicas=len(racks),
        service_account=name,
        nodes=f"{name}-nodes",
        selector=selector,
        keyspace=request.database(None),
        superuser=CredentialPlan(
            name=join(name, "superuser"),
            entries=(("username", "cassandra_admin"), ("password", "{{ .password }}")),
        ),
        credentials=credentials,
        job=job,
        job_labels=job_labels,
    )
