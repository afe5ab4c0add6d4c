"""Schedules of Secrets Manager: how long nothing happens at most.

They are written as `rate(10 days)` or as `cron(Minutes Hours Day-of-month Month Day-of-week Year)`; see "Schedule
expressions" in the AWS Secrets Manager User Guide.
"""

import math
from typing import Final

_DAYS_OF: Final = {"hour": 1 / 24, "hours": 1 / 24, "day": 1.0, "days": 1.0}
_MONTH: Final = 31
_MONTHS: Final = 12
_FIELDS: Final = 6
_MONTH_FIELD: Final = 3
_YEAR_FIELD: Final = 5
_NAMES: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}


def longest_gap_days(expression: str) -> float:
    """Find the most days between two times of a schedule, a month counted as 31; infinite where it cannot be read."""
    kind, _, rest = expression.strip().lower().partition("(")
    words = rest.removesuffix(")").split()
    if kind == "rate" and len(words) == 2 and words[0].isdecimal():  # noqa: PLR2004 - a number and its unit
        return int(words[0]) * _DAYS_OF.get(words[1], math.inf)
    if kind == "cron" and len(words) == _FIELDS and words[_YEAR_FIELD] == "*":
        return _longest_of(_months(words[_MONTH_FIELD])) * _MONTH
    return math.inf


def _longest_of(months: set[int]) -> float:
    """Find the most months between two of ``months`` that follow each other, round the turn of the year."""
    if not months:
        return math.inf
    order = sorted(months)
    return max(after - before for before, after in zip(order, [*order[1:], order[0] + _MONTHS], strict=True))


def _months(field: str) -> set[int]:
    """Read a field of months: `*`, `1/3`, `2-4`, `JAN,JUL`; nothing where it cannot be read."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = ("1-12" if span == "*" else span).partition("-")
        start, end = _month(first), _month(last or ("12" if step else first))
        if start is None or end is None or (step and not step.isdecimal()):
            return set()
        found.update(range(start, end + 1, max(int(step or 1), 1)))
    return found


def _month(text: str) -> int | None:
    if text in _NAMES:
        return _NAMES[text]
    return int(text) if text.isdecimal() and 1 <= int(text) <= _MONTHS else None
