"""The time over which an objective is promised, and the windows that watch its budget.

Factors are derived, never copied: one that spends the share ``s`` of the budget within the window ``w`` of a
period ``P`` is ``s x P / w``. Shares and windows for 30 days are those of *The Site Reliability Workbook*,
chapter 5, table 5-8, with the pair of 1d and 2h beside them as kubernetes-mixin has it. For other periods:

* Windows of a longer period are longer in proportion, so the factors stay.
* No window is longer than its share of the period, so no factor is below 1: an alert that fires while the
  budget is still being met would be none.
* Windows are whole hours, so a twelfth of one, the short window, is a multiple of five minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final, Literal

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400

STEP: Final = 5 * MINUTE
"""The shortest window, in seconds: four scrapes of a minute fit into it, and ``rate`` needs two."""
SHORT_PART: Final = 12
"""The short window is this part of the long one (the Workbook, chapter 5, *Multiwindow, Multi-Burn-Rate Alerts*)."""
FAMILIAR_DAYS: Final = 30
"""The period for which the table is written."""

Severity = Literal["page", "ticket"]
Calendar = Literal["week", "month", "quarter"]

CALENDARS: Final[dict[Calendar, int]] = {"week": 7, "month": 30, "quarter": 90}
"""Days of a calendar period, as far as its windows and factors go."""


@dataclass(frozen=True, slots=True)
class Period:
    """The time over which an objective is promised: rolling, or from the start of a calendar period."""

    days: int
    calendar: Calendar | None = None
    """The calendar period, in UTC; weeks begin on Monday. None: the last ``days``, at any moment."""

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.days * DAY

    @property
    def text(self) -> str:
        """The period as descriptors write it."""
        return self.calendar or f"{self.days}d"


@dataclass(frozen=True, slots=True)
class _Row:
    severity: Severity
    share: Fraction
    """Share of the budget that is spent when the alert fires."""
    window: int
    """The long window, in seconds, for the familiar period."""


TABLE: Final = (
    _Row("page", Fraction(2, 100), HOUR),
    _Row("page", Fraction(5, 100), 6 * HOUR),
    _Row("ticket", Fraction(10, 100), DAY),
    _Row("ticket", Fraction(10, 100), 3 * DAY),
)

HOLD: Final[dict[Severity, int]] = {"page": 2 * MINUTE, "ticket": 15 * MINUTE}
"""How long a condition has to hold before its alert fires, in seconds."""


@dataclass(frozen=True, slots=True)
class Condition:
    """The budget burns faster than ``factor`` times what it can bear, over both windows."""

    severity: Severity
    share: Fraction
    """Share of the budget that is spent within the long window at this factor."""
    long: int
    """The long window, in seconds."""
    factor: Fraction

    @property
    def short(self) -> int:
        """The short window, in seconds: when it is clean again, the alert ends."""
        return self.long // SHORT_PART

    def threshold(self, budget: Fraction) -> Fraction:
        """Return the ratio of errors above which the condition holds."""
        return self.factor * budget


def conditions(period: Period) -> tuple[Condition, ...]:
    """Return what is watched over a period, the fastest burn of each severity first."""
    found: dict[tuple[Severity, int], Condition] = {}
    for row in TABLE:
        stretched = row.window * max(Fraction(1), Fraction(period.days, FAMILIAR_DAYS))
        longest = row.share * period.seconds
        long = int(min(stretched, longest) // HOUR) * HOUR
        found.setdefault((row.severity, long), Condition(row.severity, row.share, long, longest / long))
    return tuple(found.values())


@cache
def reachable(period: Period, budget: Fraction) -> tuple[Condition, ...]:
    """Return the conditions that an outage can meet: no ratio of errors is above 1."""
    return tuple(one for one in conditions(period) if one.threshold(budget) < 1)


def windows(watched: tuple[Condition, ...]) -> tuple[int, ...]:
    """Return the windows over which errors are measured, in seconds, ascending."""
    return tuple(sorted({STEP, HOUR} | {window for one in watched for window in (one.short, one.long)}))
