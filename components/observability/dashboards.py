"""Dashboards as resources of Grafana's operator: a folder for each owner, and what stands in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.kubernetes import Kind
from components.observability.grafana import INSTANCE_LABELS
from pavedroad.dashboards import document
from pavedroad.plan.naming import PLATFORM
from pavedroad.plan.observability import OBSERVABILITY
from pavedroad.plan.observability.dashboards import platform_dashboards, team_dashboards

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from components.kubernetes import Body, Place
    from pavedroad.dashboards import Dashboard
    from pavedroad.plan.environment import PlatformPlan, TeamPlan

DASHBOARD = Kind("grafana.integreatly.org/v1beta1", "GrafanaDashboard")
FOLDER = Kind("grafana.integreatly.org/v1beta1", "GrafanaFolder")

ANYWHERE: Body = {
    "instanceSelector": {"matchLabels": INSTANCE_LABELS},
    "allowCrossNamespaceImport": True,
}
"""Which Grafana shows it: the environment's, whose namespace is another."""


def declare_team_dashboards(place: Place, plan: TeamPlan) -> None:
    """Declare the dashboards of a team's services and stores, where the environment watches them."""
    if plan.watch is not None:
        _declare(place, plan.namespace, team_dashboards(plan))


def declare_platform_dashboards(places: Mapping[str, Place], plan: PlatformPlan) -> None:
    """Declare the dashboards of what all teams share, where the environment watches it."""
    if plan.observability is not None:
        _declare(places[OBSERVABILITY], PLATFORM, platform_dashboards(plan))


def _declare(place: Place, owner: str, dashboards: Iterable[Dashboard]) -> None:
    """Declare an owner's folder and the dashboards in it.

    The JSON is written without spaces: every byte of it stands in the state, and in what each update saves.
    """
    folder = place.declare(FOLDER, owner, {"spec": {**ANYWHERE, "title": owner}})
    for dashboard in dashboards:
        content = json.dumps(document(dashboard), separators=(",", ":"))
        spec = {**ANYWHERE, "folderRef": owner, "json": content}
        place.declare(DASHBOARD, dashboard.uid, {"spec": spec}, after=(folder,))
