"""What is left of each promise: the row on a service's dashboard, and the overview of all.

What they show is recorded by :mod:`pavedroad.slo`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.dashboards.curves import Curve, panels
from pavedroad.dashboards.model import Dashboard, Panel, Query, Row, Variable
from pavedroad.dashboards.queries import alerts
from pavedroad.dashboards.uids import SLO_OVERVIEW
from pavedroad.prometheus import selector

if TYPE_CHECKING:
    from collections.abc import Mapping

CURVES = (
    Curve(
        title="Budget left",
        unit="percentunit",
        description="Share of the error budget that is left in the SLO's period; below 0 the promise is broken.",
        expression="max by (service, slo) (slo:budget_left:ratio{these})",
        legend="{{service}} {{slo}}",
    ),
    Curve(
        title="Burn rate",
        unit="short",
        description="How fast the budget is spent over the last hour: at 1 it lasts exactly to the period's end.",
        expression="max by (service, slo) (slo:burn_rate:current{these})",
        legend="{{service}} {{slo}}",
        alarm=1,
    ),
    Curve(
        title="Share of bad events",
        unit="percentunit",
        description="What was not as promised over the last hour.",
        expression="max by (service, slo) (slo:error_ratio:rate1h{these})",
        legend="{{service}} {{slo}}",
    ),
)


def slo_row(labels: Mapping[str, str]) -> Row:
    """Return the row of the SLOs whose series carry the labels."""
    return Row(title="SLOs", panels=panels(CURVES, {"{these}": selector("", labels)}))


def slo_dashboard() -> Dashboard:
    """Return the overview of every SLO of the environment."""
    chosen = {"team": "$team", "service": "$service"}
    these = selector("", {}, chosen)
    left = f"sort(min by (team, service, slo) (slo:budget_left:ratio{these}))"
    standing = Panel(
        title="Where every promise stands",
        description="Budget left in each SLO's period, the least first. At 0 and with the policy freeze, releases "
        "wait.",
        unit="percentunit",
        queries=(Query(expression=left, instant=True),),
        shape="table",
        width=24,
        height=10,
        alarm=0,
        alarm_below=True,
    )
    return Dashboard(
        uid=SLO_OVERVIEW,
        title="SLO overview",
        description="Every promise of every team: what is left of its budget and how fast it is spent.",
        tags=("slo",),
        variables=(
            Variable(name="team", label="Team", metric="slo:info", value="team"),
            Variable(name="service", label="Service", metric='slo:info{team=~"$team"}', value="service"),
        ),
        rows=(
            Row(title="Overview", panels=(standing,)),
            Row(title="Budgets", panels=panels(CURVES, {"{these}": these})),
            Row(title="Alerts", panels=(alerts({"severity": "page"}),)),
        ),
    )
