"""Every link to a dashboard leads somewhere, in every environment of the project and in the example of every word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pavedroad.dashboards import document
from pavedroad.dashboards.document import DATA_SOURCES
from pavedroad.plan.observability.alerts import platform_alerts, team_alerts
from pavedroad.plan.observability.dashboards import platform_dashboards, team_dashboards
from pavedroad.prometheus import AlertingRule
from tests.support.watched import ENVIRONMENTS, planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.dashboards import Dashboard
    from pavedroad.plan.environment import ClusterShare


def dashboards_of(share: ClusterShare) -> tuple[Dashboard, ...]:
    """Return everything that stands in the Grafana of a cluster."""
    teams = (one for team in share.teams for one in team_dashboards(team))
    return (*platform_dashboards(share.platform), *teams)


def linked(share: ClusterShare) -> Iterator[str]:
    """Yield the identifiers that alerts and dashboards lead to."""
    watch = share.platform.observability.watch if share.platform.observability else None
    assert watch is not None
    yield from (alert.dashboard for alert in platform_alerts(share.platform, watch))
    for team in share.teams:
        assert team.watch is not None
        yield from (alert.dashboard for alert in team_alerts(team, team.watch))
        rules = (rule for service in team.slos for group in service.groups for rule in group.rules)
        for rule in rules:
            if isinstance(rule, AlertingRule):
                yield rule.annotations["dashboard_url"].rpartition("/d/")[2]
    for dashboard in dashboards_of(share):
        yield from (link.url.removeprefix("/d/") for link in dashboard.links)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_alert_promise_and_dashboard_leads_to_a_dashboard_that_stands(environment: str) -> None:
    for share in planned(environment).shares:
        assert set(linked(share)) <= {one.uid for one in dashboards_of(share)}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_no_two_dashboards_of_a_grafana_share_an_identifier(environment: str) -> None:
    for share in planned(environment).shares:
        uids = [one.uid for one in dashboards_of(share)]
        assert len(uids) == len(set(uids))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_dashboards_open_with_data_sources_that_grafana_has(environment: str) -> None:
    for share in planned(environment).shares:
        assert share.platform.observability is not None
        there = {(one.uid, one.kind) for one in share.platform.observability.grafana.data_sources}
        assert {(uid, kind) for kind, (_, uid) in DATA_SOURCES.items()} <= there


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_service_and_worker_of_every_team_has_one(environment: str) -> None:
    for share in planned(environment).shares:
        titles = {one.title for one in dashboards_of(share)}
        wanted = {f"{team.namespace} / {one.name}" for team in share.teams for one in team.workloads}
        assert wanted <= titles


def test_a_dashboard_is_small_enough_for_an_object_of_the_api_server() -> None:
    """The API server keeps objects of 1.5 MiB at most (etcd, «System limits»); ours stay far below a tenth."""
    for share in planned("every word in production").shares:
        assert max(len(str(document(one))) for one in dashboards_of(share)) < 100_000
