"""The stack as a whole: one component for each part, each in the namespace that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.observability.alertmanager import Alertmanager
from components.observability.collectors import Collector
from components.observability.exporters import KubeStateMetrics, NodeExporter
from components.observability.grafana import Grafana
from components.observability.jaeger import Jaeger
from components.observability.loki import Loki
from components.observability.monitors import Monitors
from components.observability.prometheus import Prometheus
from components.observability.routes import Routes
from pavedroad.plan.observability import NODE_AGENTS, OBSERVABILITY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.kubernetes import Place
    from pavedroad.plan.observability import ObservabilityPlan


def declare_observability(
    parent: pulumi.Resource, places: Mapping[str, Place], plan: ObservabilityPlan | None
) -> None:
    """Declare the stack in its namespaces, which stand already; nothing where the environment leaves it out."""
    if plan is None:
        return
    options = pulumi.ResourceOptions(parent=parent)
    place = places[OBSERVABILITY]
    routes = Routes(plan.on_call, place, options)
    Alertmanager(plan.alertmanager, routes, place, options)
    Prometheus(plan.prometheus, place, options)
    Grafana(plan.grafana, place, options)
    KubeStateMetrics(plan.kube_state_metrics, plan.placement, place, options)
    Monitors(plan.scraping, place, options)
    NodeExporter(plan.node_exporter, places[NODE_AGENTS], options)
    Loki(plan.loki, place, options)
    Jaeger(plan.jaeger, place, options)
    for collector in plan.collectors:
        Collector(collector, places[collector.party.namespace or ""], options)
