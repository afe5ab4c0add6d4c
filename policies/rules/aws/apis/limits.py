"""Rules about how much callers may ask of an API."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.truth import YES
from policies.rules.aws.apis.kinds import EVERY_METHOD, REST_STAGE, STAGE, settings_of
from policies.rules.aws.shapes import at_least, both, given, one_of, owes

_USAGE_PLAN: Final = "aws:apigateway/usagePlan:UsagePlan"
_REST_STAGES: Final = frozenset({REST_STAGE})

PLANS_LIMIT: Final = ResourceRule(
    Control(
        identifier="usage-plans-limit-rate-and-quota",
        sentence="Every usage plan limits how fast and how much its callers may call",
        why="One caller with a faulty loop takes the capacity of all others.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_USAGE_PLAN}),
        fix=Fix(
            pulumi="set throttle_settings with both limits, and quota_settings with a limit and a period"
        ),
        rows=(275,),
    ),
    owes(
        given("throttleSettings.rateLimit"),
        given("throttleSettings.burstLimit"),
        given("quotaSettings.limit"),
    ),
)

STAGES_LIMIT: Final = ResourceRule(
    Control(
        identifier="api-stages-throttled",
        sentence="Every stage of an HTTP or WebSocket API limits how fast it may be called",
        why="Otherwise the only limit is that of the whole account, which every other API shares.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({STAGE}),
        fix=Fix(pulumi="set default_route_settings.throttling_rate_limit and throttling_burst_limit"),
        rows=(275,),
    ),
    owes(
        at_least("throttlingRateLimit", 1), at_least("throttlingBurstLimit", 1), over="defaultRouteSettings"
    ),
)

_THROTTLES: Final = both(
    one_of("methodPath", EVERY_METHOD),
    at_least("settings.throttlingRateLimit", 1),
    at_least("settings.throttlingBurstLimit", 1),
)


class _Plans:
    """Usage plans, by the stages that they are for."""

    def __init__(self, stack: Stack) -> None:
        """Index the usage plans of ``stack``."""
        self._for_urn: set[str] = set()
        self._for_name: dict[str, list[Properties]] = {}
        self._adrift: list[Properties] = []
        for plan in stack.of_types({_USAGE_PLAN}):
            self._file(plan)

    def _file(self, plan: Resource) -> None:
        made_from = plan.references.get("apiStages", ())
        self._for_urn.update(made_from)
        for item in plan.properties.items("apiStages"):
            name = item.text("stage").value
            if name is not None:
                self._for_name.setdefault(name, []).append(item)
            elif not made_from:
                self._adrift.append(item)

    def cover(self, stage: Resource) -> Truth:
        """Whether one of them is for ``stage``."""
        if stage.urn in self._for_urn:
            return YES
        name, api = stage.properties.text("stageName"), stage.properties.text("restApi")
        groups = self._for_name.values() if name.value is None else [self._for_name.get(name.value, [])]
        return any_of(
            *(
                all_of(item.text("stage").same_as(name), item.text("apiId").same_as(api))
                for item in (*chain.from_iterable(groups), *self._adrift)
            ),
        )


def _rest_throttled(stack: Stack) -> Iterator[Duty]:
    for stage in stack.of_types(_REST_STAGES):
        settings = (all_of(does, _THROTTLES.met(each.properties)) for each, does in settings_of(stage, stack))
        yield Duty(
            stage,
            any_of(stack.derived(_Plans).cover(stage), *settings, stack.missing("a UsagePlan")),
            f"it must be in a UsagePlan, or have a MethodSettings for {EVERY_METHOD} with throttling limits",
        )


REST_THROTTLED: Final = StackRule(
    Control(
        identifier="rest-api-stages-throttled",
        sentence="Every stage of a REST API has a usage plan, or limits how fast it may be called",
        why="Otherwise the only limit is that of the whole account, which every other API shares.",
        severity=Severity.MEDIUM,
        resource_types=_REST_STAGES,
        fix=Fix(
            pulumi="list the stage in a usage plan, or set throttling limits in a MethodSettings for */*"
        ),
        rows=(275,),
    ),
    _rest_throttled,
)

RULES: Final = (PLANS_LIMIT, STAGES_LIMIT, REST_THROTTLED)
