"""Rules about which web pages may call an API from a browser."""

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
    Truth,
    any_of,
)
from pavedroad.governance.properties import UNREADABLE, State
from policies.rules.aws.apis.kinds import API
from policies.rules.aws.shapes import Demand, either, flag, lacks

_FUNCTION_URL: Final = "aws:lambda/functionUrl:FunctionUrl"
_CORS_AT: Final = {API: "corsConfiguration", _FUNCTION_URL: "cors"}
_RESPONSES: Final = frozenset(
    {"aws:apigateway/integrationResponse:IntegrationResponse", "aws:apigateway/response:Response"}
)
_EVERY_ORIGIN: Final = ("*", "https://*", "http://*")

_NAMED_ORIGINS: Final = lacks("allowOrigins", *_EVERY_ORIGIN)
_NO_CREDENTIALS: Final = flag("allowCredentials", wanted=False, absent=True)
_ANONYMOUS: Final = either(_NO_CREDENTIALS, _NAMED_ORIGINS)
_NARROW: Final = either(_NAMED_ORIGINS, lacks("allowMethods", "*"))


def _cors(resource: Resource, demand: Demand) -> Iterator[Duty]:
    part = resource.properties.at(_CORS_AT[resource.type])
    yield Duty(resource, demand.met(part), f"{part.path} must {demand.words}")


def _no_credentials_for_all(resource: Resource) -> Iterator[Duty]:
    if resource.type in _CORS_AT:
        yield from _cors(resource, _ANONYMOUS)
        return
    yield Duty(
        resource,
        _headers_apart(resource.properties.at("responseParameters")),
        "responseParameters must not allow credentials together with every origin",
    )


def _headers_apart(headers: Properties) -> Truth:
    """Whether fixed headers name an origin, or allow no credentials; fixed values stand in quotation marks."""
    return any_of(
        _header(headers, "access-control-allow-origin").satisfies(
            lambda value: value.strip("'\"") != "*", absent=True
        ),
        _header(headers, "access-control-allow-credentials").satisfies(
            lambda value: value.strip("'\"").lower() != "true", absent=True
        ),
    )


def _header(headers: Properties, name: str) -> Reading[str]:
    for key, value in headers.entries():
        if key == UNREADABLE or key.lower().endswith(name):
            return value.text()
    return Reading(headers.path, State.ABSENT)


NO_CREDENTIALS_FOR_ALL: Final = ResourceRule(
    Control(
        identifier="cors-credentials-for-named-origins",
        sentence="No API lets every web page call it with the visitor's credentials",
        why="Any page that somebody visits could act in their name.",
        severity=Severity.HIGH,
        resource_types=frozenset(_RESPONSES | _CORS_AT.keys()),
        fix=Fix(pulumi="name the origins, or leave allow_credentials out"),
        rows=(277,),
    ),
    _no_credentials_for_all,
)

NARROW: Final = ResourceRule(
    Control(
        identifier="cors-narrow",
        sentence="An API that every web page may call names the methods that it means",
        why="A page that only needs to read could otherwise change and delete as well.",
        severity=Severity.MEDIUM,
        resource_types=frozenset(_CORS_AT),
        fix=Fix(pulumi="name the origins in allow_origins, or the methods in allow_methods"),
        rows=(277,),
    ),
    lambda resource: _cors(resource, _NARROW),
)

RULES: Final = (NO_CREDENTIALS_FOR_ALL, NARROW)
