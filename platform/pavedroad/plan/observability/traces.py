"""Jaeger, resolved: which traces it keeps, where, and what its Monitor tab is drawn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.flows import Party
from pavedroad.plan.naming import host
from pavedroad.plan.observability.collectors.model import (
    HEALTH,
    MEMORY_LIMITER,
    OTLP_GRPC,
    OWN_METRICS,
    Sink,
    go_memory_limit,
)
from pavedroad.plan.observability.stack import OBSERVABILITY, PROMETHEUS, PROMETHEUS_PORT, PartSize
from pavedroad.plan.observability.yaml_file import yaml_file

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier
    from pavedroad.descriptor.observability import ObservabilitySpec, TracesSpec
    from pavedroad.plan.context import Context
    from pavedroad.plan.observability.collectors.model import Section

VERSION: Final = "2.13.0"
"""Jaeger v2 of the release whose module is v1.76.0."""

IMAGE: Final = f"docker.io/jaegertracing/jaeger:{VERSION}"

QUERY_PORT: Final = 16686
QUERY_GRPC_PORT: Final = 16685

FOLDER: Final = "/badger"
"""Where its volume is mounted."""

CONFIG_FILE: Final = "jaeger.yaml"

JAEGER: Final = Party(
    name="jaeger",
    namespace=OBSERVABILITY,
    selector=(("app.kubernetes.io/name", "jaeger"),),
    service_account="jaeger",
)
"""Keeps traces and shows them."""

BYTES_PER_TRACE: Final = 32 * 2**10
"""What a trace takes in memory, about: some twenty spans of a kilobyte and a half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStore:
    """Where traces are kept.

    Attributes:
        kind: In memory, on Jaeger's own volume (badger), or in a cluster that somebody else runs.
        servers: Addresses of that cluster: URLs of Elasticsearch, host and port of Cassandra.
        keyspace: Keyspace of Cassandra, or prefix of Elasticsearch's indices.
        login: Whether a name and password come from the environment (``STORE_USER``, ``STORE_PASSWORD``).
    """

    kind: Literal["memory", "badger", "elasticsearch", "cassandra"]
    servers: tuple[str, ...] = ()
    keyspace: str = "jaeger"
    login: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JaegerPlan:
    """Jaeger.

    Attributes:
        size: How large it is.
        store: Where traces are kept.
        retention_hours: How long, where Jaeger itself deletes them.
        storage_class: Class of the volume; None for the cluster's own.
        spread: How far replicas keep apart.
        spread_required: Whether a replica rather waits than lies beside another.
        protect: Whether its volume refuses to be deleted or replaced.
    """

    size: PartSize
    store: TraceStore
    retention_hours: int
    storage_class: str | None = None
    spread: str = "none"
    spread_required: bool = False
    protect: bool = False

    @property
    def config(self) -> str:
        """Its whole configuration, as YAML."""
        return yaml_file(jaeger_config(self))

    @property
    def go_memory_limit(self) -> str:
        """What ``GOMEMLIMIT`` must be."""
        return go_memory_limit(self.size)


JAEGER_SIZES: Final[dict[Tier, tuple[PartSize, int]]] = {
    "local": (PartSize(replicas=1, cpu="50m", memory="256Mi"), 24),
    "development": (PartSize(replicas=1, cpu="100m", memory="1Gi", storage="10Gi"), 72),
    "staging": (PartSize(replicas=1, cpu="250m", memory="2Gi", storage="30Gi"), 168),
    "production": (PartSize(replicas=2, cpu="500m", memory="4Gi", storage="100Gi"), 336),
}
"""Size and hours of retention in each tier; several replicas run only where they share a store."""

JAEGER_STORES: Final[dict[Tier, TraceStore]] = {
    "local": TraceStore(kind="memory"),
    "development": TraceStore(kind="badger"),
    "staging": TraceStore(kind="badger"),
    "production": TraceStore(kind="badger"),
}
"""Where traces are kept in each tier, where the environment names no cluster for them."""


SMALLEST_VOLUME: Final = "2Gi"
"""Volume of traces in a tier that has none by default, where the environment asks for one."""


def jaeger_sink() -> Sink:
    """Return Jaeger as the sampling tier writes to it."""
    return Sink(
        name="traces", endpoint=f"{host(JAEGER.name, JAEGER.namespace or '')}:{OTLP_GRPC}", protocol="grpc"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where Jaeger listens and finds what it asks; the cluster's own by default.

    Attributes:
        folder: Where it may write.
        metrics: Prometheus, which the Monitor tab is drawn from.
        ports: Ports of OTLP, its page, its queries by gRPC, its health and its own metrics.
    """

    folder: str = FOLDER
    metrics: str = f"http://{host(PROMETHEUS.name, PROMETHEUS.namespace or '')}:{PROMETHEUS_PORT}"
    ports: tuple[int, int, int, int, int] = (OTLP_GRPC, QUERY_PORT, QUERY_GRPC_PORT, HEALTH, OWN_METRICS)


def jaeger_config(plan: JaegerPlan, addresses: Addresses | None = None) -> Section:
    """Return Jaeger's configuration: it is a collector with a store and a page."""
    where = addresses or Addresses()
    otlp, page, queries, health, metrics = (f"0.0.0.0:{port}" for port in where.ports)
    own_host, _, own_port = metrics.partition(":")
    reader: Section = {"pull": {"exporter": {"prometheus": {"host": own_host, "port": int(own_port)}}}}
    return {
        "service": {
            "extensions": ["jaeger_storage", "jaeger_query", "healthcheckv2"],
            "telemetry": {
                "logs": {"level": "info", "encoding": "json"},
                "metrics": {"level": "normal", "readers": [reader]},
            },
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "batch"],
                    "exporters": ["jaeger_storage_exporter"],
                }
            },
        },
        "extensions": {
            "healthcheckv2": {"use_v2": True, "http": {"endpoint": health}},
            "jaeger_query": {
                "storage": {"traces": "traces", "metrics": "metrics"},
                "http": {"endpoint": page},
                "grpc": {"endpoint": queries},
            },
            "jaeger_storage": {
                "backends": {"traces": _backend(plan, where.folder)},
                "metric_backends": {
                    "metrics": {
                        # The span metrics connector's names in Prometheus: traces_span_metrics_calls_total and so on.
                        "prometheus": {
                            "endpoint": where.metrics,
                            "normalize_calls": True,
                            "normalize_duration": True,
                        }
                    }
                },
            },
        },
        "receivers": {"otlp": {"protocols": {"grpc": {"endpoint": otlp, "max_recv_msg_size_mib": 16}}}},
        "processors": {"memory_limiter": MEMORY_LIMITER, "batch": {}},
        "exporters": {"jaeger_storage_exporter": {"trace_storage": "traces"}},
    }


def _backend(plan: JaegerPlan, folder: str) -> Section:
    """Return where traces are kept, as Jaeger spells it."""
    store = plan.store
    login: Section = {"username": "${env:STORE_USER}", "password": "${env:STORE_PASSWORD}"}
    match store.kind:
        case "memory":
            most = memory_bytes(plan.size.memory) // 2 // BYTES_PER_TRACE
            return {"memory": {"max_traces": most}}
        case "badger":
            directories: Section = {"keys": f"{folder}/keys", "values": f"{folder}/values"}
            ttl: Section = {"spans": f"{plan.retention_hours}h"}
            return {"badger": {"directories": directories, "ephemeral": False, "ttl": ttl}}
        case "elasticsearch":
            cluster: Section = {
                "server_urls": list(store.servers),
                "indices": {"index_prefix": store.keyspace},
            }
            if store.login:
                cluster["auth"] = {"basic": login}
            return {"elasticsearch": cluster}
        case "cassandra":
            connection: Section = {"servers": list(store.servers), "tls": {"insecure": False}}
            if store.login:
                connection["auth"] = {"basic": login}
            schema: Section = {
                "keyspace": store.keyspace,
                "create": True,
                "trace_ttl": f"{plan.retention_hours}h",
            }
            return {"cassandra": {"schema": schema, "connection": connection}}


def resolve_jaeger(context: Context, spec: ObservabilitySpec) -> JaegerPlan:
    """Return Jaeger as the environment asks for it: one that keeps traces itself runs once."""
    said = spec.traces
    size, hours = JAEGER_SIZES[context.environment.tier]
    store = _store(said, JAEGER_STORES[context.environment.tier])
    volume = said.storage or size.storage or SMALLEST_VOLUME
    return JaegerPlan(
        size=replace(size, replicas=1, storage="" if store.kind == "memory" else volume),
        store=store,
        retention_hours=24 * int(said.retention.removesuffix("d")) if said.retention else hours,
        storage_class=context.storage_class,
        spread=context.tier.spread,
        spread_required=context.tier.spread_required,
        protect=context.tier.protect,
    )


def _store(said: TracesSpec, default: TraceStore) -> TraceStore:
    """Return where traces are kept: how long, or on how much, is only said of a volume."""
    if said.storage == "memory":
        return TraceStore(kind="memory")
    return TraceStore(kind="badger") if said.storage or said.retention else default
