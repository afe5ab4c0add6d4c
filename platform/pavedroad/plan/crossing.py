"""Calls between clusters: through the callee's east-west gateway, with the caller's own identity.

The mesh of each cluster is its own, of one trust domain and with one root of certificates; no control plane asks
another cluster's API server. What a caller sees of a callee elsewhere is a ServiceEntry whose end points are the
gateways of the callee's clusters. A gateway reads the name in the TLS handshake, takes no TLS apart, and passes on
what is declared: so the callee sees the caller's certificate, and authorises it as if it were next door.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.world import ports_of
from pavedroad.plan import edges
from pavedroad.plan.flows import Flow, Party, labels
from pavedroad.plan.naming import host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.descriptor.placement import EastWestSpec
    from pavedroad.descriptor.workload import CallSpec
    from pavedroad.plan.context import Context

NAMESPACE: Final = "east-west"
NAME: Final = "eastwestgateway"

PORT: Final = 15443
"""Where a gateway takes calls from other clusters (Istio, *Install multi-primary on different networks*)."""

GATEWAY: Final = Party(
    name="east-west", namespace=NAMESPACE, selector=labels(istio=NAME), service_account=NAME
)
"""The proxies through which calls from other clusters come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePort:
    """A port of a service on other clusters.

    Attributes:
        number: The port that callers use.
        name: Its name.
        protocol: What is spoken on it.
    """

    number: int
    name: str
    protocol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePlan:
    """A service on other clusters that is called from this one.

    Attributes:
        service: Its physical name.
        namespace: Its namespace.
        principal: Its mesh identity.
        ports: The ports that are called.
        gateways: Names of the gateways that lead to it.
    """

    service: str
    namespace: str
    principal: str
    ports: tuple[RemotePort, ...]
    gateways: tuple[str, ...]

    @property
    def host(self) -> str:
        """The name by which callers know it."""
        return host(self.service, self.namespace)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedPlan:
    """A service that is called from other clusters.

    Attributes:
        service: Its physical name.
        namespace: Its namespace.
        ports: Ports of its Service that are called, sorted.
    """

    service: str
    namespace: str
    ports: tuple[int, ...]

    @property
    def host(self) -> str:
        """The name by which callers know it."""
        return host(self.service, self.namespace)


@dataclass(frozen=True, slots=True, kw_only=True)
class EastWestPlan:
    """What a cluster lets in from others.

    Attributes:
        clients: Where calls come from.
        exposed: The services that are called.
    """

    clients: tuple[str, ...]
    exposed: tuple[ExposedPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A call from another cluster to a service on this one: who calls, and what it says."""

    team: str
    name: str
    reference: str
    call: CallSpec


def is_local(context: Context, team: str, reference: str) -> bool:
    """Whether a callee stands on the cluster that is looked at; then nobody is called elsewhere."""
    return context.cluster in context.places(team, reference)


def outgoing_flows(context: Context, team: str, reference: str, local: Flow) -> Iterator[Flow]:
    """Yield the flows of a call to a service on other clusters: to the addresses of their gateways.

    Args:
        context: The environment, on the caller's cluster.
        team: The caller's team.
        reference: The callee, as the caller's descriptor names it.
        local: The flow that the call would be if its callee stood here.
    """
    traffic = None if local.traffic is None else replace(local.traffic, crossing=True)
    for gateway in _gateways(context, team, reference).values():
        for block in gateway.addresses:
            yield replace(
                local, destination=_addresses(block), ports=(PORT,), sides="source", traffic=traffic
            )
            traffic = None


def incoming_flows(context: Context) -> Iterator[Flow]:
    """Yield what calls from other clusters open on this one: gateway, callee, and the caller's identity at it."""
    crossings = tuple(_incoming(context))
    for block in _east_west(context).clients if crossings else ():
        yield Flow(
            kind="platform",
            source=_addresses(block),
            destination=GATEWAY,
            ports=(PORT,),
            sides="destination",
            authorised=False,
        )
    for crossing in crossings:
        owner, name = context.find(crossing.team, crossing.reference)
        callee = edges.workload_party(context, owner, name)
        _, spec = context.service(crossing.team, crossing.reference)
        ports = (edges.called_port(spec, crossing.call).port,)
        caller = edges.workload_party(context, crossing.team, crossing.name)
        yield Flow(
            kind="call", source=caller, destination=callee, ports=ports, sides="destination", via=GATEWAY
        )
        yield Flow(
            kind="call", source=GATEWAY, destination=callee, ports=ports, sides="source", authorised=False
        )


def resolve_remotes(context: Context, team: str) -> tuple[RemotePlan, ...]:
    """Return the services on other clusters that a team calls from this one, sorted by their names."""
    ports: dict[str, set[tuple[int, str, str]]] = {}
    plans: dict[str, RemotePlan] = {}
    for workload in context.teams[team].workloads.values():
        for reference, call in workload.calls.items():
            if is_local(context, team, reference):
                continue
            owner, name = context.find(team, reference)
            callee = edges.workload_party(context, owner, name)
            plan = RemotePlan(
                service=callee.name,
                namespace=callee.namespace or "",
                principal=callee.principal or "",
                ports=(),
                gateways=gateway_hosts(context, team, reference),
            )
            ports.setdefault(plan.host, set()).add(_remote_port(context, team, reference, call))
            plans[plan.host] = plan
    return tuple(
        replace(plan, ports=tuple(_as_port(*port) for port in sorted(ports[name])))
        for name, plan in sorted(plans.items())
    )


def resolve_east_west(context: Context) -> EastWestPlan | None:
    """Return what the cluster lets in from others; None where nothing is called from elsewhere."""
    called: dict[tuple[str, str], set[int]] = {}
    for crossing in _incoming(context):
        namespace, _ = context.service(crossing.team, crossing.reference)
        service = context.service_name(crossing.team, crossing.reference)
        number, _, _ = _remote_port(context, crossing.team, crossing.reference, crossing.call)
        called.setdefault((namespace, service), set()).add(number)
    if not called:
        return None
    return EastWestPlan(
        clients=_east_west(context).clients,
        exposed=tuple(
            ExposedPlan(service=service, namespace=namespace, ports=tuple(sorted(numbers)))
            for (namespace, service), numbers in sorted(called.items())
        ),
    )


def gateway_hosts(context: Context, team: str, reference: str) -> tuple[str, ...]:
    """Return the names of the gateways that lead to a callee from other clusters."""
    domain = context.environment.domains.internal
    return tuple(f"{NAMESPACE}.{cluster}.{domain}" for cluster in _gateways(context, team, reference))


def _incoming(context: Context) -> Iterator[Crossing]:
    """Yield the calls from other clusters to services on this one, whose gateway leads to them."""
    if getattr(context.here, "east_west", None) is None:
        return
    for team, descriptor in context.everywhere.items():
        for name, workload in sorted(descriptor.workloads.items()):
            callers = context.places(team, name)
            for reference, call in sorted(workload.calls.items()):
                there = context.places(team, reference)
                if context.cluster in there and not set(callers) <= set(there):
                    yield Crossing(team=team, name=name, reference=reference, call=call)


def _gateways(context: Context, team: str, reference: str) -> dict[str, EastWestSpec]:
    """Return the gateways of the clusters that a callee runs on, by cluster."""
    return dict(_with_gateway(context, context.places(team, reference)))


def _with_gateway(context: Context, clusters: Iterable[str]) -> Iterator[tuple[str, EastWestSpec]]:
    for name in clusters:
        gateway: EastWestSpec | None = getattr(context.environment.clusters[name], "east_west", None)
        if gateway is not None:
            yield name, gateway


def _east_west(context: Context) -> EastWestSpec:
    """Return the gateway of a cluster that is known to have one."""
    return dict(_with_gateway(context, (context.cluster,)))[context.cluster]


def _addresses(block: str) -> Party:
    """Return addresses of a gateway, or of its clients."""
    return Party(name=f"{NAMESPACE}-{block.replace('.', '-').replace('/', '-')}", cidr=block)


def _remote_port(context: Context, team: str, reference: str, call: CallSpec) -> tuple[int, str, str]:
    """Return number, name and protocol of the port that a call means."""
    _, callee = context.service(team, reference)
    meant = edges.called_port(callee, call)
    name = next(name for name, port in ports_of(callee).items() if port is meant)
    return meant.service_port or meant.port, name, meant.protocol


def _as_port(number: int, name: str, protocol: str) -> RemotePort:
    return RemotePort(number=number, name=name, protocol=protocol)
