"""`paved explain`: who decided a value."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

import click

from pavedroad.cli.inputs import load_environment
from pavedroad.plan.printing import as_data, choices_under, format_path, parse_path
from pavedroad.plan.provenance import Trace
from pavedroad.plan.resolve import resolve

if TYPE_CHECKING:
    from pavedroad.descriptor import Project
    from pavedroad.plan.printing import Json
    from pavedroad.plan.provenance import Origin, Path


@click.command("explain")
@click.argument("environment", metavar="ENV")
@click.argument("path", metavar="PATH")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(environment: str, path: str, as_json: bool) -> None:  # noqa: FBT001 click passes a flag so
    """Say who decided the value at PATH in ENV: a default, the tier, the environment, or a line of a descriptor.

    PATH is `team/service.word.word`, or `team.word` for what belongs to the team; a shorter one explains
    everything below it.

    \b
    Examples:
      paved explain local retail-orders/orders.scale.min
      paved explain production retail-orders/orders
      paved explain production retail-orders.quota
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    project, chosen = load_environment(environment)
    trace = Trace()
    resolve(project.teams, chosen, project.files, trace)
    found = choices_under(trace, parse_path(path))
    if not found:
        near = difflib.get_close_matches(path, [format_path(known) for known in trace.origins], n=3)
        hint = (
            f"; did you mean {', '.join(near)}?"
            if near
            else f"; see paved explain {environment} {path.partition('.')[0]}"
        )
        raise click.ClickException(f"nothing is chosen at {path}{hint}")
    choices = [_choice(project, environment, known, trace.origins[known]) for known in found]
    if as_json:
        click.echo(json.dumps(choices, indent=2, ensure_ascii=False))
        return
    width = max(len(str(choice["path"])) for choice in choices)
    for choice in choices:
        click.echo(f"{choice['path']:<{width}}  {json.dumps(choice['value'])}  {choice['because']}")


def _choice(project: Project, environment: str, path: Path, origin: Origin) -> dict[str, Json]:
    """Return one choice as data."""
    where = None
    if origin.written_at is not None:
        position = project.position(origin.written_at[0], origin.written_at[1:])
        where = f"{position.file}:{position.line}:{position.column}"
    tier = project.environments[environment].tier
    because = {
        "descriptor": f"written at {where}",
        "environment": f"set by the environment at {where}",
        "tier": f"by the table of tier {tier}",
        "default": "by default, the same everywhere",
    }[origin.source]
    return {
        "path": format_path(path),
        "value": as_data(origin.value),
        "source": origin.source,
        "written_at": where,
        "because": because,
    }
