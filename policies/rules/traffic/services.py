"""Rules about how a Service is reached from outside the cluster."""

import ipaddress
from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import namespace_of
from policies.rules.traffic.shapes import SERVICES, annotation, demands

BY_ROUTES: Final = "declare a route under `routes`: the platform's gateway is the only way in"

_INTERNAL: Final = {
    "cloud.google.com/load-balancer-type": frozenset({"Internal"}),
    "networking.gke.io/load-balancer-type": frozenset({"Internal"}),
    "service.beta.kubernetes.io/aws-load-balancer-internal": frozenset({"true", "0.0.0.0/0"}),
    "service.beta.kubernetes.io/aws-load-balancer-scheme": frozenset({"internal"}),
    "service.beta.kubernetes.io/azure-load-balancer-internal": frozenset({"true"}),
}
"""Annotations by which clouds keep a load balancer inside, each with the values that do."""


def _type_is_not(service: Resource, refused: str) -> Truth:
    return service.properties.text("spec.type").satisfies(lambda type_: type_ != refused, absent=True)


NO_NODE_PORTS: Final = ResourceRule(
    Control(
        identifier="services-without-node-ports",
        sentence="No Service is of type NodePort",
        why="A node port is open on every node, past the gateway and past its encryption.",
        severity=Severity.MEDIUM,
        resource_types=SERVICES,
        fix=Fix(descriptor=BY_ROUTES, pulumi="leave spec.type out and route to the Service from a gateway"),
        rows=(79,),
    ),
    demands(lambda service: _type_is_not(service, "NodePort"), "spec.type must not be NodePort"),
)


class Exposed(Settings):
    """Which Services are meant to be reached from outside."""

    exposed: tuple[str, ...] = setting(
        (), "Services that may be load balancers of their own, each as namespace/name."
    )


def _exposure_declared(settings: Exposed) -> Callable[[Resource], Iterator[Duty]]:
    def check(service: Resource) -> Iterator[Duty]:
        internal = any_of(
            *(
                annotation(service, name).text().satisfies(values.__contains__)
                for name, values in _INTERNAL.items()
            )
        )
        home = namespace_of(service)
        name = service.properties.text("metadata.name")
        listed = any_of(
            *(
                all_of(home.equals(namespace), name.equals(service_name))
                for namespace, _, service_name in (each.partition("/") for each in settings.exposed)
            )
        )
        yield Duty(
            service,
            any_of(_type_is_not(service, "LoadBalancer"), internal, listed),
            "spec.type must not be LoadBalancer, unless an annotation keeps it internal or the setting `exposed` "
            "names the Service",
        )

    return check


LOAD_BALANCERS_DECLARED: Final = ResourceRule.settable(
    Control(
        identifier="services-exposed-by-decision",
        sentence="A Service has a public load balancer of its own only where that was decided",
        why="Every public address is one more thing to defend, and this one has no gateway in front of it.",
        severity=Severity.HIGH,
        resource_types=SERVICES,
        fix=Fix(
            descriptor=BY_ROUTES,
            pulumi="route to the Service from a gateway, or annotate the load balancer as internal",
        ),
        rows=(80,),
    ),
    Exposed(),
    _exposure_declared,
)


class External(Settings):
    """Which addresses outside the cluster a Service may claim."""

    allowed_ips: tuple[str, ...] = setting((), "Addresses that Services may have as external ones.")


def _no_external_ips(settings: External) -> Callable[[Resource], Iterator[Duty]]:
    def check(service: Resource) -> Iterator[Duty]:
        for address in service.properties.items("spec.externalIPs"):
            allowed = address.text().satisfies(lambda ip: ip in settings.allowed_ips)
            yield Duty(service, allowed, f"{address.path} must be one of the setting `allowedIps`")

    return check


NO_EXTERNAL_IPS: Final = ResourceRule.settable(
    Control(
        identifier="services-without-external-ips",
        sentence="No Service claims external addresses",
        why="Traffic of the whole cluster to that address goes to the Service instead (CVE-2020-8554).",
        severity=Severity.HIGH,
        resource_types=SERVICES,
        fix=Fix(descriptor=BY_ROUTES, pulumi="remove spec.externalIPs"),
        rows=(81,),
    ),
    External(),
    _no_external_ips,
)


def _elsewhere(name: str) -> bool:
    """Whether a DNS name is not the host itself, nor the metadata service beside it."""
    plain = name.strip().rstrip(".").lower()
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        return plain.split(".")[-1] != "localhost" and plain != "localhost.localdomain"
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


NOT_LOCAL: Final = ResourceRule(
    Control(
        identifier="services-not-aliases-of-localhost",
        sentence="No Service is another name for the host that asks",
        why="An ingress controller that follows the name reaches its own administrative port.",
        severity=Severity.HIGH,
        resource_types=SERVICES,
        fix=Fix(
            descriptor="the platform writes such names only for declared edges, so declare the edge",
            pulumi="set spec.externalName to a name outside the cluster, or use a selector",
        ),
        rows=(82,),
    ),
    demands(
        lambda service: service.properties.text("spec.externalName").satisfies(_elsewhere, absent=True),
        "spec.externalName must not be localhost, or an address of the host itself",
    ),
)

RULES: Final = (NO_NODE_PORTS, LOAD_BALANCERS_DECLARED, NO_EXTERNAL_IPS, NOT_LOCAL)
