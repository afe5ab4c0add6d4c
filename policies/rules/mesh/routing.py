"""Rules about the hosts of the mesh's gateways and routes."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Reading,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    any_of,
)
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.truth import YES, open_at
from policies.rules.mesh.shapes import BY_DEFAULT, ISTIO_GATEWAY, VIRTUAL_SERVICE
from policies.rules.traffic.uniqueness import Claim, Claims

_OWN: Final = "."
_EVERYWHERE: Final = "*"
_MESH: Final = "mesh"


def _host_items(resource: Resource) -> Iterator[Properties]:
    if resource.type == VIRTUAL_SERVICE:
        yield from resource.properties.items("spec.hosts")
        return
    for server in resource.properties.items("spec.servers"):
        yield from server.items("hosts")


def _hosts_exact(resource: Resource) -> Iterator[Duty]:
    for host in _host_items(resource):
        named = host.text().satisfies(lambda name: "*" not in name.rpartition("/")[2])
        yield Duty(resource, named, f"{host.path} must be the full name of a host, without *")


HOSTS_EXACT: Final = ResourceRule(
    Control(
        identifier="mesh-hosts-exact",
        sentence="VirtualServices and Istio Gateways name their hosts in full",
        why="A wildcard takes over the traffic of names that belong to others, now or later.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({VIRTUAL_SERVICE, ISTIO_GATEWAY}),
        fix=Fix(descriptor=BY_DEFAULT, pulumi="list each host by its full name"),
        rows=(133,),
    ),
    _hosts_exact,
)


def _hosts_claimed(service: Resource) -> Iterator[Claim]:
    spec = service.properties.at("spec")
    home = namespace_of(service)
    of_mesh = any_of(spec.empty("gateways"), *(each.text().equals(_MESH) for each in spec.items("gateways")))
    scope = _scope(spec, home)
    for host in spec.items("hosts"):
        name = host.text()
        known = name.value is not None and home.value is not None and scope is not None
        full = _full_name(name.value or "", home.value or "")
        yield Claim(service, (scope, full) if known else None, host.path, of_mesh)


def _scope(spec: Properties, home: Reading[str]) -> str | None:
    """Say for whom it holds: its own namespace, or everybody; None where that is not known."""
    exported = [each.text().value for each in spec.items("exportTo")]
    if None in exported:
        return None
    return home.value if exported in ([_OWN], [home.value]) else _EVERYWHERE


def _full_name(host: str, namespace: str) -> str:
    return host if "." in host or "*" in host else f"{host}.{namespace}.svc.cluster.local"


def _hosts_unique(stack: Stack) -> Iterator[Duty]:
    claims = [claim for each in stack.of_types({VIRTUAL_SERVICE}) for claim in _hosts_claimed(each)]
    for claim, alone in Claims(_widened(claims)).judged():
        yield Duty(
            claim.owner, alone, f"{claim.path} must not be a host of another VirtualService of the mesh"
        )


def _widened(claims: list[Claim]) -> Iterator[Claim]:
    """Let who keeps a host for its own namespace claim it everywhere, where somebody routes it everywhere."""
    of_mesh = (claim.what for claim in claims if claim.settled.holds)
    wide = {what for what in of_mesh if isinstance(what, tuple) and what[0] == _EVERYWHERE}
    for claim in claims:
        everywhere = (_EVERYWHERE, claim.what[1]) if isinstance(claim.what, tuple) else None
        yield claim._replace(what=everywhere) if everywhere in wide else claim


HOSTS_UNIQUE: Final = StackRule(
    Control(
        identifier="virtual-services-hosts-unique",
        sentence="No two VirtualServices route the same host inside the mesh",
        why="Istio keeps one of them and drops the other's routes, timeouts and retries, whichever is younger.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({VIRTUAL_SERVICE}),
        fix=Fix(descriptor=BY_DEFAULT, pulumi="put all routes of a host into one VirtualService"),
        rows=(133,),
    ),
    _hosts_unique,
)


class _Gateways:
    """The Istio Gateways of a stack, by namespace and name, each with the hosts that it serves and to whom."""

    def __init__(self, stack: Stack) -> None:
        self._hosts: dict[tuple[str, str], list[Reading[str]]] = {}
        self._missing = stack.missing
        self._doubtful: str | None = None
        for gateway in stack.of_types({ISTIO_GATEWAY}):
            home, name = namespace_of(gateway).value, gateway.properties.text("metadata.name").value
            if home is None or name is None:
                self._doubtful = "metadata.name" if name is None else "metadata.namespace"
            else:
                self._hosts[home, name] = [host.text() for host in _host_items(gateway)]

    def serve(self, gateway: Reading[str], home: Reading[str], host: Reading[str]) -> Truth:
        """Whether the gateway that a VirtualService of ``home`` names serves ``host`` to it."""
        if gateway.value is None or home.value is None:
            return open_at(gateway.path if gateway.value is None else home.path)
        place, _, own = gateway.value.rpartition("/")
        place = home.value if place in ("", _OWN) else place
        served = self._hosts.get((place, own))
        if served is None:
            return open_at(self._doubtful) if self._doubtful else self._missing(gateway.path)
        if host.value is None:
            return open_at(host.path)
        asked = _Asked(host.value, home.value, at_home=place == home.value)
        return any_of(*(pattern.satisfies(asked.is_served_by) for pattern in served))


class _Asked(NamedTuple):
    """What a VirtualService asks of a gateway.

    Attributes:
        host: The host that it routes.
        home: Its namespace.
        at_home: Whether that is the gateway's too.
    """

    host: str
    home: str
    at_home: bool

    def is_served_by(self, pattern: str) -> bool:
        """Whether a host of the gateway, `namespace/name` or `name`, takes it in."""
        place, _, name = pattern.rpartition("/")
        admitted = place in ("", _EVERYWHERE, self.home) or (place == _OWN and self.at_home)
        return admitted and (name == self.host or _takes_in(name, self.host) or _takes_in(self.host, name))


def _takes_in(wide: str, narrow: str) -> bool:
    """Whether a name with a wildcard stands for another, as Istio compares them: in whole or in part."""
    return wide == _EVERYWHERE or (wide.startswith("*.") and narrow.endswith(wide[1:]))


def _hosts_served(stack: Stack) -> Iterator[Duty]:
    gateways = stack.derived(_Gateways)
    for service in stack.of_types({VIRTUAL_SERVICE}):
        home = namespace_of(service)
        hosts = service.properties.items("spec.hosts")
        names = [each.text() for each in service.properties.items("spec.gateways")]
        served = [[_served(gateways, name, home, host.text()) for name in names] for host in hosts]
        for host, somewhere in zip(hosts, served, strict=True):
            yield Duty(
                service,
                any_of(*somewhere) if names else YES,
                f"{host.path} must be a host that a Gateway under spec.gateways serves to its namespace",
            )
        for name, here in zip(names, zip(*served, strict=True), strict=False):
            yield Duty(service, any_of(*here), f"{name.path} must be a Gateway that serves one of spec.hosts")


def _served(gateways: _Gateways, name: Reading[str], home: Reading[str], host: Reading[str]) -> Truth:
    return any_of(name.equals(_MESH), gateways.serve(name, home, host))


HOSTS_SERVED: Final = StackRule(
    Control(
        identifier="virtual-services-hosts-served",
        sentence="The Gateways of a VirtualService serve its hosts: each of them one, and each host at one",
        why="Its routes are never used: callers get errors, and what guards them is not looked at.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({VIRTUAL_SERVICE}),
        fix=Fix(
            descriptor=BY_DEFAULT,
            pulumi="add the host to spec.servers[].hosts of a Gateway, for the namespace of the VirtualService",
        ),
        rows=(133,),
    ),
    _hosts_served,
)

RULES: Final = (HOSTS_EXACT, HOSTS_UNIQUE, HOSTS_SERVED)
