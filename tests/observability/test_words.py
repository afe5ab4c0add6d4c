"""What an environment says of logs, traces and links becomes what is kept and where links lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from pavedroad.descriptor.observability import TracesSpec
from pavedroad.plan.observability.alerts import team_alerts
from pavedroad.plan.resolve import resolve
from tests.support import resolving
from tests.support.example import ACCOUNT

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier
    from pavedroad.plan.environment import EnvironmentPlan
    from pavedroad.plan.observability import ObservabilityPlan


def planned(tier: Tier = "production", said: dict[str, Any] | None = None, **words: Any) -> EnvironmentPlan:
    orders = resolving.team("orders", {"hear": {}})
    return resolve({"orders": orders}, resolving.environment(tier, observability=said or {}, **words))


def watched(plan: EnvironmentPlan) -> ObservabilityPlan:
    assert plan.platform.observability is not None
    return plan.platform.observability


@pytest.mark.parametrize(
    ("tier", "said", "kind", "volume", "hours"),
    [
        ("local", {}, "memory", "", 24),
        ("local", {"retention": "3d"}, "badger", "2Gi", 72),
        ("local", {"storage": "5Gi"}, "badger", "5Gi", 24),
        ("production", {}, "badger", "100Gi", 336),
        ("production", {"storage": "memory"}, "memory", "", 336),
        ("production", {"retention": "3d", "storage": "5Gi"}, "badger", "5Gi", 72),
    ],
)
def test_traces_are_kept_where_and_as_long_as_is_said(
    tier: Tier, said: dict[str, str], kind: str, volume: str, hours: int
) -> None:
    jaeger = watched(planned(tier, {"traces": said})).jaeger
    assert (jaeger.store.kind, jaeger.size.storage, jaeger.retention_hours) == (kind, volume, hours)


def test_traces_in_memory_have_no_retention() -> None:
    with pytest.raises(ValidationError, match="leave retention out, or give storage a size"):
        TracesSpec.model_validate({"storage": "memory", "retention": "3d"})


def test_logs_are_kept_as_long_as_is_said_and_so_are_their_objects_in_an_account() -> None:
    loki = watched(planned(said={"logs": {"retention": "9d"}}, **ACCOUNT)).loki
    assert (loki.retention, loki.bucket and loki.bucket.days) == ("9d", 9)


def test_alerts_lead_to_the_dashboards_and_runbooks_that_are_said() -> None:
    links = {"dashboards": "https://see.example.com", "runbooks": "https://wiki.example.com/books"}
    (team,) = planned(said={"links": links}).teams
    assert team.watch is not None
    for alert in team_alerts(team, team.watch):
        annotations = alert.rule().annotations
        assert annotations["dashboard_url"].startswith("https://see.example.com/d/")
        assert annotations["runbook_url"].startswith("https://wiki.example.com/books/")
