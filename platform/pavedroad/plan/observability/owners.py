"""Who answers for alerts, resolved: owners, and the rotations of those who are on call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pavedroad.descriptor.hours import DAY, HOUR, minute_of_day, said, within

if TYPE_CHECKING:
    from pavedroad.descriptor.hours import Stretch
    from pavedroad.descriptor.oncall import OnCallOwner, RotationSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPlan:
    """Hours of the week, and the people who take turns in them."""

    people: tuple[str, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationPlan:
    """Who is on call when.

    Attributes:
        time_zone: Whose clocks count.
        since: The day on which everybody's first turn begins.
        handover: Minute of the day at which turns change.
        turn_days: Length of a turn.
        shifts: Hours of the week with those who share them; no two overlap, and together they leave nothing out.
    """

    time_zone: str
    since: str
    handover: int
    turn_days: int
    shifts: tuple[ShiftPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerPlan:
    """Who answers for a team's alerts, or the platform's.

    Attributes:
        name: The team, or ``platform``.
        email: Where mail goes.
        channel: The chat channel.
        on_call: The rotation's name at the paging service.
        rotation: Who is on call when, where that is said here.
    """

    name: str
    email: str
    channel: str | None
    on_call: str | None
    rotation: RotationPlan | None


def owner_plan(name: str, owner: OnCallOwner) -> OwnerPlan:
    """Return who answers for a team's alerts, or the platform's."""
    rotation = None if owner.rotation is None else rotation_plan(owner.rotation)
    return OwnerPlan(
        name=name, email=owner.email, channel=owner.channel, on_call=owner.on_call, rotation=rotation
    )


def owner_annotations(owner: OwnerPlan) -> dict[str, str]:
    """Return who answers, as annotations for people who look at an object in the cluster."""
    told = {
        "pavedroad.dev/owner": owner.email,
        "pavedroad.dev/channel": owner.channel,
        "pavedroad.dev/on-call": owner.on_call,
        "pavedroad.dev/rotation": owner.rotation and rotation_text(owner.rotation),
    }
    return {key: value for key, value in told.items() if value}


def rotation_plan(rotation: RotationSpec) -> RotationPlan:
    """Return a rotation in numbers."""
    return RotationPlan(
        time_zone=rotation.time_zone,
        since=rotation.since,
        handover=minute_of_day(rotation.handover),
        turn_days=int(rotation.turn.removesuffix("d")),
        shifts=tuple(ShiftPlan(people=one.people, stretches=one.stretches()) for one in rotation.shifts),
    )


def rotation_text(rotation: RotationPlan) -> str:
    """Return a rotation as people say it."""
    clock = f"{rotation.handover // HOUR:02}:{rotation.handover % HOUR:02}"
    turns = f"turns of {rotation.turn_days}d since {rotation.since} {clock} {rotation.time_zone}"
    shifts = (
        f"{', '.join(one.people)} {' and '.join(f'{said(begin)} to {said(end)}' for begin, end in one.stretches)}"
        for one in rotation.shifts
    )
    return "; ".join((turns, *shifts))


def person(rotation: RotationPlan, moment: datetime) -> str:
    """Return who is on call at a moment.

    Turns change by the clocks on the wall, so one with a change of the clocks in it is an hour shorter or longer.
    """
    local = moment.astimezone(ZoneInfo(rotation.time_zone)).replace(tzinfo=None)
    first = datetime.combine(date.fromisoformat(rotation.since), time()) + timedelta(
        minutes=rotation.handover
    )
    turn = (local - first) // timedelta(days=rotation.turn_days)
    minute = minute_of_week(local)
    shift = next(one for one in rotation.shifts if within(minute, one.stretches))
    return shift.people[turn % len(shift.people)]


def minute_of_week(local: datetime) -> int:
    """Return the minutes from Monday 00:00 to a moment, by the clocks on the wall."""
    return local.weekday() * DAY + local.hour * HOUR + local.minute
