"""What the areas of workloads, images and secrets share: one question to every container of a pod."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import Duty, Pod, Properties, Tier, Truth

EVERY_TIER: Final = frozenset(Tier)

Containers = Callable[[Pod], list[Properties]]


def of_each(
    containers: Containers, allowed: Callable[[Properties], Truth], demand: str
) -> Callable[[Pod], Iterator[Duty]]:
    """Make a check that asks the same of some containers of a pod.

    Args:
        containers: Which ones, as `Pod.containers`.
        allowed: Whether one does what it owes.
        demand: What that is, in words that follow *must*.
    """

    def check(pod: Pod) -> Iterator[Duty]:
        for container in containers(pod):
            yield Duty(pod.workload, allowed(container), f"{container.path} must {demand}")

    return check
