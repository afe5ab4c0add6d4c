"""Windows and factors are derived from the period, whatever it is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.slo.periods import DAY, HOUR, STEP, Period, conditions, reachable, windows

DAYS = st.integers(min_value=7, max_value=90)


def rows(days: int) -> list[tuple[str, int, int, float]]:
    return [
        (one.severity, one.long // HOUR, one.short // 60, round(float(one.factor), 3))
        for one in conditions(Period(days))
    ]


def test_over_thirty_days_windows_and_factors_are_those_of_the_workbook() -> None:
    assert rows(30) == [
        ("page", 1, 5, 14.4),
        ("page", 6, 30, 6.0),
        ("ticket", 24, 120, 3.0),
        ("ticket", 72, 360, 1.0),
    ]


def test_over_a_week_factors_shrink_and_no_window_is_longer_than_its_share() -> None:
    assert rows(7) == [("page", 1, 5, 3.36), ("page", 6, 30, 1.4), ("ticket", 16, 80, 1.05)]


def test_over_twenty_eight_days_the_longest_window_gives_way() -> None:
    assert rows(28)[-1] == ("ticket", 67, 335, 1.003)


def test_over_ninety_days_windows_grow_and_factors_stay() -> None:
    assert rows(90) == [
        ("page", 3, 15, 14.4),
        ("page", 18, 90, 6.0),
        ("ticket", 72, 360, 3.0),
        ("ticket", 216, 1080, 1.0),
    ]


@given(DAYS)
def test_no_factor_is_below_one(days: int) -> None:
    assert all(one.factor >= 1 for one in conditions(Period(days)))


@given(DAYS)
def test_a_factor_held_for_its_long_window_spends_exactly_its_share_of_the_budget(days: int) -> None:
    for one in conditions(Period(days)):
        assert one.factor * one.long / (days * DAY) == one.share


@given(DAYS)
def test_every_window_is_a_multiple_of_the_shortest(days: int) -> None:
    watched = conditions(Period(days))
    assert all(window % STEP == 0 and window >= STEP for window in windows(watched))
    assert all(one.short * 12 == one.long for one in watched)


@given(DAYS)
def test_of_one_severity_a_longer_window_never_has_a_larger_factor(days: int) -> None:
    for severity in ("page", "ticket"):
        watched = [one for one in conditions(Period(days)) if one.severity == severity]
        assert sorted(watched, key=lambda one: one.long) == sorted(watched, key=lambda one: -one.factor)


@given(DAYS, st.fractions(min_value=Fraction(1, 100_000), max_value=Fraction(99, 100)))
def test_what_is_watched_can_come_true(days: int, budget: Fraction) -> None:
    assert all(0 < one.threshold(budget) < 1 for one in reachable(Period(days), budget))


@pytest.mark.parametrize(("percent", "pages"), [("99", 2), ("93", 1), ("83", 0)])
def test_a_low_objective_loses_the_alerts_that_no_outage_could_reach(percent: str, pages: int) -> None:
    budget = 1 - Fraction(percent) / 100
    assert sum(one.severity == "page" for one in reachable(Period(30), budget)) == pages
