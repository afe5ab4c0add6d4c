"""The rule about what containers ask of their node."""

from collections.abc import Iterable
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Pod, PodRule, Reference, Severity
from pavedroad.governance.kubernetes import WORKLOADS

_BOUNDS: Final = ("requests.cpu", "requests.memory", "limits.memory")


def _resources_bounded(pod: Pod) -> Iterable[Duty]:
    return (
        Duty(
            pod.workload,
            container.anything(f"resources.{bound}").present(),
            f"{container.path} must set resources.{bound}",
        )
        for container in pod.lasting_containers()
        for bound in _BOUNDS
    )


RESOURCES_BOUNDED: Final = PodRule(
    Control(
        identifier="containers-bound-resources",
        sentence="Every container requests CPU and memory and limits its memory",
        why="One container without bounds starves or evicts its neighbours. A CPU limit is not asked for: it "
        "throttles a service while the node is idle.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="set `size`, or `resources` by hand",
            pulumi="set resources.requests.cpu, resources.requests.memory and resources.limits.memory",
        ),
        references=(Reference("NSA", "resource policies"),),
    ),
    _resources_bounded,
)

RULES: Final = (RESOURCES_BOUNDED,)
