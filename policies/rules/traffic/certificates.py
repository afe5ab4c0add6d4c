"""Rules about certificates that cert-manager is asked for."""

import re
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
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.truth import YES
from policies.rules.traffic.services import BY_ROUTES
from policies.rules.traffic.shapes import CERTIFICATES

_DURATION: Final = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?")
_SECONDS: Final = (3600.0, 60.0, 1.0)


class Lifetime(Settings):
    """How long a certificate may be valid."""

    max_hours: int = setting(2400, "The longest duration of a certificate, in hours.")


def _hours(duration: str) -> float | None:
    """Read a Go duration in hours, minutes and seconds; None where it is not one."""
    match = _DURATION.fullmatch(duration)
    if not match or not duration:
        return None
    parts = zip(match.groups(), _SECONDS, strict=True)
    return sum(float(number) * seconds for number, seconds in parts if number) / _SECONDS[0]


def _short_lived(settings: Lifetime) -> Callable[[Resource], Iterator[Duty]]:
    def allowed(duration: str) -> bool:
        hours = _hours(duration)
        return hours is not None and 0 < hours <= settings.max_hours

    def check(certificate: Resource) -> Iterator[Duty]:
        duration = certificate.properties.text("spec.duration")
        yield Duty(
            certificate,
            duration.satisfies(allowed, absent=True),
            "spec.duration must be at most the setting `maxHours`",
        )

    return check


SHORT_LIVED: Final = ResourceRule.settable(
    Control(
        identifier="certificates-short-lived",
        sentence="No certificate is valid for longer than a hundred days",
        why="A stolen key is good for as long as its certificate, and what is rarely renewed fails when it is.",
        severity=Severity.MEDIUM,
        resource_types=CERTIFICATES,
        fix=Fix(descriptor=BY_ROUTES, pulumi="leave spec.duration out (90 days), or set at most 2400h"),
        rows=(91,),
    ),
    Lifetime(),
    _short_lived,
)


class Domains(Settings):
    """For which names certificates may be asked."""

    allowed_domains: tuple[str, ...] = setting(
        (), "Domains whose names, and those below them, may be certified; empty for any."
    )


def _names_allowed(settings: Domains) -> Callable[[Resource], Iterator[Duty]]:
    def allowed(name: str) -> bool:
        plain = name.removeprefix("*.").rstrip(".").lower()
        if "*" in plain or "." not in plain:
            return False
        domains = settings.allowed_domains
        return not domains or any(plain == each or plain.endswith(f".{each}") for each in domains)

    def check(certificate: Resource) -> Iterator[Duty]:
        spec = certificate.properties.at("spec")
        for name in (*(each.text() for each in spec.items("dnsNames")), spec.text("commonName")):
            yield Duty(
                certificate,
                name.satisfies(allowed, absent=name.path.endswith("commonName")),
                f"{name.path} must be a name in one of the setting `allowedDomains`, and no top-level domain",
            )

    return check


NAMES_ALLOWED: Final = ResourceRule.settable(
    Control(
        identifier="certificates-names-allowed",
        sentence="Certificates are asked for names in the organisation's own domains only",
        why="Whoever holds a certificate for a name can stand in for it.",
        severity=Severity.MEDIUM,
        resource_types=CERTIFICATES,
        fix=Fix(
            descriptor="set `host` of the route within the environment's domain",
            pulumi="list only names of your own domains under spec.dnsNames",
        ),
        rows=(91,),
    ),
    Domains(),
    _names_allowed,
)


class Issuers(Settings):
    """Who may sign."""

    allowed_issuers: tuple[str, ...] = setting(
        (), "Issuers that may be named, each as its name or as kind/name; empty for any."
    )


def _issuer_allowed(settings: Issuers) -> Callable[[Resource], Iterator[Duty]]:
    def check(certificate: Resource) -> Iterator[Duty]:
        reference = certificate.properties.at("spec.issuerRef")
        kind, name = reference.text("kind"), reference.text("name")
        listed = (
            all_of(name.equals(each), kind.equals(of_kind, absent=of_kind == "Issuer") if slash else YES)
            for of_kind, slash, each in (issuer.rpartition("/") for issuer in settings.allowed_issuers)
        )
        allowed = any_of(*listed) if settings.allowed_issuers else name.satisfies(bool)
        yield Duty(certificate, allowed, "spec.issuerRef must name one of the setting `allowedIssuers`")

    return check


ISSUER_ALLOWED: Final = ResourceRule.settable(
    Control(
        identifier="certificates-issuer-allowed",
        sentence="Certificates are signed by the issuers that the organisation trusts",
        why="A self-signed certificate, or one of a test authority, teaches clients not to check.",
        severity=Severity.MEDIUM,
        resource_types=CERTIFICATES,
        fix=Fix(
            descriptor="the platform names the environment's issuer",
            pulumi="set spec.issuerRef to an allowed issuer",
        ),
        rows=(91,),
    ),
    Issuers(),
    _issuer_allowed,
)

RULES: Final = (SHORT_LIVED, NAMES_ALLOWED, ISSUER_ALLOWED)
