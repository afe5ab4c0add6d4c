"""What is recorded of an SLO.

The raw series are read once, over five minutes; what is recorded of them is added up for every longer window.
Bad and all are added up alike, so each event has the same weight whenever it happened, and nothing reads hours
of raw series. A window therefore reaches up to five minutes further back than it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.prometheus import RecordingRule, duration, selector
from pavedroad.slo.model import Slo, number, percent
from pavedroad.slo.periods import DAY, HOUR, STEP, windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.slo.periods import Calendar

BAD: Final = "slo:bad_events:rate5m"
ALL: Final = "slo:all_events:rate5m"
PERIOD_RATIO: Final = "slo:error_ratio:period"
BUDGET_LEFT: Final = "slo:budget_left:ratio"
FREEZE: Final = "slo:release_freeze:bool"

INTERVAL: Final = "1m"
"""Time between evaluations: five of them see each event."""
PERIOD_INTERVAL: Final = "2m"
"""Time between evaluations of what looks over the whole period: it moves slowly, costs most, and is still there
when somebody asks in between (a query looks back five minutes)."""

_NOW: Final = f"vector(time() - {STEP})"
"""The time at which a recorded five minutes began, so that those before midnight count for the day before."""
_MONTHS: Final = f"(year({_NOW}) * 12 + month({_NOW}))"
_DAY_PART: Final = f"({_NOW} % {DAY}) / {DAY}"
_MONTH_PART: Final = f"((day_of_month({_NOW}) - 1 + {_DAY_PART}) / days_in_month({_NOW}))"

PERIOD_ID: Final[dict[Calendar, str]] = {
    # Day 0 of the epoch was a Thursday, three days after a Monday.
    "week": f"floor(({_NOW} / {DAY} + 3) / 7)",
    "month": _MONTHS,
    "quarter": f"floor(({_MONTHS} - 1) / 3)",
}
"""A number that is the same throughout one calendar period and differs in the next."""

ELAPSED: Final[dict[Calendar, str]] = {
    "week": f"((({_NOW} / {DAY} + 3) % 7) / 7)",
    "month": _MONTH_PART,
    "quarter": f"(((month({_NOW}) - 1) % 3 + {_MONTH_PART}) / 3)",
}
"""The part of the calendar period that has passed; months of a quarter count alike."""

LONGEST: Final[dict[Calendar, int]] = {"week": 7 * DAY, "month": 31 * DAY, "quarter": 92 * DAY}


def ratio_name(window: int) -> str:
    """Return the name of the recorded ratio of errors over a window."""
    return f"slo:error_ratio:rate{duration(window)}"


def recordings(slo: Slo) -> tuple[RecordingRule, ...]:
    """Return what is recorded of an SLO, but for what looks over the whole period."""
    return tuple(_windows(slo))


def period_recordings(slo: Slo) -> tuple[RecordingRule, ...]:
    """Return what is recorded of an SLO over its whole period."""
    return tuple(_period(slo))


def series(slo: Slo, name: str) -> str:
    """Return the selector of what is recorded of an SLO under a name."""
    return selector(name, slo.labels)


def _windows(slo: Slo) -> Iterator[RecordingRule]:
    bad, everything = slo.indicator.over(duration(STEP))
    yield _recording(slo, BAD, bad)
    yield _recording(slo, ALL, everything)
    for window in windows(slo.conditions):
        yield _recording(slo, ratio_name(window), _ratio_over(slo, window))
    yield from _metadata(slo)


def _ratio_over(slo: Slo, window: int) -> str:
    if window == STEP:
        return _ratio(series(slo, BAD), series(slo, ALL))
    return _ratio(_summed(slo, BAD, window), _summed(slo, ALL, window))


def _ratio(bad: str, everything: str) -> str:
    """Return bad of all; 0 where there was nothing, so that silence spends no budget (0 / 0 is no number)."""
    return f"{bad} / {everything} >= 0\nor\n0 * {everything}"


def _summed(slo: Slo, name: str, window: int) -> str:
    return f"sum_over_time({series(slo, name)}[{duration(window)}])"


def _metadata(slo: Slo) -> Iterator[RecordingRule]:
    yield _recording(slo, "slo:objective:ratio", f"vector({number(slo.objective / 100)})")
    yield _recording(slo, "slo:error_budget:ratio", f"vector({number(slo.budget)})")
    yield _recording(slo, "slo:period:days", f"vector({slo.period.days})")
    yield _recording(slo, "slo:burn_rate:current", f"{series(slo, ratio_name(HOUR))} / {number(slo.budget)}")
    facts = {"kind": slo.kind, "period": slo.period.text, "objective": percent(slo.objective / 100)}
    labels = {**slo.labels, **facts, "budget_policy": slo.policy}
    yield RecordingRule(record="slo:info", expression="vector(1)", labels=labels)


def _period(slo: Slo) -> Iterator[RecordingRule]:
    ratio, spent = series(slo, PERIOD_RATIO), number(slo.budget)
    if slo.period.calendar is None:
        over_period = _ratio(*(_summed(slo, name, slo.period.seconds) for name in (BAD, ALL)))
        left = f"1 - {ratio} / {spent}"
    else:
        over_period = _ratio(*(_since_start(slo, name, slo.period.calendar) for name in (BAD, ALL)))
        left = f"1 - {ratio} / {spent} * on () group_left () {ELAPSED[slo.period.calendar]}"
    yield _recording(slo, PERIOD_RATIO, over_period)
    yield _recording(slo, "slo:burn_rate:period", f"{ratio} / {spent}")
    yield _recording(slo, BUDGET_LEFT, left)
    if slo.policy == "freeze":
        yield _recording(slo, FREEZE, f"{series(slo, BUDGET_LEFT)} <= bool 0")


def _since_start(slo: Slo, name: str, calendar: Calendar) -> str:
    """Return what was recorded in the whole hours since the calendar period began; 0 in its first.

    PromQL has no range that begins at a date. Each hour is asked for its period instead, and those of the present
    one are added up.
    """
    number_of, step = PERIOD_ID[calendar], duration(STEP)
    present = f"last_over_time(({number_of})[{step}:{step}] @ end())"
    hourly = f"avg_over_time({series(slo, name)}[{duration(HOUR)}])"
    within = (
        f"({hourly} and on () ({number_of} == {present}))[{duration(LONGEST[calendar])}:{duration(HOUR)}]"
    )
    return f"(sum_over_time({within}) or 0 * {series(slo, ALL)})"


def _recording(slo: Slo, name: str, expression: str) -> RecordingRule:
    return RecordingRule(record=name, expression=expression, labels=slo.labels)
