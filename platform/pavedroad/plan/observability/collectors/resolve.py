"""The collectors of an environment: how large they are, what they keep, where they send it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pavedroad.plan.observability.collectors.agent import node_agent
from pavedroad.plan.observability.collectors.gateway import LEAST_SEVERITY, GatewaySettings, gateway
from pavedroad.plan.observability.collectors.model import Sink
from pavedroad.plan.observability.collectors.sampling import SAMPLING, sampler
from pavedroad.plan.observability.logs import loki_sink
from pavedroad.plan.observability.stack import INSTANCE, PROMETHEUS, PROMETHEUS_PORT, PartSize
from pavedroad.plan.observability.telemetry import wishes
from pavedroad.plan.observability.traces import jaeger_sink

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier
    from pavedroad.plan.context import Context
    from pavedroad.plan.observability.collectors.model import CollectorPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorSizes:
    """How large the collectors are in a tier."""

    agent: PartSize
    gateway: PartSize
    sampler: PartSize


SIZES: Final[dict[Tier, CollectorSizes]] = {
    "local": CollectorSizes(
        agent=PartSize(replicas=1, cpu="25m", memory="128Mi"),
        gateway=PartSize(replicas=1, cpu="50m", memory="256Mi"),
        sampler=PartSize(replicas=1, cpu="25m", memory="256Mi"),
    ),
    "development": CollectorSizes(
        agent=PartSize(replicas=1, cpu="50m", memory="256Mi"),
        gateway=PartSize(replicas=1, cpu="100m", memory="512Mi"),
        sampler=PartSize(replicas=1, cpu="100m", memory="1Gi"),
    ),
    "staging": CollectorSizes(
        agent=PartSize(replicas=1, cpu="50m", memory="256Mi"),
        gateway=PartSize(replicas=2, cpu="250m", memory="1Gi"),
        sampler=PartSize(replicas=2, cpu="250m", memory="2Gi"),
    ),
    "production": CollectorSizes(
        agent=PartSize(replicas=1, cpu="100m", memory="512Mi"),
        gateway=PartSize(replicas=3, cpu="500m", memory="2Gi"),
        sampler=PartSize(replicas=3, cpu="500m", memory="4Gi"),
    ),
}
"""The collectors in each tier; an agent runs on every node, whatever stands here."""


def metric_sinks(replicas: int) -> tuple[Sink, ...]:
    """Return each Prometheus as the gateway tier writes to it: replicas do not tell each other what they were sent."""
    names = f"{PROMETHEUS.name}-pods.{PROMETHEUS.namespace}.svc.cluster.local"
    return tuple(
        Sink(
            name=f"metrics-{number}",
            endpoint=f"http://{PROMETHEUS.name}-{INSTANCE}-{number}.{names}:{PROMETHEUS_PORT}/api/v1/otlp",
        )
        for number in range(replicas)
    )


def resolve_collectors(context: Context, prometheus_replicas: int) -> tuple[CollectorPlan, ...]:
    """Return the collectors of an environment.

    Args:
        context: The environment and what its services wish.
        prometheus_replicas: How many Prometheus run; each is written to.
    """
    tier = context.environment.tier
    sizes, wished = SIZES[tier], wishes(context)
    settings = GatewaySettings(
        metrics=metric_sinks(prometheus_replicas),
        logs=(loki_sink(),),
        least_severity=LEAST_SEVERITY[tier],
        masked=wished.masked,
    )
    collectors = (
        node_agent(sizes.agent, wished.plain_logs),
        gateway(sizes.gateway, settings),
        sampler(sizes.sampler, replace(SAMPLING[tier], services=wished.samples), (jaeger_sink(),)),
    )
    return tuple(
        one
        if one.per_node
        else replace(one, spread=context.tier.spread, spread_required=context.tier.spread_required)
        for one in collectors
    )
