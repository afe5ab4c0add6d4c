"""Who is on call at a moment, and what holds an alert back then."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.plan.observability.owners import RotationPlan, person
from pavedroad.plan.observability.paging import told
from tests.support.oncall import on_call_plan

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = {f"{name}@example.com" for name in ("anna", "ben", "carla", "dan")}


def rotation() -> RotationPlan:
    """Return the rotation of the team ``orders``."""
    owner = next(one.owner for one in on_call_plan().receivers if one.name == "orders/page/1")
    assert owner is not None
    assert owner.rotation is not None
    return owner.rotation


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        ("2026-01-05T09:00", "anna"),  # the first turn begins on the day that the rotation names
        ("2026-01-12T08:59", "anna"),  # and ends at the handover
        ("2026-01-12T09:00", "ben"),
        ("2026-01-19T09:00", "anna"),
        ("2026-01-06T20:00", "carla"),  # nights belong to another shift
        ("2026-01-07T07:59", "carla"),
        ("2026-01-07T08:00", "anna"),
        ("2026-01-10T12:00", "dan"),  # and so do weekends
        ("2026-03-30T09:00", "anna"),  # the clocks have gone forward: the handover is at nine all the same
        ("2026-03-30T08:59", "ben"),
    ],
)
def test_turns_change_at_the_handover_by_the_clocks_on_the_wall(moment: str, who: str) -> None:
    assert person(rotation(), datetime.fromisoformat(moment).replace(tzinfo=BERLIN)) == f"{who}@example.com"


@given(st.integers(0, 60 * 24 * 900))
def test_somebody_is_on_call_at_every_minute(minutes: int) -> None:
    moment = datetime(2025, 6, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert person(rotation(), moment) in PEOPLE


def test_a_mute_time_holds_tickets_back_by_its_own_clocks_and_leaves_pages_alone() -> None:
    plan = on_call_plan()
    night = datetime(2026, 7, 1, 21, 0, tzinfo=BERLIN)
    (ticket,) = told(plan, {"team": "orders", "severity": "ticket"}, night)
    assert ticket.muted_by is not None
    assert ticket.muted_by.name == "nights"
    assert [one.muted_by for one in told(plan, {"team": "orders", "severity": "page"}, night)] == [None] * 3
    (morning,) = told(plan, {"team": "orders", "severity": "ticket"}, night + timedelta(hours=12))
    assert morning.muted_by is None


def test_a_mute_time_of_one_team_is_not_anothers() -> None:
    plan = on_call_plan()
    saturday = datetime(2026, 7, 4, 12, 0, tzinfo=ZoneInfo("America/New_York"))
    (shop,) = told(plan, {"team": "shop", "severity": "info"}, saturday)
    (orders,) = told(plan, {"team": "orders", "severity": "info"}, saturday)
    assert shop.muted_by is not None
    assert orders.muted_by is None


def test_whoever_is_on_call_is_named_with_every_step() -> None:
    plan = on_call_plan()
    moment = datetime(2026, 1, 6, 12, 0, tzinfo=BERLIN)
    assert [one.on_call for one in told(plan, {"team": "orders", "severity": "page"}, moment)] == [
        "anna@example.com"
    ] * 3
    assert [one.on_call for one in told(plan, {"team": "shop", "severity": "page"}, moment)] == [None]
