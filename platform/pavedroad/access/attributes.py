"""The attributes that an AuthorizationPolicy may ask about, and how values match them.

Source: Istio references "Authorization Policy" and "Authorization Policy
Conditions", and for details ``pilot/pkg/security/authz/model/generator.go``:
``*`` alone asks for presence, before or after a text for a suffix or prefix;
a namespace may hold ``*`` anywhere; hosts ignore case; paths may be templates
with ``{*}`` (one segment) and ``{**}`` (any number).
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pavedroad.access.model import Address, HttpRequest, Pod
from pavedroad.access.network import may_hold_pods
from pavedroad.access.ternary import Ternary


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the peer's certificate says it is."""

    known: bool
    trust_domain: str = ""
    namespace: str = ""
    service_account: str = ""

    @property
    def present(self) -> bool:
        """Whether there is a certificate at all."""
        return bool(self.trust_domain)

    @property
    def principal(self) -> str:
        """The SPIFFE identity without its scheme."""
        return f"{self.trust_domain}/ns/{self.namespace}/sa/{self.service_account}"


ANONYMOUS = Identity(known=True)
UNKNOWN_IDENTITY = Identity(known=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a policy can see of one connection."""

    source: Pod | Address
    identity: Identity
    port: int
    http: bool | None
    """Whether the proxy treats the port as HTTP; ``None`` where it finds out by looking."""
    request: HttpRequest | None
    trust_domain: str
    pod_networks: tuple[str, ...]
    server_name: str | None = None


Matcher = Callable[[str, Facts], Ternary]


def text_matches(pattern: str, value: str) -> bool:
    """Whether a value is present, or has the pattern's prefix or suffix, or equals it."""
    if pattern == "*":
        return value != ""
    if pattern.startswith("*"):
        return value.endswith(pattern[1:])
    if pattern.endswith("*"):
        return value.startswith(pattern[:-1])
    return value == pattern


def path_matches(pattern: str, path: str) -> bool:
    """Whether a path, less its query, matches a pattern or a template."""
    path = path.partition("?")[0].partition("#")[0]
    if "{*}" not in pattern and "{**}" not in pattern:
        return text_matches(pattern, path)
    escaped = re.escape(pattern)
    regex = escaped.replace(r"\{\*\*\}", ".*").replace(r"\{\*\}", "[^/]+")
    return re.fullmatch(regex, path) is not None


def _of_identity(facts: Facts, test: Callable[[Identity], bool]) -> Ternary:
    if not facts.identity.known:
        return None
    return facts.identity.present and test(facts.identity)


def _principal(pattern: str, facts: Facts) -> Ternary:
    # "cluster.local" in a policy stands for the mesh's own trust domain, whatever its name.
    if pattern.startswith("cluster.local/"):
        pattern = facts.trust_domain + pattern.removeprefix("cluster.local")
    return _of_identity(facts, lambda identity: text_matches(pattern, identity.principal))


def _namespace(pattern: str, facts: Facts) -> Ternary:
    regex = ".*".join(map(re.escape, pattern.split("*")))
    return _of_identity(facts, lambda identity: re.fullmatch(regex, identity.namespace) is not None)


def _service_account(pattern: str, facts: Facts) -> Ternary:
    return _of_identity(facts, lambda identity: f"{identity.namespace}/{identity.service_account}" == pattern)


def _trust_domain(pattern: str, facts: Facts) -> Ternary:
    return _of_identity(facts, lambda identity: text_matches(pattern, identity.trust_domain))


def _source_ip(pattern: str, facts: Facts) -> Ternary:
    if isinstance(facts.source, Address):
        return facts.source.within(pattern)
    return None if may_hold_pods(pattern, facts.pod_networks) else False


def _port(pattern: str, facts: Facts) -> Ternary:
    return pattern == str(facts.port)


def _server_name(pattern: str, facts: Facts) -> Ternary:
    return None if facts.server_name is None else text_matches(pattern, facts.server_name)


def _not_told(_pattern: str, _facts: Facts) -> Ternary:
    return None


def _of_request(test: Callable[[str, HttpRequest], Ternary]) -> Matcher:
    return lambda pattern, facts: None if facts.request is None else test(pattern, facts.request)


def _host(pattern: str, request: HttpRequest) -> Ternary:
    return None if request.host is None else text_matches(pattern.lower(), request.host.lower())


def _request_principal(pattern: str, request: HttpRequest) -> Ternary:
    return request.principal is not None and text_matches(pattern, request.principal)


def _claim(_pattern: str, request: HttpRequest) -> Ternary:
    return False if request.principal is None else None


def _header(name: str) -> Matcher:
    def matches(pattern: str, request: HttpRequest) -> Ternary:
        sent = {key.lower(): value for key, value in request.headers.items()}
        return name.lower() in sent and text_matches(pattern, sent[name.lower()])

    return _of_request(matches)


@dataclass(frozen=True, slots=True)
class Attribute:
    """How one attribute is matched, and whether only HTTP has it."""

    matches: Matcher
    http_only: bool = False


SOURCE: Mapping[str, Attribute] = {
    "principals": Attribute(_principal),
    "namespaces": Attribute(_namespace),
    "serviceAccounts": Attribute(_service_account),
    "trustDomains": Attribute(_trust_domain),
    "ipBlocks": Attribute(_source_ip),
    "remoteIpBlocks": Attribute(_not_told),
    "requestPrincipals": Attribute(_of_request(_request_principal), http_only=True),
}
"""The fields of ``from.source``; each has a counterpart with ``not``."""

OPERATION: Mapping[str, Attribute] = {
    "ports": Attribute(_port),
    "hosts": Attribute(_of_request(_host), http_only=True),
    "methods": Attribute(
        _of_request(lambda pattern, request: text_matches(pattern, request.method)), http_only=True
    ),
    "paths": Attribute(
        _of_request(lambda pattern, request: path_matches(pattern, request.path)), http_only=True
    ),
}
"""The fields of ``to.operation``; each has a counterpart with ``not``."""

_CONDITION: Mapping[str, Attribute] = {
    "source.principal": SOURCE["principals"],
    "source.namespace": SOURCE["namespaces"],
    "source.serviceAccount": SOURCE["serviceAccounts"],
    "source.ip": SOURCE["ipBlocks"],
    "destination.port": OPERATION["ports"],
    "connection.sni": Attribute(_server_name),
    "request.auth.principal": SOURCE["requestPrincipals"],
}
_CLAIM = Attribute(_of_request(_claim), http_only=True)
_NOT_TOLD = Attribute(_not_told)


def condition(key: str) -> Attribute:
    """The attribute of a ``when`` key; one that no manifest tells is never evaluated."""
    if key in _CONDITION:
        return _CONDITION[key]
    if match := re.fullmatch(r"request\.headers\[(.+)\]", key):
        return Attribute(_header(match[1]), http_only=True)
    return _CLAIM if key.startswith("request.auth.") else _NOT_TOLD


def qualified(name: str, values: tuple[str, ...], namespace: str) -> tuple[str, ...]:
    """The values of a field as they are compared: a bare service account is one of the policy's namespace.

    Raises:
        ValueError: a value of an IP field is no address or CIDR.
    """
    if name in ("ipBlocks", "remoteIpBlocks"):
        for value in values:
            ipaddress.ip_network(value, strict=False)
    if name != "serviceAccounts":
        return values
    return tuple(value if "/" in value else f"{namespace}/{value}" for value in values)


def source_or_operation(table: Mapping[str, Attribute], name: str) -> Attribute:
    """The attribute of a field; one that this table does not know is never evaluated."""
    return table.get(name, _NOT_TOLD)
