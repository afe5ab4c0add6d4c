"""Which dashboards stand: one for each service and store of a team, and those of what all teams share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.dashboards import (
    AccountSubject,
    BrokerSubject,
    Link,
    Measure,
    ServiceSubject,
    StoreSubject,
    Thing,
    account_dashboard,
    broker_dashboard,
    broker_uid,
    cluster_dashboard,
    gateway_dashboard,
    health_dashboard,
    mesh_dashboard,
    service_dashboard,
    slo_dashboard,
    store_dashboard,
    store_uid,
)
from pavedroad.plan.brokers.model import KafkaPlan, RabbitPlan
from pavedroad.plan.edges import GATEWAY_NAMESPACE
from pavedroad.plan.naming import PLATFORM
from pavedroad.plan.observability.cloudwatch import dimension_label, selected, series_name
from pavedroad.plan.observability.made_names import STORE_PODS, WORKLOAD_PODS, autoscaler_of
from pavedroad.plan.observability.measured import Metric, platform_measured, team_measured
from pavedroad.plan.stores.model import ServersPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.dashboards import Dashboard
    from pavedroad.plan.environment import PlatformPlan, TeamPlan
    from pavedroad.plan.observability.measured import MeasuredPlan
    from pavedroad.plan.stores.model import StorePlan
    from pavedroad.plan.workload import WorkloadPlan

COUNTED = frozenset({"http", "grpc"})
"""Protocols whose requests the mesh counts."""


def team_dashboards(plan: TeamPlan) -> Iterator[Dashboard]:
    """Yield the dashboards of a team's services and of the stores that run in the cluster."""
    for workload in plan.workloads:
        stores = tuple(sorted(filter(runs_here, workload.stores), key=lambda store: store.name))
        yield service_dashboard(_service(plan, workload, stores))
        yield from (store_dashboard(_store(plan, workload, store)) for store in stores)
    if plan.watch is not None:
        yield from _account(plan.name, plan.namespace, team_measured(plan, plan.watch))


def platform_dashboards(plan: PlatformPlan) -> Iterator[Dashboard]:
    """Yield the dashboards of what all teams share."""
    yield slo_dashboard()
    yield health_dashboard()
    yield cluster_dashboard()
    yield mesh_dashboard()
    if plan.gateways:
        yield gateway_dashboard(GATEWAY_NAMESPACE)
    yield from _account(PLATFORM, PLATFORM, platform_measured(plan))
    if isinstance(plan.kafka, KafkaPlan):
        yield broker_dashboard(_broker("kafka", plan.kafka.namespace))
    if isinstance(plan.rabbitmq, RabbitPlan):
        yield broker_dashboard(_broker("rabbitmq", plan.rabbitmq.namespace))


def _account(team: str, namespace: str, measured: Iterable[MeasuredPlan]) -> Iterator[Dashboard]:
    """Yield the dashboard of what AWS runs for an owner, where it runs anything."""
    things = tuple(map(_thing, measured))
    if things:
        yield account_dashboard(AccountSubject(team=team, namespace=namespace, things=things))


def _thing(thing: MeasuredPlan) -> Thing:
    watched = {Metric(watch.metric, watch.statistic): watch for watch in thing.watches}
    labels = sorted({dimension_label(name) for name, _ in thing.instances[0]})
    where, legend = selected(thing), " ".join(f"{{{{{label}}}}}" for label in labels)
    measures = (
        Measure(
            title=f"{metric.name} ({metric.statistic.lower()})",
            expression=f"{series_name(thing.namespace, metric)}{where}",
            legend=legend,
            description=f"{watch.why}."
            if (watch := watched.get(metric))
            else f"{metric.name}, as CloudWatch counts it.",
            limit=watch.limit if watch else None,
            below=bool(watch and watch.below),
        )
        for metric in thing.metrics
    )
    return Thing(title=thing.title, service=thing.namespace.removeprefix("AWS/"), measures=tuple(measures))


def runs_here(store: StorePlan) -> bool:
    """Tell whether a store's servers are pods of the cluster."""
    return isinstance(getattr(store, "servers", None), ServersPlan) and store.identity.engine in STORE_PODS


def _service(plan: TeamPlan, workload: WorkloadPlan, stores: tuple[StorePlan, ...]) -> ServiceSubject:
    scales = workload.scale.max > workload.scale.min
    return ServiceSubject(
        team=plan.name,
        namespace=plan.namespace,
        service=workload.name,
        pods=WORKLOAD_PODS[workload.kind](workload.name).pattern,
        requests=any(port.protocol in COUNTED for port in workload.ports),
        calls=any(_calls(plan, workload)),
        autoscaler=autoscaler_of(workload) if scales else None,
        slos=any(one.service == workload.name for one in plan.slos),
        links=tuple(
            Link(title=f"Store: {store.name}", url=f"/d/{store_uid(plan.namespace, store.name)}")
            for store in stores
        )
        + tuple(
            Link(title=f"Broker: {name}", url=f"/d/{broker_uid(name)}") for name in _brokers(plan, workload)
        ),
    )


def _calls(plan: TeamPlan, workload: WorkloadPlan) -> Iterator[bool]:
    """Yield whether each of a team's flows is a call that a service makes."""
    for flow in plan.flows:
        source = flow.source
        yield flow.kind == "call" and (source.namespace, source.service) == (plan.namespace, workload.name)


def _brokers(plan: TeamPlan, workload: WorkloadPlan) -> Iterator[str]:
    """Yield the brokers in the cluster that a service reads."""
    found = {
        one.broker for one in (plan.watch.consumers if plan.watch else ()) if one.service == workload.name
    }
    yield from sorted(found)


def _store(plan: TeamPlan, workload: WorkloadPlan, store: StorePlan) -> StoreSubject:
    pods_of, claim = STORE_PODS[store.identity.engine]
    return StoreSubject(
        team=plan.name,
        namespace=plan.namespace,
        store=store.name,
        service=workload.name,
        engine=store.identity.engine,
        pods=pods_of(store.name).pattern,
        claims=None if claim is None else f"{claim}{pods_of(store.name).pattern}",
    )


def _broker(broker: str, namespace: str) -> BrokerSubject:
    return BrokerSubject(
        broker="kafka" if broker == "kafka" else "rabbitmq",
        namespace=namespace,
        pods=f"{broker}-.+",
    )
