"""Alerts about what alerts: metrics, notifications, collectors, logs and traces themselves."""

from __future__ import annotations

from typing import Final

from pavedroad.plan.observability.alerts.model import AlertKind, Feed, Subject, Trial
from pavedroad.plan.observability.oncall import WATCHDOG


def _losing(lost: Feed, name: str, summary: str, description: str, check: str) -> AlertKind:
    """Return the kind of alert that fires where a counter of what is lost goes up.

    Args:
        lost: The counter, without samples.
        name: The kind's name.
        summary: What is wrong, in a line.
        description: What that means.
        check: What to look at first.
    """
    metric = lost.series.partition("{")[0]
    return AlertKind(
        name=name,
        severity="ticket",
        hold="10m",
        expression=f"sum(increase({metric}[10m])) > 0",
        summary=summary,
        description=description,
        checks=(check,),
        trial=Trial(feeds=(lost,), early="9m", fires="20m", over="60m"),
    )


def _counter(series: str) -> Feed:
    """Return a counter that goes up for half an hour; below, one that has gone up before it was first seen."""
    return Feed(series, "0+5x30 150x40", "5x70")


STACK: Final = Subject(
    name="observability",
    title="metrics, alerts, logs and traces themselves",
    exporters=(
        "Prometheus' and Alertmanager's own metrics; the collector («Internal telemetry»); Loki and Jaeger themselves; "
        "kube-state-metrics about itself"
    ),
    commands=(
        "kubectl -n observability get pods",
        "kubectl -n observability logs POD --tail=100",
        "kubectl -n observability get prometheus,alertmanager,prometheusrule",
    ),
    kinds=(
        AlertKind(
            name=WATCHDOG,
            severity="info",
            hold=None,
            expression="vector(1)",
            summary="alerting works",
            description="This alert always fires. Whoever is told of it notices when it stops: then no alert comes through.",
            checks=(
                "If you are here because it stopped: see whether Prometheus and Alertmanager run, and reach the way out.",
            ),
            trial=Trial(feeds=(), early=None, fires="5m", over=None),
        ),
        AlertKind(
            name="TargetDown",
            severity="ticket",
            hold="15m",
            expression="count by (job) (up == 0)",
            summary="{{ $labels.job }}: it cannot be measured",
            description="{{ $value }} targets of {{ $labels.job }} have not answered for 15 minutes: what they tell is missing, and so are alerts on it.",
            checks=("See whether the pods run; then whether Prometheus may reach the port.",),
            trial=Trial(
                feeds=(Feed('up{job="orders", instance="10.0.0.1:8080"}', "0x30 1x30", "1x60"),),
                early="14m",
                fires="16m",
                over="40m",
                value="1",
                labels=(("job", "orders"),),
            ),
        ),
        _losing(
            _counter(
                'prometheus_rule_evaluation_failures_total{pod="prometheus-main-0", rule_group="orders"}'
            ),
            "RuleEvaluationFails",
            "Prometheus: rules cannot be evaluated",
            "Rules have failed for 10 minutes: what they record and alert on is missing.",
            "Read Prometheus' log for the rule: two series that should be one, or too many samples.",
        ),
        _losing(
            _counter('prometheus_notifications_dropped_total{pod="prometheus-main-0"}'),
            "NotificationsDropped",
            "Prometheus: alerts do not reach Alertmanager",
            "Alerts have been dropped for 10 minutes.",
            "See whether Alertmanager runs and Prometheus may reach it.",
        ),
        AlertKind(
            name="NotificationsFail",
            severity="page",
            hold="5m",
            expression=(
                "sum by (integration) (rate(alertmanager_notifications_failed_total[15m]))"
                " / sum by (integration) (rate(alertmanager_notifications_total[15m])) > 0.1"
            ),
            summary="Alertmanager: {{ $labels.integration }} is not told",
            description="{{ $value | humanizePercentage }} of the messages to {{ $labels.integration }} fail.",
            checks=(
                "Read Alertmanager's log: a key that is no longer valid, a host that cannot be reached.",
                "Tell people by another way meanwhile: `paved oncall route` says who they are.",
            ),
            trial=Trial(
                feeds=(
                    Feed(
                        'alertmanager_notifications_failed_total{integration="slack"}',
                        "0+5x30 150x40",
                        "0+1x70",
                    ),
                    Feed('alertmanager_notifications_total{integration="slack"}', "0+10x70", "0+10x70"),
                ),
                early="4m",
                fires="20m",
                over="60m",
                value="50%",
                labels=(("integration", "slack"),),
            ),
        ),
        AlertKind(
            name="AlertmanagerConfigurationRejected",
            severity="page",
            hold="10m",
            expression="min(alertmanager_config_last_reload_successful) == 0",
            summary="Alertmanager: it does not take its configuration",
            description="For 10 minutes it has gone on with an older configuration.",
            checks=("Read its log; `amtool check-config` says the same of the file.",),
            trial=Trial(
                feeds=(
                    Feed(
                        'alertmanager_config_last_reload_successful{pod="alertmanager-main-0"}',
                        "0x20 1x30",
                        "1x50",
                    ),
                ),
                early="9m",
                fires="12m",
                over="35m",
            ),
        ),
        AlertKind(
            name="CollectorQueueFills",
            severity="ticket",
            hold="10m",
            expression="max by (exporter) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity) > 0.8",
            summary="collectors: the queue to {{ $labels.exporter }} fills",
            description="It has been {{ $value | humanizePercentage }} full for 10 minutes; what does not fit is lost.",
            checks=("See whether what is behind it answers: Prometheus, Loki, Jaeger.",),
            trial=Trial(
                feeds=(
                    Feed(
                        'otelcol_exporter_queue_size{exporter="otlp_grpc", pod="telemetry-0"}',
                        "90x20 10x30",
                        "80x50",
                    ),
                    Feed(
                        'otelcol_exporter_queue_capacity{exporter="otlp_grpc", pod="telemetry-0"}',
                        "100x50",
                        "100x50",
                    ),
                ),
                early="9m",
                fires="12m",
                over="35m",
                value="90%",
                labels=(("exporter", "otlp_grpc"),),
            ),
        ),
        _losing(
            _counter('otelcol_exporter_send_failed_spans_total{exporter="otlp_grpc", pod="telemetry-0"}'),
            "SpansDropped",
            "collectors: spans are lost",
            "Spans could not be handed on for 10 minutes: traces have holes.",
            "See whether Jaeger takes them, and whether its storage is full.",
        ),
        _losing(
            _counter('otelcol_receiver_refused_spans_total{receiver="otlp", pod="telemetry-0"}'),
            "SpansRefused",
            "collectors: spans are refused",
            "Collectors have refused spans for 10 minutes: they are near their memory limit.",
            "Give the collectors more memory or replicas, or sample more.",
        ),
        AlertKind(
            name="LokiErrors",
            severity="ticket",
            hold="15m",
            expression=(
                'sum(rate(loki_request_duration_seconds_count{status_code=~"5.."}[5m]))'
                " / sum(rate(loki_request_duration_seconds_count[5m])) > 0.1"
            ),
            summary="Loki: it answers with errors",
            description="{{ $value | humanizePercentage }} of its answers have been errors for 15 minutes: logs may be missing.",
            checks=("Read its log: storage that cannot be written, limits of a tenant.",),
            trial=Trial(
                feeds=(
                    Feed(
                        'loki_request_duration_seconds_count{status_code="500"}',
                        "0+120x40 4800x30",
                        "0+60x70",
                    ),
                    Feed('loki_request_duration_seconds_count{status_code="200"}', "0+480x70", "0+540x70"),
                ),
                early="14m",
                fires="25m",
                over="60m",
                value="20%",
            ),
        ),
        AlertKind(
            name="JaegerStorageFails",
            severity="ticket",
            hold="15m",
            expression=(
                'sum(rate(jaeger_storage_requests_total{result="err"}[5m]))'
                " / sum(rate(jaeger_storage_requests_total[5m])) > 0.1"
            ),
            summary="Jaeger: its storage fails",
            description="{{ $value | humanizePercentage }} of what it asks of its storage has failed for 15 minutes.",
            checks=("See whether its volume is full or its database is there.",),
            trial=Trial(
                feeds=(
                    Feed('jaeger_storage_requests_total{result="err"}', "0+120x40 4800x30", "0+60x70"),
                    Feed('jaeger_storage_requests_total{result="ok"}', "0+480x70", "0+540x70"),
                ),
                early="14m",
                fires="25m",
                over="60m",
                value="20%",
            ),
        ),
        AlertKind(
            name="KubeStateMetricsFails",
            severity="page",
            hold="15m",
            expression=(
                'sum(rate(kube_state_metrics_list_total{result="error"}[5m]))'
                " / sum(rate(kube_state_metrics_list_total[5m])) > 0.01"
            ),
            summary="kube-state-metrics: it cannot read the cluster",
            description="{{ $value | humanizePercentage }} of its requests have failed for 15 minutes: alerts about workloads, stores and nodes are blind.",
            checks=("See whether its service account still may list what it watches.",),
            trial=Trial(
                feeds=(
                    Feed('kube_state_metrics_list_total{result="error"}', "0+12x40 480x30", "0x70"),
                    Feed('kube_state_metrics_list_total{result="success"}', "0+48x70", "0+48x70"),
                ),
                early="14m",
                fires="25m",
                over="60m",
                value="20%",
            ),
        ),
    ),
)
