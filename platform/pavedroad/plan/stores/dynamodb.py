"""DynamoDB outside of an account: the emulator below staging, an end point that the environment names above.

The application makes its tables there by itself, under the names that the descriptor gives them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.references import TABLE
from pavedroad.plan.naming import STORE_LABEL, host, physical
from pavedroad.plan.stores.endpoints import endpoint_plan
from pavedroad.plan.stores.model import ServersPlan, StorePlan
from pavedroad.plan.stores.request import host_port
from pavedroad.plan.stores.sizing import IMAGES

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import DynamodbStore
    from pavedroad.plan.stores.model import EndpointPlan
    from pavedroad.plan.stores.request import StoreRequest
    from pavedroad.plan.values import Outputs

PORT: Final = 8000
REGION: Final = "us-east-1"
ANY_CREDENTIAL: Final = "local"
"""The emulator takes whatever key it is given (Amazon DynamoDB developer guide, «DynamoDB local usage notes»)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamodbLocalPlan(StorePlan):
    """The emulator: one instance that keeps its tables in memory.

    Attributes:
        servers: The instance.
        pod_labels: Labels of its pod.
    """

    servers: ServersPlan
    pod_labels: tuple[tuple[str, str], ...]


def resolve_dynamodb_endpoint(request: StoreRequest, spec: DynamodbStore) -> EndpointPlan:
    """Return tables at an end point with nothing left to choose."""
    where, _, port = host_port(request.endpoint.endpoint).rpartition(":")
    return endpoint_plan(request, {"host": where, "port": port, **_tables(spec)})


def resolve_dynamodb_local(request: StoreRequest, spec: DynamodbStore) -> DynamodbLocalPlan:
    """Return tables in the emulator with nothing left to choose."""
    name = request.name(limit=63)
    address = host(name, request.namespace)
    pod_labels = ((STORE_LABEL, name),)
    return DynamodbLocalPlan(
        identity=request.identity(name, address, protect=False),
        outputs={
            "endpoint": f"http://{address}:{PORT}",
            "host": address,
            "port": str(PORT),
            "region": REGION,
            "access_key_id": ANY_CREDENTIAL,
            "secret_access_key": ANY_CREDENTIAL,
            **_tables(spec),
        },
        party=request.party(name, pod_labels, name),
        ports=(PORT,),
        servers=request.servers(size="small", instances=1, image=IMAGES["dynamodb"]["3"]),
        pod_labels=pod_labels,
    )


def _tables(spec: DynamodbStore) -> Outputs:
    """Return the outputs that name tables."""
    return {f"{TABLE}{name}": physical(name, table.formerly) for name, table in spec.tables.items()}
