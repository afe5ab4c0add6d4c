"""`paved split`: from a single stack to slices, with nothing made anew."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from pavedroad.cli.results import summary
from pavedroad.cli.session import open_session
from pavedroad.engine.slice_moves import SliceProgram
from pavedroad.engine.splitting import Split
from pavedroad.preview import load_project, render
from pavedroad.preview.masking import MASK, UNKNOWN_MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pavedroad.cli.session import Session
    from pavedroad.engine.results import RunResult
    from pavedroad.engine.slice_moves import Move
    from pavedroad.preview import Rendering

SHOWN_ONLY = 3
"""Exit code: there was something to move, and nobody said yes."""


@click.command("split")
@click.argument("environment", metavar="ENV")
@click.option("--dry-run", is_flag=True, help="Show what would go where, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(environment: str, *, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Move ENV, which stands as a single stack, into its slices. Nothing is made, changed or deleted.

    Set `slices: true` in ENV's file first. Only Pulumi's state is moved, by `pulumi state move`; a copy of it as it
    was is kept, its secrets encrypted. Cut off half-way, run it again. At its end the real engine says what an update
    would do; where ENV was up to date, that is nothing.

    \b
    Examples:
      paved split production --dry-run
      paved split production
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    session = open_session(environment)
    if not session.plan.slices:
        raise click.ClickException(
            f"{environment} is to be a single stack: set slices: true in stacks/environments/{environment}.yaml first"
        )
    if not session.engine.has_stack(environment):
        _say(f"{environment} does not stand as a single stack: nothing to move", [], as_json=as_json)
        return 0
    split = Split(
        engine=session.engine, single=environment, programs=_programs(session), progress=session.progress
    )
    moves = split.moves()
    if not as_json:
        _show(environment, moves)
    agreed = not dry_run and (
        yes or (not as_json and sys.stdin.isatty() and click.confirm("Do this?", err=True))
    )
    if not agreed:
        _say("nothing was moved: answer yes, or run this with --yes", moves, as_json=as_json)
        return 0 if dry_run else SHOWN_ONLY
    kept = split.carry_out()
    click.echo(f"the state as it was is kept in {kept}", err=as_json)
    return _prove(session, moves, as_json=as_json)


def _programs(session: Session) -> list[SliceProgram]:
    """Run the program for each slice in this process, to know what belongs to it."""
    project = load_project(session.root)
    with session.progress.step(f"Looking which slice of {session.plan.name} declares what"):
        return [slice_program(render(project, stack)) for stack in session.plan.stacks]


def slice_program(rendering: Rendering) -> SliceProgram:
    """Say what a slice declares, by a preview of it."""
    return SliceProgram(
        stack=rendering.stack,
        urns=frozenset(resource.urn for resource in rendering.resources),
        outputs={name: value for name, value in rendering.outputs.items() if not _is_late(value)},
        late_outputs=frozenset(name for name, value in rendering.outputs.items() if _is_late(value)),
    )


def _is_late(value: Any) -> bool:
    """Tell whether a preview shows marks in the place of an output, or of a part of it."""
    text = json.dumps(value)
    return MASK in text or UNKNOWN_MARK in text


def _prove(session: Session, moves: Sequence[Move], *, as_json: bool) -> int:
    """Let the real engine say what an update would do now: nothing, where the environment was up to date."""
    results = session.slices.preview()
    if not as_json:
        for result in results:
            click.echo(summary(result))
    changed = [result.stack for result in results if result.changed]
    said = (
        f"moved; an update would change {', '.join(changed)}: paved preview {session.plan.name} --engine shows what"
        if changed
        else "moved; an update would change nothing"
    )
    _say(said, moves, results, as_json=as_json)
    return 0


def _show(environment: str, moves: Sequence[Move]) -> None:
    """Print what goes where."""
    if not moves:
        click.echo(f"{environment} holds nothing any more: it is removed")
    for move in moves:
        click.echo(f"{environment} → {move.program.stack}: {move.resources} resources")
        for root in move.roots:
            _, _, kind, name = root.split("::", 3)
            click.echo(f"  {kind.rpartition(':')[2]} {name}")


def _say(said: str, moves: Sequence[Move], results: Sequence[RunResult] = (), *, as_json: bool) -> None:
    """Say how it ended."""
    if not as_json:
        click.echo(said)
        return
    data = {
        "moves": [
            {"stack": move.program.stack, "roots": list(move.roots), "resources": move.resources}
            for move in moves
        ],
        "preview": {result.stack: dict(result.changes) for result in results},
        "said": said,
    }
    click.echo(json.dumps(data, indent=2))
