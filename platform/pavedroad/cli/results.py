"""How runs of the engine are shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from pavedroad.engine.progress import spoken
from pavedroad.engine.results import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pavedroad.engine.progress import Progress
    from pavedroad.engine.results import RunResult, Step, Violation

LONG_STEPS: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "Release"})
"""Kinds that are waited for, so that each is worth a line as it gets ready."""

MOST_ADVICE: Final = 10
"""More of it is only counted: an update is not where people look for it."""

PAST: Final = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "replace": "replaced",
    "create-replacement": "created again",
    "delete-replaced": "deleted for a replacement",
    "same": "unchanged",
    "refresh": "looked at",
    "import": "imported",
}


class StepReport:
    """Says what a run does, as it does it: one line for each thing that is waited for."""

    def __init__(self, progress: Progress) -> None:
        """Choose where to say it."""
        self._progress = progress

    def __call__(self, step: Step) -> None:
        """Take one step."""
        kind = step.type.rpartition(":")[2]
        if step.phase is Phase.FAILED:
            self._progress.say(f"  ✗ {kind} {step.name}")
        elif step.phase is Phase.DONE and step.is_change and kind in LONG_STEPS:
            self._progress.say(f"  {PAST.get(step.operation, step.operation)} {kind} {step.name}")


def summary(result: RunResult) -> str:
    """Return what a run did, in one line."""
    if not result.changed:
        return f"{result.stack}: no change, {sum(result.changes.values())} as they should be, in {spoken(result.seconds)}"
    counts = [f"{count} {PAST.get(name, name)}" for name, count in result.changes.items() if count]
    return f"{result.stack}: {', '.join(counts) or 'nothing'} in {spoken(result.seconds)}"


def show_changes(results: Iterable[RunResult]) -> None:
    """Print what runs did, with each thing that was changed where these are few."""
    for result in results:
        for note in result.notes:
            click.echo(note)
        for step in result.steps if len(result.steps) <= 20 else ():  # noqa: PLR2004 as many as a screen holds
            changed = f" ({', '.join(step.changed)})" if step.changed else ""
            click.echo(
                f"  {PAST.get(step.operation, step.operation)} {step.type.rpartition(':')[2]} {step.name}{changed}"
            )
        for line in _advice([one for one in result.violations if not one.is_mandatory]):
            click.echo(f"  {line}")
        for warning in result.warnings:
            click.echo(f"  warning: {warning}")
        click.echo(summary(result))


def _advice(advisory: Sequence[Violation]) -> Iterable[str]:
    """Say what policies advise, one line each where that is little."""
    if len(advisory) > MOST_ADVICE:
        policies = len({one.policy for one in advisory})
        return [f"{policies} policies advise in {len(advisory)} places; `paved policy check` tells them"]
    return [f"advisory {one.policy}: {' '.join(one.message.split())}" for one in advisory]


def show_json(results: Sequence[RunResult]) -> None:
    """Print what runs did as JSON."""
    data = [
        {
            "stack": result.stack,
            "operation": result.operation.value,
            "changes": dict(result.changes),
            "steps": [
                {"operation": step.operation, "urn": step.urn, "changed": list(step.changed)}
                for step in result.steps
            ],
            "violations": [
                {"policy": one.policy, "level": one.level, "urn": one.urn, "message": one.message}
                for one in result.violations
            ],
            "seconds": round(result.seconds, 3),
        }
        for result in results
    ]
    click.echo(json.dumps(data, indent=2))
