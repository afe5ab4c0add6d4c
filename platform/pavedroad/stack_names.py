"""How the stacks of an environment are called, and in which order they depend on each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

CLOUD_SLICE: Final = "cloud"
"""The slice of what stands in the environment's AWS account before there is a cluster."""

PLATFORM_SLICE: Final = "platform"
"""The slice of what all teams share in a cluster."""

Stages = tuple[tuple[str, ...], ...]
"""Stacks in the order in which they go up; those of one stage do not depend on each other."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What a stack holds of its environment, as its name says.

    Attributes:
        cluster: The cluster that it is in; None for the first one, and for the account.
        part: ``cloud``, ``platform`` or a team; None for the whole environment.
    """

    cluster: str | None
    part: str | None


def head(environment: str, cluster: str | None) -> str:
    """Return what the stacks of a cluster begin with; None is the first cluster."""
    return f"{environment}.{cluster}" if cluster else environment


def stages(
    environment: str,
    teams: Mapping[str | None, Iterable[str]],
    *,
    sliced: bool,
    clouds: Collection[str | None],
) -> Stages:
    """Return the stacks of an environment.

    Args:
        environment: Its name.
        teams: The teams that stand in each of its clusters; the first cluster is None.
        sliced: Whether it is cut into slices; a single stack otherwise.
        clouds: The clusters that stand on a part of its AWS account, whose slices go up before all others: that of the
            first cluster, None, and then the others'.
    """
    if not sliced:
        return ((environment,),)
    heads = {cluster: head(environment, cluster) for cluster in teams}
    first = tuple(f"{heads[cluster]}.{CLOUD_SLICE}" for cluster in clouds if cluster is None)
    others = tuple(f"{heads[cluster]}.{CLOUD_SLICE}" for cluster in clouds if cluster is not None)
    platforms = tuple(f"{head}.{PLATFORM_SLICE}" for head in heads.values())
    of_teams = tuple(f"{heads[cluster]}.{team}" for cluster, standing in teams.items() for team in standing)
    return tuple(stage for stage in (first, others, platforms, of_teams) if stage)


def slice_of(stack: str) -> Slice:
    """Return what a stack holds: ``prod.orders`` is in the first cluster, ``prod.edge.orders`` in another."""
    _, _, rest = stack.partition(".")
    cluster, _, part = rest.rpartition(".")
    return Slice(cluster or None, part or None)


def environment_of(stack: str) -> str:
    """Return the environment that a stack belongs to."""
    return stack.partition(".")[0]
