"""The node agent: what containers print, what the node and its kubelet measure.

Containers print to files that only the node sees. The path of a file says which container of which pod printed it;
what it belongs to is found out behind the agent, by the pod's identifier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.naming import host
from pavedroad.plan.observability.collectors.model import (
    MEMORY_LIMITER,
    NODE_AGENT,
    OTLP_GRPC,
    TELEMETRY,
    CollectorPlan,
    Pipeline,
    Section,
    Sink,
    rendered,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.observability.collectors.model import Json
    from pavedroad.plan.observability.stack import PartSize

LOG_FOLDER: Final = "/var/log/pods"
"""Where the kubelet keeps what containers print (Kubernetes, *Logging Architecture*)."""

STATE_FOLDER: Final = "/var/lib/pavedroad/node-agent"
"""Where the agent keeps, on the node, how far it has read: a new one goes on where the last one stopped."""

KUBELET: Final = 10250

TRACE_KEYS: Final = (("trace_id", "span_id"), ("traceId", "spanId"), ("otelTraceID", "otelSpanID"))
"""Names under which loggers print a span: the convention, Micrometer and Spring, Python's instrumentation."""

LEVEL_KEYS: Final = ("level", "severity", "log.level", "levelname", "lvl")
"""Names under which loggers print how bad it is."""

IN_TEXT: Final = r"\btrace_?id[\"']?[=:]\s*[\"']?(?P<trace_id>[0-9a-fA-F]{32})\b"
"""A trace in a line that is no JSON."""


def log_operators(plain: Iterable[tuple[str, str]]) -> list[Json]:
    """Return what happens to each line: its envelope off, JSON taken apart, its span and its severity found.

    Args:
        plain: Services whose lines are never taken apart: namespace and name.
    """
    whose = " and ".join(
        f'not (resource["k8s.namespace.name"] == "{namespace}" and resource["k8s.container.name"] == "{service}")'
        for namespace, service in sorted(plain)
    )
    is_json = r'body matches "^\\s*{.*}\\s*$"'
    operators: list[Json] = [
        {"type": "container", "id": "container"},
        {
            "type": "json_parser",
            "id": "json",
            "if": f"{is_json} and {whose}" if whose else is_json,
            "parse_from": "body",
            "parse_to": "body",
            "on_error": "send_quiet",
        },
        *(_span_of(trace, span) for trace, span in TRACE_KEYS),
        *(_severity_of(key) for key in LEVEL_KEYS),
    ]
    in_text = {"if": r'type(body) == "string" and body matches "(?i)trace_?id"', "on_error": "send_quiet"}
    found = {"if": 'attributes.trace_id != nil and type(body) == "string"', "on_error": "send_quiet"}
    return [
        *operators,
        {
            "type": "regex_parser",
            "id": "text",
            **in_text,
            "regex": f"(?i){IN_TEXT}",
            "parse_to": "attributes",
        },
        {
            "type": "trace_parser",
            "id": "text_span",
            **found,
            "trace_id": {"parse_from": "attributes.trace_id"},
        },
        {"type": "remove", "id": "text_rest", **found, "field": "attributes.trace_id"},
    ]


def _span_of(trace: str, span: str) -> Section:
    """Return the operator that makes a body's own keys the record's trace and span."""
    return {
        "type": "trace_parser",
        "id": f"span_{trace}",
        "if": f'type(body) == "map" and body["{trace}"] != nil and len(body["{trace}"]) == 32',
        "on_error": "send_quiet",
        "trace_id": {"parse_from": f'body["{trace}"]'},
        "span_id": {"parse_from": f'body["{span}"]'},
    }


def _severity_of(key: str) -> Section:
    """Return the operator that makes a body's own key the record's severity."""
    return {
        "type": "severity_parser",
        "id": f"severity_{key.replace('.', '_')}",
        "if": f'type(body) == "map" and body["{key}"] != nil',
        "on_error": "send_quiet",
        "parse_from": f'body["{key}"]',
    }


def file_log(plain: Iterable[tuple[str, str]] = (), folder: str = LOG_FOLDER) -> Section:
    """Return the receiver of what containers print, but for the collectors' own lines, which would feed themselves."""
    own = (NODE_AGENT, TELEMETRY)
    return {
        "include": [f"{folder}/*/*/*.log"],
        "exclude": [f"{folder}/{one.namespace}_{one.name}-*/*/*.log" for one in own],
        "include_file_path": True,
        "include_file_name": False,
        "start_at": "end",
        "storage": "file_storage",
        "retry_on_failure": {"enabled": True},
        "operators": log_operators(plain),
    }


_IDENTITY: Final[list[Json]] = [
    'set(resource.attributes["k8s.node.name"], "${env:K8S_NODE_NAME}")',
    'set(resource.attributes["service.name"], "node-agent") where resource.attributes["service.name"] == nil',
    'set(resource.attributes["service.instance.id"], "${env:K8S_NODE_NAME}")',
    'set(datapoint.attributes["k8s.node.name"], resource.attributes["k8s.node.name"])',
    *(
        f'set(datapoint.attributes["{name}"], resource.attributes["{name}"])'
        f' where resource.attributes["{name}"] != nil'
        for name in ("k8s.namespace.name", "k8s.pod.name", "k8s.container.name", "k8s.volume.name")
    ),
]
"""Which node, pod, container or volume a measurement is about stands on the measurement itself: a resource's attributes
are no labels in Prometheus, and two series of one pod would become one."""


def agent_config(
    plain: Iterable[tuple[str, str]] = (),
    sink: Sink | None = None,
    folder: str = LOG_FOLDER,
    state: str = STATE_FOLDER,
) -> str:
    """Return the node agent's configuration.

    Args:
        plain: Services whose lines are never taken apart: namespace and name.
        sink: Where everything goes; None for the gateway tier.
        folder: Where the files are.
        state: Where it keeps how far it has read.
    """
    where = sink or Sink(
        name="telemetry",
        endpoint=f"{host(TELEMETRY.name, TELEMETRY.namespace or '')}:{OTLP_GRPC}",
        protocol="grpc",
    )
    kubelet: Section = {
        "collection_interval": "30s",
        "auth_type": "serviceAccount",
        "endpoint": f"https://${{env:K8S_NODE_IP}}:{KUBELET}",
        # A kubelet's certificate is its own in most clusters; that it is the node's, its address says.
        "insecure_skip_verify": True,
        "metric_groups": ["node", "pod", "container", "volume"],
    }
    node: Section = {"collection_interval": "30s", "scrapers": {"cpu": {}, "memory": {}, "load": {}}}
    identity: Section = {"error_mode": "ignore", "metric_statements": _IDENTITY}
    return rendered(
        {
            "receivers": {
                "file_log": file_log(plain, folder),
                "host_metrics": node,
                "kubelet_stats": kubelet,
            },
            "processors": {"memory_limiter": MEMORY_LIMITER, "transform/identity": identity},
            "exporters": {where.exporter: where.exporter_config()},
        },
        {
            "logs": Pipeline(
                receivers=("file_log",), processors=("memory_limiter",), exporters=(where.exporter,)
            ),
            "metrics": Pipeline(
                receivers=("host_metrics", "kubelet_stats"),
                processors=("memory_limiter", "transform/identity"),
                exporters=(where.exporter,),
            ),
        },
        {"file_storage": {"directory": state, "create_directory": True}},
    )


def node_agent(size: PartSize, plain: Iterable[tuple[str, str]]) -> CollectorPlan:
    """Return the node agent, resolved."""
    return CollectorPlan(party=NODE_AGENT, per_node=True, size=size, config=agent_config(plain), ports=())
