"""Alerts beyond objectives, as rules in the namespace of what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.observability.rules import declare_rules
from pavedroad.plan.observability import OBSERVABILITY
from pavedroad.plan.observability.alerts import alert_groups, platform_alerts, team_alerts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.kubernetes import Place
    from pavedroad.plan.environment import PlatformPlan, TeamPlan

ALERTS: Final = "alerts"
"""Name of the object that holds them, one in each namespace."""


def declare_team_alerts(place: Place, plan: TeamPlan) -> None:
    """Declare the alerts of a team's workloads, stores, queues and quota, where the environment watches them."""
    if plan.watch is not None:
        declare_rules(place, ALERTS, alert_groups(team_alerts(plan, plan.watch)))


def declare_platform_alerts(places: Mapping[str, Place], plan: PlatformPlan) -> None:
    """Declare the alerts of what all teams share, where the environment watches it."""
    if plan.observability is not None and plan.observability.watch is not None:
        groups = alert_groups(platform_alerts(plan, plan.observability.watch))
        declare_rules(places[OBSERVABILITY], ALERTS, groups)
