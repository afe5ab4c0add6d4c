"""Rules about temporary disk: what containers write to their node is bounded."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Properties,
    Resource,
    Settings,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import WORKLOADS
from policies.rules.workloads.quantities import ceiling_of, quantity

_LIMIT_RANGES: Final = frozenset({"kubernetes:core/v1:LimitRange"})
_DISK: Final = "ephemeral-storage"


class _Ceiling(Settings):
    ceiling: str | None = setting(None, "The highest limit; null for any.")


def _disk_limited(settings: _Ceiling) -> Callable[[Stack], Iterator[Duty]]:
    ceiling = None if settings.ceiling is None else ceiling_of(settings.ceiling)

    def check(stack: Stack) -> Iterator[Duty]:
        for workload, pods in stack.pods().values():
            for container in (each for pod in pods for each in pod.lasting_containers()):
                limits = container.at("resources.limits")
                met = _within(limits, ceiling)
                if met.holds is not True:
                    otherwise = any_of(_writes_nothing(container), _by_default(stack, workload, ceiling))
                    met = any_of(met, all_of(limits.empty(_DISK), otherwise))
                yield Duty(
                    workload,
                    met,
                    f"{limits.path}.{_DISK} must be set, and to no more than the ceiling where there is one",
                )

    return check


def _within(limits: Properties, ceiling: Fraction | None) -> Truth:
    return quantity(limits, _DISK).satisfies(lambda value: ceiling is None or value <= ceiling)


def _writes_nothing(container: Properties) -> Truth:
    """Whether only volumes are left to write to, which have bounds of their own, and logs, which are rotated."""
    return container.flag("securityContext.readOnlyRootFilesystem").equals(wanted=True)


def _by_default(stack: Stack, workload: Resource, ceiling: Fraction | None) -> Truth:
    """Whether a LimitRange of the namespace limits the containers that say nothing themselves."""
    return any_of(
        *(
            all_of(beside, item.text("type").equals("Container"), _within(item.at("default"), ceiling))
            for each, beside in stack.namespaced(_LIMIT_RANGES).beside(workload)
            for item in each.properties.items("spec.limits")
        )
    )


DISK_LIMITED: Final = StackRule.settable(
    Control(
        identifier="containers-limit-ephemeral-storage",
        sentence="Every container that can write to its own file system has a limit on temporary disk",
        why="Logs and files without a limit fill the node's disk, and then every pod of the node is evicted.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="remove `run_as.writable_root`, and declare `scratch` where the process writes",
            pulumi="set resources.limits.ephemeral-storage, or a LimitRange's default in the namespace, or "
            "securityContext.readOnlyRootFilesystem",
        ),
        rows=(42,),
    ),
    _Ceiling(),
    _disk_limited,
)


def _scratch_bounded(pod: Pod) -> Iterator[Duty]:
    for volume in pod.spec.items("volumes"):
        scratch = volume.at("emptyDir")
        yield Duty(
            pod.workload,
            any_of(
                scratch.anything().satisfies(lambda _: False, absent=True),
                quantity(scratch, "sizeLimit").satisfies(lambda size: size > 0),
            ),
            f"{volume.path}.emptyDir must set sizeLimit",
        )


SCRATCH_BOUNDED: Final = PodRule(
    Control(
        identifier="empty-dirs-bounded",
        sentence="Every emptyDir has a size limit",
        why="Without one it may fill the node's disk, or, in memory, take all memory that the pod may use.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="set `scratch.<path>.size`; the platform sets one where you do not",
            pulumi="set emptyDir.sizeLimit",
        ),
        rows=(42,),
    ),
    _scratch_bounded,
)

RULES: Final = (DISK_LIMITED, SCRATCH_BOUNDED)
