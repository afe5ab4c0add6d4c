"""Ways in through the gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.kubernetes import Body, Kind, Place
from pavedroad.plan.edges import GATEWAY_NAMESPACE

if TYPE_CHECKING:
    import pulumi

    from pavedroad.plan.workload import RoutePlan

GATEWAY_API = "gateway.networking.k8s.io/v1"


def declare_route(place: Place, service: str, route: RoutePlan) -> pulumi.Resource:
    """Declare one HTTPRoute or GRPCRoute from a gateway's TLS listener to a service."""
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
    return place.declare(Kind(GATEWAY_API, route.kind), route.name, {"spec": spec})
