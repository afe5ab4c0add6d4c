"""Hours of the week: which minutes a set of days and two times of day mean, and what they leave out.

A week is 10,080 minutes from Monday 00:00, by the clocks on the wall of one time zone.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

from pydantic import StringConstraints

from pavedroad.descriptor.values import Many, Meaning, Spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)

HOUR: Final = 60
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY

TimeOfDay = Annotated[
    str,
    StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"),
    Meaning('a time of day in quotes, from "00:00" to "24:00"'),
]
"""A time of day by the clock on the wall: ``09:00``; ``24:00`` is the end of the day."""

Stretch = tuple[int, int]
"""Minutes of the week, from the first to the one after the last."""


class HoursSpec(Spec):
    """Times of the week. What ends before it starts goes on to the next morning."""

    days: Many[Weekday] = WEEKDAYS
    """Days on which it starts. Default: every day."""
    starts: TimeOfDay = "00:00"
    """When it starts."""
    ends: TimeOfDay = "24:00"
    """When it ends; before `starts` means the next morning."""

    def stretches(self) -> tuple[Stretch, ...]:
        """Return the minutes of the week that are meant, none beyond its end."""
        starts, ends = minute_of_day(self.starts), minute_of_day(self.ends)
        length = ends - starts if ends > starts else ends - starts + DAY
        found: list[Stretch] = []
        for day in sorted(map(WEEKDAYS.index, self.days)):
            begin = day * DAY + starts
            found.append((begin, min(begin + length, WEEK)))
            if begin + length > WEEK:
                found.append((0, begin + length - WEEK))
        return tuple(sorted(found))


def minute_of_day(time: str) -> int:
    """Return the minutes from midnight to a time of day."""
    hours, _, minutes = time.partition(":")
    return int(hours) * HOUR + int(minutes)


def left_out(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield the stretches of the week that none of the given ones covers."""
    covered = 0
    ends: list[Stretch] = []
    for begin, end in sorted(stretches):
        if begin > covered:
            ends.append((covered, begin))
        covered = max(covered, end)
    yield from ends
    if covered < WEEK:
        yield covered, WEEK


def said(minute: int) -> str:
    """Return a minute of the week as people say it: ``monday 09:00``."""
    day, rest = divmod(minute % WEEK, DAY)
    return f"{WEEKDAYS[day]} {rest // HOUR:02}:{rest % HOUR:02}"


def within(minute: int, stretches: Iterable[Stretch]) -> bool:
    """Return whether a minute of the week lies in one of the stretches."""
    return any(begin <= minute < end for begin, end in stretches)


def overlap(stretches: Iterable[Stretch]) -> Stretch | None:
    """Return the first stretch that two of the given ones share; None where they lie apart."""
    for (_, end), (begin, after) in pairwise(sorted(stretches)):
        if begin < end:
            return begin, min(end, after)
    return None
