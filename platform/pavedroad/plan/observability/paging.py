"""Who would be told of an alert, when and why: the tree of routes walked as Alertmanager walks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pavedroad.descriptor.hours import within
from pavedroad.plan.observability.owners import minute_of_week, person

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pavedroad.plan.observability.oncall import (
        MutePlan,
        OnCallPlan,
        ReceiverPlan,
        RoutePlan,
    )

Way = tuple["RoutePlan", ...]
"""Nodes from the root to the one that takes an alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One receiver that an alert would go to.

    Attributes:
        receiver: Who is told, and by what.
        way: The nodes of the tree that lead there.
        muted_by: The mute time that holds it back at that time; None for none.
        on_call: Who is on call then; None where no rotation says so.
    """

    receiver: ReceiverPlan
    way: Way
    muted_by: MutePlan | None
    on_call: str | None


def told(plan: OnCallPlan, labels: Mapping[str, str], moment: datetime) -> tuple[Told, ...]:
    """Return who would be told of an alert that fires at a moment.

    Args:
        plan: Where alerts go.
        labels: The alert's labels.
        moment: When, with its time zone.
    """
    receivers = {one.name: one for one in plan.receivers}
    mutes = {one.name: one for one in plan.mutes}
    found: list[Told] = []
    for way in ways(plan.root, labels):
        receiver = receivers[way[-1].receiver]
        rotation = receiver.owner.rotation if receiver.owner else None
        holding = (mutes[name] for name in way[-1].mutes if _holds(mutes[name], moment))
        found.append(
            Told(
                receiver=receiver,
                way=way,
                muted_by=next(holding, None),
                on_call=None if rotation is None else person(rotation, moment),
            )
        )
    return tuple(found)


def ways(route: RoutePlan, labels: Mapping[str, str], above: Way = ()) -> Iterator[Way]:
    """Yield the ways to every node that takes an alert (Alertmanager, `dispatch.Route.Match`)."""
    if any(labels.get(label, "") != value for label, value in route.matchers):
        return
    here = (*above, route)
    taken = False
    for below in route.routes:
        found = tuple(ways(below, labels, here))
        yield from found
        taken = taken or bool(found)
        if found and not below.proceed:
            return
    if not taken:
        yield here


def _holds(mute: MutePlan, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(mute.time_zone))
    return within(minute_of_week(local), mute.stretches)
