"""Rules about where an API is reached, over what, and what it lets through to the code behind it."""

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
    setting,
)
from policies.rules.aws.apis.kinds import METHOD, REST_API
from policies.rules.aws.shapes import either, flag, given, like, one_of, owes, unless

_DOMAIN_AT: Final = {
    "aws:apigateway/domainName:DomainName": "",
    "aws:apigatewayv2/domainName:DomainName": "domainNameConfiguration",
}
_MODERN: Final = like(
    "securityPolicy",
    lambda policy: (
        policy == "TLS_1_2" or policy.startswith(("SecurityPolicy_TLS12_", "SecurityPolicy_TLS13_"))
    ),
    "set securityPolicy to TLS_1_2 or one that is newer",
)

MODERN_TLS: Final = ResourceRule(
    Control(
        identifier="api-domains-require-tls-1-2",
        sentence="A domain of an API speaks TLS 1.2 or newer",
        why="Older versions can be broken, and a client can be talked into using them.",
        severity=Severity.HIGH,
        resource_types=frozenset(_DOMAIN_AT),
        fix=Fix(pulumi="set security_policy to TLS_1_2"),
        rows=(268,),
    ),
    lambda domain: owes(_MODERN, over=_DOMAIN_AT[domain.type])(domain),
)

_VALIDATOR: Final = "aws:apigateway/requestValidator:RequestValidator"
_VALIDATED: Final = owes(unless(one_of("httpMethod", "OPTIONS"), given("requestValidatorId")))
_VALIDATES: Final = owes(either(flag("validateRequestBody"), flag("validateRequestParameters")))

VALIDATED: Final = ResourceRule(
    Control(
        identifier="api-requests-validated",
        sentence="Requests are checked before they reach the code behind an API",
        why="What is not even well formed is turned away by code that was written for nothing else.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({METHOD, _VALIDATOR}),
        fix=Fix(pulumi="give the method a request validator that validates bodies, parameters or both"),
        rows=(269,),
    ),
    lambda resource: (_VALIDATED if resource.type == METHOD else _VALIDATES)(resource),
)


class EndpointTypes(Settings):
    """Where REST APIs may be reached."""

    allowed: tuple[str, ...] = setting(("REGIONAL", "PRIVATE"), "Endpoint types that an API may have.")


def _declared(wanted: EndpointTypes) -> Callable[[Resource], Iterator[Duty]]:
    def check(api: Resource) -> Iterator[Duty]:
        types = api.properties.one_or_many("endpointConfiguration.types")
        yield Duty(
            api,
            all_of(
                api.properties.anything("endpointConfiguration.types").present(),
                *(each.text().satisfies(lambda value: value in wanted.allowed) for each in types),
            ),
            f"it must set endpointConfiguration.types to {' or '.join(wanted.allowed)}",
        )

    return check


ENDPOINT_DECLARED: Final = ResourceRule.settable(
    Control(
        identifier="rest-apis-declare-their-endpoint",
        sentence="A REST API says where it is reached, and is reached nowhere else",
        why="Without a word it is published through every edge location of the world.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({REST_API}),
        fix=Fix(pulumi="set endpoint_configuration.types to PRIVATE or REGIONAL"),
        rows=(273,),
    ),
    EndpointTypes(),
    _declared,
)

RULES: Final = (MODERN_TLS, VALIDATED, ENDPOINT_DECLARED)
