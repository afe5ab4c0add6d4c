"""The gateway tier: every span, metric and log record passes it once on its way to where it is kept.

Whose telemetry it is is completed by the pod that sent it, what nobody may see is masked, spans are counted and timed
before any of them is left out, and all spans of a trace are sent on to the same collector of the sampling tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.naming import SERVICE_LABEL, host
from pavedroad.plan.observability.collectors.model import (
    MEMORY_LIMITER,
    OTLP_GRPC,
    OTLP_HTTP,
    OTLP_RECEIVER,
    SAMPLER,
    TELEMETRY,
    CollectorPlan,
    Pipeline,
    Section,
    Sink,
    rendered,
)
from pavedroad.plan.observability.collectors.redaction import masking, redaction

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier
    from pavedroad.plan.observability.collectors.model import Json
    from pavedroad.plan.observability.stack import PartSize

BUCKETS: Final = (
    *("5ms", "10ms", "25ms", "50ms", "75ms", "100ms", "250ms", "500ms"),
    *("750ms", "1s", "2500ms", "5s", "7500ms", "10s"),
)
"""Bounds of durations: those that the semantic conventions advise for ``http.server.request.duration``."""

DIMENSIONS: Final = ("http.request.method", "http.response.status_code", "http.route", "rpc.method")
"""Attributes of a span that its metrics are told apart by, beside service, name, kind and status."""

MOST_SERIES: Final = 2_000
"""Series that the spans of one service make at most in each gateway; what is over that is counted together."""

KEPT_IDENTITY: Final = (
    "service.name",
    "service.namespace",
    "service.version",
    "k8s.namespace.name",
    "deployment.environment.name",
)
"""What metrics of spans keep of where the spans came from: the service, and not each of its pods."""

LEAST_SEVERITY: Final[dict[Tier, str]] = {
    "local": "TRACE",
    "development": "DEBUG",
    "staging": "INFO",
    "production": "INFO",
}
"""Log records below it are dropped; those that say nothing of their severity never are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """What an environment and its services decide about the gateway tier.

    Attributes:
        metrics: Where metrics go; each gets every sample.
        logs: Where log records go.
        sampler: Where spans go, as a host name that resolves to all of the sampling tier.
        least_severity: Log records below it are dropped.
        masked: What services want masked beside secrets and personal data: expressions by namespace and service.
    """

    metrics: tuple[Sink, ...]
    logs: tuple[Sink, ...]
    sampler: str = host(SAMPLER.name, SAMPLER.namespace or "")
    sampler_port: int = OTLP_GRPC
    least_severity: str = "TRACE"
    masked: tuple[tuple[tuple[str, str], tuple[str, ...]], ...] = ()


def pods() -> Section:
    """Return the processor that says which pod, workload and service something comes from.

    In the mesh a connection comes from the side-car, so the pod is known by what it says of itself: the identifier
    that the platform puts into each pod's environment, or that the path of a log file holds.
    """
    return {
        "auth_type": "serviceAccount",
        "extract": {
            "metadata": [
                "k8s.namespace.name",
                "k8s.pod.name",
                "k8s.pod.uid",
                "k8s.node.name",
                "k8s.deployment.name",
                "k8s.statefulset.name",
                "k8s.daemonset.name",
                "k8s.cronjob.name",
                "k8s.job.name",
            ],
            "labels": [{"tag_name": "service.name", "key": SERVICE_LABEL, "from": "pod"}],
        },
        "pod_association": [{"sources": [{"from": "resource_attribute", "name": "k8s.pod.uid"}]}],
    }


def span_metrics() -> Section:
    """Return the connector that counts and times spans, each series with a trace to look at (an exemplar)."""
    return {
        "histogram": {"unit": "s", "explicit": {"buckets": list(BUCKETS)}},
        "dimensions": [{"name": name} for name in DIMENSIONS],
        # Which gateway counted stands on the resource: its pod's name, which is not new after each restart.
        "exclude_dimensions": ["collector.instance.id"],
        "exemplars": {"enabled": True, "max_per_data_point": 3},
        "resource_metrics_key_attributes": list(KEPT_IDENTITY),
        "aggregation_cardinality_limit": MOST_SERIES,
        "metrics_flush_interval": "15s",
        "metrics_expiration": "10m",
    }


def _of_spans() -> Section:
    """Return the processor that names the writer of span metrics: two gateways never write the same series."""
    kept = ", ".join(f'"{name}"' for name in KEPT_IDENTITY)
    statements: list[Json] = [
        f"keep_keys(resource.attributes, [{kept}])",
        'set(resource.attributes["service.instance.id"], "${env:K8S_POD_NAME}")',
    ]
    return {"error_mode": "ignore", "metric_statements": statements}


def _severity(least: str) -> Section:
    """Return the processor that drops log records which say that they matter less than ``least``."""
    number = f"log.severity_number < SEVERITY_NUMBER_{least}"
    return {
        "error_mode": "ignore",
        "log_conditions": [f"log.severity_number != SEVERITY_NUMBER_UNSPECIFIED and {number}"],
    }


def _to_sampler(settings: GatewaySettings) -> Section:
    """Return the exporter that sends all spans of a trace to the same sampler, and to another when that is gone."""
    return {
        "routing_key": "traceID",
        "protocol": {
            "otlp": {"tls": {"insecure": True}, "timeout": "5s", "sending_queue": {"enabled": False}}
        },
        "resolver": {
            "dns": {"hostname": settings.sampler, "port": str(settings.sampler_port), "interval": "5s"}
        },
        "sending_queue": {"enabled": True, "queue_size": 10_000},
        "retry_on_failure": {"enabled": True, "initial_interval": "1s", "max_elapsed_time": "1m"},
    }


def gateway_config(settings: GatewaySettings) -> str:
    """Return the gateway tier's configuration."""
    sinks = (*settings.metrics, *settings.logs)
    to_metrics = tuple(sink.exporter for sink in settings.metrics)
    own = {"transform/masking": masking(dict(settings.masked))} if settings.masked else {}
    first = ("memory_limiter", "k8s_attributes")
    masked = ("redaction", *own)
    return rendered(
        {
            "receivers": {"otlp": OTLP_RECEIVER},
            "processors": {
                "memory_limiter": MEMORY_LIMITER,
                "k8s_attributes": pods(),
                "filter/severity": _severity(settings.least_severity),
                "redaction": redaction(),
                "transform/of_spans": _of_spans(),
                **own,
            },
            "connectors": {"span_metrics": span_metrics()},
            "exporters": {
                **{sink.exporter: sink.exporter_config() for sink in sinks},
                "load_balancing": _to_sampler(settings),
            },
        },
        {
            "traces": Pipeline(
                receivers=("otlp",),
                processors=(*first, *masked),
                exporters=("span_metrics", "load_balancing"),
            ),
            "metrics": Pipeline(receivers=("otlp",), processors=first, exporters=to_metrics),
            "metrics/spans": Pipeline(
                receivers=("span_metrics",),
                processors=("memory_limiter", "transform/of_spans"),
                exporters=to_metrics,
            ),
            "logs": Pipeline(
                receivers=("otlp",),
                processors=(*first, "filter/severity", *masked),
                exporters=tuple(sink.exporter for sink in settings.logs),
            ),
        },
    )


def gateway(size: PartSize, settings: GatewaySettings) -> CollectorPlan:
    """Return the gateway tier, resolved."""
    return CollectorPlan(
        party=TELEMETRY,
        per_node=False,
        size=size,
        config=gateway_config(settings),
        ports=(("otlp-grpc", OTLP_GRPC), ("otlp-http", OTLP_HTTP)),
    )
