"""Indicators: what can be measured of a service, in the names of those who measure it.

Names of metrics and labels, and the boundaries of histograms, are those of their sources:

* Istio standard metrics, https://istio.io/latest/docs/reference/config/metrics/, with Envoy's buckets.
* Envoy's cluster statistics behind Envoy Gateway, whose clusters are called after route and rule.
* OpenTelemetry semantic conventions for HTTP, RPC and messaging, as Prometheus receives them by OTLP.
* The collector's span metrics connector.
* kube-state-metrics, and the brokers' own exporters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pavedroad.prometheus import selector
from pavedroad.slo.model import PLACEHOLDER, Indicator, Sample

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GRPC_FAULTS: Final = "2|4|12|13|14|15"
"""gRPC status codes that are the server's fault: OpenTelemetry semantic conventions for gRPC spans."""
UNREACHED: Final = "UH|UF|UO|NC|NR"
"""Envoy's response flags of requests that never reached a replica: only the caller's side-car knows of them."""

PROXY_BUCKETS: Final = (
    *(1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000),
    *(1_800_000, 3_600_000),
)
"""Boundaries of Envoy's histograms in milliseconds (Envoy, ``source/common/stats/histogram_impl.cc``)."""
HTTP_BUCKETS: Final = (5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000)
"""Boundaries that the semantic conventions advise for durations, and SDKs have, in milliseconds."""
BOUNDARIES: Final[Mapping[str, tuple[int, ...]]] = {
    "mesh": PROXY_BUCKETS,
    "gateway": PROXY_BUCKETS,
    "application": HTTP_BUCKETS,
    "spans": HTTP_BUCKETS,
    "messaging": HTTP_BUCKETS,
}
"""Upper bounds of the histograms' buckets by who measures, in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Requests or messages as one source counts them.

    Attributes:
        count: Metric that counts them.
        labels: Labels of this service's.
        matches: Labels of this service's, by the expressions that they match.
        failed: Matchers of those that failed, any of them.
        failure: Labels of one that failed, for tests.
        success: Labels of one that did not, for tests.
        buckets: Metric with the histogram of their durations.
        unit: Milliseconds in a unit of the histogram.
        unreached: Selector of requests that it does not count because they never arrived; None where it does.
    """

    count: str
    labels: Mapping[str, str]
    failed: tuple[Mapping[str, str], ...]
    failure: Mapping[str, str]
    success: Mapping[str, str]
    buckets: str
    unit: int
    unreached: str | None = None
    matches: Mapping[str, str] = field(default_factory=dict)

    def availability(self) -> Indicator:
        """Return the share of those that failed."""
        failing = " or ".join(
            _rate(selector(self.count, self.labels, {**self.matches, **failed})) for failed in self.failed
        )
        everything = f"sum({_rate(selector(self.count, self.labels, self.matches))})"
        bad = f"(sum({failing}) or 0 * {everything})"
        if self.unreached is not None:
            lost = f"sum({_rate(self.unreached)})"
            bad, everything = (
                f"({bad} + ({lost} or 0 * {everything}) or {lost})",
                f"({everything} + ({lost} or 0 * {everything}) or {lost})",
            )
        samples = (
            Sample(self.count, {**self.labels, **self.success}, 1, 0),
            Sample(self.count, {**self.labels, **self.failure}, 0, 1),
        )
        return Indicator(bad=bad, all=everything, counts_events=True, samples=samples)

    def latency(self, milliseconds: int) -> Indicator:
        """Return the share of those that took longer; which of them failed is for availability to say.

        Where the histogram has no such boundary, all of them count as slow: that is seen at once.
        """
        bound = _bound(milliseconds, self.unit)
        fast = _rate(selector(self.buckets, self.labels, {**self.matches, "le": f"{bound}(\\.0)?"}))
        every = _rate(selector(self.buckets, {**self.labels, "le": "+Inf"}, self.matches))
        labels = {**self.labels, **self.success}
        samples = (
            Sample(self.buckets, {**labels, "le": bound}, 1, 0),
            Sample(self.buckets, {**labels, "le": "+Inf"}, 1, 1),
        )
        return Indicator(
            bad=f"clamp_min(sum({every}) - (sum({fast}) or 0 * sum({every})), 0)",
            all=f"sum({every})",
            counts_events=True,
            samples=samples,
        )


def mesh(service: str, namespace: str, *, grpc: bool) -> Events:
    """Return requests as the mesh counts them, at the service and, for those that never arrive, at its callers."""
    target = {"destination_service_name": service, "destination_service_namespace": namespace}
    failed: tuple[Mapping[str, str], ...] = ({"response_code": "5.."},)
    failure: Mapping[str, str] = {"response_code": "503", "request_protocol": "http"}
    success: Mapping[str, str] = {"response_code": "200", "request_protocol": "http"}
    if grpc:
        failed = (*failed, {"grpc_response_status": GRPC_FAULTS})
        failure = {"response_code": "200", "request_protocol": "grpc", "grpc_response_status": "13"}
        success = {"response_code": "200", "request_protocol": "grpc", "grpc_response_status": "0"}
    return Events(
        count="istio_requests_total",
        labels={**target, "reporter": "destination"},
        failed=failed,
        failure=failure,
        success=success,
        buckets="istio_request_duration_milliseconds_bucket",
        unit=1,
        unreached=selector(
            "istio_requests_total", {**target, "reporter": "source"}, {"response_flags": UNREACHED}
        ),
    )


def gateway(namespace: str, routes: Sequence[str]) -> Events:
    """Return requests as the gateway's proxies count them for a service's HTTP routes.

    Envoy Gateway calls a route's clusters ``httproute/<namespace>/<route>/rule/<index>``
    (envoyproxy/gateway: internal/gatewayapi/helpers.go).

    Args:
        namespace: The namespace of the routes.
        routes: Their names.
    """
    first = {"envoy_cluster_name": f"httproute/{namespace}/{routes[0]}/rule/0"}
    return Events(
        count="envoy_cluster_upstream_rq_xx",
        labels={},
        matches={"envoy_cluster_name": f"httproute/{namespace}/({'|'.join(routes)})/rule/[0-9]+"},
        failed=({"envoy_response_code_class": "5"},),
        failure={**first, "envoy_response_code_class": "5"},
        success={**first, "envoy_response_code_class": "2"},
        buckets="envoy_cluster_upstream_rq_time_bucket",
        unit=1,
    )


def _application(service: str, namespace: str) -> dict[str, str]:
    return {"service_name": service, "k8s_namespace_name": namespace}


def http(service: str, namespace: str) -> Events:
    """Return requests as an HTTP server counts them itself."""
    return Events(
        count="http_server_request_duration_seconds_count",
        labels=_application(service, namespace),
        failed=({"http_response_status_code": "5.."},),
        failure={"http_response_status_code": "500"},
        success={"http_response_status_code": "200"},
        buckets="http_server_request_duration_seconds_bucket",
        unit=1000,
    )


def grpc(service: str, namespace: str) -> Events:
    """Return requests as a gRPC server counts them itself."""
    return Events(
        count="rpc_server_duration_milliseconds_count",
        labels=_application(service, namespace),
        failed=({"rpc_grpc_status_code": GRPC_FAULTS},),
        failure={"rpc_grpc_status_code": "13"},
        success={"rpc_grpc_status_code": "0"},
        buckets="rpc_server_duration_milliseconds_bucket",
        unit=1,
    )


def messaging(service: str, namespace: str) -> Events:
    """Return messages as their consumer counts them."""
    return Events(
        count="messaging_process_duration_seconds_count",
        labels=_application(service, namespace),
        failed=({"error_type": ".+"},),
        failure={"error_type": "timeout"},
        success={},
        buckets="messaging_process_duration_seconds_bucket",
        unit=1000,
    )


def spans(service: str, namespace: str, kind: str) -> Events:
    """Return requests or messages as the spans of a service tell them.

    Args:
        service: Its name.
        namespace: Its namespace.
        kind: ``SPAN_KIND_SERVER`` or ``SPAN_KIND_CONSUMER``.
    """
    return Events(
        count="traces_span_metrics_calls_total",
        labels={**_application(service, namespace), "span_kind": kind},
        failed=({"status_code": "STATUS_CODE_ERROR"},),
        failure={"status_code": "STATUS_CODE_ERROR"},
        success={"status_code": "STATUS_CODE_UNSET"},
        buckets="traces_span_metrics_duration_seconds_bucket",
        unit=1000,
    )


def freshness(timestamp: str, max_age: int, samples: tuple[Sample, ...] = ()) -> Indicator:
    """Return the share of time in which the last success was longer ago than ``max_age`` seconds.

    Args:
        timestamp: PromQL for the time of the last success, in seconds since the epoch.
        max_age: How old the last success may be, in seconds.
        samples: The series behind it, for tests.
    """
    return _state(f"time() - max({timestamp}) > bool {max_age}", samples)


def scheduled_job(name: str, namespace: str, max_age: int) -> Indicator:
    """Return the freshness of what a scheduled job makes."""
    labels = {"namespace": namespace, "cronjob": name}
    metric = "kube_cronjob_status_last_successful_time"
    return freshness(selector(metric, labels), max_age, (Sample(metric, labels, 0, -1e9, "clock"),))


def kafka_queue(topic: str, group: str, max_age: str) -> Indicator:
    """Return the share of time in which a consumer group's oldest unread message is older than ``max_age``.

    More messages of a partition wait than have arrived within ``max_age``: so one of them arrived before.
    """
    waiting, arrived = "kafka_consumergroup_lag", "kafka_topic_partition_current_offset"
    of_group, of_topic = {"consumergroup": group, "topic": topic}, {"topic": topic}
    lag = f"sum by (partition) ({selector(waiting, of_group)})"
    arrivals = f"sum by (partition) (increase({selector(arrived, of_topic)}[{max_age}]))"
    samples = (
        Sample(waiting, {**of_group, "partition": "0"}, 0, 1e6, "gauge"),
        Sample(arrived, {**of_topic, "partition": "0"}, 1, 1),
    )
    return _state(f"max({lag} > bool {arrivals})", samples)


def rabbitmq_queue(queue: str, vhost: str, max_age: str) -> Indicator:
    """Return the share of time in which a queue's oldest message is older than ``max_age``; as of Kafka's."""
    waiting, arrived = (
        "rabbitmq_detailed_queue_messages",
        "rabbitmq_detailed_queue_exchange_messages_published_total",
    )
    labels, published = {"queue": queue, "vhost": vhost}, {"queue": queue}
    arrivals = f"sum(increase({selector(arrived, published)}[{max_age}]))"
    samples = (Sample(waiting, labels, 0, 1e6, "gauge"), Sample(arrived, published, 1, 1))
    return _state(f"sum({selector(waiting, labels)}) > bool ({arrivals} or vector(0))", samples)


def custom(bad: str | None, good: str | None, everything: str | None, ratio: str | None) -> Indicator:
    """Return an indicator in a team's own PromQL: bad or good of all, or a ratio of errors.

    Raises:
        TypeError: If it is neither; descriptors are checked for that when they are read.
    """
    if ratio is not None:
        return Indicator(bad=f"max({ratio})", all=f"max(({ratio}) >= bool 0)", counts_events=False)
    if everything is None or (bad is None) == (good is None):
        raise TypeError("a custom indicator has a ratio, or all events and those that are good or bad")
    total = f"sum({everything})"
    failing = f"sum({bad})" if bad is not None else f"clamp_min({total} - (sum({good}) or 0 * {total}), 0)"
    return Indicator(bad=f"({failing} or 0 * {total})", all=total, counts_events=True)


def _state(condition: str, samples: tuple[Sample, ...]) -> Indicator:
    """Return the share of time in which a condition holds, looked at once a minute."""
    looked = f"({condition})[{PLACEHOLDER}:1m]"
    return Indicator(
        bad=f"avg_over_time({looked})",
        all=f"clamp_max(count_over_time({looked}), 1)",
        counts_events=False,
        samples=samples,
    )


def _rate(series: str) -> str:
    return f"rate({series}[{PLACEHOLDER}])"


def _bound(milliseconds: int, unit: int) -> str:
    """Return a boundary as the label ``le`` spells it, without a trailing ``.0`` that scraping adds."""
    return f"{milliseconds / unit:.6f}".rstrip("0").rstrip(".")
