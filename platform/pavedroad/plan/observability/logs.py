"""Loki, resolved: what it keeps of logs, for how long, where, and by which labels it finds them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pavedroad.plan.edges import identity_flow
from pavedroad.plan.flows import Party
from pavedroad.plan.observability.collectors.model import Sink, go_memory_limit
from pavedroad.plan.observability.log_store import resolve_log_store
from pavedroad.plan.observability.stack import OBSERVABILITY, PartSize
from pavedroad.plan.observability.yaml_file import yaml_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.environment import Tier
    from pavedroad.descriptor.observability import ObservabilitySpec
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Flow
    from pavedroad.plan.observability.collectors.model import Json, Section
    from pavedroad.plan.observability.log_store import LogStorePlan

VERSION: Final = "3.7.8"
IMAGE: Final = f"docker.io/grafana/loki:{VERSION}"

PORT: Final = 3100
GRPC_PORT: Final = 9095
GOSSIP_PORT: Final = 7946

FOLDER: Final = "/loki"
"""Where its volume is mounted."""

CONFIG_FILE: Final = "loki.yaml"

LOKI: Final = Party(
    name="loki",
    namespace=OBSERVABILITY,
    selector=(("app.kubernetes.io/name", "loki"),),
    service_account="loki",
)
"""Keeps logs."""

INDEX_ATTRIBUTES: Final = ("service.name", "k8s.namespace.name", "deployment.environment.name")
"""Resource attributes that logs are indexed by; all others stay with each record (structured metadata).

Few, since each combination of their values is a stream of its own: here one for each service.
"""

SCHEMA_SINCE: Final = "2026-01-01"
"""From when records are in the schema below: before the first of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LokiPlan:
    """Loki: one program that does everything, with a volume or a bucket for what it keeps.

    Attributes:
        size: How large it is.
        retention: How long logs are kept.
        retention_by_namespace: Other times for single namespaces.
        bucket: Where they are kept in the account; None for the volume, which else has what is not handed on yet.
        storage_class: Class of the volume; None for the cluster's own.
        spread: How far replicas keep apart.
        spread_required: Whether a replica rather waits than lies beside another.
        protect: Whether its volume refuses to be deleted or replaced.
    """

    size: PartSize
    retention: str
    retention_by_namespace: tuple[tuple[str, str], ...] = ()
    bucket: LogStorePlan | None = None
    storage_class: str | None = None
    spread: str = "none"
    spread_required: bool = False
    protect: bool = False

    @property
    def go_memory_limit(self) -> str:
        """What ``GOMEMLIMIT`` must be."""
        return go_memory_limit(self.size)

    @property
    def config(self) -> str:
        """Its whole configuration, as YAML."""
        return yaml_file(loki_config(self))


LOKI_SIZES: Final[dict[Tier, tuple[PartSize, str]]] = {
    "local": (PartSize(replicas=1, cpu="50m", memory="256Mi", storage="2Gi"), "2d"),
    "development": (PartSize(replicas=1, cpu="100m", memory="1Gi", storage="20Gi"), "7d"),
    "staging": (PartSize(replicas=1, cpu="250m", memory="2Gi", storage="50Gi"), "14d"),
    "production": (PartSize(replicas=3, cpu="1", memory="4Gi", storage="100Gi"), "30d"),
}
"""Size and retention in each tier; several replicas run only where they share a bucket."""


AHEAD: Final = "10Gi"
"""Volume of a Loki that has a bucket: what it has taken and not handed on yet, and its index of the day."""


def loki_sink() -> Sink:
    """Return Loki as the collectors write to it."""
    return Sink(name="logs", endpoint=f"http://{LOKI.name}.{LOKI.namespace}.svc.cluster.local:{PORT}/otlp")


def loki_config(plan: LokiPlan, folder: str = FOLDER) -> Section:
    """Return Loki's configuration.

    Args:
        plan: What it keeps.
        folder: Where it may write.
    """
    store = "s3" if plan.bucket else "filesystem"
    several = plan.size.replicas > 1
    ring: Section = {"kvstore": {"store": "memberlist" if several else "inmemory"}}
    config: Section = {
        # One tenant: whose a record is, its namespace says, which retention and Grafana's rights go by.
        "auth_enabled": False,
        "server": {"http_listen_port": PORT, "grpc_listen_port": GRPC_PORT, "log_format": "json"},
        "common": {
            "path_prefix": folder,
            "replication_factor": min(plan.size.replicas, 3),
            "ring": ring,
            "storage": {store: _bucket(plan.bucket) if plan.bucket else _folders(folder)},
        },
        "schema_config": {
            "configs": [
                {
                    "from": SCHEMA_SINCE,
                    "store": "tsdb",
                    "object_store": store,
                    "schema": "v13",
                    "index": {"prefix": "index_", "period": "24h"},
                }
            ]
        },
        "limits_config": _limits(plan),
        "compactor": {
            "working_directory": f"{folder}/compactor",
            "retention_enabled": True,
            "delete_request_store": store,
        },
        "analytics": {"reporting_enabled": False},
    }
    if several:
        config["memberlist"] = {
            "bind_port": GOSSIP_PORT,
            "join_members": [f"{LOKI.name}-pods.{LOKI.namespace}.svc.cluster.local:{GOSSIP_PORT}"],
        }
    return config


def _folders(folder: str) -> Section:
    return {"chunks_directory": f"{folder}/chunks", "rules_directory": f"{folder}/rules"}


def _bucket(bucket: LogStorePlan) -> Section:
    """Return where the bucket is; the pod's own role opens it."""
    return {"bucketnames": bucket.bucket, "region": bucket.region}


def _limits(plan: LokiPlan) -> Section:
    """Return what may be written, how long it is kept, and which attributes of OTLP it is indexed by."""
    streams: list[Json] = [
        {"selector": f'{{k8s_namespace_name="{namespace}"}}', "priority": 1, "period": period}
        for namespace, period in plan.retention_by_namespace
    ]
    limits: Section = {
        "allow_structured_metadata": True,
        "retention_period": plan.retention,
        "reject_old_samples_max_age": "7d",
        "max_label_names_per_series": 15,
        "max_global_streams_per_user": 20_000,
        "otlp_config": {
            "resource_attributes": {
                "ignore_defaults": True,
                "attributes_config": [{"action": "index_label", "attributes": list(INDEX_ATTRIBUTES)}],
            }
        },
    }
    if streams:
        limits["retention_stream"] = streams
    return limits


def resolve_loki(context: Context, spec: ObservabilitySpec) -> LokiPlan:
    """Return Loki as the environment asks for it: in an account it keeps logs in a bucket."""
    size, default = LOKI_SIZES[context.environment.tier]
    retention = spec.logs.retention or default
    bucket = resolve_log_store(context.account, int(retention.removesuffix("d"))) if context.account else None
    return LokiPlan(
        size=replace(size, replicas=1, storage=AHEAD if bucket else size.storage),
        retention=retention,
        bucket=bucket,
        storage_class=context.storage_class,
        spread=context.tier.spread,
        spread_required=context.tier.spread_required,
        protect=context.tier.protect,
    )


def log_store_flows(context: Context) -> Iterator[Flow]:
    """Yield what reaching the bucket takes beside its host: the agent that hands Loki its credentials."""
    if context.account is not None:
        yield identity_flow(LOKI)
