"""The dashboard of the platform's own health: can what watches everything else be believed?"""

from __future__ import annotations

from pavedroad.dashboards.curves import Curve, panels
from pavedroad.dashboards.model import Dashboard, Row
from pavedroad.dashboards.queries import alerts
from pavedroad.dashboards.uids import PLATFORM_HEALTH

METRICS = (
    Curve(
        title="Targets that do not answer",
        unit="short",
        description="End points whose last scrape failed, by job: what is drawn elsewhere lacks them.",
        expression="count by (job) (up == 0)",
        legend="{{job}}",
        alarm=1,
    ),
    Curve(
        title="Failed rules",
        unit="short",
        description="Evaluations of rules that failed in each interval: alerts that could not fire.",
        expression="sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[$__rate_interval]))",
        legend="{{rule_group}}",
        alarm=1,
    ),
    Curve(
        title="Series",
        unit="short",
        description="Series that Prometheus holds in memory; its memory grows with them.",
        expression="max by (pod) (prometheus_tsdb_head_series)",
    ),
    Curve(
        title="Failed notifications",
        unit="short",
        description="Notifications that did not reach their receiver in each interval.",
        expression="sum by (integration) (increase(alertmanager_notifications_failed_total[$__rate_interval]))",
        legend="{{integration}}",
        alarm=1,
    ),
)

TELEMETRY = (
    Curve(
        title="Queues of the collectors",
        unit="percentunit",
        description="How full each exporter's queue is; at 1 telemetry is thrown away.",
        expression="max by (exporter) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)",
        legend="{{exporter}}",
        alarm=0.8,
    ),
    Curve(
        title="Refused",
        unit="cps",
        description="Spans, log lines and points each second that collectors refused, mostly for want of memory.",
        expression="sum by (receiver) (rate(otelcol_receiver_refused_spans_total[$__rate_interval]))"
        " + sum by (receiver) (rate(otelcol_receiver_refused_log_records_total[$__rate_interval]))"
        " + sum by (receiver) (rate(otelcol_receiver_refused_metric_points_total[$__rate_interval]))",
        legend="{{receiver}}",
    ),
    Curve(
        title="Errors of Loki",
        unit="reqps",
        description="Requests each second that Loki answered by a status of 500 or above.",
        expression="sum by (route) (rate("
        'loki_request_duration_seconds_count{status_code=~"5.."}[$__rate_interval]))',
        legend="{{route}}",
    ),
)

CERTIFICATES = (
    Curve(
        title="Life of certificates",
        unit="s",
        description="Time until each certificate expires; cert-manager renews at a third of its life.",
        expression="min by (namespace, name) (certmanager_certificate_expiration_timestamp_seconds) - time()",
        legend="{{namespace}} {{name}}",
    ),
)


def health_dashboard() -> Dashboard:
    """Return the dashboard of the platform's own health."""
    return Dashboard(
        uid=PLATFORM_HEALTH,
        title="Platform health",
        description="Whether metrics, rules, notifications, traces and logs can be believed.",
        tags=("platform",),
        rows=(
            Row(title="Metrics and alerts", panels=panels(METRICS, {})),
            Row(title="Telemetry", panels=panels(TELEMETRY, {})),
            Row(title="Certificates", panels=panels(CERTIFICATES, {})),
            Row(title="Alerts", panels=(alerts({"subject": "observability"}),)),
        ),
    )
