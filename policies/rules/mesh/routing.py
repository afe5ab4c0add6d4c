"""Rules about the hosts of the mesh's gateways and routes."""

from collections.abc import Iterator
from typing import Final

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
    claims = (claim for each in stack.of_types({VIRTUAL_SERVICE}) for claim in _hosts_claimed(each))
    for claim, alone in Claims(claims).judged():
        yield Duty(
            claim.owner, alone, f"{claim.path} must not be a host of another VirtualService of the mesh"
        )


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
    """The Istio Gateways of a stack, by namespace and name, each with the hosts that it serves."""

    def __init__(self, stack: Stack) -> None:
        self._hosts: dict[tuple[str, str], list[Reading[str]]] = {}
        self._elsewhere = YES
        for gateway in stack.of_types({ISTIO_GATEWAY}):
            home, name = namespace_of(gateway).value, gateway.properties.text("metadata.name").value
            if home is None or name is None:
                self._elsewhere = open_at("metadata.name" if name is None else "metadata.namespace")
            else:
                self._hosts[home, name] = [host.text() for host in _host_items(gateway)]

    def serve(self, name: str, home: str, host: Reading[str]) -> Truth:
        """Whether the gateway called ``name`` in a VirtualService of ``home`` serves ``host``, or is not here."""
        place, _, own = name.rpartition("/")
        served = self._hosts.get((place or home, own))
        if served is None or host.value is None:
            return self._elsewhere if served is None else open_at(host.path)
        wanted = host.value
        return any_of(*(pattern.satisfies(lambda each: _matches(each, wanted)) for pattern in served))


def _matches(pattern: str, host: str) -> bool:
    name = pattern.rpartition("/")[2]
    return name in ("*", host) or (name.startswith("*.") and host.endswith(name[1:]))


def _hosts_served(stack: Stack) -> Iterator[Duty]:
    gateways = stack.derived(_Gateways)
    for service in stack.of_types({VIRTUAL_SERVICE}):
        home = namespace_of(service).value
        names = [each.text() for each in service.properties.items("spec.gateways")]
        for host in service.properties.items("spec.hosts"):
            for name in names:
                if name.value is None or home is None:
                    met = open_at("metadata.namespace" if home is None else name.path)
                else:
                    met = YES if name.value == _MESH else gateways.serve(name.value, home, host.text())
                yield Duty(service, met, f"{host.path} must be a host of each Gateway under spec.gateways")


HOSTS_SERVED: Final = StackRule(
    Control(
        identifier="virtual-services-hosts-served",
        sentence="Every host that a VirtualService routes at a Gateway is one that the Gateway serves",
        why="Its routes are never used: callers get errors, and what guards them is not looked at.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({VIRTUAL_SERVICE}),
        fix=Fix(descriptor=BY_DEFAULT, pulumi="add the host to spec.servers[].hosts of the Gateway"),
        rows=(133,),
    ),
    _hosts_served,
)

RULES: Final = (HOSTS_EXACT, HOSTS_UNIQUE, HOSTS_SERVED)
