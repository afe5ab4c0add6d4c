"""What a collector is, who the collectors are, and what their configurations have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.flows import Party
from pavedroad.plan.observability.stack import NODE_AGENTS, OBSERVABILITY
from pavedroad.plan.observability.yaml_file import yaml_file

if TYPE_CHECKING:
    from pavedroad.plan.observability.stack import PartSize

Json = str | int | float | bool | list["Json"] | dict[str, "Json"]
Section = dict[str, Json]
"""A part of a configuration."""

VERSION: Final = "0.160.0"
"""The collector whose names of components and settings are written here (lower_snake_case since 2026)."""

IMAGE: Final = f"docker.io/otel/opentelemetry-collector-contrib:{VERSION}"

OTLP_GRPC: Final = 4317
OTLP_HTTP: Final = 4318
HEALTH: Final = 13133
OWN_METRICS: Final = 8888
"""Ports that every collector has; the first two as OTLP assigns them (OpenTelemetry, *OTLP/gRPC default port*)."""

LIMIT_PERCENT: Final = 80
"""Share of its memory at which a collector refuses more, and which Go's collector of garbage works towards."""

CONFIG_FILE: Final = "collector.yaml"


def _named(name: str, namespace: str) -> Party:
    selector = (("app.kubernetes.io/name", name),)
    return Party(name=name, namespace=namespace, selector=selector, service_account=name)


TELEMETRY: Final = _named("telemetry", OBSERVABILITY)
"""What applications and node agents send to: knows whose it is, masks what nobody may see, passes it on."""

SAMPLER: Final = _named("telemetry-sampler", OBSERVABILITY)
"""Gets all spans of a trace in one place and decides which traces are kept."""

NODE_AGENT: Final = _named("node-agent", NODE_AGENTS)
"""Runs on every node: reads what containers print, and what the node and its kubelet measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorPlan:
    """One collector.

    Attributes:
        party: Who it is.
        per_node: Whether it runs on every node instead of ``size.replicas`` times.
        size: How large it is.
        config: Its whole configuration, as YAML.
        ports: What it takes telemetry on: name and port; empty for a collector that only sends.
        spread: How far replicas keep apart.
        spread_required: Whether a replica rather waits than lies beside another.
    """

    party: Party
    per_node: bool
    size: PartSize
    config: str
    ports: tuple[tuple[str, int], ...]
    spread: str = "none"
    spread_required: bool = False

    @property
    def go_memory_limit(self) -> str:
        """What ``GOMEMLIMIT`` must be."""
        return go_memory_limit(self.size)


def go_memory_limit(size: PartSize) -> str:
    """Return what ``GOMEMLIMIT`` must be: Go collects garbage in time, before the kernel kills."""
    return f"{memory_bytes(size.memory) * LIMIT_PERCENT // 100 // 2**20}MiB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """Where one signal goes: an end point that speaks OTLP.

    Attributes:
        name: Part of the exporter's name.
        endpoint: Its URL; for gRPC host and port.
        protocol: Which of OTLP's two transports.
        tls: Whether it speaks TLS of its own; within the mesh the side-car does.
        headers: Headers of each request: name, and the environment variable that holds the value.
    """

    name: str
    endpoint: str
    protocol: Literal["grpc", "http"] = "http"
    tls: bool = False
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def exporter(self) -> str:
        """The exporter's name in a configuration."""
        return f"otlp_{self.protocol}/{self.name}"

    def exporter_config(self, *, sizer: Literal["items", "bytes"] = "items") -> Section:
        """Return the exporter: it collects batches in its own queue and tries again for some minutes.

        Args:
            sizer: What batches are measured in.
        """
        config: Section = {
            "endpoint": self.endpoint,
            "timeout": "10s",
            "compression": "gzip",
            "sending_queue": sending_queue(sizer),
            "retry_on_failure": {"enabled": True, "initial_interval": "1s", "max_elapsed_time": "5m"},
        }
        if self.protocol == "grpc" or not self.tls:
            config["tls"] = {"insecure": not self.tls}
        if self.headers:
            config["headers"] = {name: f"${{env:{variable}}}" for name, variable in self.headers}
        return config


def sending_queue(sizer: Literal["items", "bytes"] = "items") -> Section:
    """Return an exporter's queue, which also makes the batches (the batch processor loses them in a crash)."""
    most, least = (50_000, 2_000) if sizer == "items" else (64 * 2**20, 2**20)
    return {
        "enabled": True,
        "num_consumers": 4,
        "queue_size": most,
        "sizer": sizer,
        "block_on_overflow": False,
        "batch": {"flush_timeout": "1s", "min_size": least, "max_size": least * 2, "sizer": sizer},
    }


MEMORY_LIMITER: Final[Section] = {
    "check_interval": "1s",
    "limit_percentage": LIMIT_PERCENT,
    "spike_limit_percentage": 25,
}
"""First in every pipeline: refuses, so that the sender tries again, before memory runs out."""

OTLP_RECEIVER: Final[Section] = {
    "protocols": {
        "grpc": {"endpoint": f"0.0.0.0:{OTLP_GRPC}", "max_recv_msg_size_mib": 16},
        "http": {"endpoint": f"0.0.0.0:{OTLP_HTTP}"},
    }
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """One way through a collector: names of components in their order."""

    receivers: tuple[str, ...]
    processors: tuple[str, ...]
    exporters: tuple[str, ...]


def rendered(
    parts: dict[str, Section], pipelines: dict[str, Pipeline], extensions: dict[str, Section] | None = None
) -> str:
    """Return a collector's configuration as YAML: one file, since merging several replaces lists.

    Args:
        parts: Receivers, processors, connectors and exporters, by section.
        pipelines: How they are connected, by ``<signal>[/<name>]``.
        extensions: Extensions beside the health check.
    """
    health: dict[str, Section] = {"health_check": {"endpoint": f"0.0.0.0:{HEALTH}"}}
    every = {**health, **(extensions or {})}
    reader = {"pull": {"exporter": {"prometheus": {"host": "0.0.0.0", "port": OWN_METRICS}}}}  # noqa: S104  the pod's own address
    config = {
        **{section: content for section, content in parts.items() if content},
        "extensions": every,
        "service": {
            "extensions": list(every),
            "telemetry": {
                "logs": {"level": "info", "encoding": "json"},
                "metrics": {"level": "normal", "readers": [reader]},
            },
            "pipelines": {
                name: {
                    "receivers": list(pipeline.receivers),
                    "processors": list(pipeline.processors),
                    "exporters": list(pipeline.exporters),
                }
                for name, pipeline in pipelines.items()
            },
        },
    }
    return yaml_file(config)
