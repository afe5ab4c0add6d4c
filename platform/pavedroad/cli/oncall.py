"""`paved oncall`: who would be told of an alert, when, and why."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from pavedroad.cli.inputs import UnknownNameError
from pavedroad.descriptor import load_project
from pavedroad.engine.project import find_project_root
from pavedroad.plan.observability.paging import told
from pavedroad.plan.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor import Project
    from pavedroad.plan.observability.oncall import OnCallPlan, RoutePlan
    from pavedroad.plan.observability.paging import Told
    from pavedroad.plan.printing import Json

LABEL: Final = re.compile(r"([a-zA-Z_][a-zA-Z0-9_]*)=([^,]*)")


@click.group("oncall")
def command() -> None:
    """Say who is told of alerts."""


@command.command("route")
@click.option("--labels", required=True, metavar="NAME=VALUE,…", help="Labels of the alert.")
@click.option(
    "--env", "environment", metavar="ENV", help="The environment. Default: the only one that tells anybody."
)
@click.option(
    "--at", "moment", metavar="TIME", help="When it fires, as 2026-11-23T02:00+01:00. Default: now."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def route(labels: str, environment: str | None, moment: str | None, *, as_json: bool) -> None:
    """Say who would be told of an alert with these labels, when, and by which route.

    An alert that belongs to no team that stands in the environment is the platform's. Steps after the first are only
    taken while the alert lasts and nobody silences it.

    \b
    Examples:
      paved oncall route --labels team=retail-orders,severity=page
      paved oncall route --labels team=retail-orders,severity=ticket --at 2026-12-24T03:00+01:00
      paved oncall route --labels alertname=Watchdog --env production --json
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    wanted, at = _labels(labels), _moment(moment)
    project = load_project(find_project_root())
    name = environment or _only(project)
    plan = _on_call(project, name)
    found = told(plan, wanted, at)
    if as_json:
        data = {
            "environment": name,
            "at": at.isoformat(),
            "labels": dict(wanted),
            "told": [*map(_as_data, found)],
        }
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    given = ", ".join(f"{label}={value}" for label, value in wanted.items())
    click.echo(f"{given} in {name} at {at:%A %Y-%m-%d %H:%M %Z}")
    for one in found:
        click.echo("\n".join(_lines(one)))


def _labels(text: str) -> dict[str, str]:
    parts = [part for part in text.split(",") if part]
    found = [LABEL.fullmatch(part.strip()) for part in parts]
    if not found or None in found:
        raise click.UsageError(f"--labels {text!r}: write them as team=orders,severity=page")
    return {one[1]: one[2] for one in found if one}


def _moment(text: str | None) -> datetime:
    """Return a moment; one without a time zone is in UTC."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--at {text!r}: write it as 2026-11-23T02:00+01:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _only(project: Project) -> str:
    """Return the only environment that tells anybody of alerts."""
    names = [name for name, one in project.environments.items() if one.on_call is not None]
    if len(names) != 1:
        raise click.UsageError(f"say which environment with --env: {', '.join(names) or 'none has on_call:'}")
    return names[0]


def _on_call(project: Project, name: str) -> OnCallPlan:
    """Return where the alerts of an environment go.

    Raises:
        UnknownNameError: If there is no such environment.
        click.ClickException: If it watches nothing, so that there are no alerts.
    """
    if name not in project.environments:
        raise UnknownNameError("environment", name, project.environments)
    observability = resolve(project.teams, project.environments[name], project.files).platform.observability
    if observability is None:
        raise click.ClickException(f"{name} watches nothing: it says observability: none")
    return observability.on_call


def _lines(one: Told) -> Iterator[str]:
    """Yield what is said of one receiver."""
    last = one.way[-1]
    if not one.receiver.integrations:
        yield "  nobody is told"
        yield f"     route: {_path(one.way)}"
        return
    who = ", ".join(f"{each.receiver} ({each.kind}: {each.to})" for each in one.receiver.integrations)
    yield f"  {one.receiver.step}. after {last.wait}: {who}"
    if one.on_call is not None:
        yield f"     on call: {one.on_call}"
    if one.muted_by is not None:
        yield f"     held back now: {one.muted_by.name} ({one.muted_by.time_zone}), {one.muted_by.reason}"
    yield f"     route: {_path(one.way)}"
    yield f"     one message for each {', '.join(last.group_by)}; news every {last.interval}, again every {last.repeat}"


def _path(way: tuple[RoutePlan, ...]) -> str:
    """Return the way through the tree."""
    return " > ".join(("root", *(f'{label}="{value}"' for node in way for label, value in node.matchers)))


def _as_data(one: Told) -> Json:
    last = one.way[-1]
    return {
        "receiver": one.receiver.name,
        "step": one.receiver.step,
        "after": last.wait,
        "integrations": [
            {"receiver": each.receiver, "kind": each.kind, "to": each.to}
            for each in one.receiver.integrations
        ],
        "on_call": one.on_call,
        "muted_by": None if one.muted_by is None else one.muted_by.name,
        "route": [f'{label}="{value}"' for node in one.way for label, value in node.matchers],
        "group_by": list(last.group_by),
        "group_interval": last.interval,
        "repeat_interval": last.repeat,
    }
