"""Names that the rules about traffic share."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import Duty, Properties, Resource, Truth

SERVICE: Final = "kubernetes:core/v1:Service"
INGRESS: Final = "kubernetes:networking.k8s.io/v1:Ingress"
HTTP_ROUTE: Final = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"
GRPC_ROUTE: Final = "kubernetes:gateway.networking.k8s.io/v1:GRPCRoute"
CERTIFICATE: Final = "kubernetes:cert-manager.io/v1:Certificate"
NETWORK_POLICY: Final = "kubernetes:networking.k8s.io/v1:NetworkPolicy"

SERVICES: Final = frozenset({SERVICE})
INGRESSES: Final = frozenset({INGRESS})
ROUTES: Final = frozenset({HTTP_ROUTE, GRPC_ROUTE})
CERTIFICATES: Final = frozenset({CERTIFICATE})
NETWORK_POLICIES: Final = frozenset({NETWORK_POLICY})


def annotation(resource: Resource, name: str) -> Properties:
    """Go to an annotation, whose name may contain dots."""
    return resource.properties.at("metadata.annotations").entry(name)


def demands(allowed: Callable[[Resource], Truth], demand: str) -> Callable[[Resource], Iterator[Duty]]:
    """Make a check that asks one thing of each resource."""

    def check(resource: Resource) -> Iterator[Duty]:
        yield Duty(resource, allowed(resource), demand)

    return check
