"""Ways in through the gateways, resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.values import milliseconds
from pavedroad.descriptor.workload import ServiceSpec
from pavedroad.plan.naming import join, slug
from pavedroad.plan.workload import PortPlan, RatePlan, RoutePlan

if TYPE_CHECKING:
    from pavedroad.descriptor.workload import RouteSpec
    from pavedroad.plan.subject import Subject

ROUTE_TIMEOUT: Final = "15s"
_UNITS: Final[dict[str, Literal["Second", "Minute", "Hour"]]] = {"s": "Second", "m": "Minute", "h": "Hour"}


def resolve_routes(subject: Subject, ports: tuple[PortPlan, ...]) -> tuple[RoutePlan, ...]:
    """Return the ways in from outside."""
    spec = subject.spec
    if not isinstance(spec, ServiceSpec):
        return ()
    domains = {
        "public": subject.context.environment.domains.public,
        "internal": subject.context.environment.domains.internal,
    }
    return tuple(
        _route(subject, index, route, ports, domains[route.expose] or "")
        for index, route in enumerate(spec.routes)
    )


def _route(
    subject: Subject, index: int, route: RouteSpec, ports: tuple[PortPlan, ...], domain: str
) -> RoutePlan:
    """Return one way in; its name comes from what it matches, so reordering routes changes nothing."""
    port = next((known for known in ports if known.name == route.port), ports[0])
    scope = subject.scope.at("routes", str(index))
    label = scope.choose("host", given=route.host, default=subject.physical_name)
    what = route.path or route.grpc_service or ""
    return RoutePlan(
        name=join(subject.physical_name, route.expose, slug(f"{label}/{what}/{route.grpc_method or ''}")),
        kind="GRPCRoute" if port.protocol == "grpc" else "HTTPRoute",
        gateway=route.expose,
        host=f"{label}.{domain}",
        path=scope.choose("path", given=route.path, default="/"),
        grpc_service=route.grpc_service,
        grpc_method=route.grpc_method,
        port=port.service_port,
        timeout_ms=milliseconds(scope.choose("timeout", given=route.timeout, default=ROUTE_TIMEOUT)),
        access=route.access,
        rate_limit=_rate(route.rate_limit) if route.rate_limit else None,
    )


def _rate(text: str) -> RatePlan:
    """Return the rate that a text such as `100/s` means."""
    requests, _, unit = text.partition("/")
    return RatePlan(requests=int(requests), unit=_UNITS[unit])
