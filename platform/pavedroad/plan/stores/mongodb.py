"""MongoDB, realised by the MongoDB Community operator: a replica set with one user that owns one database.

Facts from the operator's code (``mongodb-community-operator/controllers/construct/mongodbstatefulset.go``) and
documentation: pods carry ``app: <name>-svc``, the headless Service is ``<name>-svc``; the agent in each pod reads
its configuration from a Secret and writes annotations of its own pod, so its service account needs a role; the
operator writes a Secret with the user's connection strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.naming import host, join
from pavedroad.plan.stores.credentials import USERNAME, owned_password
from pavedroad.plan.stores.exporters import ExporterPlan, resolve_exporter
from pavedroad.plan.stores.model import CredentialPlan, DiskPlan, ServersPlan, StorePlan
from pavedroad.plan.stores.sizing import IMAGES
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import MongodbStore
    from pavedroad.plan.stores.request import StoreRequest

DEFAULT_VERSION: Final = "8.0"
PORT: Final = 27017

_NAME_LIMIT: Final = 44
"""Longest name: the member's host label ``<name>-<n>`` and the volume claim ``logs-volume-<name>-<n>`` must be
labels of at most 63 characters, as must ``<name>-agent-password``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MongodbPlan(StorePlan):
    """A replica set.

    Attributes:
        servers: Its members.
        disk: The data volume of each.
        service_account: The identity of the members and of the agent beside each.
        database: Name of the database, in which the user is kept too.
        username: The user that owns it.
        credentials: Its password.
        uri_secret: The Secret that the operator writes, with the connection strings.
        exporter: What tells Prometheus of each member; None where nobody asks.
    """

    servers: ServersPlan
    disk: DiskPlan
    service_account: str
    database: str
    username: str
    credentials: CredentialPlan
    uri_secret: str
    exporter: ExporterPlan | None


def resolve_mongodb(request: StoreRequest, spec: MongodbStore) -> MongodbPlan:
    """Return a MongoDB store with nothing left to choose."""
    name = request.name(_NAME_LIMIT)
    address = host(f"{name}-svc", request.namespace)
    size = request.size(spec)
    servers = request.servers(
        size=size,
        instances=request.instances(spec.instances),
        image=IMAGES["mongodb"][request.scope.choose("version", given=spec.version, default=DEFAULT_VERSION)],
    )
    database = request.database(spec.database)
    credentials = owned_password(join(name, "app"))
    uri_secret = join(name, "uri")
    members = request.party(name, (("app", f"{name}-svc"),), name)
    return MongodbPlan(
        identity=request.identity(name, address),
        outputs={
            "host": address,
            "port": str(PORT),
            "database": database,
            "username": SecretKeyRef(credentials.name, "username"),
            "password": SecretKeyRef(credentials.name, "password"),
            "uri": SecretKeyRef(uri_secret, "connectionString.standard"),
        },
        party=members,
        measured=members,
        ports=(PORT,),
        flows=(*request.among(members, (PORT,), servers), request.to_api_server(members)),
        servers=servers,
        disk=request.disk(spec, size),
        service_account=name,
        database=database,
        username=USERNAME,
        credentials=credentials,
        uri_secret=uri_secret,
        exporter=resolve_exporter(request, name),
    )
