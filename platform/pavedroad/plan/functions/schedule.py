"""Schedules of EventBridge Scheduler, from the five fields of cron.

Source: EventBridge Scheduler user guide, «Cron-based schedules»: six fields with the year last, steps from a number
and not from ``*``, days of the week from 1 (Sunday), and ``?`` in the one of the two fields for days that says nothing.
"""

from __future__ import annotations

from typing import Final

WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def schedule_expression(cron: str) -> str:
    """Return when five cron fields mean; at least one of the two fields for days is ``*``."""
    minute, hour, day, month, weekday = cron.split()
    days = (_stepped(day, 1), "?") if weekday == "*" else ("?", _weekdays(weekday))
    return f"cron({_stepped(minute, 0)} {_stepped(hour, 0)} {days[0]} {_stepped(month, 1)} {days[1]} *)"


def _stepped(field: str, first: int) -> str:
    """Return a field whose steps begin with its first number."""
    return ",".join(f"{first}{item[1:]}" if item.startswith("*/") else item for item in field.split(","))


def _weekdays(field: str) -> str:
    """Return days of the week one by one, from 1 for Sunday, which cron knows as 0 and as 7."""
    days = {day % 7 + 1 for item in field.split(",") for day in _days(item)}
    return ",".join(map(str, sorted(days)))


def _days(item: str) -> range:
    """Return the days that a value, range or step means, from 0 for Sunday."""
    days, _, step = item.partition("/")
    if days == "*":
        return range(0, 7, int(step or 1))
    first, _, last = days.partition("-")
    begin = _number(first)
    end = _number(last) if last else (6 if step else begin)
    return range(begin, end + (8 if end < begin else 1), int(step or 1))


def _number(day: str) -> int:
    return WEEKDAYS.index(day) if day in WEEKDAYS else int(day)
