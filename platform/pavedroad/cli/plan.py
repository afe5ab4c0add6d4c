"""`paved plan`: an environment with nothing left to choose."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import yaml

from pavedroad.cli.inputs import load_environment
from pavedroad.plan.printing import as_data
from pavedroad.plan.resolve import resolve

if TYPE_CHECKING:
    from pavedroad.plan.printing import Json


@click.command("plan")
@click.argument("environment", metavar="ENV")
@click.option(
    "--team", "teams", multiple=True, metavar="TEAM", help="Only this team; may be given several times."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(environment: str, teams: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001 click passes a flag so
    """Print what ENV resolves to: every default chosen, nothing left open.

    The same descriptors always give the same bytes. `paved explain` says who decided a value.

    \b
    Examples:
      paved plan local
      paved plan production --team retail-orders
      paved plan production --json | jq '.teams[].workloads[].name'
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    project, chosen = load_environment(environment, teams)
    plan = as_data(resolve(project.teams, chosen, project.files))
    shown = _only(plan, teams)
    if as_json:
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        click.echo(yaml.safe_dump(shown, sort_keys=False, allow_unicode=True, width=110), nl=False)


def _only(plan: Json, teams: tuple[str, ...]) -> Json:
    """Return the plan with no other teams than these; with all of them where none is named."""
    assert isinstance(plan, dict)
    if not teams:
        return plan
    elsewhere = plan.get("elsewhere", [])
    assert isinstance(elsewhere, list)
    shares = [share for share in (plan, *elsewhere) if isinstance(share, dict)]
    standing = [
        team for share in shares if isinstance(listed := share.get("teams", []), list) for team in listed
    ]
    return {"teams": [team for team in standing if isinstance(team, dict) and team["name"] in teams]}
