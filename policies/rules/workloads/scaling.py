"""Rules about how many replicas run, and about the autoscalers that decide it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pavedroad.governance import (
    EVERY_OBJECT,
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
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.truth import NO, YES, open_at
from policies.rules.workloads.naming import Named, given_name
from policies.rules.workloads.replicas import (
    AUTOSCALERS,
    DEPLOYMENT,
    REPLICATED,
    ROLLOUT,
    Replicas,
    autoscalers_of,
    fewest_kept,
    kind_of,
    most_kept,
    target_kind,
    target_name,
    workloads_behind,
)

_BELOW_STAGING: Final = frozenset({Tier.LOCAL, Tier.DEVELOPMENT})
_SCALE: Final = "set `scale.min`"


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


def _has_target(stack: Stack) -> Iterator[Duty]:
    scalers = stack.of_types(AUTOSCALERS)
    there = _by_kind(stack, {target_kind(each).value for each in scalers})
    for scaler in scalers:
        kind, name = target_kind(scaler), target_name(scaler)
        found = kind.present() if kind.value is None else there[kind.value].has(name, namespace_of(scaler))
        behind = YES if workloads_behind(scaler) else NO
        missing = all_of(kind.present(), name.present(), stack.missing(name.path))
        yield Duty(
            scaler,
            any_of(behind, found, missing),
            "spec.scaleTargetRef must name a workload of its namespace",
        )


def _by_kind(stack: Stack, kinds: set[str | None]) -> Mapping[str | None, Named[Resource]]:
    """Index the objects of each of ``kinds`` by name."""
    found: dict[str | None, list[Resource]] = {kind: [] for kind in kinds}
    for each in stack.of_types({EVERY_OBJECT}) if kinds else ():
        kind = kind_of(each)
        if kind in found:
            found[kind].append(each)
    return {
        kind: Named((each, namespace_of(each), given_name(each)) for each in objects)
        for kind, objects in found.items()
    }


TARGET_EXISTS: Final = StackRule(
    Control(
        identifier="autoscalers-have-a-target",
        sentence="Every autoscaler points at a workload that exists",
        why="One that points at nothing scales nothing, and only an event that nobody reads says so.",
        severity=Severity.MEDIUM,
        resource_types=AUTOSCALERS,
        fix=Fix(
            descriptor="the platform points it at the service itself, so set `scale` in the descriptor",
            pulumi="let spec.scaleTargetRef name a workload in the same namespace",
        ),
        rows=(55,),
    ),
    _has_target,
)


def _alone(stack: Stack) -> Iterator[Duty]:
    scalers = stack.of_types(AUTOSCALERS)
    targets = [_target(each) for each in scalers]
    counted = Counter(target for target in targets if target)
    unsure = [target_name(each).path for each, target in zip(scalers, targets, strict=True) if not target]
    for scaler, target in zip(scalers, targets, strict=True):
        others = len(unsure) if target else len(scalers) - 1
        maybe = open_at(unsure[0]) if others and unsure else YES
        yield Duty(
            scaler,
            NO if counted[target] > 1 else maybe,
            "no other autoscaler may point at the same workload by spec.scaleTargetRef",
        )


def _target(scaler: Resource) -> tuple[str, ...]:
    """Tell what a scaler points at from what others do; empty where that is not known."""
    behind = workloads_behind(scaler)
    if len(behind) == 1:
        return behind
    said = (namespace_of(scaler).value, target_kind(scaler).value, target_name(scaler).value)
    return tuple(each for each in said if each is not None) if None not in said else ()


ONE_PER_TARGET: Final = StackRule(
    Control(
        identifier="autoscalers-do-not-share-a-target",
        sentence="No workload has two autoscalers",
        why="Each undoes what the other one does, and the number of replicas swings between them.",
        severity=Severity.MEDIUM,
        resource_types=AUTOSCALERS,
        fix=Fix(
            pulumi="keep one HorizontalPodAutoscaler or ScaledObject for each workload, with every metric in it"
        ),
        rows=(55,),
    ),
    _alone,
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
    TARGET_EXISTS,
    ONE_PER_TARGET,
    REPLICAS_LEFT_OUT,
)
