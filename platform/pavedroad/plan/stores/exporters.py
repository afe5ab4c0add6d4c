"""Programs beside a store's servers that tell Prometheus what an engine knows of itself.

CloudNativePG and the Valkey operator run one of their own. The others get theirs as a side-car, which asks its own
server over the pod's loopback; where a server asks who it is, it is a user that may look at the server's state and at
nobody's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.naming import DOMAIN, join
from pavedroad.plan.stores.model import ComputePlan, CredentialPlan

if TYPE_CHECKING:
    from pavedroad.plan.stores.request import StoreRequest

METRICS_LABEL: Final = f"{DOMAIN}/metrics"
"""Label of the pods with a side-car of ours; its value is the engine."""

USERNAME: Final = "exporter"
"""The user that a side-car logs in as."""

COMPUTE: Final = ComputePlan(cpu="10m", memory="64Mi")
"""Every side-car: it asks when it is asked, and keeps nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExporterKind:
    """What tells of an engine.

    Attributes:
        image: Its image.
        port: Where it answers.
        logs_in: Whether its server asks who it is.
    """

    image: str
    port: int
    logs_in: bool


EXPORTERS: Final[dict[str, ExporterKind]] = {
    "mysql": ExporterKind(image="docker.io/prom/mysqld-exporter:v0.19.0", port=9104, logs_in=True),
    "mongodb": ExporterKind(image="docker.io/percona/mongodb_exporter:0.47.1", port=9216, logs_in=True),
    "memcached": ExporterKind(
        image="quay.io/prometheus/memcached-exporter:v0.15.2", port=9150, logs_in=False
    ),
}
"""Side-cars by engine, with the ports of each one's own documentation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExporterPlan:
    """The side-car of one store.

    Attributes:
        engine: The engine that it asks.
        kind: What it is.
        credentials: User and password that it logs in with; None where its server asks for none.
    """

    engine: str
    kind: ExporterKind
    credentials: CredentialPlan | None

    @property
    def labels(self) -> dict[str, str]:
        """The labels by which Prometheus finds the pods that it is in."""
        return {METRICS_LABEL: self.engine}


def resolve_exporter(request: StoreRequest, name: str) -> ExporterPlan | None:
    """Return the side-car of a store; None where an environment watches nothing."""
    if not request.context.watched:
        return None
    engine = request.spec.engine
    kind = EXPORTERS[engine]
    entries = (("username", USERNAME), ("password", "{{ .password }}"))
    credentials = CredentialPlan(name=join(name, "exporter"), entries=entries) if kind.logs_in else None
    return ExporterPlan(engine=engine, kind=kind, credentials=credentials)
