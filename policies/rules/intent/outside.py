"""What teams say about the world outside: where they go, and how the world comes in."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Resource,
    ResourceRule,
    Rule,
    Settings,
    Severity,
    Truth,
    any_of,
    setting,
)
from policies.rules.intent.shapes import ROUTE, WORKLOADS, at_most, duty, in_descriptor, listed

_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?")
"""A name of at least two labels, of which the last is no number: neither an address nor a range nor a wildcard."""

_IN_CLEAR: Final[Mapping[str, tuple[int, ...]]] = {
    "AMQP": (5672,),
    "databases": (1433, 1521, 3306, 5432, 6379, 9042, 11211, 27017),
    "file transfer": (20, 21, 69),
    "HTTP": (80, 8080),
    "Kafka": (9092,),
    "LDAP": (389,),
    "mail": (25, 110, 119, 143),
    "management": (23, 161, 514),
    "MQTT": (1883,),
}
"""Ports on which protocols start without TLS (IANA's service names and port numbers; makers' own defaults)."""
_PORTS_IN_CLEAR: Final = frozenset(chain.from_iterable(_IN_CLEAR.values()))

_OPERATIONS: Final = re.compile(
    r"/(?:_?admin|actuator|debug|env|heapdump|internal|jolokia|management|metrics|phpmyadmin|prometheus|"
    r"server-status|swagger(?:-ui)?|threaddump|trace|console|h2-console)(?:/|$)",
    re.IGNORECASE,
)
"""Paths under which frameworks answer those who run a service."""


class Waiting(Settings):
    """How long somebody outside may wait."""

    seconds: int = setting(60, "The longest time that a request may take at a gateway.")


def _named_hosts(resource: Resource) -> Iterator[Duty]:
    for place, target in listed(resource.properties, "egress"):
        met = target.satisfies(lambda text: _HOST.fullmatch(text.rpartition(":")[0]) is not None)
        yield duty(resource, place, met, f"{target.path} must name one host and its port")


def _encrypted(resource: Resource) -> Iterator[Duty]:
    for place, target in listed(resource.properties, "egress"):
        met = target.satisfies(_on_a_port_for_tls)
        yield duty(resource, place, met, f"{target.path} must lead to a port that speaks TLS")


def _on_a_port_for_tls(target: str) -> bool:
    port = target.rpartition(":")[2]
    return port.isascii() and port.isdigit() and int(port) not in _PORTS_IN_CLEAR


def _declared(route: Resource) -> Iterator[Duty]:
    said = route.properties.text("access").satisfies(lambda word: word in ("everyone", "application"))
    yield duty(route, ("access",), any_of(_inside(route), said), "access must say who decides who may use it")


def _limited(route: Resource) -> Iterator[Duty]:
    limit = route.properties.text("rate_limit").present()
    yield duty(route, ("rate_limit",), any_of(_inside(route), limit), "it must set rate_limit")


def _inside(route: Resource) -> Truth:
    return route.properties.text("expose").equals("internal")


def _no_operations(route: Resource) -> Iterator[Duty]:
    harmless = route.properties.text("path").satisfies(lambda path: not _OPERATIONS.search(path), absent=True)
    yield duty(
        route, ("path",), any_of(_inside(route), harmless), "path must not lead to what is for operating it"
    )


def _times_out(settings: Waiting) -> Callable[[Resource], Iterator[Duty]]:
    def check(route: Resource) -> Iterator[Duty]:
        met = at_most(route.properties.text("timeout"), settings.seconds)
        yield duty(route, ("timeout",), met, f"timeout must be at most {settings.seconds}s")

    return check


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        Control(
            identifier="egress-names-hosts",
            sentence="Whatever a workload reaches outside is one host, by its name.",
            why="An open way out is the way on which data leaves after a break-in.",
            severity=Severity.HIGH,
            resource_types=WORKLOADS,
            fix=in_descriptor("list under `egress` each host with its port: `api.stripe.com:443`"),
        ),
        _named_hosts,
    ),
    ResourceRule(
        Control(
            identifier="egress-encrypted",
            sentence="What a workload sends outside goes to ports that speak TLS.",
            why="Outside the platform everybody on the way can read and change what is not encrypted.",
            severity=Severity.MEDIUM,
            resource_types=WORKLOADS,
            fix=in_descriptor("name under `egress` the port on which the host speaks TLS, mostly 443"),
        ),
        _encrypted,
    ),
    ResourceRule(
        Control(
            identifier="public-routes-declare-access",
            sentence="Every public route says whether everyone may use it, or the application asks who it is.",
            why="What is open to the world by oversight looks the same as what is open on purpose.",
            severity=Severity.HIGH,
            resource_types=frozenset({ROUTE}),
            fix=in_descriptor("set the route's `access` to everyone or application, or `expose: internal`"),
        ),
        _declared,
    ),
    ResourceRule(
        Control(
            identifier="public-routes-rate-limited",
            sentence="Every public route has a limit of how many requests it lets through.",
            why="Without one a single client takes all that the gateway and the services behind it can do.",
            severity=Severity.MEDIUM,
            resource_types=frozenset({ROUTE}),
            fix=in_descriptor("set the route's `rate_limit` above what it serves at its peak: `200/s`"),
        ),
        _limited,
    ),
    ResourceRule(
        Control(
            identifier="public-routes-hide-operations",
            sentence="No public route leads to what is there for those who operate a service.",
            why="Such paths show memory, configuration and traffic, and some of them change the service.",
            severity=Severity.HIGH,
            resource_types=frozenset({ROUTE}),
            fix=in_descriptor("set `expose: internal` on a route of its own"),
        ),
        _no_operations,
    ),
    ResourceRule.settable(
        Control(
            identifier="routes-time-out",
            sentence="A request from outside ends after a while, whatever happens behind the gateway.",
            why="Slow requests are held at the gateway, which everybody shares, until it can take no more.",
            severity=Severity.LOW,
            resource_types=frozenset({ROUTE}),
            fix=in_descriptor("set the route's `timeout` to what an answer takes at most, or leave it out"),
        ),
        Waiting(),
        _times_out,
    ),
)
