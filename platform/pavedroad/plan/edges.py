"""Edges between services, and the platform's own traffic, as flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.world import ports_of
from pavedroad.descriptor.values import milliseconds
from pavedroad.plan.flows import Alias, Flow, Party, Traffic, labels
from pavedroad.plan.naming import SERVICE_LABEL, host, physical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.workload import CallSpec, PortSpec, Workload
    from pavedroad.plan.context import Context
    from pavedroad.plan.provenance import Scope
    from pavedroad.plan.values import Outputs
    from pavedroad.plan.workload import WorkloadPlan

CALL_TIMEOUT: Final = "15s"
CALL_RETRIES: Final = 2

GATEWAY_NAMESPACE: Final = "gateways"
EGRESS_NAMESPACE: Final = "egress"
EGRESS_NAME: Final = "egressgateway"

CONTROL_PLANE_PORT: Final = 15012
"""Where istiod serves configuration and certificates, over TLS (Istio, *Ports used by Istio*)."""

DNS: Final = Party(name="dns", namespace="kube-system", selector=(("k8s-app", "kube-dns"),))
"""The cluster's name server (label of CoreDNS in every distribution, after the kube-dns it replaced)."""

ISTIOD: Final = Party(name="istiod", namespace="istio-system", selector=labels(app="istiod"))
"""The mesh's control plane, which every side-car asks for its configuration."""

ENVOY_GATEWAY: Final = Party(
    name="envoy-gateway",
    namespace="envoy-gateway-system",
    selector=(("app.kubernetes.io/name", "gateway-helm"),),
)
"""The control plane of the gateways' proxies."""

LINK_LOCAL: Final = "169.254.0.0/16"
"""Where clouds hand out a machine's own credentials (RFC 3927, section 2.6.2: never forwarded)."""

IDENTITY_ADDRESS: Final = "169.254.170.23/32"
IDENTITY_AGENT: Final = Party(name="pod-identity-agent", cidr=IDENTITY_ADDRESS)
"""Where a pod on EKS asks for the credentials of its role, on its own node (EKS user guide, «EKS Pod Identity Agent»)."""

IDENTITY_PORT: Final = 80

ANYWHERE: Final = Party(name="anywhere", cidr="0.0.0.0/0")
"""Every address: only for the front side of the public gateway."""

OUTSIDE: Final = Party(name="anywhere", cidr="0.0.0.0/0", spared=(LINK_LOCAL,))
"""Every address that anything may be sent to: only for the egress gateway's back side, and who issues certificates."""

PRIVATE: Final = tuple(
    Party(name=f"private-{cidr.partition('.')[0]}", cidr=cidr)
    for cidr in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
)
"""The organisation's own networks (RFC 1918; RFC 6598, section 4, which clouds use for theirs)."""

MESHED: Final = Party(name="mesh", namespaces=(("istio-injection", "enabled"),))
"""Every pod of every namespace in the mesh."""


def _service_party(team: str, namespace: str, service: str) -> Party:
    """Return the pods of the service with this physical name."""
    return Party(
        name=service,
        namespace=namespace,
        selector=((SERVICE_LABEL, service),),
        service_account=service,
        team=team,
        service=service,
    )


def workload_party(context: Context, team: str, name: str) -> Party:
    """Return the identity of whatever runs under a name in the descriptor; only functions have no pods."""
    service = physical(name, context.everywhere[team].services[name].formerly)
    return _service_party(team, context.namespace(team), service)


def plan_party(plan: WorkloadPlan) -> Party:
    """Return the pods of a service, worker or job that is resolved already."""
    return _service_party(plan.team, plan.namespace, plan.name)


def gateway_party(name: str) -> Party:
    """Return the proxies of a gateway (Envoy Gateway's labels and service account in gateway-namespace mode)."""
    return Party(
        name=f"gateway-{name}",
        namespace=GATEWAY_NAMESPACE,
        selector=(
            ("gateway.envoyproxy.io/owning-gateway-name", name),
            ("gateway.envoyproxy.io/owning-gateway-namespace", GATEWAY_NAMESPACE),
        ),
        service_account=name,
    )


def gateway_flows(name: str) -> tuple[Flow, ...]:
    """Return what a gateway's proxies need: their clients in front, their control plane behind.

    Clients of the internal one come from our own networks. The control plane speaks mutual TLS of its own. Envoy Gateway shifts listener ports below 1024 by 10,000, so that proxies need no privilege.
    """
    proxies = gateway_party(name)
    clients = (ANYWHERE,) if name == "public" else PRIVATE
    return (
        *(
            Flow(
                kind="platform",
                source=client,
                destination=proxies,
                ports=(10080, 10443),
                sides="destination",
                authorised=False,
            )
            for client in clients
        ),
        Flow(kind="platform", source=proxies, destination=ENVOY_GATEWAY, ports=(18000,), authorised=False),
    )


def egress_outside(ports: tuple[int, ...]) -> Flow:
    """Return what the egress gateway needs: the outside, on the ports that anything is declared to use."""
    return Flow(kind="platform", source=EGRESS_GATEWAY, destination=OUTSIDE, ports=ports, sides="source")


EGRESS_GATEWAY: Final = Party(
    name="egress",
    namespace=EGRESS_NAMESPACE,
    selector=labels(istio=EGRESS_NAME),
    service_account=EGRESS_NAME,
)
"""The proxies through which all traffic to the outside goes."""


def everyone(namespace: str, team: str | None = None) -> Party:
    """Return every pod of a namespace."""
    return Party(name="all", namespace=namespace, team=team)


def name_flows(pods: Party) -> tuple[Flow, ...]:
    """Return what everything needs: names."""
    return (
        Flow(kind="platform", source=pods, destination=DNS, ports=(53,), protocol="UDP", sides="source"),
        Flow(kind="platform", source=pods, destination=DNS, ports=(53,), sides="source"),
    )


def mesh_flows(namespace: str, team: str | None) -> tuple[Flow, ...]:
    """Return what every pod of a namespace in the mesh needs: names, and the mesh's control plane."""
    pods = everyone(namespace, team)
    return (
        *name_flows(pods),
        Flow(kind="platform", source=pods, destination=ISTIOD, ports=(CONTROL_PLANE_PORT,), sides="source"),
    )


def identity_flow(pods: Party) -> Flow:
    """Return what pods with a role in the account need: the agent that hands them its credentials."""
    return Flow(
        kind="platform", source=pods, destination=IDENTITY_AGENT, ports=(IDENTITY_PORT,), sides="source"
    )


def api_server(context: Context) -> tuple[Party, tuple[int, ...]]:
    """Return the API server's end points and their port, for pods that may speak to it."""
    address, _, port = _api_server_range(context).rpartition(":")
    return Party(name="kubernetes-api", cidr=address), (int(port),)


def _api_server_range(context: Context) -> str:
    """Return address range and port of the API server's end points.

    EKS puts them into the cluster's own subnets (EKS user guide, «View Amazon EKS networking requirements»).
    """
    cluster = context.here
    if cluster.kind == "existing":
        return cluster.api_server
    if cluster.kind == "eks":
        return f"{context.network.cidr}:443"
    return "127.0.0.1/32:6443"


def called_port(callee: Workload, call: CallSpec) -> PortSpec:
    """Return the port of the callee that a call means."""
    ports = ports_of(callee)
    return ports[call.port] if call.port else next(iter(ports.values()))


def call_outputs(context: Context, team: str, reference: str, call: CallSpec) -> Outputs:
    """Return the documented outputs of a call: host, port, address, url."""
    namespace, callee = context.service(team, reference)
    port = called_port(callee, call)
    number = str(port.service_port or port.port)
    name = host(context.service_name(team, reference), namespace)
    address = f"{name}:{number}"
    return {"host": name, "port": number, "address": address, "url": f"{port.protocol}://{address}"}


def call_flow(scope: Scope, context: Context, caller: Party, reference: str, call: CallSpec) -> Flow:
    """Return the flow of a call, with its timeout, retries and breaker where the protocol knows requests."""
    team = scope.path[0]
    _, callee = context.service(team, reference)
    owner, name = context.find(team, reference)
    port = called_port(callee, call)
    destination = workload_party(context, owner, name)
    traffic = None
    if port.protocol != "tcp":
        breaker = call.circuit_breaker
        traffic = Traffic(
            host=host(destination.name, destination.namespace or ""),
            port=port.service_port or port.port,
            timeout_ms=milliseconds(scope.choose("timeout", given=call.timeout, default=CALL_TIMEOUT)),
            retries=scope.choose("retries", given=call.retries, default=CALL_RETRIES),
            consecutive_errors=breaker.consecutive_errors if breaker else None,
            ejection_ms=milliseconds(breaker.ejection) if breaker else None,
            max_connections=breaker.max_connections if breaker else None,
        )
    return Flow(kind="call", source=caller, destination=destination, ports=(port.port,), traffic=traffic)


def call_aliases(context: Context, caller: Party, calls: dict[str, CallSpec]) -> Iterator[Alias]:
    """Yield the second names that a caller's application has built in for its callees."""
    team = caller.team or ""
    for reference, call in calls.items():
        if call.alias is not None:
            namespace, _ = context.service(team, reference)
            yield Alias(
                name=call.alias,
                namespace=caller.namespace or "",
                target=host(context.service_name(team, reference), namespace),
                team=team,
                service=caller.name,
            )


def egress_flow(caller: Party, host_port: str) -> Flow:
    """Return the flow of a caller to the egress gateway; the gateway's own policy names the host."""
    return Flow(
        kind="egress",
        source=caller,
        destination=EGRESS_GATEWAY,
        ports=(int(host_port.rpartition(":")[2]),),
        authorised=False,
    )
