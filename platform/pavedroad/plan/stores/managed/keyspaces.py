"""Cassandra's protocol on Keyspaces: a keyspace without servers, entered by role alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Grant
from pavedroad.plan.cloud.names import name as cloud_name
from pavedroad.plan.stores.managed.database import NAME_LIMIT
from pavedroad.plan.stores.model import StorePlan

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import CassandraStore
    from pavedroad.plan.stores.request import StoreRequest

PORT: Final = 9142
"""The port of the service, which speaks TLS alone (Keyspaces developer guide, «Service endpoints»)."""

OWN: Final = ("cassandra:Alter", "cassandra:Create", "cassandra:Drop", "cassandra:Modify", "cassandra:Select")
"""What an owner does with tables of its keyspace (Service Authorization Reference, Keyspaces)."""

SYSTEM: Final = ("system", "system_schema", "system_schema_mcs")
"""Keyspaces that every driver reads when it connects (developer guide, «Keyspaces identity-based policies»)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyspacesPlan(StorePlan):
    """A keyspace that AWS keeps; its tables are the application's."""

    keyspace: str


def resolve_keyspaces(request: StoreRequest, _spec: CassandraStore) -> KeyspacesPlan:
    """Return a keyspace with nothing left to choose."""
    account = request.account
    where = account.host("cassandra")
    keyspace = cloud_name("keyspaces-keyspace", *request.cloud_parts)
    reason = f"stores.{request.store}"
    tables = account.arn("cassandra", f"/keyspace/{keyspace}/table/*")
    system = tuple(account.arn("cassandra", f"/keyspace/{each}/*") for each in SYSTEM)
    return KeyspacesPlan(
        identity=request.identity(request.name(NAME_LIMIT), where),
        outputs={
            "host": where,
            "port": str(PORT),
            "datacenter": account.region,
            "keyspace": keyspace,
            "username": None,
            "password": None,
        },
        egress_host=f"{where}:{PORT}",
        grants=(
            Grant(reason=f"{reason}.tables", actions=OWN, resources=(tables,)),
            Grant(reason=f"{reason}.system", actions=("cassandra:Select",), resources=system),
        ),
        keyspace=keyspace,
    )
