"""Rules about what autoscalers point at: something that exists, and each at something of its own."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    EVERY_OBJECT,
    Control,
    Duty,
    Fix,
    Resource,
    Severity,
    Stack,
    StackRule,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.truth import NO, YES, open_at
from policies.rules.workloads.naming import Named, given_name
from policies.rules.workloads.replicas import (
    AUTOSCALERS,
    kind_of,
    target_kind,
    target_name,
    workloads_behind,
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


RULES: Final = (TARGET_EXISTS, ONE_PER_TARGET)
