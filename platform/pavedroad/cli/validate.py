"""`paved validate`: every fault of every descriptor, at its line."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pavedroad.descriptor.checks.world import ENVIRONMENTS_FOLDER, TEAMS_FOLDER
from pavedroad.descriptor.faults import DescriptorFaults, Fault, UnreadableFileError, dotted, shown
from pavedroad.descriptor.project import PROJECT_FILE, find_root, load_file, load_project

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE: Final = 2.0
"""Seconds without a word before a terminal is told that work goes on."""
PLUGINS_VARIABLE: Final = "PYDANTIC_DISABLE_PLUGINS"
REPORT_VERSION: Final = 1
"""Version of the JSON report; it changes when a reader of the old one would misread the new."""


@dataclass(slots=True)
class _Outcome:
    """What was read, and what is wrong with it."""

    teams: int = 0
    environments: int = 0
    exemptions: int = 0
    faults: set[Fault] = field(default_factory=set)
    warnings: dict[Fault, None] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def exit_code(self) -> int:
        """Return 2 for files that cannot be read, 1 for faults, else 0."""
        return 2 if self.unreadable else min(len(self.faults), 1)


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the faults as JSON.")
def command(paths: tuple[Path, ...], *, as_json: bool) -> int:
    """Check descriptors and environments, and print every fault with its line.

    A PATH is a project, a file of one, or a single file that belongs to none; of the last, only what a single
    file can tell is checked. Default: the project that the current folder is in.

    Ends with 0 if all is well, 1 if there are faults, 2 if a file cannot be read.
    """
    outcome = _Outcome()
    with _patience(), _without_plugins():
        for path in paths or (Path.cwd(),):
            _validate(path, outcome)
    _print_json(outcome) if as_json else _print_text(outcome)
    return outcome.exit_code()


def _validate(path: Path, outcome: _Outcome) -> None:
    try:
        root = _root_for(path)
        if root is not None and (path.is_dir() or _belongs(path, root)):
            project = load_project(root, only=None if path.is_dir() else _team_of(path))
            outcome.teams += len(project.teams)
            outcome.environments += len(project.environments)
            outcome.warnings.update(dict.fromkeys(project.warnings))
        else:
            kind = load_file(path).kind
            outcome.teams += kind == "Team"
            outcome.environments += kind == "Environment"
            outcome.exemptions += kind == "Exemptions"
    except DescriptorFaults as found:
        outcome.faults.update(found.faults)
    except UnreadableFileError as error:
        outcome.unreadable[error.file] = error.reason
    except OSError as error:
        outcome.unreadable[shown(str(path))] = f"cannot be read: {error.strerror}"


def _root_for(path: Path) -> Path | None:
    """Return the project around a path; a folder must have one."""
    root = find_root(path if path.is_dir() else path.parent)
    if root is None and path.is_dir():
        raise UnreadableFileError(
            str(path), f"no {PROJECT_FILE} here or above; go to a project or name files"
        )
    return root


def _belongs(path: Path, root: Path) -> bool:
    """Return whether a file is one of a project's descriptors."""
    return path.parent.resolve() in (root / TEAMS_FOLDER, root / ENVIRONMENTS_FOLDER) and path.is_file()


def _team_of(path: Path) -> list[str] | None:
    """Return the team to check, or None for all: an environment concerns every team."""
    return [path.stem] if path.parent.name == Path(TEAMS_FOLDER).name else None


def _print_text(outcome: _Outcome) -> None:
    faults = DescriptorFaults(outcome.faults).faults
    for fault in faults:
        click.echo(str(fault))
    for warning in outcome.warnings:
        click.echo(f"warning: {warning}")
    for file, reason in outcome.unreadable.items():
        click.echo(f"{file}: {reason}", err=True)
    if faults:
        files = len({fault.file for fault in faults})
        click.echo(f"{_count(len(faults), 'fault')} in {_count(files, 'file')}")
    elif not outcome.unreadable:
        read = [_count(outcome.teams, "team"), _count(outcome.environments, "environment")]
        if outcome.exemptions:
            read.append(f"{_count(outcome.exemptions, 'file')} of exemptions")
        click.echo(f"{', '.join(read)}: no faults")


def _print_json(outcome: _Outcome) -> None:
    report = {
        "version": REPORT_VERSION,
        "teams": outcome.teams,
        "environments": outcome.environments,
        "faults": [_reported(fault) for fault in DescriptorFaults(outcome.faults).faults],
        "warnings": [_reported(warning) for warning in outcome.warnings],
        "unreadable": [{"file": file, "reason": reason} for file, reason in outcome.unreadable.items()],
    }
    click.echo(json.dumps(report, indent=2))


def _reported(fault: Fault) -> dict[str, str | int | None]:
    return {
        "file": fault.file,
        "line": fault.line or None,
        "column": fault.column or None,
        "path": dotted(fault.path),
        "given": fault.given,
        "expected": fault.expected,
        "change": fault.change,
        "message": fault.message,
    }


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


@contextlib.contextmanager
def _without_plugins() -> Iterator[None]:
    """Keep pydantic from looking for plugins among all that is installed: it takes time, and none may judge here."""
    given = os.environ.get(PLUGINS_VARIABLE)
    os.environ[PLUGINS_VARIABLE] = "__all__"
    try:
        yield
    finally:
        del os.environ[PLUGINS_VARIABLE]
        if given is not None:
            os.environ[PLUGINS_VARIABLE] = given


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    """Tell a terminal after a while that work goes on."""
    timer = threading.Timer(PATIENCE, lambda: click.echo("still reading descriptors …", err=True))
    timer.daemon = True
    if sys.stderr.isatty():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
