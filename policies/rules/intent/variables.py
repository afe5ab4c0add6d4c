"""What teams write into environment variables, arguments and configuration: nothing secret, nothing left switched on.

What counts as a secret is `pavedroad.secret_literals`: published forms of tokens, private keys, and long random text
under a name that says secret. A short literal under such a name is no secret worth hiding, and yet the sign of a
credential that everybody knows.
"""

import re
from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Resource, ResourceRule, Rule, Severity
from pavedroad.secret_literals import looks_like_secret, looks_like_token
from policies.rules.intent.shapes import (
    BELOW_STAGING,
    WORKLOADS,
    containers,
    duty,
    in_descriptor,
    listed,
    variables,
)

_CREDENTIAL: Final = re.compile(
    r"(?:^|_|\.)(?:PASSW(?:OR)?D|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)$",
    re.IGNORECASE,
)
"""A variable's name that ends in what it holds: `DB_PASSWORD`, not `PASSWORD_FILE` or `TOKEN_TTL`."""

_SWITCH: Final = re.compile(r"(?:^|_)(?:DEBUG|TRACE)(?:_MODE|_ENABLED)?$", re.IGNORECASE)
_LEVEL: Final = re.compile(r"(?:^|_)LOG_?LEVEL$", re.IGNORECASE)
_MODES: Final = frozenset(
    {"APP_ENV", "ASPNETCORE_ENVIRONMENT", "DJANGO_ENV", "FLASK_ENV", "GIN_MODE", "NODE_ENV", "RAILS_ENV"}
)
"""Variables by which frameworks choose between development and production."""
_DEVELOPING: Final = frozenset({"debug", "dev", "develop", "development"})
_ON: Final = frozenset({"1", "true", "yes", "on", "*"})
_REMOTE_DEBUGGER: Final = re.compile(r"-agentlib:jdwp|-Xrunjdwp|--inspect(?:-brk)?\b|\bdebugpy\b|\bdlv\b")


def _no_secrets(resource: Resource) -> Iterator[Duty]:
    for place, name, value in variables(resource):
        met = value.satisfies(lambda text, name=name: not looks_like_secret(name, text))  # type: ignore[misc]  # a default binds the name of this turn
        yield duty(resource, place, met, f"{value.path} must not hold what looks like a secret")
    for place, container in containers(resource):
        for word in ("command", "args"):
            for item, text in listed(container, word):
                met = text.satisfies(lambda argument: not looks_like_token(argument))
                yield duty(
                    resource, (*place, *item), met, f"{text.path} must not hold what looks like a secret"
                )
    for name, config in resource.properties.entries("config"):
        content = config.text("content")
        met = content.satisfies(lambda text: not looks_like_token(text), absent=True)
        demand = f"{content.path} must not hold what looks like a secret"
        yield duty(resource, ("config", name, "content"), met, demand)


def _by_reference(resource: Resource) -> Iterator[Duty]:
    for place, name, value in variables(resource):
        if _CREDENTIAL.search(name):
            met = value.satisfies(_refers)
            yield duty(resource, place, met, f"{value.path} must refer to an output, or move to secrets")


def _refers(value: str) -> bool:
    """Whether a value holds nothing of its own: it is empty, a switch, a number, a path, or has a reference."""
    plain = value.strip().lower()
    return (
        not plain
        or plain in ("true", "false")
        or plain.isdigit()
        or plain.startswith("/")
        or "${" in value.replace("$${", "")
    )


def _not_debugging(resource: Resource) -> Iterator[Duty]:
    for place, name, value in variables(resource):
        met = value.satisfies(lambda text, name=name: not _debugs(name, text))  # type: ignore[misc]  # a default binds the name of this turn
        yield duty(resource, place, met, f"{value.path} must not switch debugging on")
    for place, container in containers(resource):
        for word in ("command", "args"):
            for item, text in listed(container, word):
                met = text.satisfies(lambda argument: not _REMOTE_DEBUGGER.search(argument))
                yield duty(resource, (*place, *item), met, f"{text.path} must not start a debugger")


def _debugs(name: str, value: str) -> bool:
    plain = value.strip().lower()
    return bool(
        (_SWITCH.search(name) and plain in _ON)
        or (_LEVEL.search(name) and plain in ("debug", "trace", "all"))
        or (name.upper() in _MODES and plain in _DEVELOPING)
        or _REMOTE_DEBUGGER.search(value)
    )


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        Control(
            identifier="service-words-hold-no-secrets",
            sentence="No environment variable, argument or configuration file of a descriptor holds a secret.",
            why="A descriptor is read by everybody, and its history keeps what is taken out of it.",
            severity=Severity.CRITICAL,
            resource_types=WORKLOADS,
            fix=in_descriptor(
                "keep the value in the vault, name it under `secrets`, and replace it: it is known now"
            ),
            rows=(73, 75),
        ),
        _no_secrets,
    ),
    ResourceRule(
        Control(
            identifier="service-credentials-by-reference",
            sentence="An environment variable that is named as a credential is a reference, not a literal.",
            why="A password that stands in the descriptor is the same for everybody and everywhere, and never changes.",
            severity=Severity.MEDIUM,
            resource_types=WORKLOADS,
            fix=in_descriptor(
                "refer to an output, as in `${stores.ledger.password}`, or name the value under `secrets`"
            ),
            rows=(73,),
        ),
        _by_reference,
    ),
    ResourceRule(
        Control(
            identifier="service-debugging-off",
            sentence="Nothing that helps in development is switched on where others depend on a service.",
            why="Debug output tells too much, debug modes skip checks, and a debugger lets anybody run code.",
            severity=Severity.MEDIUM,
            resource_types=WORKLOADS,
            fix=in_descriptor("say it under `environments` for the environments where it is wanted"),
            off_in=BELOW_STAGING,
        ),
        _not_debugging,
    ),
)
