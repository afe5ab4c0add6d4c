"""The dashboard of one service: requests first, then what it depends on, what it uses up, its logs and traces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.dashboards.model import Dashboard, Link, Panel, Query, Row
from pavedroad.dashboards.queries import (
    INTERVAL,
    SERVER_ERRORS,
    alerts,
    or_zero,
    quantiles,
    rate,
    share,
    total,
)
from pavedroad.dashboards.slos import slo_row
from pavedroad.dashboards.uids import SLO_OVERVIEW, service_uid
from pavedroad.prometheus import selector

if TYPE_CHECKING:
    from collections.abc import Iterator

SPAN_CALLS = "traces_span_metrics_calls_total"
SPAN_DURATION = "traces_span_metrics_duration_seconds"
"""What the collectors' span metrics connector makes of spans, before any is dropped; its unit is set to seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSubject:
    """What a dashboard has to know of a service, worker or job.

    Attributes:
        team: The team that owns it.
        namespace: Where it stands.
        service: Its physical name, which its main container has, too.
        pods: Anchored regular expression of its pods' names.
        requests: Whether it answers requests that the mesh measures (HTTP or gRPC).
        calls: Whether it calls others.
        autoscaler: The autoscaler that sets its replicas; None where nothing does.
        slos: Whether it has objectives.
        links: Ways to its stores' and brokers' dashboards.
    """

    team: str
    namespace: str
    service: str
    pods: str
    requests: bool
    calls: bool
    autoscaler: str | None
    slos: bool
    links: tuple[Link, ...] = ()


def service_dashboard(subject: ServiceSubject) -> Dashboard:
    """Return the dashboard of a service."""
    return Dashboard(
        uid=service_uid(subject.namespace, subject.service),
        title=f"{subject.namespace} / {subject.service}",
        description=f"Requests, dependencies, use of resources, logs and traces of {subject.service}.",
        tags=("service", subject.team),
        rows=tuple(_rows(subject)),
        links=(Link(title="SLO overview", url=f"/d/{SLO_OVERVIEW}"), *subject.links),
    )


def _rows(subject: ServiceSubject) -> Iterator[Row]:
    if subject.requests:
        yield Row(title="Requests", panels=_requests(subject))
    if subject.slos:
        yield slo_row({"team": subject.team, "service": subject.service})
    yield Row(title="Alerts", panels=(alerts({"team": subject.team, "service": subject.service}),))
    if subject.calls:
        yield Row(title="Dependencies", panels=_dependencies(subject))
    yield Row(title="Pods", panels=(*_pods(subject), *_replicas(subject)))
    yield Row(title="Logs", panels=_logs(subject))
    yield Row(title="Traces", panels=_traces(subject))


def _requests(subject: ServiceSubject) -> tuple[Panel, ...]:
    """Return rate, errors and duration, as the mesh measures them at the service's own side."""
    inbound = {
        "reporter": "destination",
        "destination_service_namespace": subject.namespace,
        "destination_service_name": subject.service,
    }
    everything = total(rate("istio_requests_total", inbound))
    failed = or_zero(total(rate("istio_requests_total", inbound, SERVER_ERRORS)), everything)
    by_code = total(rate("istio_requests_total", inbound), "response_code")
    return (
        Panel(
            title="Rate",
            description="Requests each second, by status. Measured by the mesh, so also those that the "
            "application never saw.",
            unit="reqps",
            queries=(Query(expression=by_code, legend="{{response_code}}"),),
        ),
        Panel(
            title="Errors",
            description="Share of requests answered by a status of 500 or above.",
            unit="percentunit",
            queries=(Query(expression=share(failed, everything), legend="errors"),),
        ),
        Panel(
            title="Duration",
            description="How long half, 95 and 99 of 100 requests take at most.",
            unit="ms",
            queries=quantiles("istio_request_duration_milliseconds", inbound),
        ),
    )


def _dependencies(subject: ServiceSubject) -> tuple[Panel, ...]:
    """Return rate, errors and duration of what the service calls, by callee."""
    outbound = {
        "reporter": "source",
        "source_workload_namespace": subject.namespace,
        "source_workload": subject.service,
    }
    callee = "destination_service_name"
    everything = total(rate("istio_requests_total", outbound), callee)
    failed = or_zero(total(rate("istio_requests_total", outbound, SERVER_ERRORS), callee), everything)
    slow = total(rate("istio_request_duration_milliseconds_bucket", outbound), callee, "le")
    legend = f"{{{{{callee}}}}}"
    return (
        Panel(
            title="Calls",
            description="Requests each second to each service that this one calls.",
            unit="reqps",
            queries=(Query(expression=everything, legend=legend),),
        ),
        Panel(
            title="Failed calls",
            description="Share of the calls to each service that failed, seen from here: retries included, "
            "so more than the callee sees means the way between them.",
            unit="percentunit",
            queries=(Query(expression=share(failed, everything), legend=legend),),
        ),
        Panel(
            title="Duration of calls",
            description="How long 95 of 100 calls to each service take at most, seen from here.",
            unit="ms",
            queries=(Query(expression=f"histogram_quantile(0.95, {slow})", legend=legend),),
        ),
    )


def _pods(subject: ServiceSubject) -> tuple[Panel, ...]:
    """Return use, saturation and errors of the pods."""
    pods = {"namespace": subject.namespace, "container": subject.service}
    names = {"pod": subject.pods}
    cpu = total(rate("container_cpu_usage_seconds_total", pods, names), "pod")
    memory = total(selector("container_memory_working_set_bytes", pods, names), "pod")
    limit = total(selector("kube_pod_container_resource_limits", pods | {"resource": "memory"}, names), "pod")
    throttled = total(rate("container_cpu_cfs_throttled_periods_total", pods, names), "pod")
    periods = total(rate("container_cpu_cfs_periods_total", pods, names), "pod")
    restarts = f"increase({selector('kube_pod_container_status_restarts_total', pods, names)}[{INTERVAL}])"
    return (
        Panel(
            title="CPU",
            description="CPUs in use, by pod.",
            unit="short",
            queries=(Query(expression=cpu, legend="{{pod}}"),),
            width=6,
        ),
        Panel(
            title="Memory",
            description="Memory in use as a share of its limit; at 1 the pod is killed.",
            unit="percentunit",
            queries=(Query(expression=share(memory, limit), legend="{{pod}}"),),
            width=6,
            alarm=0.9,
            ceiling=1,
        ),
        Panel(
            title="Throttling",
            description="Share of the scheduler's periods in which a pod wanted more CPU than its limit.",
            unit="percentunit",
            queries=(Query(expression=share(throttled, periods), legend="{{pod}}"),),
            width=6,
            alarm=0.25,
            ceiling=1,
        ),
        Panel(
            title="Restarts",
            description="Restarts of the main container; more than one now and then is a crash loop.",
            unit="short",
            queries=(Query(expression=total(restarts, "pod"), legend="{{pod}}"),),
            width=6,
        ),
    )


def _replicas(subject: ServiceSubject) -> tuple[Panel, ...]:
    if subject.autoscaler is None:
        return ()
    labels = {"namespace": subject.namespace, "horizontalpodautoscaler": subject.autoscaler}
    found = {
        "running": "kube_horizontalpodautoscaler_status_current_replicas",
        "wanted": "kube_horizontalpodautoscaler_status_desired_replicas",
        "most": "kube_horizontalpodautoscaler_spec_max_replicas",
    }
    queries = (
        Query(expression=total(selector(metric, labels)), legend=legend) for legend, metric in found.items()
    )
    return (
        Panel(
            title="Replicas",
            description="Pods that run, that the autoscaler wants, and the most that it may ask for: where "
            "wanted stays at most, the service needs more than it is allowed.",
            unit="short",
            queries=tuple(queries),
            width=24,
        ),
    )


def _logs(subject: ServiceSubject) -> tuple[Panel, ...]:
    stream = selector("", {"service_name": subject.service, "k8s_namespace_name": subject.namespace})
    by_level = f"sum by (detected_level) (count_over_time({stream} | detected_level =~ `.+` [$__auto]))"
    return (
        Panel(
            title="Lines by level",
            description="Log lines in each interval, by level.",
            unit="short",
            queries=(Query(expression=by_level, legend="{{detected_level}}", source="loki"),),
            width=24,
            height=6,
        ),
        Panel(
            title="Newest lines",
            description="The newest lines; one that names a trace leads to it.",
            unit="none",
            queries=(Query(expression=stream, source="loki"),),
            shape="logs",
            width=24,
            height=12,
        ),
    )


def _traces(subject: ServiceSubject) -> tuple[Panel, ...]:
    spans = {
        "service_name": subject.service,
        "k8s_namespace_name": subject.namespace,
        "span_kind": "SPAN_KIND_SERVER",
    }
    return (
        Panel(
            title="Duration of spans",
            description="How long the service's own spans take; the dots are traces, one click away.",
            unit="s",
            queries=quantiles(SPAN_DURATION, spans, exemplars=True),
            width=12,
        ),
        Panel(
            title="Newest traces",
            description="Traces in which the service took part. What was sampled away is not among them.",
            unit="none",
            queries=(Query(expression=subject.service, source="jaeger"),),
            shape="table",
            width=12,
        ),
    )
