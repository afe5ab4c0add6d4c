"""Rules about who may call an API: every operation asks for somebody, however the API is written down.

An operation stands in a `Method` or a `Route`, or in an OpenAPI document. There it needs its own `security`: what a
document says for all of its operations together, API Gateway does not apply.
"""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.properties import UNREADABLE
from pavedroad.governance.truth import open_at
from policies.rules.aws.apis.kinds import API, METHOD, REST_API, ROUTE, apis
from policies.rules.aws.shapes import both, each, either, flag, fsbp, given, left_out, like, none_of, one_of

_SOMEBODY: Final = either(none_of("authorization", "none"), flag("apiKeyRequired"))
_PREFLIGHT: Final = one_of("httpMethod", "OPTIONS")
_ROUTE_ASKS: Final = either(one_of("authorizationType", "AWS_IAM", "JWT", "CUSTOM"), flag("apiKeyRequired"))
_PREFLIGHT_ROUTE: Final = like("routeKey", lambda key: key.startswith("OPTIONS "), "")
_AFTER_CONNECTING: Final = like(
    "routeKey", lambda key: "/" not in key and key not in ("$connect", "$default"), ""
)
_CATCHES_ALL: Final = one_of("routeKey", "$default")
_WEB_SOCKET: Final = one_of("protocolType", "WEBSOCKET")
_OPERATIONS: Final = frozenset(
    {"get", "put", "post", "delete", "patch", "head", "trace", "x-amazon-apigateway-any-method"}
)
_SECURED: Final = both(given("security"), each("security[]", given("")))


def _authorized(stack: Stack) -> Iterator[Duty]:
    for method in stack.of_types({METHOD}):
        met = any_of(_PREFLIGHT.met(method.properties), _SOMEBODY.met(method.properties))
        yield Duty(method, met, "it must set authorization to something other than NONE, or apiKeyRequired")
    for route in stack.of_types({ROUTE}):
        yield Duty(
            route,
            _route_authorized(route, stack),
            "it must set authorizationType to AWS_IAM, JWT or CUSTOM, or apiKeyRequired",
        )
    for api in stack.of_types({API}):
        yield Duty(
            api, left_out("target").met(api.properties), "it must leave target out, and declare its routes"
        )
    for api in stack.of_types({API, REST_API}):
        yield from _document_authorized(api)


def _route_authorized(route: Resource, stack: Stack) -> Truth:
    """Whether a route asks for somebody; of a WebSocket, only the one that connects can."""
    properties = route.properties
    of_web_socket = (
        all_of(does, _WEB_SOCKET.met(api.properties)) for api, does in stack.derived(apis).of(route, "apiId")
    )
    return any_of(
        _ROUTE_ASKS.met(properties),
        _PREFLIGHT_ROUTE.met(properties),
        _AFTER_CONNECTING.met(properties),
        all_of(_CATCHES_ALL.met(properties), any_of(*of_web_socket)),
    )


def _document_authorized(api: Resource) -> Iterator[Duty]:
    demand = "every operation in body must have a security of its own that asks for somebody"
    written = api.properties.text("body").value
    if written is not None and not written.lstrip().startswith("{"):
        yield Duty(api, open_at("body"), demand)
        return
    for _, path in api.properties.document("body").entries("paths"):
        for name, operation in path.entries():
            if name in _OPERATIONS or name == UNREADABLE:
                yield Duty(api, _SECURED.met(operation), demand)


AUTHORIZED: Final = StackRule(
    Control(
        identifier="api-operations-authorized",
        sentence="Every operation of an API asks who calls, or at least for a key",
        why="Whoever finds the address could otherwise call it, as often as they like.",
        severity=Severity.CRITICAL,
        resource_types=frozenset({METHOD, ROUTE, API, REST_API}),
        fix=Fix(pulumi="give the method or the route an authorizer, AWS_IAM or an API key"),
        references=(fsbp("APIGateway.8"),),
        rows=(265,),
    ),
    _authorized,
)

RULES: Final = (AUTHORIZED,)
