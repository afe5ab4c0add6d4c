"""Exemptions name what is there: which control they mean is for the policy check to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import World, team_fault
from pavedroad.near_misses import listed, suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pavedroad.descriptor.exemptions import TeamExemption
    from pavedroad.descriptor.faults import Fault, Path
    from pavedroad.descriptor.team import TeamDescriptor


def check_targets(world: World) -> Iterator[Fault]:
    """The service, store or topic of every exemption is the team's own."""
    for team, descriptor in world.teams.items():
        for index, exemption in enumerate(descriptor.exemptions):
            for word, given, known in _named(descriptor, exemption):
                if given not in known:
                    yield _unknown(team, ("exemptions", index, word), given, known)


def check_exemption_environments(world: World) -> Iterator[Fault]:
    """The environments of every exemption are some in which the team stands."""
    for team, descriptor in world.teams.items():
        standing = [
            name
            for name, environment in world.environments.items()
            if environment.teams is None or team in environment.teams
        ]
        for index, exemption in enumerate(descriptor.exemptions):
            for place, given in enumerate(exemption.environments or ()):
                if given not in standing:
                    yield _unknown(team, ("exemptions", index, "environments", place), given, standing)


def _named(
    descriptor: TeamDescriptor, exemption: TeamExemption
) -> Iterator[tuple[str, str, Collection[str]]]:
    """Yield each word of an exemption that names something, with the names that there are."""
    if exemption.topic is not None:
        yield "topic", exemption.topic, descriptor.topics
    if exemption.service is not None:
        yield "service", exemption.service, descriptor.services
        owner = descriptor.services.get(exemption.service)
        if exemption.store is not None and owner is not None:
            yield "store", exemption.store, owner.stores


def _unknown(team: str, path: Path, given: str, known: Collection[str]) -> Fault:
    return team_fault(
        team,
        path,
        given=f"'{given}'",
        expected=f"one of {listed(known) or '(there is none)'}",
        change=suggestion(given, known),
    )
