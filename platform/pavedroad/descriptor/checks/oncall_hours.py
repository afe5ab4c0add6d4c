"""On call round the clock: no minute of the week without somebody, none at which everything is held back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pavedroad.descriptor.checks.oncall import on_call_environments
from pavedroad.descriptor.checks.world import World, environment_fault, team_fault
from pavedroad.descriptor.hours import WEEK, left_out, overlap, said
from pavedroad.descriptor.oncall import SEVERITIES
from pavedroad.near_misses import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.faults import Fault, Path
    from pavedroad.descriptor.hours import Stretch
    from pavedroad.descriptor.oncall import MuteSpec, RotationSpec

_MOMENTS: Final = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
"""A winter's and a summer's day: how far apart the clocks of time zones are on either."""


_NO_ZONE: Final = "the tz database has no such time zone; write one such as Europe/Berlin"


def check_rotations(world: World) -> Iterator[Fault]:
    """Every rotation has exactly one person for every minute of the week, by clocks that there are."""
    for team, descriptor in world.teams.items():
        if descriptor.owners.rotation is not None:
            for path, given, change in _rotation_faults(descriptor.owners.rotation):
                yield team_fault(team, ("owners", "rotation", *path), given=given, change=change)


def check_platform_rotation(world: World) -> Iterator[Fault]:
    """The same of the platform's own rotation."""
    for environment, on_call in on_call_environments(world):
        if on_call.platform.rotation is not None:
            for path, given, change in _rotation_faults(on_call.platform.rotation):
                where: Path = ("on_call", "platform", "rotation", *path)
                yield environment_fault(environment, where, given=given, change=change)


def check_mutes(world: World) -> Iterator[Fault]:
    """Nothing is muted for ever: not by one entry, and not by several together."""
    for environment, on_call in on_call_environments(world):
        for name, mute in on_call.mute.items():
            if not _zone_exists(mute.time_zone):
                path: Path = ("on_call", "mute", name, "time_zone")
                yield environment_fault(environment, path, given=f"'{mute.time_zone}'", change=_NO_ZONE)
        for severity in SEVERITIES:
            muting = {name: one for name, one in on_call.mute.items() if severity in one.severities}
            for owner in _muted_owners(muting):
                names = _for_ever(muting, owner)
                if names:
                    whose = "everybody's" if owner is None else f"the team {owner}'s"
                    change = f"{listed(names)} holds back {whose} {severity} alerts at every hour of the week; leave some"
                    yield environment_fault(environment, ("on_call", "mute", names[-1]), change=change)


def _rotation_faults(rotation: RotationSpec) -> Iterator[tuple[Path, str | None, str]]:
    """Yield where something is wrong with a rotation, what stands there, and what to change."""
    if not _zone_exists(rotation.time_zone):
        yield ("time_zone",), f"'{rotation.time_zone}'", _NO_ZONE
    stretches = [one for shift in rotation.shifts for one in shift.stretches()]
    for begin, end in left_out(stretches):
        yield ("shifts",), None, f"nobody is on call from {said(begin)} to {said(end)}; add a shift"
    shared = overlap(stretches)
    if shared is not None:
        begin, end = shared
        yield (
            ("shifts",),
            None,
            f"two shifts hold {said(begin)} to {said(end)}; let one end where the other starts",
        )


def _muted_owners(muting: dict[str, MuteSpec]) -> list[str | None]:
    """Return everybody (None), or else the teams, whose alerts some entries hold back."""
    if _for_ever(muting, None):
        return [None]
    return list(dict.fromkeys(team for mute in muting.values() for team in mute.teams or ()))


def _for_ever(muting: dict[str, MuteSpec], team: str | None) -> list[str]:
    """Return the entries that hold back a team's alerts (None: everybody's) at every minute; none where time is left."""
    mine = {
        name: mute
        for name, mute in muting.items()
        if _zone_exists(mute.time_zone) and (mute.teams is None or team in mute.teams)
    }
    for moment in _MOMENTS:
        stretches = [one for mute in mine.values() for one in _in_utc(mute, moment)]
        if next(left_out(stretches), None) is not None:
            return []
    return list(mine)


def _in_utc(mute: MuteSpec, moment: datetime) -> Iterator[Stretch]:
    """Yield the minutes of the week of UTC at which an entry holds, as its clocks stand at a moment."""
    offset = ZoneInfo(mute.time_zone).utcoffset(moment) or timedelta()
    shift = int(offset.total_seconds()) // 60
    for begin, end in mute.stretches():
        start, length = (begin - shift) % WEEK, end - begin
        yield start, min(start + length, WEEK)
        if start + length > WEEK:
            yield 0, start + length - WEEK


def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
