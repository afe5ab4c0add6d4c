"""The rules of every kind of objective do what they say, judged by promtool."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from pavedroad.prometheus import AlertExpectation, QueryExpectation, Sample, UnitTest
from pavedroad.slo import Period, unit_tests
from pavedroad.slo.recordings import (
    BUDGET_LEFT,
    ELAPSED,
    FREEZE,
    PERIOD_ID,
    PERIOD_RATIO,
    period_recordings,
    series,
)
from pavedroad.slo.unit_tests import Phase, feed
from tests.support.slos import KINDS, an_slo, check, run_tests

if TYPE_CHECKING:
    from pathlib import Path

    from pavedroad.slo import Slo
    from pavedroad.slo.periods import Calendar

DAY = 24 * 60
NONE, EVERY = Fraction(0), Fraction(1)
RATIO = "slo:error_ratio:rate5m"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_pages_above_its_factors_and_is_silent_below_without_traffic_and_after(
    kind: str, promtool: Path, tmp_path: Path
) -> None:
    slo = an_slo(KINDS[kind])
    tests = [test for test in unit_tests(slo) if "ticket over" not in test.name]
    assert {"page over 1h and 5m fires just above its factor", "no data is an alert"} <= {
        test.name.partition(": ")[2] for test in tests
    }

    check(promtool, tmp_path, [slo])
    run_tests(promtool, tmp_path, tests)


@pytest.mark.parametrize("kind", ["mesh-http", "job-freshness"])
def test_tickets_fire_above_their_factors_and_end_with_their_short_windows(
    kind: str, promtool: Path, tmp_path: Path
) -> None:
    slo = an_slo(KINDS[kind], days=7)

    check(promtool, tmp_path, [slo])
    run_tests(promtool, tmp_path, [test for test in unit_tests(slo) if "ticket over" in test.name])


@pytest.mark.parametrize(("objective", "days"), [("99.99", 90), ("99.9", 28), ("90", 30), ("99.5", 7)])
def test_other_objectives_and_periods_page_at_their_own_factors(
    objective: str, days: int, promtool: Path, tmp_path: Path
) -> None:
    slo = an_slo(KINDS["mesh-http"], objective=objective, days=days)

    check(promtool, tmp_path, [slo])
    run_tests(promtool, tmp_path, [test for test in unit_tests(slo) if "page over" in test.name])


def test_rules_that_fire_too_early_fail_their_own_tests(promtool: Path, tmp_path: Path) -> None:
    slo = an_slo(KINDS["mesh-http"])
    below = [test for test in unit_tests(slo) if "page over 1h" in test.name and "just below" in test.name]
    check(promtool, tmp_path, [replace(slo, objective=slo.objective + (100 - slo.objective) / 8)])

    with pytest.raises(AssertionError, match="stays silent just below its factor"):
        run_tests(promtool, tmp_path, below)


def test_requests_that_reach_no_replica_count_as_failed(promtool: Path, tmp_path: Path) -> None:
    slo = an_slo(KINDS["mesh-http"])
    good = feed(slo, (Phase(60, NONE),))[0]
    lost = {**good.labels, "reporter": "source", "response_code": "503", "response_flags": "UH"}
    some = (replace(good, values="0+40x60"), replace(good, labels=lost, values="0+10x60"))
    check(promtool, tmp_path, [slo])

    tests = [
        UnitTest(name="a fifth", series=some, queries=(value(slo, RATIO, "30m", 0.2),)),
        UnitTest(name="all", series=some[1:], queries=(value(slo, RATIO, "30m", 1),)),
    ]
    run_tests(promtool, tmp_path, tests)


def test_errors_weigh_by_traffic_and_not_by_time(promtool: Path, tmp_path: Path) -> None:
    slo = an_slo(KINDS["mesh-http"])
    fed = feed(slo, (Phase(60, NONE, Fraction(900)), Phase(60, EVERY, Fraction(100))))
    check(promtool, tmp_path, [slo])

    ratio = value(slo, "slo:error_ratio:rate2h", "2h", 0.1)
    run_tests(promtool, tmp_path, [UnitTest(name="busy and well, then quiet", series=fed, queries=(ratio,))])


def test_a_histogram_without_the_boundary_counts_all_as_slow(promtool: Path, tmp_path: Path) -> None:
    slo = an_slo(KINDS["application-http-latency"])
    whole = [one for one in feed(slo, (Phase(60, NONE),)) if one.labels["le"] == "+Inf"]
    check(promtool, tmp_path, [slo])

    ratio = value(slo, RATIO, "30m", 1)
    run_tests(promtool, tmp_path, [UnitTest(name="no boundary", series=tuple(whole), queries=(ratio,))])


def test_a_spent_budget_freezes_releases_only_where_that_was_asked_for(
    promtool: Path, tmp_path: Path
) -> None:
    slo = an_slo(KINDS["mesh-http"])
    broken = feed(slo, (Phase(60, EVERY),))
    check(promtool, tmp_path, [slo])

    run_tests(
        promtool, tmp_path, [UnitTest(name="frozen", series=broken, queries=(value(slo, FREEZE, "1h", 1),))]
    )
    assert FREEZE not in {rule.record for rule in period_recordings(replace(slo, policy="notify"))}


def test_a_calendar_week_starts_anew_on_monday(promtool: Path, tmp_path: Path) -> None:
    slo = replace(an_slo(KINDS["mesh-http"]), period=Period(7, "week"))
    # promtool's clock starts on Thursday, 1 January 1970: four days to Monday.
    fed = feed(slo, (Phase(4 * DAY, Fraction(1, 20)), Phase(DAY, NONE)))
    check(promtool, tmp_path, [slo])

    sunday, monday = "3d23h", "4d1h"
    queries = (
        value(slo, PERIOD_RATIO, sunday, 0.05),
        # All but an hour of the week has passed with five times the errors that it may have: 1 - 5 x 167 / 168.
        value(slo, BUDGET_LEFT, sunday, -3.97),
        value(slo, PERIOD_RATIO, monday, 0),
        value(slo, BUDGET_LEFT, monday, 1),
    )
    silent = (AlertExpectation(at=monday, alert="SloBudgetSpent"),)
    run_tests(promtool, tmp_path, [UnitTest(name="over Sunday", series=fed, queries=queries, alerts=silent)])


@pytest.mark.parametrize(
    ("calendar", "number", "first", "half"),
    [
        # promtool's clock starts on Thursday, 1 January 1970; what is recorded tells of the five minutes before.
        ("week", 0, "4d", "7d12h"),
        ("month", 1970 * 12 + 1, "31d", "15d12h"),
        ("quarter", 1970 * 4, "90d", "45d"),
    ],
)
def test_calendar_periods_are_told_apart_to_the_minute_and_pass_evenly(
    calendar: Calendar, number: int, first: str, half: str, *, promtool: Path, tmp_path: Path
) -> None:
    number_of, elapsed = PERIOD_ID[calendar], ELAPSED[calendar]
    queries = (
        QueryExpectation(at=f"{first}4m", expression=number_of, samples=(Sample(value=number),)),
        QueryExpectation(at=f"{first}5m", expression=number_of, samples=(Sample(value=number + 1),)),
        QueryExpectation(at=f"{first}5m", expression=elapsed, samples=(Sample(value=0),)),
        QueryExpectation(at=f"{half}5m", expression=elapsed, samples=(Sample(value=0.5),)),
    )
    (tmp_path / "rules.yaml").write_text('{"groups": []}')
    run_tests(promtool, tmp_path, [UnitTest(name=calendar, series=(), queries=queries)])


def value(slo: Slo, name: str, at: str, expected: float) -> QueryExpectation:
    """Return the expectation of a recorded value, to two digits."""
    sample = Sample(value=expected, labels=series(slo, ""))
    return QueryExpectation(at=at, expression=f"round({series(slo, name)}, 0.01)", samples=(sample,))
