"""`paved incident`: the document that an incident is written down in."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from pavedroad.cli.inputs import load_environment
from pavedroad.dashboards import service_uid
from pavedroad.dashboards.uids import PLATFORM_HEALTH, SLO_OVERVIEW
from pavedroad.engine.project import find_project_root
from pavedroad.plan.observability.alerts.watch import links_of
from pavedroad.plan.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pavedroad.plan.environment import EnvironmentPlan, TeamPlan
    from pavedroad.plan.observability.alerts import Links

FOLDER: Final = "docs/incidents"
LOOK_BACK: Final = timedelta(hours=24)
"""How long before an incident changes are looked for: most causes are a day old at most."""
GIT_SECONDS: Final = 20

PARTS: Final = (
    ("What happened", "Two sentences that somebody outside the team understands."),
    ("Impact", "Who noticed what, from when to when; which objective lost how much of its budget."),
    ("Root cause", "Why it could happen, asked until the answer is something that can be changed."),
    ("What went well, and what did not", "Detection, routing, runbook, access, communication."),
)


@click.group("incident")
def command() -> None:
    """Write incidents down."""


@command.command("new")
@click.argument("title")
@click.option("--env", "environment", required=True, metavar="ENV", help="Where it happened.")
@click.option("--team", required=True, metavar="TEAM", help="Whose services are concerned.")
@click.option(
    "--at", "moment", metavar="TIME", help="When it began, as 2026-11-23T02:00+01:00. Default: now."
)
def new(title: str, environment: str, team: str, moment: str | None) -> None:
    """Begin the post-mortem of an incident in docs/incidents, with the sources of its timeline filled in.

    Alerts, deployments and changes of the day before, and dashboards at the time. A document that exists is left alone.

    \b
    Examples:
      paved incident new "Orders are lost" --env production --team retail-orders
      paved incident new "Checkout is slow" --env production --team boutique-checkout --at 2026-11-23T02:00+01:00
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    began = _moment(moment)
    project, chosen = load_environment(environment, (team,))
    plan = resolve(project.teams, chosen, project.files)
    root = find_project_root()
    standing = next((one for share in plan.shares for one in share.teams if one.name == team), None)
    if standing is None:
        raise click.ClickException(f"the team {team} does not stand in {environment}")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "incident"
    file = root / FOLDER / f"{began:%Y-%m-%d}-{slug}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(_document(title, began, plan, standing, _changes(root, team, began), links_of(chosen)))
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(f"{text}\n")
    except FileExistsError:
        raise click.ClickException(f"{file.relative_to(root)} exists; take another title") from None
    click.echo(f"{file.relative_to(root)}: fill in what you know while you still know it")


def _moment(text: str | None) -> datetime:
    """Return when it began; a time without a zone is in UTC."""
    try:
        moment = datetime.now(UTC) if text is None else datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--at {text!r}: write it as 2026-11-23T02:00+01:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _document(  # noqa: PLR0913, PLR0917 the parts of one page
    title: str, began: datetime, plan: EnvironmentPlan, team: TeamPlan, changes: list[str], links: Links
) -> Iterator[str]:
    """Yield the lines of the document."""
    yield f"# {title}"
    yield ""
    yield f"Began {began:%Y-%m-%d %H:%M %Z} in {plan.name}. Team: {team.name}. Status: open."
    for heading, hint in PARTS[:2]:
        yield from ("", f"## {heading}", "", f"<!-- {hint} -->")
    yield from ("", "## Timeline", "", "| Time | What | Source |", "| --- | --- | --- |")
    yield f"| {began:%H:%M} | It begins. | |"
    yield from ("", "## Sources of the timeline", "", "Alerts:", "")
    yield from _alerts(began, team)
    yield from ("", "Deployments:", "")
    yield from (
        f"- `pulumi stack history --stack {stack}`" for stack in plan.stacks if _concerns(stack, team.name)
    )
    yield from ("", f"Changes in the {LOOK_BACK.total_seconds() / 3600:.0f} hours before:", "")
    yield from changes or ["- none that git knows of"]
    yield from ("", "Dashboards:", "")
    yield from _dashboards(began, team, links)
    for heading, hint in PARTS[2:]:
        yield from ("", f"## {heading}", "", f"<!-- {hint} -->")
    yield from ("", "## Actions", "", "| What | Who | Until |", "| --- | --- | --- |", "| | | |")


def _concerns(stack: str, team: str) -> bool:
    """Return whether a stack holds something of a team's, or of what all teams share."""
    parts = stack.split(".")[1:]
    return not parts or parts[-1] in {"platform", "cloud", team}


def _alerts(began: datetime, team: TeamPlan) -> Iterator[str]:
    moment = f"{began.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for owner in (team.name, "platform"):
        yield f'- Prometheus: `ALERTS{{team="{owner}", alertstate="firing"}}`, from {moment}'
    yield f"- Alertmanager: `amtool alert query team={team.name}`, and `amtool silence query --expired`"
    yield f"- Who was told: `paved oncall route --labels team={team.name},severity=page --at {moment}`"


def _changes(root: Path, team: str, began: datetime) -> list[str]:
    """Return what git knows of changes to a team's descriptor and to the platform before the incident."""
    since, until = ((began - LOOK_BACK).isoformat(), began.isoformat())
    places = [f"stacks/teams/{team}.yaml", "stacks/environments", "components", "platform"]
    log = ["git", "log", f"--since={since}", f"--until={until}", "--format=- %cI %h %s", "--", *places]
    try:
        done = subprocess.run(  # noqa: S603 a fixed command with the project's own names
            log, cwd=root, capture_output=True, text=True, check=False, timeout=GIT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.splitlines()


def _dashboards(began: datetime, team: TeamPlan, links: Links) -> Iterator[str]:
    start = int((began - timedelta(hours=1)).timestamp() * 1_000)
    end = int((began + timedelta(hours=2)).timestamp() * 1_000)
    base = links.dashboards.rstrip("/")
    uids = {plan.name: service_uid(team.namespace, plan.name) for plan in team.workloads}
    for name, uid in (*uids.items(), ("objectives", SLO_OVERVIEW), ("platform", PLATFORM_HEALTH)):
        yield f"- {name}: {base}/d/{uid}?from={start}&to={end}"
