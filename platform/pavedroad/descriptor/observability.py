"""What an environment says about watching itself: how much is kept, and for how long."""

from typing import Final

from pydantic import Field

from pavedroad.descriptor.values import Days, Memory, Spec

METRICS_KEPT: Final = {"local": "2d", "development": "7d", "staging": "15d", "production": "30d"}
"""How long metrics are kept in each tier, where its environment does not say."""


class MetricsSpec(Spec):
    """Metrics, kept by Prometheus."""

    retention: Days | None = None
    """How long they are kept. Default: by tier (2d local, 7d in development, 15d in staging, 30d in production)."""
    storage: Memory | None = None
    """Volume of each replica; the oldest are dropped before it is full. Default: by tier."""


class ObservabilitySpec(Spec):
    """Metrics, logs, traces, dashboards and alerts; every service is watched without its team doing anything."""

    metrics: MetricsSpec = Field(default_factory=MetricsSpec)
    """What is kept of metrics."""
