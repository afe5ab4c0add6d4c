"""How the stacks of an environment are called, and in which order they depend on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

CLOUD_SLICE: Final = "cloud"
"""The slice of what stands in the environment's AWS account before there is a cluster."""

PLATFORM_SLICE: Final = "platform"
"""The slice of what all teams share in the cluster."""

Stages = tuple[tuple[str, ...], ...]
"""Stacks in the order in which they go up; those of one stage do not depend on each other."""


def stages(environment: str, teams: Iterable[str], *, sliced: bool, cloud: bool) -> Stages:
    """Return the stacks of an environment.

    Args:
        environment: Its name.
        teams: The teams that stand in it.
        sliced: Whether it is cut into slices; a single stack otherwise.
        cloud: Whether it has an AWS account, whose slice is the first.
    """
    if not sliced:
        return ((environment,),)
    first = ((f"{environment}.{CLOUD_SLICE}",),) if cloud else ()
    of_teams = tuple(f"{environment}.{team}" for team in teams)
    return (*first, (f"{environment}.{PLATFORM_SLICE}",), *((of_teams,) if of_teams else ()))


def environment_of(stack: str) -> str:
    """Return the environment that a stack belongs to."""
    return stack.partition(".")[0]
