"""Flows become policies: what is open in a namespace, on the network and in the mesh, and nothing else.

Each pair of source and destination gets at most three objects: the source's egress NetworkPolicy in its
namespace, the destination's ingress NetworkPolicy and AuthorizationPolicy in its own. Requests (HTTP and gRPC)
also get their timeout, retries and breaker, on the caller's side alone.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from components.east_west import MESH_TLS
from components.kubernetes import Body, Kind, Place
from pavedroad.plan.naming import SERVICE_LABEL, dotted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.flows import Alias, Flow, Party, Traffic

NETWORK_POLICY = Kind("networking.k8s.io/v1", "NetworkPolicy")
AUTHORIZATION_POLICY = Kind("security.istio.io/v1", "AuthorizationPolicy")
VIRTUAL_SERVICE = Kind("networking.istio.io/v1", "VirtualService")
DESTINATION_RULE = Kind("networking.istio.io/v1", "DestinationRule")
SERVICE = Kind("v1", "Service")

RETRY_ON = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes,gateway-error"
"""Failures that are safe to try again: the request was not, or not wholly, handled."""


def declare_flows(place: Place, flows: Iterable[Flow]) -> None:
    """Declare this namespace's side of every flow."""
    pairs: dict[tuple[Party, Party], list[Flow]] = {}
    for flow in flows:
        pairs.setdefault((flow.source, flow.destination), []).append(flow)
    for (source, destination), between in pairs.items():
        if source.namespace == place.namespace and any(flow.sides != "destination" for flow in between):
            _declare_egress(place, source, destination, between)
        if destination.namespace == place.namespace and any(flow.sides != "source" for flow in between):
            _declare_ingress(place, source, destination, between)
    _declare_traffic(place, [flow for pair in pairs.values() for flow in pair])


def declare_aliases(place: Place, aliases: Iterable[Alias]) -> None:
    """Declare second names of services; the mesh treats each as the name it leads to."""
    for alias in aliases:
        place.declare(
            SERVICE,
            alias.name,
            {"spec": {"type": "ExternalName", "externalName": alias.target}},
            labels={SERVICE_LABEL: alias.service},
        )


def _label(party: Party) -> dict[str, str]:
    """Return the label of the service that a policy belongs to."""
    return {SERVICE_LABEL: party.service} if party.service else {}


def _peer(party: Party) -> Body:
    """Return a party as the other end of a NetworkPolicy."""
    if party.cidr is not None:
        spared = {"except": list(party.spared)} if party.spared else {}
        return {"ipBlock": {"cidr": party.cidr, **spared}}
    namespaces = dict(party.namespaces) or {"kubernetes.io/metadata.name": party.namespace or ""}
    return {"namespaceSelector": {"matchLabels": namespaces}, "podSelector": _selector(party)}


def _peers(flows: Iterable[Flow]) -> list[Body]:
    """Return who connects for one source: itself, or a gateway in its place, or either."""
    return [_peer(party) for party in dict.fromkeys(flow.via or flow.source for flow in flows)]


def _ports(flows: Iterable[Flow]) -> list[Body]:
    """Return the ports of flows as a NetworkPolicy spells them."""
    pairs = sorted({(flow.protocol, port) for flow in flows for port in flow.ports})
    return [{"protocol": protocol, "port": port} for protocol, port in pairs]


def _selector(party: Party) -> Body:
    """Return a party as the pods that a NetworkPolicy is about."""
    return {"matchLabels": dict(party.selector)} if party.selector else {}


def _declare_egress(place: Place, source: Party, destination: Party, flows: list[Flow]) -> None:
    """Let the source's pods out to the destination."""
    place.declare(
        NETWORK_POLICY,
        dotted(source.name, "to", *_far_name(destination, place)),
        {
            "spec": {
                "podSelector": _selector(source),
                "policyTypes": ["Egress"],
                "egress": [{"to": [_peer(destination)], "ports": _ports(flows)}],
            }
        },
        labels=_label(source),
    )


def _declare_ingress(place: Place, source: Party, destination: Party, flows: list[Flow]) -> None:
    """Let the source in to the destination's pods, on the network and in the mesh."""
    name = dotted(destination.name, "from", *_far_name(source, place))
    place.declare(
        NETWORK_POLICY,
        name,
        {
            "spec": {
                "podSelector": _selector(destination),
                "policyTypes": ["Ingress"],
                "ingress": [{"from": _peers(flows), "ports": _ports(flows)}],
            }
        },
        labels=_label(destination),
    )
    guarded = _ports(flow for flow in flows if flow.authorised)
    if source.principal is None or not guarded:
        return
    rule = {
        "from": [{"source": {"principals": [source.principal]}}],
        "to": [{"operation": {"ports": [str(port["port"]) for port in guarded]}}],
    }
    place.declare(
        AUTHORIZATION_POLICY,
        name,
        {"spec": {"selector": _selector(destination), "action": "ALLOW", "rules": [rule]}},
        labels=_label(destination),
    )


def _far_name(party: Party, place: Place) -> tuple[str, ...]:
    """Return a party's name as seen from a namespace: with its own namespace where that is another."""
    if party.namespace is None or party.namespace == place.namespace:
        return (party.name,)
    return (party.namespace, party.name)


def _declare_traffic(place: Place, flows: list[Flow]) -> None:
    """Declare timeouts, retries and breakers of this namespace's callers.

    VirtualServices for one host do not merge, so all callers of a host share one object, told apart by their
    labels.
    """
    calls = [flow for flow in flows if flow.traffic and flow.source.namespace == place.namespace]
    calls.sort(key=lambda flow: (_traffic(flow).host, flow.source.name, _traffic(flow).port))
    for host, callers in groupby(calls, key=lambda flow: _traffic(flow).host):
        routes = [_http_route(flow) for flow in callers]
        name = dotted(*host.split(".")[:2])
        spec = {"hosts": [host], "exportTo": ["."], "http": routes}
        place.declare(VIRTUAL_SERVICE, name, {"spec": spec})
    for flow in calls:
        if _traffic(flow).consecutive_errors is not None:
            _declare_breaker(place, flow)


def _traffic(flow: Flow) -> Traffic:
    """Return the traffic of a flow that is known to have one."""
    assert flow.traffic is not None
    return flow.traffic


def _http_route(flow: Flow) -> Body:
    """Return one caller's timeout and retries."""
    traffic = _traffic(flow)
    return {
        "name": flow.source.name,
        "match": [{"port": traffic.port, "sourceLabels": dict(flow.source.selector)}],
        "route": [{"destination": {"host": traffic.host, "port": {"number": traffic.port}}}],
        "timeout": f"{traffic.timeout_ms}ms",
        "retries": {"attempts": traffic.retries, "retryOn": RETRY_ON},
    }


def _declare_breaker(place: Place, flow: Flow) -> None:
    """Leave a failing replica of the callee out for a while, for this caller alone."""
    traffic = _traffic(flow)
    policy: Body = {
        "outlierDetection": {
            "consecutive5xxErrors": traffic.consecutive_errors,
            "baseEjectionTime": f"{traffic.ejection_ms}ms",
            "interval": "10s",
            "maxEjectionPercent": 50,
        }
    }
    if traffic.max_connections is not None:
        policy["connectionPool"] = {
            "tcp": {"maxConnections": traffic.max_connections},
            "http": {"http2MaxRequests": traffic.max_connections},
        }
    spec = {
        "host": traffic.host,
        "exportTo": ["."],
        "workloadSelector": {"matchLabels": dict(flow.source.selector)},
        "trafficPolicy": policy,
    }
    if traffic.crossing:
        policy["tls"] = MESH_TLS
    service, namespace = traffic.host.split(".")[:2]
    callee = (service,) if namespace == place.namespace else (namespace, service)
    name = dotted(flow.source.name, *callee)
    place.declare(DESTINATION_RULE, name, {"spec": spec}, labels=_label(flow.source))
