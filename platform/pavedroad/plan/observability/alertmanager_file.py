"""Alertmanager's configuration as the file that it reads."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.hours import DAY, HOUR, WEEKDAYS
from pavedroad.plan.observability.oncall import CLUSTER_DOWN, WATCHDOG
from pavedroad.plan.observability.yaml_file import yaml_file

if TYPE_CHECKING:
    from pavedroad.plan.observability.oncall import MutePlan, OnCallPlan, ReceiverPlan, RoutePlan
    from pavedroad.plan.printing import Json

SAME_THING: Final = ("team", "subject", "service", "slo", "store", "broker", "namespace", "node")
"""Labels in which two alerts agree that are about the same thing; one that both lack counts as agreed."""

INHIBITIONS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (f'alertname="{CLUSTER_DOWN}"', f'alertname!~"{CLUSTER_DOWN}|{WATCHDOG}"', ()),
    ('severity="page"', 'severity=~"ticket|info"', SAME_THING),
    ('severity="ticket"', 'severity="info"', SAME_THING),
)
"""What holds back what: matchers of either side, and the labels that have to agree."""


def configuration(plan: OnCallPlan) -> dict[str, Json]:
    """Return Alertmanager's configuration."""
    document: dict[str, Json] = {
        "route": _route(plan.root, root=True),
        "inhibit_rules": [
            {
                "source_matchers": [source],
                "target_matchers": [target],
                **({"equal": list(equal)} if equal else {}),
            }
            for source, target, equal in INHIBITIONS
        ],
        "receivers": [_receiver(one) for one in plan.receivers],
    }
    if plan.mutes:
        document["time_intervals"] = [_interval(one) for one in plan.mutes]
    return document


def configuration_text(plan: OnCallPlan) -> str:
    """Return Alertmanager's configuration as the text of its file."""
    return yaml_file(configuration(plan))


def _route(plan: RoutePlan, *, root: bool = False) -> dict[str, Json]:
    node: dict[str, Json] = {"receiver": plan.receiver}
    if not root:
        node["matchers"] = [f'{label}="{value}"' for label, value in plan.matchers]
    node |= {
        "group_by": list(plan.group_by),
        "group_wait": plan.wait,
        "group_interval": plan.interval,
        "repeat_interval": plan.repeat,
    }
    if plan.proceed:
        node["continue"] = True
    if plan.mutes:
        node["mute_time_intervals"] = list(plan.mutes)
    if plan.routes:
        node["routes"] = [_route(one) for one in plan.routes]
    return node


def _receiver(plan: ReceiverPlan) -> dict[str, Json]:
    blocks: dict[str, Json] = {"name": plan.name}
    ordered = sorted(plan.integrations, key=lambda one: one.block)
    for block, integrations in groupby(ordered, key=lambda one: one.block):
        blocks[block] = [dict(one.settings) for one in integrations]
    return blocks


def _interval(plan: MutePlan) -> dict[str, Json]:
    """Return mute times as Alertmanager says them: for each day, the times within it."""
    by_day: dict[str, list[Json]] = {}
    for begin, end in plan.stretches:
        for day, name in enumerate(WEEKDAYS):
            first, last = max(begin, day * DAY), min(end, (day + 1) * DAY)
            if first < last:
                times: Json = {"start_time": _clock(first - day * DAY), "end_time": _clock(last - day * DAY)}
                by_day.setdefault(name, []).append(times)
    return {
        "name": plan.name,
        "time_intervals": [
            {"weekdays": [name], "times": times, "location": plan.time_zone} for name, times in by_day.items()
        ],
    }


def _clock(minute: int) -> str:
    return f"{minute // HOUR:02}:{minute % HOUR:02}"
