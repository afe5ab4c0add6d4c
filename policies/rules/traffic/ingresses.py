"""Rules about encryption and hosts of an Ingress or a route."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Truth,
    all_of,
    any_of,
    setting,
)
from policies.rules.traffic.services import BY_ROUTES
from policies.rules.traffic.shapes import INGRESSES, ROUTES, annotation

_REFUSING: Final = {
    "kubernetes.io/ingress.allow-http": frozenset({"false"}),
    "alb.ingress.kubernetes.io/ssl-redirect": frozenset({"443"}),
    "haproxy.org/ssl-redirect": frozenset({"true"}),
    "haproxy-ingress.github.io/ssl-redirect": frozenset({"true"}),
    "ingress.kubernetes.io/force-ssl-redirect": frozenset({"true"}),
    "nginx.ingress.kubernetes.io/force-ssl-redirect": frozenset({"true"}),
    "traefik.ingress.kubernetes.io/router.entrypoints": frozenset({"websecure"}),
}
"""Annotations by which controllers refuse or redirect plain HTTP, each with the values that do."""


class Encryption(Settings):
    """What an Ingress must say about its own encryption."""

    tls_optional: bool = setting(
        False,
        "Whether `spec.tls` may be missing, where something before the controller ends TLS.",
    )


def _https_only(settings: Encryption) -> Callable[[Resource], Iterator[Duty]]:
    def check(ingress: Resource) -> Iterator[Duty]:
        refused = any_of(
            *(
                annotation(ingress, name).text().satisfies(values.__contains__)
                for name, values in _REFUSING.items()
            )
        )
        yield Duty(
            ingress,
            refused,
            "an annotation must refuse plain HTTP: kubernetes.io/ingress.allow-http, or the controller's redirect",
        )
        if not settings.tls_optional:
            yield Duty(ingress, _has_tls(ingress), "spec.tls must have an entry")

    return check


def _has_tls(ingress: Resource) -> Truth:
    return any_of(*(entry.anything().present() for entry in ingress.properties.items("spec.tls")))


HTTPS_ONLY: Final = ResourceRule.settable(
    Control(
        identifier="ingresses-https-only",
        sentence="No Ingress answers in plain HTTP",
        why="Whoever is on the way reads and changes what is sent, passwords and cookies included.",
        severity=Severity.HIGH,
        resource_types=INGRESSES,
        fix=Fix(
            descriptor=BY_ROUTES,
            pulumi='set spec.tls and the annotation kubernetes.io/ingress.allow-http to "false"',
        ),
        rows=(85,),
    ),
    Encryption(),
    _https_only,
)


def _hosts_covered(ingress: Resource) -> Iterator[Duty]:
    yield Duty(ingress, _has_tls(ingress), "spec.tls must have an entry")
    covered = [host.text() for entry in ingress.properties.items("spec.tls") for host in entry.items("hosts")]
    for rule in ingress.properties.items("spec.rules"):
        host = rule.text("host")
        ways = (pattern.satisfies(partial(_covers, host.value)) for pattern in covered)
        met = any_of(*ways) if host.value else host.satisfies(lambda _: True, absent=True)
        yield Duty(ingress, met, f"{rule.path}.host must be among the hosts of spec.tls")


def _covers(host: str | None, pattern: str) -> bool:
    """Whether a certificate for ``pattern`` is one for ``host``; a wildcard stands for one label."""
    return pattern == host or (
        pattern.startswith("*.") and host is not None and host.partition(".")[2] == pattern[2:]
    )


HOSTS_COVERED: Final = ResourceRule(
    Control(
        identifier="ingresses-hosts-have-tls",
        sentence="Every host of an Ingress is named under its TLS",
        why="A host that is left out is served with a certificate for another name, or with none.",
        severity=Severity.HIGH,
        resource_types=INGRESSES,
        fix=Fix(descriptor=BY_ROUTES, pulumi="list every host of spec.rules under the hosts of spec.tls"),
        rows=(85,),
    ),
    _hosts_covered,
)


def _is_exact(host: str) -> bool:
    return bool(host) and "*" not in host


def _hosts_exact(resource: Resource) -> Iterator[Duty]:
    if resource.type in ROUTES:
        yield from _route_hosts_exact(resource)
        return
    for rule in resource.properties.items("spec.rules"):
        yield Duty(
            resource,
            rule.text("host").satisfies(_is_exact),
            f"{rule.path}.host must be the full name of a host, without *",
        )


def _route_hosts_exact(route: Resource) -> Iterator[Duty]:
    spec = route.properties.at("spec")
    hosts = spec.items("hostnames")
    for host in hosts:
        yield Duty(route, host.text().satisfies(_is_exact), f"{host.path} must be a full name, without *")
    yield Duty(
        route,
        any_of(*(host.anything().present() for host in hosts), _only_redirects(spec), _only_inside(spec)),
        "spec.hostnames must name a host, unless the route only redirects or is for a Service",
    )


def _only_redirects(spec: Properties) -> Truth:
    rules = spec.items("rules")
    redirecting = (
        any_of(*(each.text("type").equals("RequestRedirect") for each in rule.items("filters")))
        for rule in rules
    )
    return all_of(any_of(*(rule.anything().present() for rule in rules)), *redirecting)


def _only_inside(spec: Properties) -> Truth:
    parents = spec.items("parentRefs")
    return all_of(any_of(*(_is_service(each) for each in parents)), *map(_is_service, parents))


def _is_service(parent: Properties) -> Truth:
    return parent.text("kind").equals("Service")


HOSTS_EXACT: Final = ResourceRule(
    Control(
        identifier="ingresses-hosts-exact",
        sentence="Every Ingress and every route names the hosts that it answers for",
        why="An empty or wildcard host takes over the traffic of names that belong to others.",
        severity=Severity.HIGH,
        resource_types=INGRESSES | ROUTES,
        fix=Fix(
            descriptor="set `host` of the route to a full name",
            pulumi="name each host in full: spec.rules[].host of an Ingress, spec.hostnames of a route",
        ),
        rows=(86,),
    ),
    _hosts_exact,
)

RULES: Final = (HTTPS_ONLY, HOSTS_COVERED, HOSTS_EXACT)
