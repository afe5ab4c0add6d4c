"""Objectives of services, resolved: who is asked for which metrics, and the rules that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.dashboards.uids import service_uid
from pavedroad.descriptor.checks.slos import objective_of, period_of, source_of
from pavedroad.descriptor.checks.world import ports_of
from pavedroad.descriptor.slos import (
    AvailabilitySlo,
    CustomSlo,
    EventSloSpec,
    FreshnessSlo,
    LatencySlo,
    QueueAgeSlo,
)
from pavedroad.descriptor.values import milliseconds, seconds
from pavedroad.plan.brokers.rabbitmq import VHOST
from pavedroad.plan.naming import join
from pavedroad.plan.observability.alerts.watch import links_of
from pavedroad.slo import ALERTS, Slo, indicators, number, rule_groups

if TYPE_CHECKING:
    from pavedroad.descriptor.slos import Slo as SloWords
    from pavedroad.descriptor.workload import Workload
    from pavedroad.plan.brokers import BrokersPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.workload import WorkloadPlan
    from pavedroad.prometheus import RuleGroup
    from pavedroad.slo import Indicator
    from pavedroad.slo.indicators import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSlosPlan:
    """What one service promises.

    Attributes:
        service: Its physical name.
        name: Name of the object that holds the rules.
        slos: Its promises, by name.
    """

    service: str
    name: str
    slos: tuple[Slo, ...]

    @property
    def groups(self) -> tuple[RuleGroup, ...]:
        """What is recorded and alerted of them."""
        return tuple(group for slo in self.slos for group in rule_groups(slo))


def resolve_slos(
    context: Context, brokers: BrokersPlan, team: str, workloads: tuple[WorkloadPlan, ...]
) -> tuple[ServiceSlosPlan, ...]:
    """Return what a team's services promise; nothing where nothing measures it."""
    if not context.watched:
        return ()
    return tuple(
        ServiceSlosPlan(
            service=plan.name,
            name=join(plan.name, "slos"),
            slos=tuple(
                _slo(context, brokers, plan, name, spec)
                for name, spec in context.teams[team].workloads[plan.display_name].slos.items()
            ),
        )
        for plan in workloads
        if context.teams[team].workloads[plan.display_name].slos
    )


def _slo(context: Context, brokers: BrokersPlan, plan: WorkloadPlan, name: str, spec: SloWords) -> Slo:
    dashboard = service_uid(plan.namespace, plan.name)
    links = links_of(context.environment)
    return Slo(
        team=plan.team,
        service=plan.name,
        name=name,
        tier=context.environment.tier,
        kind=spec.type,
        promise=_promise(spec),
        indicator=_indicator(context, brokers, plan, spec),
        objective=objective_of(spec),
        period=period_of(spec.window),
        least_events=spec.least_events if isinstance(spec, EventSloSpec) else 0,
        absent_after=spec.absent_after,
        policy=spec.budget_policy,
        links={alert: links.annotations(alert, dashboard) for alert in ALERTS},
    )


def _promise(spec: SloWords) -> str:
    """Return what is promised, in words."""
    share = f"{number(objective_of(spec))}%"
    match spec:
        case AvailabilitySlo():
            return f"that {share} of requests succeed"
        case LatencySlo():
            return f"that {share} of requests take at most {spec.threshold}"
        case FreshnessSlo():
            return f"that for {share} of the time its last success is at most {spec.max_age} ago"
        case QueueAgeSlo():
            return f"that for {share} of the time no message of {spec.topic} waits longer than {spec.max_age}"
        case CustomSlo():
            return spec.promise


def _indicator(context: Context, brokers: BrokersPlan, plan: WorkloadPlan, spec: SloWords) -> Indicator:
    workload = context.teams[plan.team].workloads[plan.display_name]
    match spec:
        case AvailabilitySlo():
            return _events(plan, workload, spec).availability()
        case LatencySlo():
            return _events(plan, workload, spec).latency(milliseconds(spec.threshold))
        case FreshnessSlo():
            if spec.timestamp is not None:
                return indicators.freshness(spec.timestamp, seconds(spec.max_age))
            return indicators.scheduled_job(plan.name, plan.namespace, seconds(spec.max_age))
        case QueueAgeSlo():
            return _queue(brokers, plan, spec)
        case CustomSlo():
            return indicators.custom(spec.bad, spec.good, spec.total, spec.error_ratio)


def _events(plan: WorkloadPlan, workload: Workload, spec: AvailabilitySlo | LatencySlo) -> Events:
    """Return requests or messages as whoever measures them counts them."""
    speaks = {port.protocol for port in ports_of(workload).values()}
    match source_of(workload, spec):
        case "mesh":
            return indicators.mesh(plan.name, plan.namespace, grpc="grpc" in speaks)
        case "gateway":
            routes = tuple(route.name for route in plan.routes if route.kind == "HTTPRoute")
            return indicators.gateway(plan.namespace, routes)
        case "application":
            server = indicators.http if "http" in speaks else indicators.grpc
            return server(plan.name, plan.namespace)
        case "spans":
            kind = "SPAN_KIND_SERVER" if speaks else "SPAN_KIND_CONSUMER"
            return indicators.spans(plan.name, plan.namespace, kind)
        case "messaging":
            return indicators.messaging(plan.name, plan.namespace)


def _queue(brokers: BrokersPlan, plan: WorkloadPlan, spec: QueueAgeSlo) -> Indicator:
    use = next(
        use
        for use in brokers.uses
        if (use.team, use.service, use.direction) == (plan.team, plan.display_name, "subscribes")
        and use.reference == spec.topic
    )
    if use.broker == "kafka":
        return indicators.kafka_queue(use.topic, use.group, spec.max_age)
    return indicators.rabbitmq_queue(use.queue, VHOST, spec.max_age)
