"""Ways in through the gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.kubernetes import Body, Kind, Place
from pavedroad.plan.edges import GATEWAY_NAMESPACE
from pavedroad.plan.naming import DOMAIN

if TYPE_CHECKING:
    import pulumi

    from pavedroad.plan.workload import RatePlan, RoutePlan

GATEWAY_GROUP = "gateway.networking.k8s.io"
GATEWAY_API = f"{GATEWAY_GROUP}/v1"
TRAFFIC_POLICY = Kind("gateway.envoyproxy.io/v1alpha1", "BackendTrafficPolicy")
ACCESS = f"{DOMAIN}/access"
"""Annotation that says who decides who may use a route."""


def declare_route(place: Place, service: str, route: RoutePlan) -> None:
    """Declare one HTTPRoute or GRPCRoute from a gateway's TLS listener to a service, and its limit."""
    rule: Body = {"backendRefs": [{"name": service, "port": route.port}]}
    if route.kind == "HTTPRoute":
        rule["matches"] = [{"path": {"type": "PathPrefix", "value": route.path}}]
        rule["timeouts"] = {"request": f"{route.timeout_ms}ms"}
    elif route.grpc_service:
        method: Body = {"type": "Exact", "service": route.grpc_service}
        if route.grpc_method:
            method["method"] = route.grpc_method
        rule["matches"] = [{"method": method}]
    parent = {"name": route.gateway, "namespace": GATEWAY_NAMESPACE, "sectionName": "https"}
    spec = {"parentRefs": [parent], "hostnames": [route.host], "rules": [rule]}
    annotations = {ACCESS: route.access} if route.access else {}
    declared = place.declare(
        Kind(GATEWAY_API, route.kind), route.name, {"spec": spec}, annotations=annotations
    )
    if route.rate_limit:
        _declare_limit(place, route, route.rate_limit, declared)


def _declare_limit(place: Place, route: RoutePlan, rate: RatePlan, declared: pulumi.Resource) -> None:
    """Declare how many requests each proxy lets through to a route."""
    limit = {"requests": rate.requests, "unit": rate.unit}
    spec = {
        "targetRefs": [{"group": GATEWAY_GROUP, "kind": route.kind, "name": route.name}],
        "rateLimit": {"type": "Local", "local": {"rules": [{"limit": limit}]}},
    }
    place.declare(TRAFFIC_POLICY, route.name, {"spec": spec}, after=(declared,))
