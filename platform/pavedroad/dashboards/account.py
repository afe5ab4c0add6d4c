"""The dashboard of what AWS runs for one owner: a row for each thing, a panel for each metric that is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from pavedroad.dashboards.model import Dashboard, Panel, Query, Row
from pavedroad.dashboards.queries import alerts
from pavedroad.dashboards.uids import account_uid


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One metric of a thing.

    Attributes:
        title: Its name in CloudWatch, with what is taken of its values.
        expression: Its series, as a selector.
        legend: Name of the found series.
        description: What is wrong where it is beyond its limit.
        limit: From which value on it is drawn in red; None for never.
        below: Whether small values are the bad ones.
    """

    title: str
    expression: str
    legend: str
    description: str
    limit: float | None = None
    below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that AWS runs, by its name and the service that runs it."""

    title: str
    service: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSubject:
    """What the dashboard has to know.

    Attributes:
        team: Whose things these are.
        namespace: The owner's namespace.
        things: The things.
    """

    team: str
    namespace: str
    things: tuple[Thing, ...]


def account_dashboard(subject: AccountSubject) -> Dashboard:
    """Return the dashboard of what AWS runs for an owner."""
    watched = Row(title="Alerts", panels=(alerts({"team": subject.team, "subject": "managed"}),))
    rows = (
        Row(title=f"{thing.title} ({thing.service})", panels=tuple(map(_panel, thing.measures)))
        for thing in subject.things
    )
    return Dashboard(
        uid=account_uid(subject.namespace),
        title=f"{subject.namespace} / what AWS runs",
        description="Stores, brokers, queues and functions in the account, as CloudWatch measures them every five minutes.",
        tags=("account", subject.team),
        rows=(watched, *rows),
    )


def _panel(measure: Measure) -> Panel:
    return Panel(
        title=measure.title,
        description=measure.description,
        unit="short",
        queries=(Query(expression=measure.expression, legend=measure.legend),),
        alarm=measure.limit,
        alarm_below=measure.below,
    )
