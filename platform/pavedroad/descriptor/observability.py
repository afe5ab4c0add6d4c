"""What an environment says about watching itself: how much is kept, and for how long."""

from typing import Final, Literal, Self

from pydantic import Field, model_validator

from pavedroad.descriptor.oncall import HttpsUrl
from pavedroad.descriptor.values import Days, Memory, Spec

METRICS_KEPT: Final = {"local": "2d", "development": "7d", "staging": "15d", "production": "30d"}
"""How long metrics are kept in each tier, where its environment does not say."""


class MetricsSpec(Spec):
    """Metrics, kept by Prometheus."""

    retention: Days | None = None
    """How long they are kept. Default: by tier (2d local, 7d in development, 15d in staging, 30d in production)."""
    storage: Memory | None = None
    """Volume of each replica; the oldest are dropped before it is full. Default: by tier."""


class LogsSpec(Spec):
    """Logs, kept by Loki: on a volume, in an AWS account in a bucket."""

    retention: Days | None = None
    """How long they are kept. Default: by tier (2d local, 7d in development, 14d in staging, 30d in production)."""


class TracesSpec(Spec):
    """Traces, kept by Jaeger."""

    retention: Days | None = None
    """How long they are kept on a volume. Default: by tier (3d in development, 7d in staging, 14d in production)."""
    storage: Literal["memory"] | Memory | None = None
    """A volume of this size; or `memory`, where they are kept while there is room. Default: by tier (memory locally)."""

    @model_validator(mode="after")
    def _on_a_volume(self) -> Self:
        if self.storage == "memory" and self.retention is not None:
            raise ValueError(
                "traces in memory are kept while there is room: leave retention out, or give storage a size"
            )
        return self


class LinksSpec(Spec):
    """Where links in alerts and incidents lead."""

    dashboards: HttpsUrl | None = None
    """URL of Grafana. Default: `grafana` under the internal domain, or the cluster's own name for it."""
    runbooks: HttpsUrl | None = None
    """URL of the folder of runbooks. Default: docs/runbooks of the project."""


class ObservabilitySpec(Spec):
    """Metrics, logs, traces, dashboards and alerts; every service is watched without its team doing anything."""

    metrics: MetricsSpec = Field(default_factory=MetricsSpec)
    """What is kept of metrics."""
    logs: LogsSpec = Field(default_factory=LogsSpec)
    """What is kept of logs."""
    traces: TracesSpec = Field(default_factory=TracesSpec)
    """What is kept of traces."""
    links: LinksSpec = Field(default_factory=LinksSpec)
    """Where dashboards and runbooks are found."""
