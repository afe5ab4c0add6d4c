"""The dashboard of one store: what its engine tells of itself, then its pods and volumes.

The metrics are those of the exporter that each operator or image brings along: CloudNativePG's own, mysqld_exporter,
mongodb_exporter, redis_exporter, memcached_exporter.
"""

from __future__ import annotations

from dataclasses import dataclass

from pavedroad.dashboards.curves import CLAIMS, PODS, SERVERS, VOLUMES, Curve, panels
from pavedroad.dashboards.model import Dashboard, Link, Row
from pavedroad.dashboards.queries import alerts
from pavedroad.dashboards.uids import service_uid, store_uid
from pavedroad.prometheus import selector


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSubject:
    """What a dashboard has to know of a store that runs in the cluster.

    Attributes:
        team: The team that owns it.
        namespace: Where it stands.
        store: Its physical name.
        service: Physical name of the service that owns it.
        engine: Its engine, as descriptors name it.
        pods: Anchored regular expression of its pods' names.
        claims: Anchored regular expression of the names of its volumes' claims; None where it keeps none.
    """

    team: str
    namespace: str
    store: str
    service: str
    engine: str
    pods: str
    claims: str | None


POSTGRES = (
    Curve(
        title="Connections",
        unit="percentunit",
        description="Connections as a share of max_connections; at 1 new ones are refused.",
        expression="sum by (pod) (cnpg_backends_total{pods})"
        ' / sum by (pod) (cnpg_pg_settings_setting{pods, name="max_connections"})',
        alarm=0.8,
    ),
    Curve(
        title="Transactions",
        unit="ops",
        description="Transactions that were committed each second, over all databases.",
        expression="sum by (pod) (rate(cnpg_pg_stat_database_xact_commit{pods}[$__rate_interval]))",
    ),
    Curve(
        title="Replication lag",
        unit="s",
        description="How far each standby is behind: what is lost if the primary is lost now.",
        expression="max by (pod) (cnpg_pg_replication_lag{pods})",
        alarm=30,
    ),
    Curve(
        title="Longest transaction",
        unit="s",
        description="Age of the oldest open transaction; hours keep dead rows from being cleaned away.",
        expression="max by (pod) (cnpg_backends_max_tx_duration_seconds{pods})",
        alarm=3600,
    ),
    Curve(
        title="Size of the databases",
        unit="bytes",
        description="What each database holds.",
        expression="max by (datname) (cnpg_pg_database_size_bytes{pods})",
        legend="{{datname}}",
    ),
    Curve(
        title="Age of the newest backup",
        unit="s",
        description="Time since the newest backup that could be restored.",
        expression="time() - max(cnpg_collector_last_available_backup_timestamp{pods} > 0)",
        legend="age",
    ),
)

MYSQL = (
    Curve(
        title="Connections",
        unit="percentunit",
        description="Connections as a share of max_connections; at 1 new ones are refused.",
        expression="sum by (pod) (mysql_global_status_threads_connected{pods})"
        " / sum by (pod) (mysql_global_variables_max_connections{pods})",
        alarm=0.8,
    ),
    Curve(
        title="Queries",
        unit="ops",
        description="Statements each second.",
        expression="sum by (pod) (rate(mysql_global_status_queries{pods}[$__rate_interval]))",
    ),
    Curve(
        title="Slow queries",
        unit="ops",
        description="Statements each second that took longer than long_query_time.",
        expression="sum by (pod) (rate(mysql_global_status_slow_queries{pods}[$__rate_interval]))",
    ),
)

MONGODB = (
    Curve(
        title="Connections",
        unit="short",
        description="Open connections of clients and other members.",
        expression='sum by (pod) (mongodb_ss_connections{pods, conn_type="current"})',
    ),
    Curve(
        title="Memory",
        unit="bytes",
        description="Resident memory of the server, in bytes.",
        expression="sum by (pod) (mongodb_ss_mem_resident{pods}) * 1024 * 1024",
    ),
)

REDIS = (
    Curve(
        title="Memory",
        unit="bytes",
        description="Memory that the data take; at the limit keys are evicted or writes refused.",
        expression="sum by (pod) (redis_memory_used_bytes{pods})",
    ),
    Curve(
        title="Commands",
        unit="ops",
        description="Commands each second.",
        expression="sum by (pod) (rate(redis_commands_processed_total{pods}[$__rate_interval]))",
    ),
    Curve(
        title="Hits",
        unit="percentunit",
        description="Share of look-ups that found their key.",
        expression="sum by (pod) (rate(redis_keyspace_hits_total{pods}[$__rate_interval]))"
        " / (sum by (pod) (rate(redis_keyspace_hits_total{pods}[$__rate_interval]))"
        " + sum by (pod) (rate(redis_keyspace_misses_total{pods}[$__rate_interval])) > 0)",
    ),
    Curve(
        title="Clients",
        unit="short",
        description="Connections of clients.",
        expression="sum by (pod) (redis_connected_clients{pods})",
    ),
    Curve(
        title="Evicted keys",
        unit="cps",
        description="Keys thrown out each second to make room; other than 0, a cache is too small.",
        expression="sum by (pod) (rate(redis_evicted_keys_total{pods}[$__rate_interval]))",
    ),
)

MEMCACHED = (
    Curve(
        title="Memory",
        unit="percentunit",
        description="Memory in use as a share of the limit.",
        expression="sum by (pod) (memcached_current_bytes{pods})"
        " / sum by (pod) (memcached_limit_bytes{pods})",
    ),
    Curve(
        title="Commands",
        unit="ops",
        description="Commands each second, by whether they hit.",
        expression="sum by (status) (rate(memcached_commands_total{pods}[$__rate_interval]))",
        legend="{{status}}",
    ),
    Curve(
        title="Evictions",
        unit="cps",
        description="Items thrown out each second to make room.",
        expression="sum by (pod) (rate(memcached_items_evicted_total{pods}[$__rate_interval]))",
    ),
)

ENGINES: dict[str, tuple[Curve, ...]] = {
    "postgres": POSTGRES,
    "mysql": MYSQL,
    "mongodb": MONGODB,
    "redis": REDIS,
    "memcached": MEMCACHED,
}
"""What the exporter of each engine is asked; an engine that is not here has its pods' panels alone."""


def store_dashboard(subject: StoreSubject) -> Dashboard:
    """Return the dashboard of a store."""
    namespace = {"namespace": subject.namespace}
    places = {PODS: selector("", namespace, {"pod": subject.pods})}
    if subject.claims is not None:
        places[CLAIMS] = selector("", namespace, {"persistentvolumeclaim": subject.claims})
    volumes = () if subject.claims is None else VOLUMES
    curves = ENGINES.get(subject.engine, ())
    rows = (
        Row(title=subject.engine, panels=panels(curves, places)),
        Row(title="Alerts", panels=(alerts({"team": subject.team, "store": subject.store}),)),
        Row(title="Pods and volumes", panels=panels((*SERVERS, *volumes), places)),
    )
    owner = service_uid(subject.namespace, subject.service)
    return Dashboard(
        uid=store_uid(subject.namespace, subject.store),
        title=f"{subject.namespace} / {subject.store} ({subject.engine})",
        description=f"The {subject.engine} store {subject.store}, which {subject.service} owns.",
        tags=("store", subject.engine, subject.team),
        rows=tuple(row for row in rows if row.panels),
        links=(Link(title=f"Owner: {subject.service}", url=f"/d/{owner}"),),
    )
