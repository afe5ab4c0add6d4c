"""Which kinds of alerts a team's and the platform's things get."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from pavedroad.dashboards import account_uid, broker_uid, service_uid, store_uid
from pavedroad.dashboards.uids import CLUSTER as CLUSTER_DASHBOARD
from pavedroad.dashboards.uids import GATEWAY as GATEWAY_DASHBOARD
from pavedroad.dashboards.uids import MESH as MESH_DASHBOARD
from pavedroad.dashboards.uids import PLATFORM_HEALTH
from pavedroad.plan.brokers.model import KafkaPlan, RabbitPlan
from pavedroad.plan.naming import PLATFORM
from pavedroad.plan.observability.alerts import brokers, stores, workloads
from pavedroad.plan.observability.alerts.cluster import CLUSTER, NODES, QUOTAS
from pavedroad.plan.observability.alerts.managed import BY_METRIC, MANAGED
from pavedroad.plan.observability.alerts.model import Alert
from pavedroad.plan.observability.alerts.network import CERTIFICATES, GATEWAYS, MESH
from pavedroad.plan.observability.alerts.stack import STACK
from pavedroad.plan.observability.cloudwatch import selected, series_name
from pavedroad.plan.observability.made_names import STORE_PODS, WORKLOAD_PODS, autoscaler_of
from pavedroad.plan.observability.measured import Metric, platform_measured, team_measured
from pavedroad.plan.stores.model import ServersPlan
from pavedroad.plan.stores.postgres import PostgresPlan
from pavedroad.prometheus import RuleGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pavedroad.plan.environment import PlatformPlan, TeamPlan
    from pavedroad.plan.observability.alerts.model import AlertKind, Subject
    from pavedroad.plan.observability.alerts.watch import ConsumerPlan, WatchPlan
    from pavedroad.plan.observability.measured import MeasuredPlan
    from pavedroad.plan.stores.model import StorePlan
    from pavedroad.plan.workload import WorkloadPlan

INTERVAL: Final = "1m"
"""How often rules are evaluated: holds are minutes."""


OLDEST_BACKUP: Final = {"hourly": 3 * 3_600, "daily": 26 * 3_600, "weekly": 8 * 86_400}
"""Seconds after which a backup is too old, by how often one is made."""

_REPLICAS: Final = {
    "Deployment": (
        "deployment",
        "kube_deployment_status_replicas_available",
        "kube_deployment_spec_replicas",
    ),
    "StatefulSet": ("statefulset", "kube_statefulset_status_replicas_ready", "kube_statefulset_replicas"),
}


def team_alerts(plan: TeamPlan, watch: WatchPlan) -> tuple[Alert, ...]:
    """Return the alerts of a team's workloads, stores, queues and quota."""
    return tuple(_of_team(plan, watch))


def platform_alerts(plan: PlatformPlan, watch: WatchPlan) -> tuple[Alert, ...]:
    """Return the alerts of what all teams share."""
    return tuple(_of_platform(plan, watch))


def alert_groups(alerts: Iterable[Alert]) -> tuple[RuleGroup, ...]:
    """Return alerts as groups of rules: one for each subject of each owner's thing, in an order that no rename moves."""
    return tuple(
        RuleGroup(name=name, rules=tuple(one.rule() for one in group), interval=INTERVAL)
        for name, group in groupby(sorted(alerts, key=_group), key=_group)
    )


def _group(alert: Alert) -> str:
    thing = (alert.labels[name] for name in ("team", "service", "store", "topic") if name in alert.labels)
    return "-".join((*thing, alert.subject))


def _of_team(plan: TeamPlan, watch: WatchPlan) -> Iterator[Alert]:
    owner = {"team": plan.name, "namespace": plan.namespace, "tier": watch.tier}
    for workload in plan.workloads:
        labels = {**owner, "service": workload.name}
        uid = service_uid(plan.namespace, workload.name)
        words = _workload_words(workload)
        yield from _alerts(workloads.WORKLOADS, _workload_kinds(workload), words, labels, (uid, watch))
        for store in workload.stores:
            yield from _of_store(plan, store, labels, watch)
    for consumer in watch.consumers:
        labels = {**owner, "service": consumer.service, "topic": consumer.topic, "broker": consumer.broker}
        yield from _of_consumer(consumer, labels, watch)
    for thing in team_measured(plan, watch):
        yield from _of_managed(thing, owner, account_uid(plan.namespace), watch)
    about = (CLUSTER_DASHBOARD, watch)
    yield from _alerts(QUOTAS, QUOTAS.kinds, {"namespace": plan.namespace}, owner, about)


def _workload_words(plan: WorkloadPlan) -> dict[str, str]:
    pods = WORKLOAD_PODS[plan.kind](plan.name)
    kind, available, wanted = _REPLICAS.get(plan.kind, ("", "", ""))
    here = f'{{namespace="{plan.namespace}", {kind}="{plan.name}"}}'
    return {
        "workload": plan.name,
        "namespace": plan.namespace,
        "container": plan.name,
        "pods": pods.pattern,
        "pod": pods.sample,
        "available": f"{available}{here}",
        "wanted": f"{wanted}{here}",
        "autoscaler": autoscaler_of(plan),
        "jobs": f"{plan.name}(-[a-z0-9]+)?",
        "job": plan.name,
    }


def _workload_kinds(plan: WorkloadPlan) -> Iterator[AlertKind]:
    if plan.job is None:
        yield from workloads.SERVING
    yield from workloads.ANY
    if plan.pod.containers[0].resources.cpu_limit is not None:
        yield workloads.THROTTLED
    if plan.scale.max > plan.scale.min:
        yield workloads.AT_MAXIMUM
    if plan.job is not None:
        yield workloads.JOB_FAILED
        if plan.job.schedule is not None and not plan.job.suspended:
            yield workloads.JOB_LATE


def _of_store(
    plan: TeamPlan, store: StorePlan, labels: Mapping[str, str], watch: WatchPlan
) -> Iterator[Alert]:
    servers = getattr(store, "servers", None)
    engine = store.identity.engine
    if not isinstance(servers, ServersPlan) or engine not in STORE_PODS:
        return
    name_pods, claim = STORE_PODS[engine]
    pods = name_pods(store.name)
    words = {
        "store": store.name,
        "engine": engine,
        "namespace": plan.namespace,
        "pods": pods.pattern,
        "pod": pods.sample,
        "claims": f"{claim or ''}{pods.pattern}",
        "claim": f"{claim or ''}{pods.sample}",
        "instances": str(servers.instances),
        "fewer": str(servers.instances - 1),
        **_backup_words(store),
    }
    kinds = [stores.UNAVAILABLE]
    kinds += [stores.INSTANCES_MISSING] if servers.instances > 1 else []
    kinds += stores.DISKS if claim is not None else ()
    kinds += stores.BY_ENGINE.get(engine, ())
    kinds += stores.POSTGRES_BACKUPS if isinstance(store, PostgresPlan) and store.backup else ()
    about = (store_uid(plan.namespace, store.name), watch)
    yield from _alerts(stores.STORES, kinds, words, {**labels, "store": store.name}, about)


def _backup_words(store: StorePlan) -> dict[str, str]:
    if not isinstance(store, PostgresPlan) or store.backup is None:
        return {}
    oldest = OLDEST_BACKUP[store.backup.schedule]
    return {
        "oldest": str(oldest),
        "schedule": store.backup.schedule,
        "after_twenty": _spoken(oldest + 20 * 60),
    }


def _spoken(amount: int) -> str:
    """Return seconds as Prometheus' ``humanizeDuration`` says them."""
    minutes, left = divmod(amount, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{f'{days}d ' if days else ''}{hours}h {minutes}m {left}s"


def _of_consumer(consumer: ConsumerPlan, labels: Mapping[str, str], watch: WatchPlan) -> Iterator[Alert]:
    kinds = brokers.KAFKA_CONSUMERS if consumer.broker == "kafka" else brokers.RABBITMQ_CONSUMERS
    words = {"workload": consumer.service, "group": consumer.group, "topic": consumer.topic}
    about = (broker_uid(consumer.broker), watch)
    yield from _alerts(brokers.BROKERS, kinds, words, labels, about)


def _of_platform(plan: PlatformPlan, watch: WatchPlan) -> Iterator[Alert]:
    owner = {"team": PLATFORM, "tier": watch.tier}
    for subject, dashboard, present in (
        (CLUSTER, CLUSTER_DASHBOARD, True),
        (NODES, CLUSTER_DASHBOARD, True),
        (MESH, MESH_DASHBOARD, True),
        (STACK, PLATFORM_HEALTH, True),
        (GATEWAYS, GATEWAY_DASHBOARD, bool(plan.gateways)),
        (CERTIFICATES, GATEWAY_DASHBOARD, bool(plan.gateways)),
    ):
        if present:
            yield from _alerts(subject, subject.kinds, {}, owner, (dashboard, watch))
    for thing in platform_measured(plan):
        yield from _of_managed(thing, owner, account_uid(PLATFORM), watch)
    if isinstance(plan.kafka, KafkaPlan):
        count = sum(pool.count for pool in plan.kafka.pools if "broker" in pool.roles)
        yield from _of_broker("kafka", plan.kafka.namespace, count, owner, watch)
    if isinstance(plan.rabbitmq, RabbitPlan):
        yield from _of_broker("rabbitmq", plan.rabbitmq.namespace, plan.rabbitmq.nodes.count, owner, watch)


def _of_managed(
    thing: MeasuredPlan, owner: Mapping[str, str], dashboard: str, watch: WatchPlan
) -> Iterator[Alert]:
    """Yield the alerts about something that AWS runs: one for each metric that is watched."""
    each, one = selected(thing), selected(replace(thing, instances=thing.instances[:1]))
    for watched in thing.watches:
        words = {
            "thing": thing.title,
            "series": series_name(thing.namespace, Metric(watched.metric, watched.statistic)),
            "metric": watched.metric,
            "each": each[1:-1],
            "one": one[1:-1],
            "limit": str(round(watched.limit)),
            "beyond": str(round(watched.limit) + (-1 if watched.below else 1)),
        }
        labels = {**owner, **dict(thing.labels), "metric": watched.metric}
        yield from _alerts(MANAGED, (BY_METRIC[watched.metric],), words, labels, (dashboard, watch))


def _of_broker(
    broker: str, namespace: str, count: int, owner: Mapping[str, str], watch: WatchPlan
) -> Iterator[Alert]:
    words = {
        "namespace": namespace,
        "instances": str(count),
        "fewer": str(count - 1),
        "pods": f"{broker}-server-[0-9]+",
        "pod": f"{broker}-server-0",
    }
    kinds = brokers.KAFKA if broker == "kafka" else brokers.RABBITMQ
    yield from _alerts(
        brokers.BROKERS, kinds, words, {**owner, "broker": broker}, (broker_uid(broker), watch)
    )


def _alerts(
    subject: Subject,
    kinds: Iterable[AlertKind],
    words: Mapping[str, str],
    labels: Mapping[str, str],
    about: tuple[str, WatchPlan],
) -> Iterator[Alert]:
    dashboard, watch = about
    for kind in kinds:
        yield Alert(
            kind=kind,
            subject=subject.name,
            words=words,
            labels=labels,
            dashboard=dashboard,
            links=watch.links,
        )
