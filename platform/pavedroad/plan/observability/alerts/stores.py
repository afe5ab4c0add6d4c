"""Alerts about stores that run in the cluster: instances, volumes, and what each engine's exporter tells."""

from __future__ import annotations

from typing import Final

from pavedroad.plan.observability.alerts.model import AlertKind, Feed, Subject, Trial

PODS: Final = 'namespace="<namespace>", pod=~"<pods>"'
POD: Final = 'namespace="<namespace>", pod="<pod>"'
OTHER: Final = 'namespace="<namespace>", pod="<other_pod>"'
CLAIMS: Final = 'namespace="<namespace>", persistentvolumeclaim=~"<claims>"'
CLAIM: Final = 'namespace="<namespace>", persistentvolumeclaim="<claim>"'


def _connections(engine: str, used: str, limit: str) -> AlertKind:
    """Return the kind of alert that fires where an engine's connections run out.

    Args:
        engine: How the kind's name begins.
        used: Gauge of connections, with ``%s`` for its labels.
        limit: Gauge of the most that there may be.
    """
    return AlertKind(
        name=f"{engine}ConnectionsExhausted",
        severity="ticket",
        hold="10m",
        expression=f"max(sum by (pod) ({used % PODS}) / sum by (pod) ({limit % PODS})) > 0.85",
        summary="<store>: connections run out",
        description="A pod of <store> in <namespace> has used {{ $value | humanizePercentage }} of its connections for 10 minutes.",
        checks=(
            "See which service holds them: a pool that is too large, or connections that nobody gives back.",
            "Lower the pools, or give the store a larger `size`.",
        ),
        trial=Trial(
            feeds=(Feed(used % POD, "90x20 10x30", "85x50"), Feed(limit % POD, "100x50", "100x50")),
            early="9m",
            fires="12m",
            over="35m",
            value="90%",
        ),
    )


UNAVAILABLE: Final = AlertKind(
    name="StoreUnavailable",
    severity="page",
    hold="5m",
    expression=f'(sum(kube_pod_status_ready{{{PODS}, condition="true"}}) or 0 * count(kube_node_info)) == 0',
    summary="<store>: no instance is ready",
    description="Of <store> (<engine>) in <namespace> no instance has been ready for 5 minutes.",
    checks=(
        "See whether pods are missing or not ready, and what their events say.",
        "See what the operator says in the status of the store's own object.",
        "Do not delete volumes or claims: they hold the data.",
    ),
    trial=Trial(
        feeds=(
            Feed(f'kube_pod_status_ready{{{POD}, condition="true"}}', "0x20 1x30", "1x50"),
            Feed('kube_node_info{node="node-1"}', "1x50", "1x50"),
        ),
        early="4m",
        fires="6m",
        over="30m",
    ),
)

INSTANCES_MISSING: Final = AlertKind(
    name="StoreInstancesMissing",
    severity="ticket",
    hold="15m",
    expression=f'sum(kube_pod_status_ready{{{PODS}, condition="true"}}) < <instances>',
    summary="<store>: instances are missing",
    description="Only {{ $value }} of <instances> instances of <store> (<engine>) in <namespace> have been ready for 15 minutes.",
    checks=("See whether the missing pod is pending, crash looping or recovering.",),
    trial=Trial(
        feeds=(
            Feed(
                f'kube_pod_status_ready{{{POD}, condition="true"}}',
                "<fewer>x30 <instances>x30",
                "<instances>x60",
            ),
        ),
        early="14m",
        fires="16m",
        over="40m",
        value="<fewer>",
    ),
)
"""Of stores with several instances."""

DISKS: Final = (
    AlertKind(
        name="StoreDiskFull",
        severity="page",
        hold="1m",
        expression=(
            f"min(kubelet_volume_stats_available_bytes{{{CLAIMS}}}"
            f" / kubelet_volume_stats_capacity_bytes{{{CLAIMS}}}) < 0.05"
        ),
        summary="<store>: a volume is nearly full",
        description="Only {{ $value | humanizePercentage }} of a volume of <store> (<engine>) in <namespace> is left.",
        checks=(
            "Raise `storage` in the descriptor: volumes grow, they never shrink.",
            "See what fills it: data, logs, or write-ahead logs that nobody takes away.",
        ),
        trial=Trial(
            feeds=(
                Feed(f"kubelet_volume_stats_available_bytes{{{CLAIM}}}", "4x20 50x20", "5x40"),
                Feed(f"kubelet_volume_stats_capacity_bytes{{{CLAIM}}}", "100x40", "100x40"),
            ),
            early="0m",
            fires="2m",
            over="25m",
            value="4%",
        ),
    ),
    AlertKind(
        name="StoreDiskFillingUp",
        severity="ticket",
        hold="1h",
        expression=(
            f"min(kubelet_volume_stats_available_bytes{{{CLAIMS}}}"
            f" / kubelet_volume_stats_capacity_bytes{{{CLAIMS}}}) < 0.4"
            f" and min(predict_linear(kubelet_volume_stats_available_bytes{{{CLAIMS}}}[6h], 4 * 24 * 3600)) < 0"
        ),
        summary="<store>: a volume will be full within four days",
        description="{{ $value | humanizePercentage }} of a volume of <store> (<engine>) in <namespace> is left, and at the pace of the last 6 hours none in four days.",
        checks=("Raise `storage` in the descriptor before it is full.",),
        trial=Trial(
            feeds=(
                Feed(
                    f"kubelet_volume_stats_available_bytes{{{CLAIM}}}",
                    "100000-100x700 90000x500",
                    "100000-100x300 70000x900",
                ),
                Feed(f"kubelet_volume_stats_capacity_bytes{{{CLAIM}}}", "100000x1200", "100000x1200"),
            ),
            early="640m",
            fires="690m",
            over="1190m",
            value="31%",
        ),
    ),
)
"""Of stores with volumes."""

POSTGRES: Final = (
    AlertKind(
        name="PostgresReplicationLagging",
        severity="ticket",
        hold="5m",
        expression=f"max(cnpg_pg_replication_lag{{{PODS}}}) > 60",
        summary="<store>: a replica lags behind",
        description="A replica of <store> in <namespace> has been {{ $value | humanizeDuration }} behind its primary.",
        checks=("See whether the primary writes more than usual, or a long query holds the replica back.",),
        trial=Trial(
            feeds=(Feed(f"cnpg_pg_replication_lag{{{POD}}}", "90x20 0x20", "60x40"),),
            early="4m",
            fires="6m",
            over="30m",
            value="1m 30s",
        ),
    ),
    AlertKind(
        name="PostgresReplicationBroken",
        severity="ticket",
        hold="5m",
        expression=(
            f"max(cnpg_pg_replication_in_recovery{{{PODS}}} - cnpg_pg_replication_is_wal_receiver_up{{{PODS}}}) > 0"
        ),
        summary="<store>: a replica receives nothing",
        description="A replica of <store> in <namespace> has had no connection to its primary for 5 minutes.",
        checks=("Read the replica's log; the operator makes it anew once its pod and claim are gone.",),
        trial=Trial(
            feeds=(
                Feed(f"cnpg_pg_replication_in_recovery{{{POD}}}", "1x40", "1x40"),
                Feed(f"cnpg_pg_replication_is_wal_receiver_up{{{POD}}}", "0x20 1x20", "1x40"),
            ),
            early="4m",
            fires="6m",
            over="30m",
        ),
    ),
    _connections(
        "Postgres", "cnpg_backends_total{%s}", 'cnpg_pg_settings_setting{%s, name="max_connections"}'
    ),
    AlertKind(
        name="PostgresSlowTransaction",
        severity="ticket",
        hold="5m",
        expression=f"max(cnpg_backends_max_tx_duration_seconds{{{PODS}}}) > 300",
        summary="<store>: a transaction does not end",
        description="A transaction on <store> in <namespace> has been open for {{ $value | humanizeDuration }}; nothing is vacuumed behind it.",
        checks=("Find it in pg_stat_activity, by its user the service, and end it if nobody waits for it.",),
        trial=Trial(
            feeds=(Feed(f"cnpg_backends_max_tx_duration_seconds{{{POD}}}", "600x20 1x20", "300x40"),),
            early="4m",
            fires="6m",
            over="30m",
            value="10m 0s",
        ),
    ),
)

POSTGRES_BACKUPS: Final = (
    AlertKind(
        name="PostgresBackupTooOld",
        severity="page",
        hold="10m",
        expression=(
            f"time() - max(barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{{{PODS}}}) > <oldest>"
        ),
        summary="<store>: the last backup is too old",
        description="The last backup of <store> in <namespace> ended {{ $value | humanizeDuration }} ago; one is made <schedule>.",
        checks=(
            "Read the status of the last Backup objects of the store.",
            "See whether the bucket can be reached and written: end point, credentials, quota.",
        ),
        trial=Trial(
            feeds=(
                Feed(
                    f"barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{{{POD}}}",
                    "-<oldest>x30 0x60",
                    "-<oldest>+60x90",
                ),
            ),
            early="9m",
            fires="20m",
            over="50m",
            value="<after_twenty>",
        ),
    ),
    AlertKind(
        name="PostgresArchivingFails",
        severity="ticket",
        hold="10m",
        expression=(
            f"max(cnpg_pg_stat_archiver_last_failed_time{{{PODS}}}"
            f" - cnpg_pg_stat_archiver_last_archived_time{{{PODS}}}) > 1"
        ),
        summary="<store>: write-ahead logs are not archived",
        description="The last attempt of <store> in <namespace> to archive a write-ahead log failed: it cannot be restored to the last minutes, and its volume fills up.",
        checks=("Read the log of the primary and of its backup side-car.",),
        trial=Trial(
            feeds=(
                Feed(f"cnpg_pg_stat_archiver_last_failed_time{{{POD}}}", "1000x40", "1000x40"),
                Feed(f"cnpg_pg_stat_archiver_last_archived_time{{{POD}}}", "900x20 1100x20", "999x40"),
            ),
            early="9m",
            fires="12m",
            over="35m",
        ),
    ),
)
"""Of PostgreSQL that is backed up."""

MYSQL: Final = (
    _connections(
        "Mysql", "mysql_global_status_threads_connected{%s}", "mysql_global_variables_max_connections{%s}"
    ),
    AlertKind(
        name="MysqlReplicationLagging",
        severity="ticket",
        hold="10m",
        expression=f"max(mysql_perf_schema_transactions_remote_in_applier_queue{{{PODS}}}) > 1000",
        summary="<store>: a member lags behind",
        description="A member of <store> in <namespace> has {{ $value }} transactions of others to apply.",
        checks=("See whether one member is slower than the others: disk, CPU, a long query.",),
        trial=Trial(
            feeds=(
                Feed(
                    f"mysql_perf_schema_transactions_remote_in_applier_queue{{{POD}}}",
                    "2000x20 0x30",
                    "1000x50",
                ),
            ),
            early="9m",
            fires="12m",
            over="35m",
            value="2000",
        ),
    ),
    AlertKind(
        name="MysqlSlowQueries",
        severity="info",
        hold="15m",
        expression=f"sum(rate(mysql_global_status_slow_queries{{{PODS}}}[5m])) > 1",
        summary="<store>: many queries are slow",
        description="<store> in <namespace> answers {{ $value | humanize }} slow queries each second.",
        checks=("Read the slow query log; see whether an index is missing since the last release.",),
        trial=Trial(
            feeds=(Feed(f"mysql_global_status_slow_queries{{{POD}}}", "0+120x30 3600x30", "0+60x60"),),
            early="12m",
            fires="20m",
            over="45m",
            value="2",
        ),
    ),
)

MONGODB: Final = (
    AlertKind(
        name="MongodbConnectionsExhausted",
        severity="ticket",
        hold="10m",
        expression=(
            f'max(sum by (pod) (mongodb_ss_connections{{{PODS}, conn_type="current"}})'
            f' / sum by (pod) (mongodb_ss_connections{{{PODS}, conn_type=~"current|available"}})) > 0.85'
        ),
        summary="<store>: connections run out",
        description="A pod of <store> in <namespace> has used {{ $value | humanizePercentage }} of its connections for 10 minutes.",
        checks=(
            "See which service holds them: a pool that is too large, or connections that nobody gives back.",
        ),
        trial=Trial(
            feeds=(
                Feed(f'mongodb_ss_connections{{{POD}, conn_type="current"}}', "90x20 10x30", "85x50"),
                Feed(f'mongodb_ss_connections{{{POD}, conn_type="available"}}', "10x20 90x30", "15x50"),
            ),
            early="9m",
            fires="12m",
            over="35m",
            value="90%",
        ),
    ),
)

REDIS: Final = (
    AlertKind(
        name="RedisMemoryFull",
        severity="ticket",
        hold="10m",
        expression=f"max(redis_memory_used_bytes{{{PODS}}} / (redis_memory_max_bytes{{{PODS}}} > 0)) > 0.9",
        summary="<store>: memory is nearly full",
        description="<store> in <namespace> has used {{ $value | humanizePercentage }} of its memory; then keys are evicted or writes refused.",
        checks=("See whether keys lack an expiry; else give the store a larger `size`.",),
        trial=Trial(
            feeds=(
                Feed(f"redis_memory_used_bytes{{{POD}}}", "95x20 10x30", "90x50"),
                Feed(f"redis_memory_max_bytes{{{POD}}}", "100x50", "100x50"),
            ),
            early="9m",
            fires="12m",
            over="35m",
            value="95%",
        ),
    ),
    AlertKind(
        name="RedisReplicationBroken",
        severity="ticket",
        hold="5m",
        expression=f"min(redis_master_link_up{{{PODS}}}) == 0",
        summary="<store>: a replica receives nothing",
        description="A replica of <store> in <namespace> has had no link to its primary for 5 minutes.",
        checks=("Read the replica's log; see whether the primary has moved.",),
        trial=Trial(
            feeds=(Feed(f"redis_master_link_up{{{POD}}}", "0x20 1x20", "1x40"),),
            early="4m",
            fires="6m",
            over="30m",
        ),
    ),
    _connections("Redis", "redis_connected_clients{%s}", "redis_config_maxclients{%s}"),
)

MEMCACHED: Final = (
    _connections("Memcached", "memcached_current_connections{%s}", "memcached_max_connections{%s}"),
)

BY_ENGINE: Final = {
    "postgres": POSTGRES,
    "mysql": MYSQL,
    "mongodb": MONGODB,
    "redis": REDIS,
    "memcached": MEMCACHED,
}
"""What each engine's exporter tells; an engine without an exporter has what its pods and volumes tell."""

STORES: Final = Subject(
    name="stores",
    title="stores",
    exporters=(
        "kube-state-metrics; the kubelet (volume statistics); CloudNativePG and its Barman plugin («Monitoring»); "
        "mysqld_exporter; mongodb_exporter; redis_exporter; memcached_exporter"
    ),
    commands=(
        "kubectl -n NAMESPACE get pods,pvc | grep STORE",
        "kubectl -n NAMESPACE describe pod POD",
        "kubectl -n NAMESPACE logs POD --tail=100",
    ),
    kinds=(
        UNAVAILABLE,
        INSTANCES_MISSING,
        *DISKS,
        *POSTGRES,
        *POSTGRES_BACKUPS,
        *MYSQL,
        *MONGODB,
        *REDIS,
        *MEMCACHED,
    ),
)
