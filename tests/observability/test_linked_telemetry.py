"""A trace, its logs and its metrics go in by OTLP and come out linked, masked and sampled: by the real programs."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from pavedroad.plan.observability.grafana import LOGS, METRICS, TRACES, resolve_grafana
from pavedroad.plan.observability.logs import INDEX_ATTRIBUTES
from tests.observability.conftest import Chain
from tests.support.judges.running import eventually, get
from tests.support.resolving import context

IDENTITY = {
    "service.name": "orders",
    "service.namespace": "shop",
    "k8s.namespace.name": "shop",
    "k8s.pod.name": "orders-1",
    "deployment.environment.name": "test",
}
CALLS = "traces_span_metrics_calls_total"
DURATIONS = "traces_span_metrics_duration_seconds_bucket"


SETTINGS = {one.uid: one.settings for one in resolve_grafana(context()).data_sources}
"""What Grafana's data sources say, links included."""


def attributes(values: dict[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to an application, as its telemetry tells of it."""

    trace_id: str = field(default_factory=lambda: secrets.token_hex(16))
    span_id: str = field(default_factory=lambda: secrets.token_hex(8))
    service: str = "orders"
    failed: bool = False
    milliseconds: int = 20
    details: dict[str, str] = field(default_factory=dict)

    @property
    def resource(self) -> dict[str, Any]:
        return {"attributes": attributes({**IDENTITY, "service.name": self.service})}

    def spans(self) -> dict[str, Any]:
        end = time.time_ns()
        span = {
            "traceId": self.trace_id,
            "spanId": self.span_id,
            "name": "POST /orders",
            "kind": 2,
            "startTimeUnixNano": str(end - self.milliseconds * 10**6),
            "endTimeUnixNano": str(end),
            "attributes": attributes(
                {"http.request.method": "POST", "http.route": "/orders", **self.details}
            ),
            "status": {"code": 2 if self.failed else 1},
        }
        return {"resourceSpans": [{"resource": self.resource, "scopeSpans": [{"spans": [span]}]}]}

    def log(self, body: str, *, severity: int = 9, details: dict[str, str] | None = None) -> dict[str, Any]:
        record = {
            "timeUnixNano": str(time.time_ns()),
            "severityNumber": severity,
            "body": {"stringValue": body},
            "attributes": attributes(details or {}),
            "traceId": self.trace_id,
            "spanId": self.span_id,
        }
        return {"resourceLogs": [{"resource": self.resource, "scopeLogs": [{"logRecords": [record]}]}]}


def send(chain: Chain, signal: str, payload: dict[str, Any]) -> None:
    httpx.post(f"{chain.otlp}/v1/{signal}", json=payload, timeout=10).raise_for_status()


def logs_of(chain: Chain, query: str) -> Callable[[], list[dict[str, Any]]]:
    """Return a question for streams of Loki, of the last hour."""
    start = str(time.time_ns() - 3600 * 10**9)

    def ask() -> list[dict[str, Any]]:
        answer = get(f"{chain.logs}/loki/api/v1/query_range", query=query, start=start, limit="100")
        streams: list[dict[str, Any]] = answer.raise_for_status().json()["data"]["result"]
        return streams

    return ask


def trace_of(chain: Chain, trace_id: str) -> list[dict[str, Any]]:
    """Return a trace as Jaeger has it; nothing where it has none."""
    answer = get(f"{chain.traces}/api/traces/{trace_id}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return []
    found: list[dict[str, Any]] = answer.raise_for_status().json()["data"]
    return found


def exemplars_of(url: str, service: str) -> set[str]:
    """Return the traces that exemplars of a service's durations lead to."""
    answer = get(
        f"{url}/api/v1/query_exemplars",
        query=f'{DURATIONS}{{service_name="{service}"}}',
        start=str(time.time() - 3600),
        end=str(time.time() + 60),
    )
    series = answer.raise_for_status().json()["data"]
    return {one["labels"]["trace_id"] for each in series for one in each["exemplars"]}


def samples_of(url: str, query: str) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = get(f"{url}/api/v1/query", query=query).json()["data"]["result"]
    return result


@pytest.fixture(scope="module")
def failed(chain: Chain) -> Request:
    """A request that failed, with what should never have been written down."""
    request = Request(
        failed=True,
        details={
            "http.request.header.authorization": "Bearer abcdef0123456789",
            "enduser.email": "jane.doe@example.com",
            "app.note": "for customer-4711",
        },
    )
    send(chain, "traces", request.spans())
    body = "paid by jane.doe@example.com with 4111 1111 1111 1111, password=hunter2, for customer-4711"
    send(chain, "logs", request.log(body, details={"session_token": "s3cr3t-value"}))
    return request


def test_a_trace_its_log_and_its_exemplar_have_one_identifier(chain: Chain, failed: Request) -> None:
    [trace] = eventually(lambda: trace_of(chain, failed.trace_id), why="the trace is in Jaeger")
    assert {span["traceID"] for span in trace["spans"]} == {failed.trace_id}
    [process] = trace["processes"].values()
    assert process["serviceName"] == "orders"

    query = f'{{service_name="orders", k8s_namespace_name="shop"}} | trace_id="{failed.trace_id}"'
    [stream] = eventually(logs_of(chain, query), why="its log is in Loki")
    assert stream["stream"]["span_id"] == failed.span_id

    for url in (chain.metrics, chain.second_metrics):
        eventually(lambda: failed.trace_id in exemplars_of(url, "orders"), why="an exemplar leads to it")  # noqa: B023  asked before the next turn


def test_loki_is_indexed_by_the_labels_of_links_and_nothing_else(chain: Chain, failed: Request) -> None:
    query = f'{{service_name="orders"}} | trace_id="{failed.trace_id}"'
    eventually(logs_of(chain, query), why="the log is there")
    labels = get(f"{chain.logs}/loki/api/v1/labels").raise_for_status().json()["data"]
    assert set(labels) == {name.replace(".", "_") for name in INDEX_ATTRIBUTES}


@pytest.mark.parametrize(
    "secret", ["jane.doe", "4111", "hunter2", "s3cr3t-value", "customer-4711", "abcdef0123456789"]
)
def test_what_nobody_may_see_is_in_no_store(secret: str, chain: Chain, failed: Request) -> None:
    logs = eventually(
        logs_of(chain, f'{{service_name="orders"}} | trace_id="{failed.trace_id}"'), why="the log is there"
    )
    spans = eventually(lambda: trace_of(chain, failed.trace_id), why="the trace is there")
    assert "****" in str(logs)
    assert "****" in str(spans)
    assert secret not in str(logs)
    assert secret not in str(spans)


def test_metrics_of_spans_say_whose_they_are_and_who_counted(chain: Chain, failed: Request) -> None:
    query = f'{CALLS}{{service_name="orders", status_code="STATUS_CODE_ERROR"}}'
    found = eventually(lambda: samples_of(chain.metrics, query), why=f"{failed.service} is counted")
    labels = found[0]["metric"]
    assert labels["k8s_namespace_name"] == "shop"
    assert labels["deployment_environment_name"] == "test"
    assert labels["http_route"] == "/orders"
    assert labels["instance"] == "telemetry-0"
    assert "k8s_pod_name" not in labels


def test_of_traces_in_which_nothing_happened_a_share_is_kept_and_all_are_counted(chain: Chain) -> None:
    fine = [Request(service="cart") for _ in range(5)]
    slow, broken = Request(service="cart", milliseconds=1500), Request(service="cart", failed=True)
    wanted = Request(service="checkout")
    for request in (*fine, slow, broken, wanted):
        send(chain, "traces", request.spans())
    for kept in (slow, broken, wanted):
        eventually(lambda: trace_of(chain, kept.trace_id), why=f"{kept} is kept")  # noqa: B023  asked before the next turn
    assert not any(trace_of(chain, request.trace_id) for request in fine)
    counted = f'sum({CALLS}{{service_name="cart"}})'

    def all_counted() -> bool:
        return [one["value"][1] for one in samples_of(chain.metrics, counted)] == ["7"]

    eventually(all_counted, why="every request is counted")


def test_a_record_below_the_tiers_severity_is_dropped(chain: Chain) -> None:
    request = Request(service="chatty")
    send(chain, "logs", request.log("too much detail", severity=5))
    send(chain, "logs", request.log("worth it", severity=9))
    send(chain, "logs", request.log("says nothing of itself", severity=0))

    def lines() -> set[str]:
        streams = logs_of(chain, '{service_name="chatty"}')()
        return {line for stream in streams for _, line in stream["values"]}

    eventually(lambda: len(lines()) == 2, why="the others are there")
    assert lines() == {"worth it", "says nothing of itself"}


def test_jaegers_monitor_tab_is_drawn_from_metrics_of_spans(chain: Chain, failed: Request) -> None:
    def drawn() -> list[Any]:
        answer = get(
            f"{chain.traces}/api/metrics/calls",
            service=failed.service,
            spanKind="server",
            lookback="3600000",
            step="5000",
            ratePer="60000",
        )
        metrics: list[Any] = answer.raise_for_status().json()["metrics"]
        return metrics

    for _ in range(2):  # A rate needs a counter that has moved.
        send(chain, "traces", Request(failed=True).spans())
        time.sleep(1)
    eventually(drawn, why="Jaeger finds the service's rate in Prometheus")


def filled(query: str, tags: list[dict[str, str]], request: Request) -> str:
    """Return a link's query as Grafana fills it in for a span."""
    spelled = ", ".join(f'{tag["value"]}="{IDENTITY[tag["key"]]}"' for tag in tags)
    for variable in ("${__tags}", "$__tags"):
        query = query.replace(variable, spelled)
    return query.replace("${__trace.traceId}", request.trace_id).replace("$__rate_interval", "5m")


def test_grafanas_link_from_a_trace_finds_its_logs(chain: Chain, failed: Request) -> None:
    link = SETTINGS[TRACES]["tracesToLogsV2"]
    assert link["datasourceUid"] == LOGS
    query = filled(link["query"], link["tags"], failed)
    eventually(logs_of(chain, query), why=f"{query} finds the trace's log")


def test_grafanas_link_from_a_log_record_finds_its_trace(chain: Chain, failed: Request) -> None:
    [field] = SETTINGS[LOGS]["derivedFields"]
    assert field["datasourceUid"] == TRACES
    query = f'{{service_name="orders"}} | trace_id="{failed.trace_id}"'
    [stream] = eventually(logs_of(chain, query), why="the log is there")
    identifier = stream["stream"][field["matcherRegex"]]
    assert eventually(lambda: trace_of(chain, identifier), why="the trace is there")


def test_grafanas_link_from_an_exemplar_finds_its_trace(chain: Chain, failed: Request) -> None:
    [destination] = SETTINGS[METRICS]["exemplarTraceIdDestinations"]
    assert destination == {**destination, "name": "trace_id", "datasourceUid": TRACES}
    eventually(lambda: failed.trace_id in exemplars_of(chain.metrics, "orders"), why="the exemplar is there")
    assert eventually(lambda: trace_of(chain, failed.trace_id), why="the trace is there")


def test_grafanas_links_from_a_trace_find_its_metrics(chain: Chain, failed: Request) -> None:
    link = SETTINGS[TRACES]["tracesToMetrics"]
    assert link["datasourceUid"] == METRICS
    for query in (filled(one["query"], link["tags"], failed) for one in link["queries"]):
        send(chain, "traces", Request(failed=True).spans())
        eventually(lambda: samples_of(chain.metrics, query), why=f"{query} has data")  # noqa: B023  asked before the next turn
