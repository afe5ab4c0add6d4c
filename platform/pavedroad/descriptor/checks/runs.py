"""Who runs functions and starts sagas: both stand in the team, and in the account."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import World, team_fault
from pavedroad.descriptor.faults import Fault, Path
from pavedroad.descriptor.sagas import callees
from pavedroad.near_misses import listed, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def check_runs(world: World) -> Iterator[Fault]:
    """Every function that is run, and every saga that is started, is one of the team's."""
    for team, name, spec in chain(world.workloads(), world.functions()):
        functions, sagas = world.teams[team].functions, world.teams[team].sagas
        root: Path = ("services", name)
        for index, wanted in enumerate(spec.invokes):
            path: Path = (*root, "invokes", index)
            if wanted == name:
                yield team_fault(team, path, given=f"'{wanted}'", change="it would run itself without end")
            elif wanted not in functions:
                yield _unknown(team, path, wanted, "functions", functions)
        for index, wanted in enumerate(spec.starts):
            path = (*root, "starts", index)
            if wanted not in sagas:
                yield _unknown(team, path, wanted, "sagas", sagas)
            elif any(callees(sagas[wanted])):
                change = (
                    "it calls services, so Argo Workflows runs it, where whoever may start one workflow may "
                    "start any pod of the team; let somebody of the team submit it"
                )
                yield team_fault(team, path, given=f"'{wanted}'", change=change)


def _unknown(team: str, path: Path, given: str, what: str, known: Iterable[str]) -> Fault:
    """Return the fault of a name that nothing of the team has."""
    names = list(known)
    return team_fault(
        team,
        path,
        given=f"'{given}'",
        expected=f"one of the team's {what} ({listed(names) or 'there is none'})",
        change=suggestion(given, names),
    )
