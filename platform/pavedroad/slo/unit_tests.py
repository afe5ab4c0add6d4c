"""Unit tests of an SLO's rules, made together with them.

Each test is a history: phases, in each of which a share of what happens is bad. For every condition there is
one that lies just above its factor, after which the alert fires and falls silent within the short window, and
one just below. Nothing, little and clean traffic are silent, no data is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from pavedroad.prometheus import (
    AlertExpectation,
    Firing,
    QueryExpectation,
    Sample,
    Series,
    UnitTest,
    duration,
    seconds,
    selector,
)
from pavedroad.slo.alerts import ABSENT, BURNS, SPENT, alert_annotations, alert_labels, spent_severity
from pavedroad.slo.model import number
from pavedroad.slo.periods import HOLD, MINUTE, STEP, Condition
from pavedroad.slo.recordings import BUDGET_LEFT, ratio_name, series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.slo.model import Sample as Feed
    from pavedroad.slo.model import Slo

RATE: Final = Fraction(60)
"""Events of a minute."""
GRAIN: Final = 2**20
"""Counters grow by whole parts of this many, so that sums are exact: one that seems to fall counts as restarted."""
NEAR: Final = Fraction(1, 20)
"""How far above and below its factor a condition is tried."""
EVALUATION: Final = "5m"
"""Time between evaluations in tests: what is recorded of five minutes is then there once for each."""
MARGIN: Final = 4 * STEP
"""Time for rules to be evaluated, in seconds."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A time in which a share of what happens is bad."""

    minutes: int
    bad: Fraction
    rate: Fraction = RATE


def unit_tests(slo: Slo) -> tuple[UnitTest, ...]:
    """Return the tests of an SLO's rules; none where nothing says how to feed its indicator."""
    if not slo.indicator.samples:
        return ()
    return (*_of_conditions(slo), *_of_traffic(slo), *_of_budget(slo))


def feed(slo: Slo, phases: tuple[Phase, ...]) -> tuple[Series, ...]:
    """Return the series behind an indicator through some phases, a sample a minute."""
    return tuple(
        Series(name=sample.name, labels=sample.labels, values=_values(sample, phases))
        for sample in slo.indicator.samples
    )


def _values(sample: Feed, phases: tuple[Phase, ...]) -> str:
    """Return samples in promtool's notation, one segment for each phase."""
    if sample.shape == "gauge":
        return " ".join(f"{_held(sample, phase):g}x{phase.minutes - 1}" for phase in phases)
    value, minute, segments = Fraction(0), 0, []
    for phase in phases:
        if sample.shape == "counter":
            share = phase.bad * Fraction(sample.bad) + (1 - phase.bad) * Fraction(sample.good)
            growth = Fraction(round(share * phase.rate * GRAIN), GRAIN)
            value += growth
            segments.append(f"{float(value)!r}+{float(growth)!r}x{phase.minutes - 1}")
            value += growth * (phase.minutes - 1)
        elif phase.bad:
            segments.append(f"{sample.bad:g}x{phase.minutes - 1}")
        else:
            segments.append(f"{minute * MINUTE}+{MINUTE}x{phase.minutes - 1}")
        minute += phase.minutes
    return " ".join(segments)


def _held(sample: Feed, phase: Phase) -> float:
    return sample.bad if phase.bad else sample.good


def _of_conditions(slo: Slo) -> Iterator[UnitTest]:
    for condition in slo.conditions:
        alike = [one.long for one in slo.conditions if one.severity == condition.severity]
        clean = max(alike) // MINUTE
        above, below = _burst(slo, condition)
        yield _fires(slo, condition, Phase(clean, Fraction(0)), above)
        if below.minutes > 0 and not _holds_elsewhere(slo, condition, below):
            yield _stays_silent(slo, condition, Phase(clean, Fraction(0)), below)
        yield _resets(slo, condition, Phase(clean, Fraction(0)))


def _holds_elsewhere(slo: Slo, condition: Condition, burst: Phase) -> bool:
    """Tell whether a burst just below one condition meets another: a short one of all that there is may."""
    return any(
        burst.bad * min(Fraction(1), Fraction(burst.minutes * MINUTE, other.long))
        >= other.threshold(slo.budget)
        for other in slo.conditions
        if other != condition and other.severity == condition.severity
    )


def _burst(slo: Slo, condition: Condition) -> tuple[Phase, Phase]:
    """Return what lies just above and just below a condition, and lasts until it is seen.

    Events can be bad in part. The state of a thing cannot: it is bad for a part of the long window.
    """
    threshold = condition.threshold(slo.budget)
    hold = HOLD[condition.severity] + MARGIN
    if slo.indicator.counts_events:
        above = threshold + min(threshold * NEAR, (1 - threshold) / 2)
        minutes = (condition.long + hold) // MINUTE
        return Phase(minutes, above), Phase(minutes, threshold * (1 - NEAR))
    part = int(threshold * condition.long / MINUTE)
    slack = max(STEP // MINUTE, int(part * NEAR)) if condition.long > 6 * 3600 else 1
    return Phase(part + slack + hold // MINUTE, Fraction(1)), Phase(part - slack, Fraction(1))


def _fires(slo: Slo, condition: Condition, clean: Phase, above: Phase) -> UnitTest:
    end = clean.minutes + above.minutes - 1
    return UnitTest(
        name=f"{slo.name}: {_named(condition)} fires just above its factor",
        series=feed(slo, (clean, above)),
        alerts=(
            AlertExpectation(at=f"{clean.minutes}m", alert=BURNS[condition.severity]),
            _expected(slo, condition, end),
        ),
    )


def _stays_silent(slo: Slo, condition: Condition, clean: Phase, below: Phase) -> UnitTest:
    after = Phase(condition.short // MINUTE, Fraction(0))
    moments = (clean.minutes + below.minutes // 2, clean.minutes + below.minutes - 1)
    return UnitTest(
        name=f"{slo.name}: {_named(condition)} stays silent just below its factor",
        series=feed(slo, (clean, below, after)),
        alerts=tuple(AlertExpectation(at=f"{at}m", alert=BURNS[condition.severity]) for at in moments),
    )


def _resets(slo: Slo, condition: Condition, clean: Phase) -> UnitTest:
    """Return the test that an alert ends with the short window, while the long one still burns."""
    threshold = condition.threshold(slo.budget)
    hot = min(Fraction(1), 2 * threshold) if slo.indicator.counts_events else Fraction(1)
    share = hot if slo.indicator.counts_events else min(Fraction(1), 2 * threshold)
    burning = max(int(condition.long * share / hot), HOLD[condition.severity] + MARGIN) // MINUTE
    held = [
        one
        for one in slo.conditions
        if one.severity == condition.severity
        and hot * min(Fraction(1), Fraction(burning * MINUTE, one.long)) > one.threshold(slo.budget)
    ]
    short = max(one.short for one in held)
    after = (short + 2 * STEP) // MINUTE
    end = clean.minutes + burning - 1
    still = max(held, key=lambda one: one.long)
    query = f"{series(slo, ratio_name(still.long))} > bool {number(still.threshold(slo.budget))}"
    return UnitTest(
        name=f"{slo.name}: {_named(condition)} ends within the short window",
        series=feed(slo, (clean, Phase(burning, hot), Phase(after + 1, Fraction(0)))),
        alerts=(
            _expected(slo, condition, end),
            AlertExpectation(at=f"{end + after}m", alert=BURNS[condition.severity]),
        ),
        queries=(
            QueryExpectation(
                at=f"{end + after}m",
                expression=query,
                samples=(Sample(value=1, labels=selector("", slo.labels)),),
            ),
        ),
    )


def _of_traffic(slo: Slo) -> Iterator[UnitTest]:
    hour = 60
    silent = (*BURNS.values(), SPENT, ABSENT)
    clean = Phase(hour, Fraction(0))
    yield UnitTest(
        name=f"{slo.name}: nothing fires while all is well",
        series=feed(slo, (clean,)),
        alerts=tuple(AlertExpectation(at=f"{hour - 1}m", alert=alert) for alert in silent),
    )
    if slo.indicator.counts_events:
        yield UnitTest(
            name=f"{slo.name}: nothing fires without traffic",
            series=feed(slo, (replace(clean, rate=Fraction(0)),)),
            alerts=tuple(AlertExpectation(at=f"{hour - 1}m", alert=alert) for alert in silent),
        )
        yield from _of_little_traffic(slo, hour)
    patience = (seconds(slo.absent_after) + 2 * STEP) // MINUTE
    yield UnitTest(
        name=f"{slo.name}: no data is an alert",
        series=(),
        alerts=(
            AlertExpectation(at=f"{max(patience - 4 * STEP // MINUTE, 0)}m", alert=ABSENT),
            AlertExpectation(at=f"{patience}m", alert=ABSENT, firing=(_firing(slo, ABSENT, "ticket"),)),
        ),
    )


def _of_little_traffic(slo: Slo, hour: int) -> Iterator[UnitTest]:
    if slo.least_events > 1:
        few = Fraction(slo.least_events, 2 * hour)
        yield UnitTest(
            name=f"{slo.name}: too few events to judge by",
            series=feed(slo, (Phase(hour, Fraction(1), few),)),
            alerts=tuple(AlertExpectation(at=f"{hour - 1}m", alert=alert) for alert in BURNS.values()),
        )


def _of_budget(slo: Slo) -> Iterator[UnitTest]:
    """Yield what becomes of the budget: all of it is left after a clean hour, none after a broken one."""
    if slo.period.calendar is not None:
        return
    at = "59m"
    yield UnitTest(
        name=f"{slo.name}: the budget is whole after an hour without errors",
        series=feed(slo, (Phase(60, Fraction(0)),)),
        queries=(
            QueryExpectation(
                at=at,
                expression=series(slo, BUDGET_LEFT),
                samples=(Sample(value=1, labels=selector(BUDGET_LEFT, slo.labels)),),
            ),
        ),
    )
    yield UnitTest(
        name=f"{slo.name}: the budget is spent after an hour of errors",
        series=feed(slo, (Phase(60, Fraction(1)),)),
        alerts=(AlertExpectation(at=at, alert=SPENT, firing=(_firing(slo, SPENT, spent_severity(slo)),)),),
    )


def _expected(slo: Slo, condition: Condition, minute: int) -> AlertExpectation:
    alert = BURNS[condition.severity]
    return AlertExpectation(at=f"{minute}m", alert=alert, firing=(_firing(slo, alert, condition.severity),))


def _firing(slo: Slo, alert: str, severity: str) -> Firing:
    return Firing(labels=alert_labels(slo, severity), annotations=alert_annotations(slo, alert))


def _named(condition: Condition) -> str:
    return f"{condition.severity} over {duration(condition.long)} and {duration(condition.short)}"
