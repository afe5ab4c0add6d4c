"""Rules about what gateways encrypt with, and about how the mesh learns a port's protocol."""

from collections.abc import Iterator, Mapping
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
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.truth import YES, open_at
from policies.rules.mesh.shapes import GATEWAY, ISTIO_GATEWAY
from policies.rules.traffic.shapes import SERVICES

_SECRETS: Final[Mapping[str, tuple[str, ...]]] = {
    "kubernetes:bitnami.com/v1alpha1:SealedSecret": ("spec.template.metadata.name", "metadata.name"),
    "kubernetes:cert-manager.io/v1:Certificate": ("spec.secretName",),
    "kubernetes:core/v1:Secret": ("metadata.name",),
    "kubernetes:external-secrets.io/v1:ExternalSecret": ("spec.target.name", "metadata.name"),
}
"""What a Secret comes from, and where each says the Secret's name: at the first of these that it fills in."""

_ISSUED: Final = ("cert-manager.io/cluster-issuer", "cert-manager.io/issuer")
"""Annotations by which cert-manager makes the Secrets that a Gateway names."""

_PROTOCOLS: Final = frozenset(
    {"grpc", "grpc-web", "http", "http2", "https", "mongo", "mysql", "redis", "tcp", "tls", "udp"}
)
"""What Istio reads from the beginning of a port's name (Istio: Protocol Selection)."""


class _Secrets:
    """The Secrets that a stack makes, by namespace and name."""

    def __init__(self, stack: Stack) -> None:
        self._known: set[tuple[str, str]] = set()
        self._names: set[str] = set()
        self._doubtful: str | None = None
        self._missing = stack.missing
        for source in stack.of_types(_SECRETS.keys()):
            home, name = namespace_of(source), _secret_name(source)
            if name.value is None:
                self._doubtful = name.path
            elif home.value is None:
                self._doubtful = home.path
            else:
                self._known.add((home.value, name.value))
                self._names.add(name.value)

    def have(self, name: Reading[str], home: Reading[str] | None) -> Truth:
        """Whether there is one; in whatever namespace where ``home`` is None."""
        if name.value is None or (home is not None and home.value is None):
            return all_of(name.satisfies(bool), YES if home is None else home.satisfies(bool))
        found = name.value in self._names if home is None else (home.value, name.value) in self._known
        if found:
            return YES
        return open_at(self._doubtful) if self._doubtful else self._missing(name.path)


def _secret_name(source: Resource) -> Reading[str]:
    first, *more = (source.properties.text(path) for path in _SECRETS[source.type])
    for fallback in more:
        first = first.or_else(fallback)
    return first


def _credentials_exist(stack: Stack) -> Iterator[Duty]:
    secrets = stack.derived(_Secrets)
    for gateway in stack.of_types({ISTIO_GATEWAY}):
        for server in gateway.properties.items("spec.servers"):
            name = server.text("tls.credentialName")
            met = any_of(name.satisfies(lambda _: False, absent=True), secrets.have(name, None))
            yield Duty(gateway, met, f"{name.path} must be the name of a Secret")
    for gateway in stack.of_types({GATEWAY}):
        issued = any_of(*(_annotated(gateway, each) for each in _ISSUED))
        for reference in _references(gateway):
            home = reference.text("namespace").or_else(namespace_of(gateway))
            other = reference.text("kind").satisfies(lambda kind: kind != "Secret")
            name = reference.text("name")
            yield Duty(
                gateway,
                any_of(issued, other, secrets.have(name, home)),
                f"{reference.path}.name must be the name of a Secret in its namespace",
            )


def _annotated(gateway: Resource, name: str) -> Truth:
    return gateway.properties.at("metadata.annotations").entry(name).text().satisfies(bool)


def _references(gateway: Resource) -> Iterator[Properties]:
    for listener in gateway.properties.items("spec.listeners"):
        yield from listener.items("tls.certificateRefs")


CREDENTIALS_EXIST: Final = StackRule(
    Control(
        identifier="gateway-credentials-exist",
        sentence="Every certificate that a gateway serves with comes from a Secret that there is",
        why="The gateway refuses TLS for that host, or keeps serving with what it had before.",
        severity=Severity.HIGH,
        resource_types=frozenset({ISTIO_GATEWAY, GATEWAY}),
        fix=Fix(
            descriptor="the platform asks for the certificate of every gateway of an environment",
            pulumi="declare a Certificate, ExternalSecret or Secret of that name in the gateway's namespace",
        ),
        rows=(134,),
    ),
    _credentials_exist,
)


def _ports_named(service: Resource) -> Iterator[Duty]:
    alias = service.properties.text("spec.type").equals("ExternalName")
    for port in service.properties.items("spec.ports"):
        name = port.text("name")
        yield Duty(
            service,
            any_of(
                alias,
                port.text("appProtocol").satisfies(bool),
                port.text("protocol").equals("UDP"),
                name.satisfies(_says_protocol),
            ),
            f"{port.path} must say its protocol: by appProtocol, or at the beginning of its name",
        )


def _says_protocol(name: str) -> bool:
    return name in _PROTOCOLS or name.startswith(_PREFIXES)


_PREFIXES: Final = tuple(f"{protocol}-" for protocol in sorted(_PROTOCOLS))

PORTS_NAMED: Final = ResourceRule(
    Control(
        identifier="service-ports-say-their-protocol",
        sentence="Every port of a Service says its protocol",
        why="Otherwise the mesh takes the traffic for bytes: rules about paths and methods do not apply, retries and "
        "metrics are missing, and nothing says so.",
        severity=Severity.LOW,
        resource_types=SERVICES,
        fix=Fix(
            descriptor="set the protocol of the service's port",
            pulumi="set appProtocol, or begin the port's name with the protocol, as http-web",
        ),
        rows=(136,),
    ),
    _ports_named,
)

RULES: Final = (CREDENTIALS_EXIST, PORTS_NAMED)
