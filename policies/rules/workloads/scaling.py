"""Rules about how many replicas run, and about the autoscalers that decide it."""

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
    Stack,
    StackRule,
    Tier,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.truth import NO
from policies.rules.workloads.replicas import (
    AUTOSCALERS,
    DEPLOYMENT,
    REPLICATED,
    ROLLOUT,
    Replicas,
    autoscalers_of,
    fewest_kept,
    most_kept,
)

_BELOW_STAGING: Final = frozenset({Tier.LOCAL, Tier.DEVELOPMENT})
_SCALE: Final = "set `scale.min`"


class _Range(Settings):
    fewest: int = setting(2, "The fewest replicas.")
    most: int | None = setting(None, "The most replicas; null for any number.")

    def allows(self, replicas: float) -> bool:
        """Whether ``replicas`` are neither too few nor too many."""
        return self.fewest <= replicas and (self.most is None or replicas <= self.most)


def _replicated(settings: _Range) -> Callable[[Stack], Iterator[Duty]]:
    def check(stack: Stack) -> Iterator[Duty]:
        for workload in stack.of_types(REPLICATED):
            yield Duty(
                workload,
                Replicas(stack, workload).fewest_satisfies(settings.allows),
                "spec.replicas, or the fewest that its autoscaler keeps, must be within the allowed range",
            )

    return check


ENOUGH_REPLICAS: Final = StackRule.settable(
    Control(
        identifier="workloads-run-enough-replicas",
        sentence="Every Deployment and StatefulSet runs two replicas or more",
        why="A single replica is gone with its node, and at every drain of it.",
        severity=Severity.MEDIUM,
        resource_types=REPLICATED,
        fix=Fix(descriptor=f"{_SCALE} to two or more", pulumi="set spec.replicas to two or more"),
        off_in=_BELOW_STAGING,
        rows=(49,),
    ),
    _Range(),
    _replicated,
)


def _keeps_enough(settings: _Range) -> Callable[[Resource], Iterator[Duty]]:
    def check(autoscaler: Resource) -> Iterator[Duty]:
        fewest, most = fewest_kept(autoscaler), most_kept(autoscaler)
        yield Duty(
            autoscaler, fewest.satisfies(settings.allows), f"{fewest.path} must be within the allowed range"
        )
        yield Duty(
            autoscaler, most.satisfies(settings.allows), f"{most.path} must be within the allowed range"
        )

    return check


AUTOSCALER_RANGE: Final = ResourceRule.settable(
    Control(
        identifier="autoscalers-keep-enough-replicas",
        sentence="Every autoscaler keeps two replicas or more",
        why="At the quietest hour it scales down to its lowest number, and one is gone with its node.",
        severity=Severity.MEDIUM,
        resource_types=AUTOSCALERS,
        fix=Fix(
            descriptor=f"{_SCALE} to two or more",
            pulumi="set spec.minReplicas, or spec.minReplicaCount of a ScaledObject, to two or more",
        ),
        off_in=_BELOW_STAGING,
        rows=(55,),
    ),
    _Range(),
    _keeps_enough,
)


class _Spread(Settings):
    spread: int = setting(1, "How many more the most replicas must be than the fewest.")


def _has_room(settings: _Spread) -> Callable[[Resource], Iterator[Duty]]:
    def check(autoscaler: Resource) -> Iterator[Duty]:
        fewest, most = fewest_kept(autoscaler), most_kept(autoscaler)
        least = fewest.value
        yield Duty(
            autoscaler,
            all_of(
                fewest.satisfies(lambda count: count >= 0),
                most.satisfies(lambda count: least is None or count >= least + settings.spread),
            ),
            f"{most.path} must be above {fewest.path}",
        )

    return check


AUTOSCALER_ROOM: Final = ResourceRule.settable(
    Control(
        identifier="autoscalers-have-room",
        sentence="Every autoscaler may make more replicas than it keeps",
        why="Where both numbers are the same nothing ever scales, and people think that it does.",
        severity=Severity.MEDIUM,
        resource_types=AUTOSCALERS,
        fix=Fix(
            descriptor="set `scale.max` above `scale.min`",
            pulumi="set spec.maxReplicas above spec.minReplicas, or spec.maxReplicaCount above spec.minReplicaCount",
        ),
        rows=(55,),
    ),
    _Spread(),
    _has_room,
)


def _left_to_autoscaler(stack: Stack) -> Iterator[Duty]:
    for workload in stack.of_types({DEPLOYMENT, ROLLOUT}):
        scaled = [points for _, points in autoscalers_of(stack, workload)]
        left_out = workload.properties.anything("spec.replicas").satisfies(lambda _: False, absent=True)
        yield Duty(
            workload,
            any_of(left_out, all_of(*(NO if points.holds else points for points in scaled))),
            "spec.replicas must be left out, for an autoscaler decides it",
        )


REPLICAS_LEFT_OUT: Final = StackRule(
    Control(
        identifier="scaled-workloads-leave-replicas-out",
        sentence="A workload that an autoscaler scales names no number of replicas",
        why="Every update would set the number back, under full load as well.",
        severity=Severity.LOW,
        resource_types=frozenset({DEPLOYMENT, ROLLOUT}),
        fix=Fix(
            descriptor="the platform leaves it out wherever `scale.max` is above `scale.min`",
            pulumi="remove spec.replicas, or let Pulumi ignore changes of it",
        ),
        rows=(56,),
    ),
    _left_to_autoscaler,
)

RULES: Final = (
    ENOUGH_REPLICAS,
    AUTOSCALER_RANGE,
    AUTOSCALER_ROOM,
    REPLICAS_LEFT_OUT,
)
