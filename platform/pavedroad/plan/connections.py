"""Who connects to what, as flows: the edges of workloads, and the hosts outside that they reach."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pavedroad.plan import edges
from pavedroad.plan.brokers.usage import topic_hosts
from pavedroad.plan.crossing import is_local, outgoing_flows
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.provenance import Scope
from pavedroad.plan.runs import run_hosts
from pavedroad.plan.stores import store_client_flow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pavedroad.plan.context import Context
    from pavedroad.plan.workload import WorkloadPlan


def edge_flows(context: Context, workloads: Mapping[str, tuple[WorkloadPlan, ...]]) -> Iterator[Flow]:
    """Yield what services open by their calls, stores and egress, and what stores need themselves."""
    for team, plans in workloads.items():
        for plan in plans:
            spec = context.teams[team].workloads[plan.display_name]
            caller = edges.workload_party(context, team, plan.display_name)
            scope = Scope(context.trace, (team, "services", plan.display_name))
            for reference, call in sorted(spec.calls.items()):
                local = edges.call_flow(scope.at("calls", reference), context, caller, reference, call)
                if is_local(context, team, reference):
                    yield local
                else:
                    yield from outgoing_flows(context, team, reference, local)
            for store in plan.stores:
                if store.party is not None:
                    yield store_client_flow(store, caller)
                yield from store.flows
            for source, host_port in outbound(context, plan):
                yield edges.egress_flow(source, host_port)
            if plan.role is not None:
                yield edges.identity_flow(caller)
            if plan.pod.api_token:
                destination, ports = edges.api_server(context)
                yield Flow(
                    kind="platform", source=caller, destination=destination, ports=ports, sides="source"
                )


def route_flows(workloads: Mapping[str, tuple[WorkloadPlan, ...]]) -> Iterator[Flow]:
    """Yield what gateways open by their routes."""
    for plan in chain.from_iterable(workloads.values()):
        for route in plan.routes:
            target = next(port.port for port in plan.ports if port.service_port == route.port)
            yield Flow(
                kind="route",
                source=edges.gateway_party(route.gateway),
                destination=edges.plan_party(plan),
                ports=(target,),
            )


def outbound(context: Context, plan: WorkloadPlan) -> tuple[tuple[Party, str], ...]:
    """Return who connects to which host and port outside: a workload, and the stores that it owns."""
    caller = edges.plan_party(plan)
    spec = context.teams[plan.team].workloads[plan.display_name]
    own = {*spec.egress, *run_hosts(context, spec)}
    own |= {store.egress_host for store in plan.stores if store.egress_host}
    own |= topic_hosts(context, plan.team, plan.display_name)
    stores = chain.from_iterable(store.outbound for store in plan.stores)
    return (*((caller, host_port) for host_port in sorted(own)), *stores)


def touching(flows: Iterable[Flow], namespace: str) -> tuple[Flow, ...]:
    """Return the flows that are rendered in a namespace."""
    return tuple(
        flow
        for flow in flows
        if (flow.source.namespace == namespace and flow.sides != "destination")
        or (flow.destination.namespace == namespace and flow.sides != "source")
    )
