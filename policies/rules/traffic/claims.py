"""Rules about hosts and paths that two Ingresses or routes want at once."""

import json
from collections.abc import Callable, Hashable, Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Opaque, Properties, Resource, Severity, Stack, StackRule
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.tiers import Tier
from policies.rules.traffic.services import BY_ROUTES
from policies.rules.traffic.shapes import INGRESS, INGRESSES, ROUTES
from policies.rules.traffic.uniqueness import Claim, Claims

_EVERY_HOST: Final = "*"


def _unique(control: Control, claimed: Callable[[Resource], Iterator[Claim]], demand: str) -> StackRule:
    """Make a rule: what ``claimed`` lists is claimed by no other resource."""

    def check(stack: Stack) -> Iterator[Duty]:
        claims = (claim for each in stack.of_types(control.resource_types) for claim in claimed(each))
        for claim, alone in Claims(claims).judged():
            yield Duty(claim.owner, alone, f"{claim.path} must {demand}")

    return StackRule(control, check)


def _hosts(ingress: Resource) -> Iterator[Claim]:
    for rule in ingress.properties.items("spec.rules"):
        host = rule.at("host")
        if isinstance(host.value, str | Opaque):
            yield Claim(ingress, host.text().value, host.path)


HOSTS_UNIQUE: Final = _unique(
    Control(
        identifier="ingresses-hosts-unique",
        sentence="Every host belongs to one Ingress",
        why="Whoever claims a host that another Ingress serves gets part of its traffic, from whatever namespace.",
        severity=Severity.HIGH,
        resource_types=INGRESSES,
        fix=Fix(descriptor=BY_ROUTES, pulumi="put all paths of a host into one Ingress"),
        advisory_in=frozenset(Tier),
        rows=(87,),
    ),
    _hosts,
    "not be a host of another Ingress",
)


def _paths(resource: Resource) -> Iterator[Claim]:
    yield from _ingress_paths(resource) if resource.type == INGRESS else _route_matches(resource)


def _ingress_paths(ingress: Resource) -> Iterator[Claim]:
    for rule in ingress.properties.items("spec.rules"):
        host = _plain(rule, "host") if rule.at("host").value is not None else _EVERY_HOST
        for path in rule.items("http.paths"):
            yield _claim(ingress, path, host, _plain(path, "path") or "/", _plain(path, "pathType"))


def _route_matches(route: Resource) -> Iterator[Claim]:
    """List host and match of every rule, at the listener that the route is attached to."""
    spec = route.properties.at("spec")
    hosts = [_plain(host) for host in spec.items("hostnames")] or [_EVERY_HOST]
    parents = [_parent(route, each) for each in spec.items("parentRefs")]
    for rule in spec.items("rules"):
        matches = rule.items("matches")
        for match in matches or [rule.at("matches")]:
            what = _plain(match)
            for host in hosts:
                for parent in parents:
                    yield _claim(route, match, parent, host, "{}" if what is None else what)


def _parent(route: Resource, parent: Properties) -> str | Opaque:
    home = parent.text("namespace").or_else(namespace_of(route))
    reference = _plain(parent)
    return f"{home.value} {reference}" if home.value and isinstance(reference, str) else Opaque.UNKNOWN


def _claim(owner: Resource, part: Properties, *what: object) -> Claim:
    known: Hashable = None if any(isinstance(each, Opaque) for each in what) else (owner.type, *what)
    return Claim(owner, known, part.path or "spec")


def _plain(part: Properties, path: str = "") -> str | Opaque | None:
    """Write a part down so that equal ones are equal; unknown where any of it is."""
    value = part.at(path).value
    if value is None or isinstance(value, str | Opaque):
        return value
    try:
        return json.dumps(value, sort_keys=True)
    except (TypeError, ValueError):
        return Opaque.UNKNOWN


PATHS_UNIQUE: Final = _unique(
    Control(
        identifier="ingresses-paths-unique",
        sentence="No two Ingresses or routes claim the same host and path",
        why="Which of them answers is decided by their age, or by chance.",
        severity=Severity.HIGH,
        resource_types=INGRESSES | ROUTES,
        fix=Fix(
            descriptor="give one of the routes another host or path",
            pulumi="keep each host and path in one Ingress or route",
        ),
        rows=(87,),
    ),
    _paths,
    "not claim a host and path that another one claims",
)

RULES: Final = (HOSTS_UNIQUE, PATHS_UNIQUE)
