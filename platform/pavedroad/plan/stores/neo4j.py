"""Neo4j: a StatefulSet of one server, since no operator's resource exists and clusters need a licence.

Facts from Neo4j's operations manual: «Docker» (user 7474, ``NEO4J_AUTH``, ``/data``) and «Ports» (Bolt 7687, HTTP
7474).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.naming import STORE_LABEL, host, join
from pavedroad.plan.stores.model import CredentialPlan, DiskPlan, ServersPlan, StorePlan
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import Neo4jStore
    from pavedroad.plan.stores.request import StoreRequest

DEFAULT_VERSION: Final = "2025.09"
BOLT_PORT: Final = 7687
HTTP_PORT: Final = 7474
USERNAME: Final = "neo4j"
"""The only user that the server can be started with (operations manual, ``NEO4J_AUTH``)."""

_NAME_LIMIT: Final = 52
"""Longest name of a StatefulSet whose pods carry ``controller-revision-hash`` as a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neo4jPlan(StorePlan):
    """A Neo4j server.

    Attributes:
        servers: The server.
        disk: Its volume.
        pod_labels: Labels of its pod.
        credentials: User and password.
    """

    servers: ServersPlan
    disk: DiskPlan
    pod_labels: tuple[tuple[str, str], ...]
    credentials: CredentialPlan


def resolve_neo4j(request: StoreRequest, spec: Neo4jStore) -> Neo4jPlan:
    """Return a Neo4j store with nothing left to choose."""
    name = request.name(_NAME_LIMIT)
    address = host(name, request.namespace)
    size = request.size(spec)
    version = request.scope.choose("version", given=spec.version, default=DEFAULT_VERSION)
    pod_labels = ((STORE_LABEL, name),)
    secret = join(name, "app")
    return Neo4jPlan(
        identity=request.identity(name, address),
        outputs={
            "host": address,
            "port": str(BOLT_PORT),
            "username": SecretKeyRef(secret, "username"),
            "password": SecretKeyRef(secret, "password"),
            "uri": f"neo4j://{address}:{BOLT_PORT}",
        },
        party=request.party(name, pod_labels, name),
        ports=(HTTP_PORT, BOLT_PORT),
        servers=request.servers(size=size, instances=1, image=f"docker.io/library/neo4j:{version}-community"),
        disk=request.disk(spec, size),
        pod_labels=pod_labels,
        credentials=CredentialPlan(
            name=secret,
            entries=(
                ("username", USERNAME),
                ("password", "{{ .password }}"),
                ("auth", f"{USERNAME}/{{{{ .password }}}}"),
            ),
        ),
    )
