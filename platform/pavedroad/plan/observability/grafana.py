"""Grafana, resolved: its first user's password, and data sources that lead from each signal to the others.

From a metric's exemplar to its trace, from a trace to its logs and metrics, from a log line to its trace: each link
names the other data source by an identifier that never changes, and a label that both sides carry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pavedroad.plan.naming import host
from pavedroad.plan.observability.logs import LOKI
from pavedroad.plan.observability.logs import PORT as LOKI_PORT
from pavedroad.plan.observability.stack import (
    ALERTMANAGER,
    ALERTMANAGER_PORT,
    OBSERVABILITY,
    PROMETHEUS,
    PROMETHEUS_PORT,
    PROMETHEUS_VERSION,
    SCRAPE_SECONDS,
    SIZES,
    PartSize,
)
from pavedroad.plan.observability.traces import JAEGER, QUERY_PORT
from pavedroad.plan.stores.model import CredentialPlan

if TYPE_CHECKING:
    from pavedroad.plan.context import Context

JsonObject = dict[str, Any]
"""Settings of a data source: any JSON object."""

METRICS: Final = "metrics"
LOGS: Final = "logs"
TRACES: Final = "traces"
ALERTS: Final = "alerts"
"""Identifiers of the data sources, which dashboards, alerts and links hold."""

TRACE_ID: Final = "trace_id"
"""What a trace is called: label of exemplars, attribute of log records, and the word that links look for."""

TRACE_LABELS: Final = (("service.name", "service_name"), ("k8s.namespace.name", "k8s_namespace_name"))
"""Attributes of spans, and the labels of metrics and logs that hold the same."""

AROUND: Final = "5m"
"""How much before and after a span its logs and metrics are looked for."""

ADMIN: Final = CredentialPlan(
    name="grafana-admin", entries=(("username", "admin"), ("password", "{{ .password }}")), type="Opaque"
)
"""The first user, whose password is made in the cluster and seen by nobody who does not look for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSourcePlan:
    """One data source.

    Attributes:
        uid: Its identifier, and the name of its object.
        title: What people see.
        kind: Grafana's plugin.
        url: Where it is asked.
        settings: Its ``jsonData``.
    """

    uid: str
    title: str
    kind: str
    url: str
    settings: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaPlan:
    """Grafana.

    Attributes:
        size: How large it is.
        admin: The Secret of its first user.
        data_sources: What it asks.
    """

    size: PartSize
    admin: CredentialPlan
    data_sources: tuple[DataSourcePlan, ...]


def resolve_grafana(context: Context) -> GrafanaPlan:
    """Return Grafana as the tier asks for it."""
    return GrafanaPlan(
        size=SIZES[context.environment.tier].grafana,
        admin=ADMIN,
        data_sources=(_metrics(), _logs(), _traces(), _alerts()),
    )


def _metrics() -> DataSourcePlan:
    """Return Prometheus, from whose exemplars one goes on to traces."""
    destination = {"name": TRACE_ID, "datasourceUid": TRACES, "urlDisplayLabel": "Trace"}
    return DataSourcePlan(
        uid=METRICS,
        title="Metrics",
        kind="prometheus",
        url=f"http://{host(PROMETHEUS.name, OBSERVABILITY)}:{PROMETHEUS_PORT}",
        settings={
            "httpMethod": "POST",
            "prometheusType": "Prometheus",
            "prometheusVersion": PROMETHEUS_VERSION,
            "timeInterval": f"{SCRAPE_SECONDS}s",
            "manageAlerts": True,
            "exemplarTraceIdDestinations": [destination],
        },
    )


def _logs() -> DataSourcePlan:
    """Return Loki, from whose records one goes on to traces."""
    field = {
        "name": "Trace",
        "matcherType": "label",
        "matcherRegex": TRACE_ID,
        "datasourceUid": TRACES,
        "url": "${__value.raw}",
        "urlDisplayLabel": "Trace",
    }
    return DataSourcePlan(
        uid=LOGS,
        title="Logs",
        kind="loki",
        url=f"http://{host(LOKI.name, OBSERVABILITY)}:{LOKI_PORT}",
        settings={"maxLines": 1000, "derivedFields": [field]},
    )


def _traces() -> DataSourcePlan:
    """Return Jaeger, from whose spans one goes on to logs and metrics."""
    tags = [{"key": attribute, "value": label} for attribute, label in TRACE_LABELS]
    shifts = {"spanStartTimeShift": f"-{AROUND}", "spanEndTimeShift": AROUND}
    requests = "sum by (span_name) (rate(traces_span_metrics_calls_total{$__tags}[$__rate_interval]))"
    durations = (
        "histogram_quantile(0.95, sum by (le) "
        "(rate(traces_span_metrics_duration_seconds_bucket{$__tags}[$__rate_interval])))"
    )
    return DataSourcePlan(
        uid=TRACES,
        title="Traces",
        kind="jaeger",
        url=f"http://{host(JAEGER.name, OBSERVABILITY)}:{QUERY_PORT}",
        settings={
            "tracesToLogsV2": {
                "datasourceUid": LOGS,
                **shifts,
                "tags": tags,
                "filterByTraceID": True,
                "filterBySpanID": False,
                "customQuery": True,
                "query": f'{{${{__tags}}}} | {TRACE_ID}="${{__trace.traceId}}"',
            },
            "tracesToMetrics": {
                "datasourceUid": METRICS,
                **shifts,
                "tags": tags[:1],
                "queries": [
                    {"name": "Requests", "query": requests},
                    {"name": "95th percentile", "query": durations},
                ],
            },
            "nodeGraph": {"enabled": True},
            "traceIdTimeParams": {"enabled": True},
            "spanBar": {"type": "Duration"},
        },
    )


def _alerts() -> DataSourcePlan:
    """Return Alertmanager, where alerts are silenced."""
    return DataSourcePlan(
        uid=ALERTS,
        title="Alerts",
        kind="alertmanager",
        url=f"http://{host(ALERTMANAGER.name, OBSERVABILITY)}:{ALERTMANAGER_PORT}",
        settings={"implementation": "prometheus", "handleGrafanaManagedAlerts": False},
    )
