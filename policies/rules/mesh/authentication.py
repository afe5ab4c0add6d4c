"""Rules about who a caller is known to be: mutual TLS between workloads, tokens of people."""

import ipaddress
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlsplit

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Reference,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import namespace_of
from policies.rules.mesh.shapes import (
    BY_DEFAULT,
    DESTINATION_RULE,
    PEER_AUTHENTICATIONS,
    REQUEST_AUTHENTICATION,
    ROOT_NAMESPACE,
)

_INHERITING: Final = frozenset({"STRICT", "UNSET"})
_ENCRYPTING: Final = frozenset({"SIMPLE", "MUTUAL", "ISTIO_MUTUAL"})


def _mtls_only(authentication: Resource) -> Iterator[Duty]:
    spec = authentication.properties.at("spec")
    mode = spec.text("mtls.mode")
    inherits = any_of(
        namespace_of(authentication).satisfies(lambda name: name != ROOT_NAMESPACE),
        *(value.text().present() for _, value in spec.entries("selector.matchLabels")),
    )
    yield Duty(
        authentication,
        all_of(
            mode.satisfies(_INHERITING.__contains__, absent=True), any_of(mode.equals("STRICT"), inherits)
        ),
        "spec.mtls.mode must be STRICT, or left to the namespace or the mesh, which must say so itself",
    )
    for _, port in spec.entries("portLevelMtls"):
        yield Duty(
            authentication,
            port.text("mode").satisfies(_INHERITING.__contains__, absent=True),
            f"{port.path}.mode must be STRICT, or left to the workload",
        )


MTLS_ONLY: Final = ResourceRule(
    Control(
        identifier="peer-authentication-strict",
        sentence="No PeerAuthentication lets plaintext in: not for the mesh, a namespace, a workload or a port",
        why="Plaintext has no identity: every AuthorizationPolicy that names a caller becomes a guess.",
        severity=Severity.CRITICAL,
        resource_types=PEER_AUTHENTICATIONS,
        fix=Fix(
            descriptor="the platform sets STRICT for every team; no descriptor field loosens it",
            pulumi="set spec.mtls.mode and every mode under spec.portLevelMtls to STRICT",
        ),
        references=(Reference("PCI DSS", "4.2.1"),),
        rows=(126,),
    ),
    _mtls_only,
)


def _tls_settings(rule: Resource) -> Iterator[Properties]:
    """List what a DestinationRule says about TLS: for all, for single ports, and for subsets likewise."""
    spec = rule.properties.at("spec")
    for policy in (
        spec.at("trafficPolicy"),
        *(subset.at("trafficPolicy") for subset in spec.items("subsets")),
    ):
        for part in (policy, *policy.items("portLevelSettings")):
            if part.at("tls").value is not None:
                yield part.at("tls")


def _keeps_tls(rule: Resource) -> Iterator[Duty]:
    for tls in _tls_settings(rule):
        yield Duty(
            rule,
            tls.text("mode").satisfies(_ENCRYPTING.__contains__),
            f"{tls.path}.mode must be ISTIO_MUTUAL, MUTUAL or SIMPLE",
        )


KEEPS_TLS: Final = ResourceRule(
    Control(
        identifier="destination-rules-keep-tls",
        sentence="No DestinationRule turns TLS off",
        why="Calls to that host leave the pod in plain text and without an identity.",
        severity=Severity.HIGH,
        resource_types=frozenset({DESTINATION_RULE}),
        fix=Fix(
            descriptor=BY_DEFAULT,
            pulumi="leave tls out, which keeps the mesh's own, or set its mode to one that encrypts",
        ),
        rows=(132,),
    ),
    _keeps_tls,
)


def _verifies_server(rule: Resource) -> Iterator[Duty]:
    chosen = rule.properties.anything("spec.workloadSelector").present()
    for tls in _tls_settings(rule):
        yield Duty(
            rule,
            any_of(
                tls.text("mode").satisfies(lambda mode: mode not in ("SIMPLE", "MUTUAL"), absent=True),
                tls.text("caCertificates").satisfies(bool),
                all_of(tls.text("credentialName").satisfies(bool), chosen),
            ),
            f"{tls.path} must name caCertificates to check the server by, or, beside spec.workloadSelector, a "
            "credentialName",
        )
        yield Duty(
            rule,
            tls.flag("insecureSkipVerify").equals(wanted=False, absent=True),
            f"{tls.path}.insecureSkipVerify must not be true",
        )


VERIFIES_SERVER: Final = ResourceRule(
    Control(
        identifier="destination-rules-verify-server",
        sentence="Every DestinationRule that starts TLS says by what it checks the server",
        why="Without it anybody on the way can answer in the server's place. Sidecars read a credentialName only where "
        "the rule says by a workloadSelector for which of them it is.",
        severity=Severity.HIGH,
        resource_types=frozenset({DESTINATION_RULE}),
        fix=Fix(
            descriptor=BY_DEFAULT,
            pulumi="set caCertificates, `system` for those of the image, or credentialName and workloadSelector",
        ),
        rows=(132,),
    ),
    _verifies_server,
)


class KeyHosts(Settings):
    """From where keys for tokens may be fetched."""

    allowed_hosts: tuple[str, ...] = setting(
        (), "Hosts that keys may be fetched from; empty for any with a name."
    )


def _keys_fetched_safely(settings: KeyHosts) -> Callable[[Resource], Iterator[Duty]]:
    def allowed(uri: str) -> bool:
        try:
            parts = urlsplit(uri)
            host = parts.hostname or ""
        except ValueError:
            return False
        if parts.scheme != "https" or not _is_public_name(host):
            return False
        return host in settings.allowed_hosts if settings.allowed_hosts else True

    def check(authentication: Resource) -> Iterator[Duty]:
        for rule in authentication.properties.items("spec.jwtRules"):
            yield Duty(
                authentication,
                rule.text("jwksUri").satisfies(allowed, absent=True),
                f"{rule.path}.jwksUri must be https at a named host, one of the setting `allowedHosts` if there are any",
            )

    return check


def _is_public_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal"))
    return False


KEYS_FETCHED_SAFELY: Final = ResourceRule.settable(
    Control(
        identifier="token-keys-fetched-safely",
        sentence="Keys that tokens are checked by come over TLS from a public host",
        why="Whoever answers that request signs tokens for anybody; an inner address makes the control plane call "
        "what nobody else may.",
        severity=Severity.HIGH,
        resource_types=frozenset({REQUEST_AUTHENTICATION}),
        fix=Fix(pulumi="set spec.jwtRules[].jwksUri to the https address of the identity provider"),
        rows=(129,),
    ),
    KeyHosts(),
    _keys_fetched_safely,
)

RULES: Final = (MTLS_ONLY, KEEPS_TLS, VERIFIES_SERVER, KEYS_FETCHED_SAFELY)
