"""What several commands read before they do anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pavedroad.descriptor import load_project
from pavedroad.engine.project import find_project_root
from pavedroad.near_misses import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.descriptor import Project
    from pavedroad.descriptor.environment import EnvironmentDescriptor

USAGE = 64
"""Exit code of a command that was asked for something that is not there."""


class UnknownNameError(click.ClickException):
    """A name on the command line that nothing has."""

    exit_code = USAGE

    def __init__(self, what: str, given: str, known: Iterable[str]) -> None:
        """Say what was given, what there is, and what comes near."""
        names = sorted(known)
        said = f"no {what} is called {given!r}; there are: {', '.join(names) or 'none'}"
        super().__init__("; ".join(filter(None, [said, suggestion(given, names)])))


def load_environment(name: str, teams: Iterable[str] = ()) -> tuple[Project, EnvironmentDescriptor]:
    """Return the project around the current folder and one of its environments.

    Raises:
        UnknownNameError: If there is no such environment, or no such team.
    """
    project = load_project(find_project_root())
    if name not in project.environments:
        raise UnknownNameError("environment", name, project.environments)
    for team in teams:
        if team not in project.teams:
            raise UnknownNameError("team", team, project.teams)
    return project, project.environments[name]
