"""What all teams share, resolved: gateways, the way out, brokers, add-ons."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from pavedroad.plan import edges
from pavedroad.plan.addons import PER_NODE, resolve_addons, resolve_operators
from pavedroad.plan.brokers.parties import KEDA
from pavedroad.plan.cloud.access import pod_role
from pavedroad.plan.cloud.tags import platform_tags
from pavedroad.plan.connections import outbound, touching
from pavedroad.plan.crossing import NAMESPACE as EAST_WEST_NAMESPACE
from pavedroad.plan.crossing import resolve_east_west
from pavedroad.plan.environment import (
    EgressHostPlan,
    GatewayPlan,
    PlatformNamespacePlan,
    PlatformPlan,
    SecretGrantPlan,
)
from pavedroad.plan.functions.parties import EVENTING as KNATIVE_EVENTS
from pavedroad.plan.functions.parties import GATEWAY_NAMESPACE as FUNCTIONS_GATEWAY
from pavedroad.plan.functions.parties import SERVING as KNATIVE
from pavedroad.plan.observability import NODE_AGENTS, OBSERVABILITY
from pavedroad.plan.observability.cloudwatch import EXPORTER, cloudwatch_hosts, resolve_cloudwatch
from pavedroad.plan.observability.logs import LOKI
from pavedroad.plan.observability.stack import ALERTMANAGER
from pavedroad.plan.operator_flows import SELF_SIGNED_ISSUER, operator_outbound
from pavedroad.plan.secrets_source import controller_role, reader_role, secret_grant
from pavedroad.plan.teams import entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pavedroad.plan.brokers import BrokersPlan
    from pavedroad.plan.cloud.access import RolePlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.environment import TeamPlan
    from pavedroad.plan.flows import Flow, Party
    from pavedroad.plan.functions.knative_platform import KnativePlatformPlan
    from pavedroad.plan.observability import ObservabilityPlan
    from pavedroad.plan.workload import WorkloadPlan


def resolve_foundation(  # noqa: PLR0913 each part that all teams share is resolved by itself
    context: Context,
    brokers: BrokersPlan,
    teams: tuple[TeamPlan, ...],
    observability: ObservabilityPlan | None,
    flows: tuple[Flow, ...],
    *,
    knative: KnativePlatformPlan | None,
) -> PlatformPlan:
    """Return what all teams share."""
    workloads = {team.name: team.workloads for team in teams}
    gateways = _gateways(context, workloads)
    measured = ((EXPORTER, host_port) for host_port in cloudwatch_hosts(context))
    outside = (*operator_outbound(context), *_told(observability), *_kept(observability), *measured)
    egress = _egress(context, workloads, outside)
    ports = tuple(sorted({host.port for host in egress}))
    east_west = resolve_east_west(context)
    addons = resolve_addons(context, ports, east_west=east_west is not None, functions=knative is not None)
    shared = (
        *flows,
        *chain.from_iterable(edges.gateway_flows(gateway.name) for gateway in gateways),
        *(edges.egress_flow(caller, host_port) for caller, host_port in outside),
        *((edges.egress_outside(ports),) if ports else ()),
    )
    grants = _grants(context, workloads, observability)
    stores = chain.from_iterable(plan.stores for plans in workloads.values() for plan in plans)
    alerting = reader_role(context, OBSERVABILITY, observability.on_call.keys) if observability else None
    own = (*chain.from_iterable(store.roles for store in stores), *brokers.readers, alerting)
    names = {
        **dict.fromkeys((edges.GATEWAY_NAMESPACE,) if gateways else ()),
        **dict.fromkeys((edges.EGRESS_NAMESPACE,) if egress else ()),
        **dict.fromkeys((EAST_WEST_NAMESPACE,) if east_west else ()),
        **dict.fromkeys(brokers.namespaces),
        **dict.fromkeys((KNATIVE, FUNCTIONS_GATEWAY) if knative else ()),
        **dict.fromkeys((KNATIVE_EVENTS,) if knative and knative.eventful else ()),
        **dict.fromkeys(grant.namespace for grant in grants),
        **dict.fromkeys((OBSERVABILITY, NODE_AGENTS) if observability else ()),
    }
    plan = PlatformPlan(
        addons=addons,
        operators=resolve_operators(context, addons, shared),
        self_signed=bool(gateways) and context.environment.certificates == SELF_SIGNED_ISSUER,
        gateways=gateways,
        egress=egress,
        east_west=east_west,
        kafka=brokers.kafka,
        rabbitmq=brokers.rabbitmq,
        topics=brokers.topics,
        knative=knative,
        observability=observability,
        namespaces=tuple(
            PlatformNamespacePlan(
                name=name,
                flows=(*edges.mesh_flows(name, None), *touching(shared, name)),
                quota=PER_NODE if name == NODE_AGENTS else context.tier.quota,
                pod_security="privileged" if name == NODE_AGENTS else "restricted",
            )
            for name in names
        ),
        secret_grants=grants,
        roles=tuple(
            role
            for role in (
                controller_role(context, (*(team.reader for team in teams), *own)),
                _scaler_role(context, brokers),
                observability.loki.bucket.role if observability and observability.loki.bucket else None,
            )
            if role
        ),
        readers=(alerting,) if alerting else (),
        tags=platform_tags(context),
    )
    cloudwatch = resolve_cloudwatch(context, plan, teams)
    return replace(plan, cloudwatch=cloudwatch, roles=(*plan.roles, cloudwatch.role)) if cloudwatch else plan


def _scaler_role(context: Context, brokers: BrokersPlan) -> RolePlan | None:
    """Return the role with which KEDA asks how many messages wait; None where it asks nothing in an account."""
    if context.account is None:
        return None
    namespace, service_account = KEDA.namespace or "", KEDA.service_account or ""
    return pod_role(context.account, namespace, service_account, brokers.counted)


def _told(observability: ObservabilityPlan | None) -> Iterator[tuple[Party, str]]:
    """Yield whom Alertmanager tells outside: itself, with host and port."""
    for host_port in observability.on_call.hosts if observability else ():
        yield ALERTMANAGER, host_port


def _kept(observability: ObservabilityPlan | None) -> Iterator[tuple[Party, str]]:
    """Yield where Loki keeps logs outside: itself, with host and port."""
    if observability and observability.loki.bucket:
        yield LOKI, observability.loki.bucket.host


def _grants(
    context: Context,
    workloads: Mapping[str, tuple[WorkloadPlan, ...]],
    observability: ObservabilityPlan | None,
) -> tuple[SecretGrantPlan, ...]:
    """Return who may read what in the namespace that stands in for a vault."""
    entries = {context.namespace(team): entries_of(context, team, plans) for team, plans in workloads.items()}
    if observability:
        entries[OBSERVABILITY] = observability.on_call.keys
    granted = (secret_grant(context, namespace, needed) for namespace, needed in entries.items())
    return tuple(grant for grant in granted if grant is not None)


def _gateways(context: Context, workloads: Mapping[str, tuple[WorkloadPlan, ...]]) -> tuple[GatewayPlan, ...]:
    """Return the gateways that anything is routed through."""
    used = {route.gateway for plans in workloads.values() for plan in plans for route in plan.routes}
    domains = {
        "public": context.environment.domains.public,
        "internal": context.environment.domains.internal,
    }
    return tuple(
        GatewayPlan(
            name=name,
            domain=domains[name] or "",
            issuer=context.environment.certificates,
            replicas=context.tier.gateway_replicas,
        )
        for name in sorted(used)
    )


def _egress(
    context: Context,
    workloads: Mapping[str, tuple[WorkloadPlan, ...]],
    outside: tuple[tuple[Party, str], ...],
) -> tuple[EgressHostPlan, ...]:
    """Return every host outside that anything reaches, with who may."""
    callers: dict[str, set[str]] = {}
    by_workloads = (outbound(context, plan) for plan in chain.from_iterable(workloads.values()))
    for source, host_port in chain(outside, *by_workloads):
        callers.setdefault(host_port, set()).add(source.principal or "")
    return tuple(
        EgressHostPlan(
            host=host_port.rpartition(":")[0],
            port=int(host_port.rpartition(":")[2]),
            principals=tuple(sorted(principals)),
        )
        for host_port, principals in sorted(callers.items())
    )
