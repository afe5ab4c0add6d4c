"""What Prometheus asks, and how: one table, from which both the monitors and the flows that they need are made.

Prometheus speaks to pods in the mesh by mutual TLS in its own name (``mesh``), so that their policies let it in as
they let in anybody. Three kinds of ports stand outside of the mesh and are spoken to in the clear (``plain``), open to
Prometheus alone on the network: a side-car's own, that of the mesh's control plane, and those of the front door.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from pavedroad.plan import edges
from pavedroad.plan.brokers import kafka, rabbitmq
from pavedroad.plan.brokers.model import KafkaPlan, RabbitPlan
from pavedroad.plan.connections import outbound
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.naming import TEAM_LABEL
from pavedroad.plan.observability.cloudwatch import EXPORTER, watched_account
from pavedroad.plan.observability.cloudwatch import PORT as EXPORTER_PORT
from pavedroad.plan.observability.collectors.model import NODE_AGENT, OWN_METRICS, SAMPLER, TELEMETRY
from pavedroad.plan.observability.logs import LOKI
from pavedroad.plan.observability.logs import PORT as LOKI_PORT
from pavedroad.plan.observability.stack import (
    ALERTMANAGER,
    ALERTMANAGER_PORT,
    GRAFANA,
    GRAFANA_PORT,
    KUBE_STATE_METRICS,
    KUBE_STATE_METRICS_PORT,
    NODE_EXPORTER,
    NODE_EXPORTER_PORT,
    PROMETHEUS,
    PROMETHEUS_PORT,
)
from pavedroad.plan.observability.targets import Manner, TargetPlan
from pavedroad.plan.observability.traces import JAEGER
from pavedroad.plan.operator_flows import CERT_MANAGER_CONTROLLER, operator_outbound
from pavedroad.plan.stores.exporters import EXPORTERS, METRICS_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pavedroad.plan.brokers import BrokersPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.workload import WorkloadPlan

SIDE_CAR_PORT: Final = 15090
"""Where a side-car tells what passed through it (Istio, *Ports used by Istio*); the side-car does not capture it."""

KUBELET_PORT: Final = 10250

RABBITMQ_PORT: Final = 15692
"""Where RabbitMQ's own plugin answers."""

GATEWAY_PORT: Final = 19001
"""Where Envoy Gateway's proxies and its controller tell about themselves (Envoy Gateway, *Proxy metrics*)."""

GATEWAY_LABEL: Final = "gateway.envoyproxy.io/owning-gateway-name"
"""Label of the pods of every gateway."""


def _of(party: Party, port: int, manner: Manner = "mesh", *, own_labels: bool = False) -> TargetPlan:
    """Return the pods of a party as a target."""
    return TargetPlan(
        name=party.name,
        port=port,
        namespace=party.namespace,
        labels=party.selector,
        manner=manner,
        own_labels=own_labels,
    )


PARTIES: Final[tuple[tuple[Party, int, Manner], ...]] = (
    (ALERTMANAGER, ALERTMANAGER_PORT, "mesh"),
    (GRAFANA, GRAFANA_PORT, "mesh"),
    (KUBE_STATE_METRICS, KUBE_STATE_METRICS_PORT, "mesh"),
    (NODE_EXPORTER, NODE_EXPORTER_PORT, "mesh"),
    (LOKI, LOKI_PORT, "mesh"),
    (JAEGER, OWN_METRICS, "mesh"),
    *((collector, OWN_METRICS, "mesh") for collector in (NODE_AGENT, SAMPLER, TELEMETRY)),
    (PROMETHEUS, PROMETHEUS_PORT, "mesh"),
    (edges.ISTIOD, 15014, "plain"),
    (edges.ENVOY_GATEWAY, GATEWAY_PORT, "plain"),
    (CERT_MANAGER_CONTROLLER, 9402, "plain"),
)
"""Who is asked wherever the stack stands (each one's own documentation names the port)."""

TELL_OTHERS: Final = (KUBE_STATE_METRICS,)
"""Whose metrics are about others, and say so by labels."""

STORES: Final[dict[str, TargetPlan]] = {
    "postgres": TargetPlan(
        name="postgres",
        port=9187,
        present=("cnpg.io/cluster",),
        labels=(("cnpg.io/podRole", "instance"),),
    ),
    "redis": TargetPlan(name="redis", port=9121, present=("valkey.io/cluster",)),
    **{
        engine: TargetPlan(name=engine, port=kind.port, labels=((METRICS_LABEL, engine),))
        for engine, kind in EXPORTERS.items()
    },
}
"""Stores by engine: those whose operators run an exporter (CloudNativePG, *Monitoring*; valkey-operator:
internal/controller), and those that have a side-car of ours."""

GATEWAYS: Final = TargetPlan(
    name="gateways",
    port=GATEWAY_PORT,
    namespace=edges.GATEWAY_NAMESPACE,
    present=(GATEWAY_LABEL,),
    path="/stats/prometheus",
    manner="plain",
)

SIDE_CARS: Final = TargetPlan(
    name="side-cars",
    port=SIDE_CAR_PORT,
    path="/stats/prometheus",
    manner="plain",
    keep="istio_.*",
)
"""Side-cars of services and of the ways in and out: requests, their durations and outcomes, between any two services."""


QUEUES: Final = replace(
    _of(rabbitmq.BROKERS, RABBITMQ_PORT),
    name="rabbitmq-queues",
    path="/metrics/detailed",
    parameters=(("family", ("queue_coarse_metrics", "queue_consumer_count", "queue_exchange_metrics")),),
)
"""Each queue of RabbitMQ by itself (RabbitMQ, *Monitoring with Prometheus and Grafana*: /metrics/detailed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapingPlan:
    """What Prometheus asks.

    Attributes:
        targets: Pods, by name.
        flows: What asking them takes.
    """

    targets: tuple[TargetPlan, ...]
    flows: tuple[Flow, ...]


def resolve_scraping(
    context: Context, brokers: BrokersPlan, workloads: Mapping[str, tuple[WorkloadPlan, ...]]
) -> ScrapingPlan:
    """Return what Prometheus asks in an environment: what stands there, and nothing else."""
    plans = tuple(chain.from_iterable(workloads.values()))
    queues = isinstance(brokers.rabbitmq, RabbitPlan)
    account = ((EXPORTER, EXPORTER_PORT, "mesh"),) if watched_account(context) else ()
    parties: tuple[tuple[Party, int, Manner], ...] = (*PARTIES, *_brokers(brokers), *account)
    stores = tuple(_stores(plans))
    gateways = sorted({route.gateway for plan in plans for route in plan.routes})
    targets = (
        SIDE_CARS,
        *(_of(party, port, manner, own_labels=party in TELL_OTHERS) for party, port, manner in parties),
        *dict.fromkeys(target for _, target in stores),
        *((QUEUES,) if queues else ()),
        *((GATEWAYS,) if gateways else ()),
    )
    flows = (
        *(_flow(party, port, manner) for party, port, manner in parties if party != PROMETHEUS),
        *(_flow(instances, target.port, "mesh") for instances, target in stores),
        *(_flow(edges.plan_party(plan), plan.metrics.port, "mesh") for plan in plans if plan.metrics),
        *(_flow(edges.gateway_party(name), GATEWAY_PORT, "plain") for name in gateways),
        *(_flow(party, SIDE_CAR_PORT, "plain") for party in _with_side_cars(context, plans, gateways)),
        *(
            Flow(kind="platform", source=PROMETHEUS, destination=nodes, ports=(KUBELET_PORT,), sides="source")
            for nodes in edges.PRIVATE
        ),
    )
    return ScrapingPlan(targets=targets, flows=flows)


def _flow(party: Party, port: int, manner: Manner) -> Flow:
    """Return what asking a party takes."""
    return Flow(
        kind="platform", source=PROMETHEUS, destination=party, ports=(port,), authorised=manner == "mesh"
    )


def _brokers(brokers: BrokersPlan) -> Iterator[tuple[Party, int, Manner]]:
    """Yield who tells of the brokers that run in the cluster."""
    if isinstance(brokers.rabbitmq, RabbitPlan):
        yield rabbitmq.BROKERS, RABBITMQ_PORT, "mesh"
    if isinstance(brokers.kafka, KafkaPlan):
        yield kafka.EXPORTER, kafka.METRICS_PORT, "mesh"


def _stores(plans: tuple[WorkloadPlan, ...]) -> Iterator[tuple[Party, TargetPlan]]:
    """Yield the pods of every store that tell its engine's own metrics, and how they are asked."""
    for plan in plans:
        for store in plan.stores:
            if store.measured is not None:
                yield store.measured, STORES[store.identity.engine]


def _with_side_cars(
    context: Context, plans: tuple[WorkloadPlan, ...], gateways: Sequence[str]
) -> Iterator[Party]:
    """Yield whose side-cars are asked: the teams' pods, and the ways in and out."""
    for team, descriptor in context.teams.items():
        if descriptor.workloads:
            namespace = context.namespace(team)
            yield Party(name="side-cars", namespace=namespace, selector=((TEAM_LABEL, namespace),), team=team)
    yield from (edges.gateway_party(name) for name in gateways)
    if operator_outbound(context) or any(outbound(context, plan) for plan in plans):
        yield edges.EGRESS_GATEWAY
