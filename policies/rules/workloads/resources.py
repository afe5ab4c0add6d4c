"""Rules about what containers ask for and what they may use: CPU, memory and temporary disk.

Ephemeral containers are left out: the API lets them ask for nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Properties,
    Reference,
    Settings,
    Severity,
    Truth,
    all_of,
    setting,
)
from pavedroad.governance.kubernetes import WORKLOADS
from policies.rules.workloads.checks import EVERY_TIER, of_each
from policies.rules.workloads.quantities import ceiling_of, quantity

_SIZED: Final = "set `size`, or `resources` by hand"


class _Bounds(Settings):
    requests: tuple[str, ...] = setting(("cpu", "memory"), "The resources that each container must request.")
    limits: tuple[str, ...] = setting(("memory",), "The resources that each container must limit.")


def _bounded(bounds: _Bounds) -> Callable[[Pod], Iterable[Duty]]:
    paths = (
        *(("resources.requests", name) for name in bounds.requests),
        *(("resources.limits", name) for name in bounds.limits),
    )

    def check(pod: Pod) -> Iterable[Duty]:
        for container in pod.lasting_containers():
            for group, name in paths:
                present = container.at(group).entry(name).anything().present()
                yield Duty(pod.workload, present, f"{container.path} must set {group}.{name}")

    return check


BOUNDED: Final = PodRule.settable(
    Control(
        identifier="containers-bound-resources",
        sentence="Every container requests CPU and memory and limits its memory",
        why="One container without bounds starves or evicts its neighbours. A CPU limit is not asked for: it "
        "throttles a service while the node is idle.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor=_SIZED,
            pulumi="set resources.requests.cpu, resources.requests.memory and resources.limits.memory",
        ),
        references=(Reference("NSA", "resource policies"),),
        rows=(37, 39, 40),
    ),
    _Bounds(),
    _bounded,
)

CPU_LIMITED: Final = PodRule(
    Control(
        identifier="containers-limit-cpu",
        sentence="Every container limits its CPU",
        why="Without a limit a busy loop takes all idle CPU of its node, and how fast a service answers hangs on "
        "its neighbours. Many platforms see it the other way round: see containers-without-cpu-limits.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(descriptor="set `resources.cpu_limit`", pulumi="set resources.limits.cpu"),
        advisory_in=EVERY_TIER,
        rows=(38,),
    ),
    of_each(
        Pod.lasting_containers,
        lambda container: container.anything("resources.limits.cpu").present(),
        "set resources.limits.cpu",
    ),
)


def _no_cpu_limit(container: Properties) -> Truth:
    return container.at("resources.limits").empty("cpu")


CPU_NOT_LIMITED: Final = PodRule(
    Control(
        identifier="containers-without-cpu-limits",
        sentence="No container limits its CPU",
        why="A limit throttles a service in the middle of a request while the node is idle; requests already share "
        "a busy node fairly. It contradicts containers-limit-cpu, so it is off until someone asks for it.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(descriptor="remove `resources.cpu_limit`", pulumi="remove resources.limits.cpu"),
        off_in=EVERY_TIER,
        rows=(38,),
    ),
    of_each(Pod.lasting_containers, _no_cpu_limit, "leave out resources.limits.cpu"),
)


class _LimitCeilings(Settings):
    cpu: str | None = setting(None, "The highest CPU limit; null for any, or none at all.")
    memory: str | None = setting("64Gi", "The highest memory limit; null for any, or none at all.")


class _RequestCeilings(Settings):
    cpu: str | None = setting("32", "The highest CPU request; null for any, or none at all.")
    memory: str | None = setting("64Gi", "The highest memory request; null for any, or none at all.")


def _below(group: str) -> Callable[[_LimitCeilings | _RequestCeilings], Callable[[Pod], Iterator[Duty]]]:
    """Make a maker of checks that what ``group`` says stays at or below the ceilings."""

    def make(ceilings: _LimitCeilings | _RequestCeilings) -> Callable[[Pod], Iterator[Duty]]:
        wanted = [
            (f"{group}.{name}", ceiling_of(text))
            for name, text in (("cpu", ceilings.cpu), ("memory", ceilings.memory))
            if text is not None
        ]

        def check(pod: Pod) -> Iterator[Duty]:
            for container in pod.lasting_containers():
                for path, ceiling in wanted:
                    yield Duty(
                        pod.workload,
                        _at_most(container, path, ceiling),
                        f"{container.path} must set {path}, and to no more than the ceiling",
                    )

        return check

    return make


def _at_most(container: Properties, path: str, ceiling: Fraction) -> Truth:
    return quantity(container, path).satisfies(lambda value: value <= ceiling)


LIMITS_CAPPED: Final = PodRule.settable(
    Control(
        identifier="container-limits-within-ceiling",
        sentence="Every container limits its memory, and to no more than the ceiling",
        why="One container that may take a whole node takes it, and everything on it goes down together.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(descriptor=_SIZED, pulumi="set resources.limits.memory at or below the ceiling"),
        references=(Reference("NSA", "resource policies"),),
        rows=(40,),
    ),
    _LimitCeilings(),
    _below("resources.limits"),
)

REQUESTS_CAPPED: Final = PodRule.settable(
    Control(
        identifier="container-requests-within-ceiling",
        sentence="Every container requests CPU and memory, and no more than the ceilings",
        why="What no node has cannot be scheduled, and what is reserved without being used is paid for.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor=_SIZED,
            pulumi="set resources.requests.cpu and resources.requests.memory at or below the ceilings",
        ),
        rows=(37, 39),
    ),
    _RequestCeilings(),
    _below("resources.requests"),
)


class _Ratios(Settings):
    memory_ratio: float = setting(2.0, "How many times the memory request the memory limit may be.")
    cpu_ratio: float | None = setting(
        None, "How many times the CPU request the CPU limit may be; null for any."
    )


def _near(ratios: _Ratios) -> Callable[[Pod], Iterator[Duty]]:
    wanted = [("memory", Fraction(ratios.memory_ratio))]
    if ratios.cpu_ratio is not None:
        wanted.append(("cpu", Fraction(ratios.cpu_ratio)))

    def check(pod: Pod) -> Iterator[Duty]:
        for container in pod.lasting_containers():
            for name, ratio in wanted:
                yield Duty(
                    pod.workload,
                    _within(container, name, ratio),
                    f"{container.path} must set resources.requests.{name} and resources.limits.{name}, the limit "
                    "no more than the allowed multiple of the request",
                )

    return check


def _within(container: Properties, name: str, ratio: Fraction) -> Truth:
    request = quantity(container, f"resources.requests.{name}")
    limit = quantity(container, f"resources.limits.{name}")
    least = request.value
    return all_of(
        request.satisfies(lambda value: value >= 0),
        limit.satisfies(lambda most: least is None or most <= ratio * least),
    )


LIMITS_NEAR_REQUESTS: Final = PodRule.settable(
    Control(
        identifier="container-limits-near-requests",
        sentence="No container may use many times the memory that it requests",
        why="The scheduler counts requests; where limits are far above, a node runs out of memory and kills. How far "
        "is too far hangs on the cluster, so this is only advice.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="bring `resources.memory` and `resources.memory_limit` together, or set `size` alone",
            pulumi="raise resources.requests.memory, or lower resources.limits.memory",
        ),
        advisory_in=EVERY_TIER,
        rows=(41,),
    ),
    _Ratios(),
    _near,
)

RULES: Final = (BOUNDED, CPU_LIMITED, CPU_NOT_LIMITED, LIMITS_CAPPED, REQUESTS_CAPPED, LIMITS_NEAR_REQUESTS)
