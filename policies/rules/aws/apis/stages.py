"""Rules about the stages of an API: what is logged and traced, and what stands before and behind them."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from policies.rules.aws.apis.kinds import (
    EVERY_METHOD,
    METHOD_SETTINGS,
    REST_STAGE,
    STAGE,
    rest_apis,
    settings_of,
)
from policies.rules.aws.joins import Elsewhere
from policies.rules.aws.shapes import both, cis_aws, flag, fsbp, given, one_of, owes, unless

_REST_STAGES: Final = frozenset({REST_STAGE})

ACCESS_LOGGED: Final = ResourceRule(
    Control(
        identifier="api-stages-log-access",
        sentence="Every stage of an API logs who called what",
        why="Without it nobody can tell afterwards what was taken, by whom, or whether it worked.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({REST_STAGE, STAGE}),
        fix=Fix(pulumi="set access_log_settings with the ARN of a log group and a format"),
        references=(fsbp("APIGateway.9"), fsbp("APIGateway.1"), cis_aws("4.10")),
        rows=(266,),
    ),
    owes(given("accessLogSettings.destinationArn")),
)

_LOGS: Final = both(one_of("methodPath", EVERY_METHOD), one_of("settings.loggingLevel", "ERROR", "INFO"))


def _execution_logged(stack: Stack) -> Iterator[Duty]:
    for stage in stack.of_types(_REST_STAGES):
        logs = (all_of(does, _LOGS.met(each.properties)) for each, does in settings_of(stage, stack))
        yield Duty(
            stage,
            any_of(*logs, stack.missing("a MethodSettings")),
            f"it must have a MethodSettings for {EVERY_METHOD} whose loggingLevel is ERROR or INFO",
        )


EXECUTION_LOGGED: Final = StackRule(
    Control(
        identifier="api-stages-log-execution",
        sentence="Every stage of a REST API logs at least the calls that fail",
        why="Why a call was refused, or what the code behind it answered, is in no other log.",
        severity=Severity.MEDIUM,
        resource_types=_REST_STAGES,
        fix=Fix(pulumi="declare an aws.apigateway.MethodSettings for */* with logging_level ERROR"),
        references=(fsbp("APIGateway.1"),),
        rows=(266,),
    ),
    _execution_logged,
)

_NO_TRACE: Final = flag("dataTraceEnabled", wanted=False, absent=True)
_TRACES_AT: Final = {METHOD_SETTINGS: ("settings",), STAGE: ("defaultRouteSettings", "routeSettings[]")}


def _no_data_trace(resource: Resource) -> Iterator[Duty]:
    for place in _TRACES_AT[resource.type]:
        yield from owes(_NO_TRACE, over=place)(resource)


NO_DATA_TRACE: Final = ResourceRule(
    Control(
        identifier="api-logs-hold-no-bodies",
        sentence="No API writes whole requests and answers into its log",
        why="Passwords, tokens and personal data would stand there for whoever may read logs.",
        severity=Severity.HIGH,
        resource_types=frozenset(_TRACES_AT),
        fix=Fix(pulumi="leave data_trace_enabled out"),
        rows=(267,),
    ),
    _no_data_trace,
)

CLIENT_CERTIFICATE: Final = ResourceRule(
    Control(
        identifier="api-stages-show-a-certificate",
        sentence="A stage of a REST API shows a certificate to what is behind it",
        why="Otherwise what is behind it cannot tell the gateway from anybody else who calls.",
        severity=Severity.MEDIUM,
        resource_types=_REST_STAGES,
        fix=Fix(pulumi="set client_certificate_id to that of an aws.apigateway.ClientCertificate"),
        references=(fsbp("APIGateway.2"),),
        rows=(270,),
    ),
    owes(given("clientCertificateId")),
)

_FIREWALLS: Final = (
    Elsewhere("aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn", ("arn",)),
    Elsewhere("aws:wafregional/webAclAssociation:WebAclAssociation", "resourceArn", ("arn",)),
)


def _behind_firewall(stack: Stack) -> Iterator[Duty]:
    for stage in stack.of_types(_REST_STAGES):
        behind = (each.completes(stage, stack) for each in _FIREWALLS)
        yield Duty(
            stage,
            any_of(_private(stage, stack), *behind),
            "it must have a WebAclAssociation, or its API must be PRIVATE",
        )


def _private(stage: Resource, stack: Stack) -> Truth:
    """Whether the API of ``stage`` is reached from inside VPCs only."""
    owners = stack.derived(rest_apis).of(stage, "restApi")
    return any_of(*(all_of(does, _only_private(api)) for api, does in owners))


def _only_private(api: Resource) -> Truth:
    types = api.properties.one_or_many("endpointConfiguration.types")
    return all_of(
        api.properties.anything("endpointConfiguration.types").present(),
        *(each.text().equals("PRIVATE") for each in types),
    )


BEHIND_FIREWALL: Final = StackRule(
    Control(
        identifier="public-apis-behind-waf",
        sentence="Every REST API that the internet reaches stands behind a web application firewall",
        why="What is known to attack web servers is stopped before any code has to read it.",
        severity=Severity.HIGH,
        resource_types=_REST_STAGES,
        fix=Fix(pulumi="declare an aws.wafv2.WebAclAssociation with the stage's arn as resource_arn"),
        references=(fsbp("APIGateway.4"),),
        rows=(271,),
    ),
    _behind_firewall,
)

CACHE_ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="api-caches-encrypted",
        sentence="What an API caches is encrypted",
        why="A cache holds the answers that were given to other people.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({METHOD_SETTINGS}),
        fix=Fix(pulumi="set settings.cache_data_encrypted=True, or leave caching_enabled out"),
        references=(fsbp("APIGateway.5"),),
        rows=(272,),
    ),
    owes(
        unless(flag("cachingEnabled", wanted=False, absent=True), flag("cacheDataEncrypted")),
        over="settings",
    ),
)

TRACED: Final = ResourceRule(
    Control(
        identifier="api-stages-traced",
        sentence="Every stage of a REST API takes part in traces",
        why="Where a slow call spends its time cannot be seen from either end.",
        severity=Severity.LOW,
        resource_types=_REST_STAGES,
        fix=Fix(pulumi="set xray_tracing_enabled=True"),
        references=(fsbp("APIGateway.3"),),
        rows=(274,),
    ),
    owes(flag("xrayTracingEnabled")),
)

RULES: Final = (
    ACCESS_LOGGED,
    EXECUTION_LOGGED,
    NO_DATA_TRACE,
    CLIENT_CERTIFICATE,
    BEHIND_FIREWALL,
    CACHE_ENCRYPTED,
    TRACED,
)
