"""Who of the stack talks to whom: one table, beside what every pod of the mesh needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.edges import api_server
from pavedroad.plan.flows import Flow
from pavedroad.plan.observability.logs import LOKI
from pavedroad.plan.observability.logs import PORT as LOKI_PORT
from pavedroad.plan.observability.stack import (
    ALERTMANAGER,
    ALERTMANAGER_PORT,
    GOSSIP_PORT,
    GRAFANA,
    GRAFANA_OPERATOR,
    GRAFANA_PORT,
    KUBE_STATE_METRICS,
    PROMETHEUS,
    PROMETHEUS_PORT,
)
from pavedroad.plan.observability.traces import JAEGER, QUERY_PORT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Party

AMONG_THE_STACK: Final[tuple[tuple[Party, Party, int], ...]] = (
    (PROMETHEUS, ALERTMANAGER, ALERTMANAGER_PORT),
    (ALERTMANAGER, ALERTMANAGER, GOSSIP_PORT),
    (GRAFANA, PROMETHEUS, PROMETHEUS_PORT),
    (GRAFANA, ALERTMANAGER, ALERTMANAGER_PORT),
    (GRAFANA, LOKI, LOKI_PORT),
    (GRAFANA, JAEGER, QUERY_PORT),
    (GRAFANA_OPERATOR, GRAFANA, GRAFANA_PORT),
)
"""Who asks or tells whom, on which port; each by its identity in the mesh."""

ON_THE_API: Final = (PROMETHEUS, KUBE_STATE_METRICS)
"""Who reads the Kubernetes API: what is there to be scraped, and how it is."""


def stack_flows(context: Context) -> Iterator[Flow]:
    """Yield what the parts of the stack need, beside names and the mesh."""
    for caller, called, port in AMONG_THE_STACK:
        yield Flow(kind="platform", source=caller, destination=called, ports=(port,))
    server, ports = api_server(context)
    for party in ON_THE_API:
        yield Flow(kind="platform", source=party, destination=server, ports=ports, sides="source")
