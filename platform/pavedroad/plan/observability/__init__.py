"""The stack that watches everything, resolved: what stands in which namespace, and what it may reach.

It stands in every environment that does not say ``observability: none``, and needs nothing from any team: what a
team promises or adds beside it (objectives, its own metrics, who is on call) is resolved with the team.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.plan.observability.alertmanager import AlertmanagerPlan, resolve_alertmanager
from pavedroad.plan.observability.alerts.watch import WatchPlan, resolve_watch
from pavedroad.plan.observability.cloudwatch import cloudwatch_flows
from pavedroad.plan.observability.collectors.resolve import resolve_collectors
from pavedroad.plan.observability.flows import stack_flows
from pavedroad.plan.observability.grafana import GrafanaPlan, resolve_grafana
from pavedroad.plan.observability.logs import LokiPlan, log_store_flows, resolve_loki
from pavedroad.plan.observability.metrics import PrometheusPlan, resolve_prometheus
from pavedroad.plan.observability.oncall import OnCallPlan, resolve_on_call
from pavedroad.plan.observability.scraping import ScrapingPlan, resolve_scraping
from pavedroad.plan.observability.stack import (
    NODE_AGENTS,
    OBSERVABILITY,
    SIZES,
    PartSize,
    Placement,
    placement,
)
from pavedroad.plan.observability.telemetry import telemetry_flows
from pavedroad.plan.observability.traces import JaegerPlan, resolve_jaeger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.plan.brokers import BrokersPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Flow
    from pavedroad.plan.observability.collectors.model import CollectorPlan
    from pavedroad.plan.workload import WorkloadPlan

__all__ = [
    "NODE_AGENTS",
    "OBSERVABILITY",
    "AlertmanagerPlan",
    "GrafanaPlan",
    "ObservabilityPlan",
    "PrometheusPlan",
    "resolve_observability",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservabilityPlan:
    """The stack.

    Attributes:
        on_call: Where alerts go.
        watch: How what all teams share is watched.
        prometheus: Where metrics are kept.
        alertmanager: What tells people of alerts.
        grafana: What shows it all.
        kube_state_metrics: How large the part is that tells the state of the cluster's objects.
        node_exporter: How large the part is that tells the state of a node.
        placement: Where its parts run.
        loki: Where logs are kept.
        jaeger: Where traces are kept.
        collectors: What brings all three there.
        scraping: What Prometheus asks.
        flows: What its parts need open beside what every pod of the mesh does.
    """

    on_call: OnCallPlan
    watch: WatchPlan | None
    prometheus: PrometheusPlan
    alertmanager: AlertmanagerPlan
    grafana: GrafanaPlan
    kube_state_metrics: PartSize
    node_exporter: PartSize
    placement: Placement
    loki: LokiPlan
    jaeger: JaegerPlan
    collectors: tuple[CollectorPlan, ...]
    scraping: ScrapingPlan
    flows: tuple[Flow, ...]


def resolve_observability(
    context: Context, brokers: BrokersPlan, workloads: Mapping[str, tuple[WorkloadPlan, ...]]
) -> ObservabilityPlan | None:
    """Return the stack; None where the environment leaves it out."""
    spec = context.environment.observability
    if spec == "none":
        return None
    scraping = resolve_scraping(context, brokers, workloads)
    size = SIZES[context.environment.tier]
    prometheus = resolve_prometheus(context, spec)
    return ObservabilityPlan(
        on_call=resolve_on_call(context),
        watch=resolve_watch(context),
        prometheus=prometheus,
        loki=resolve_loki(context, spec),
        jaeger=resolve_jaeger(context, spec),
        collectors=resolve_collectors(context, prometheus.size.replicas),
        alertmanager=resolve_alertmanager(context),
        grafana=resolve_grafana(context),
        kube_state_metrics=size.kube_state_metrics,
        node_exporter=size.node_exporter,
        placement=placement(context),
        scraping=scraping,
        flows=(
            *stack_flows(context),
            *scraping.flows,
            *telemetry_flows(context),
            *cloudwatch_flows(context),
            *log_store_flows(context),
        ),
    )
