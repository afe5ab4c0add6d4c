"""Rules about what containers ask for and what they may use: CPU, memory and temporary disk.

Ephemeral containers are left out: the API lets them ask for nothing. Whether something is said and whether it is too
much are different controls, so that what is missing is found once.
"""

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


def _says(group: str, name: str, control: Control) -> PodRule:
    """Make a rule: every container says how much of a resource it requests, or is limited to."""
    path = f"resources.{group}.{name}"

    def said(container: Properties) -> Truth:
        return container.anything(path).present()

    return PodRule(control, of_each(Pod.lasting_containers, said, f"set {path}"))


CPU_REQUESTED: Final = _says(
    "requests",
    "cpu",
    Control(
        identifier="containers-request-cpu",
        sentence="Every container requests CPU",
        why="The scheduler packs what requests nothing onto any node, and there it gets what the others leave.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(descriptor=_SIZED, pulumi="set resources.requests.cpu"),
        references=(Reference("NSA", "resource policies"),),
        rows=(37,),
    ),
)

MEMORY_REQUESTED: Final = _says(
    "requests",
    "memory",
    Control(
        identifier="containers-request-memory",
        sentence="Every container requests memory",
        why="Without a request a node is filled until it runs out, and what requests nothing is evicted first.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(descriptor=_SIZED, pulumi="set resources.requests.memory"),
        references=(Reference("NSA", "resource policies"),),
        rows=(39,),
    ),
)

MEMORY_LIMITED: Final = _says(
    "limits",
    "memory",
    Control(
        identifier="containers-limit-memory",
        sentence="Every container limits its memory",
        why="One leak otherwise takes a node's memory, and its neighbours are killed with it.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(descriptor=_SIZED, pulumi="set resources.limits.memory"),
        references=(Reference("NSA", "resource policies"),),
        rows=(40,),
    ),
)

CPU_LIMITED: Final = _says(
    "limits",
    "cpu",
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
    cpu: str | None = setting(None, "The highest CPU limit; null for any.")
    memory: str | None = setting("64Gi", "The highest memory limit; null for any.")


class _RequestCeilings(Settings):
    cpu: str | None = setting("32", "The highest CPU request; null for any.")
    memory: str | None = setting("64Gi", "The highest memory request; null for any.")


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
                        f"{container.path} must set {path} to no more than the ceiling, if at all",
                    )

        return check

    return make


def _at_most(container: Properties, path: str, ceiling: Fraction) -> Truth:
    return quantity(container, path).satisfies(lambda value: value <= ceiling, absent=True)


LIMITS_CAPPED: Final = PodRule.settable(
    Control(
        identifier="container-limits-within-ceiling",
        sentence="No container's limits are above the ceilings",
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
        sentence="No container requests more than the ceilings",
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

RULES: Final = (
    CPU_REQUESTED,
    MEMORY_REQUESTED,
    MEMORY_LIMITED,
    CPU_LIMITED,
    CPU_NOT_LIMITED,
    LIMITS_CAPPED,
    REQUESTS_CAPPED,
    LIMITS_NEAR_REQUESTS,
)
