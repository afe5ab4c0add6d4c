"""What is wrong with who is told is a fault at the line that says it, all of it at once."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pavedroad.descriptor import DescriptorFaults, load_project
from tests.support.files import ENVIRONMENT, write_project
from tests.support.oncall import ON_CALL, ROTATION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Raw = dict[str, Any]

OWNERS: dict[str, Raw] = {
    "orders": {
        "email": "orders@example.com",
        "channel": "#orders",
        "on_call": "orders",
        "rotation": ROTATION,
    },
    "shop": {"email": "shop@example.com", "channel": "#shop", "on_call": "shop"},
}


def project(
    root: Path, change: Callable[[Raw, dict[str, Raw]], object] = lambda _on_call, _owners: None
) -> Path:
    """Write a production environment with two teams, changed in one place."""
    on_call, owners = deepcopy(ON_CALL), deepcopy(OWNERS)
    change(on_call, owners)
    teams = [
        _text(
            {
                "apiVersion": "pavedroad.dev/v1",
                "kind": "Team",
                "team": name,
                "owners": owner,
                "services": {"worker": {"type": "worker", "image": "example/worker:1.0"}},
            }
        )
        for name, owner in owners.items()
    ]
    environment = {**yaml.safe_load(ENVIRONMENT), "tier": "production", "on_call": on_call}
    return write_project(root, *teams, environment=_text(environment))


class _WithoutAnchors(yaml.SafeDumper):
    """Writes what stands in two places twice: descriptors take no anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 PyYAML's signature
        return True


def _text(document: Raw) -> str:
    return yaml.dump(document, Dumper=_WithoutAnchors, sort_keys=False)


def faults_of(root: Path, change: Callable[[Raw, dict[str, Raw]], object]) -> list[str]:
    """Return what is wrong, without the places, each of which is known."""
    with pytest.raises(DescriptorFaults) as found:
        load_project(project(root, change))
    assert all(fault.line and fault.column for fault in found.value.faults)
    return [str(fault).partition(": ")[2] for fault in found.value.faults]


def test_the_project_that_these_tests_break_is_sound(tmp_path: Path) -> None:
    assert list(load_project(project(tmp_path)).teams) == ["orders", "shop"]


def _set(*path: str | int, to: object) -> Callable[[Raw, dict[str, Raw]], None]:
    """Return a change of one word of ``on_call``."""

    def change(on_call: Raw, _owners: dict[str, Raw]) -> None:
        target: Any = on_call
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = to

    return change


def _owner(team: str, **words: object) -> Callable[[Raw, dict[str, Raw]], None]:
    """Return a change of a team's owners; None takes a word out."""

    def change(_on_call: Raw, owners: dict[str, Raw]) -> None:
        both = {**owners[team], **words}
        owners[team] = {word: value for word, value in both.items() if value is not None}

    return change


def _rotation(**words: object) -> Callable[[Raw, dict[str, Raw]], None]:
    return _owner("orders", rotation={**ROTATION, **words})


ALWAYS = {"severities": ["page"], "time_zone": "UTC", "reason": "nobody wants to be paged"}
DAY = {**ALWAYS, "time_zone": "Europe/Berlin", "starts": "08:00", "ends": "20:00"}
NIGHT = {**DAY, "starts": "20:00", "ends": "08:00"}

FAULTS = {
    "an unknown receiver": (
        _set("escalation", "ticket", 0, "notify", to=["chap"]),
        [
            "on_call.escalation.ticket[0].notify[0]: given 'chap'; expected one of chat, duty, hook, mail, outside, pager; did you mean chat?"
        ],
    ),
    "an unknown receiver of the dead man": (
        _set("dead_man", "notify", to="nobody"),
        [
            "on_call.receivers.outside: nothing notifies it; name it in a step of escalation:, or remove it",
            "on_call.dead_man.notify: given 'nobody'; expected one of chat, duty, hook, mail, outside, pager",
        ],
    ),
    "a receiver that nothing notifies": (
        _set("teams", "shop", "page", 0, "notify", to=["pager"]),
        ["on_call.receivers.hook: nothing notifies it; name it in a step of escalation:, or remove it"],
    ),
    "a team that is not there": (
        _set("mute", "weekends", "teams", to=["shopp"]),
        ["on_call.mute.weekends.teams[0]: given 'shopp'; expected one of orders, shop; did you mean shop?"],
    ),
    "a second step without a time": (
        _set("escalation", "page", 1, to={"notify": ["duty"]}),
        [
            "on_call.escalation.page[1]: only the first step needs no after:; say how long an alert lasts before this one"
        ],
    ),
    "steps that do not rise": (
        _set("escalation", "page", 2, "after", to="15m"),
        [
            "on_call.escalation.page[2].after: given '15m'; this step is not later than the one before it; wait longer"
        ],
    ),
    "a team that nobody is on call for": (
        _owner("orders", on_call=None, rotation=None),
        [
            "owners: local pages this owner, and nobody is on call; add on_call: or rotation:",
            "owners: local tells duty (opsgenie), which needs a schedule; add on_call:",
        ],
    ),
    "a team without the channel that is told": (
        _owner("orders", channel=None),
        ["owners: local tells chat (slack), which needs a channel; add channel:"],
    ),
    "a night without anybody": (
        _rotation(shifts=[{"people": ["anna@example.com"], "starts": "08:00", "ends": "23:30"}]),
        [
            f"owners.rotation.shifts: nobody is on call from {begin} to {end}; add a shift"
            for begin, end in (
                ("friday 23:30", "saturday 08:00"),
                ("monday 00:00", "monday 08:00"),
                ("monday 23:30", "tuesday 08:00"),
                ("saturday 23:30", "sunday 08:00"),
                ("sunday 23:30", "monday 00:00"),
                ("thursday 23:30", "friday 08:00"),
                ("tuesday 23:30", "wednesday 08:00"),
                ("wednesday 23:30", "thursday 08:00"),
            )
        ],
    ),
    "two shifts at one time": (
        _rotation(
            shifts=[{"people": ["anna@example.com"]}, {"people": ["ben@example.com"], "days": ["monday"]}]
        ),
        [
            "owners.rotation.shifts: two shifts hold monday 00:00 to tuesday 00:00; let one end where the other starts"
        ],
    ),
    "a time zone that is not": (
        _rotation(time_zone="Europe/Berlim"),
        [
            "owners.rotation.time_zone: given 'Europe/Berlim'; the tz database has no such time zone; write one such as Europe/Berlin"
        ],
    ),
    "pages that are muted for ever": (
        _set("mute", "always", to=ALWAYS),
        [
            "on_call.mute.always: always holds back everybody's page alerts at every hour of the week; leave some"
        ],
    ),
    "pages that are muted for ever by two entries together": (
        lambda on_call, _: on_call["mute"].update(day=DAY, night=NIGHT),
        [
            "on_call.mute.night: day, night holds back everybody's page alerts at every hour of the week; leave some"
        ],
    ),
    "one team's pages muted for ever": (
        _set("mute", "shop", to={**ALWAYS, "teams": ["shop"]}),
        [
            "on_call.mute.shop: shop holds back the team shop's page alerts at every hour of the week; leave some"
        ],
    ),
    "messages that are repeated before they are looked at": (
        _set("grouping", to={"interval": "1h", "repeat": "30m"}),
        ["on_call.grouping.repeat: given '30m'; a group is looked at every 1h; repeat no more often"],
    ),
    "a key in the address of a webhook": (
        _set("receivers", "hook", "url", to="https://hooks.example.com/services/Tx7Qm2Vb9Zk4Lp8Rw3Nd6"),
        [
            "on_call.receivers.hook.url: holds what looks like a secret; keep it in the vault and use token:, or kind: slack"
        ],
    ),
    "a key in clear": (
        _set("receivers", "pager", "routing_key", to="R0UT1NGK3Y"),
        ["on_call.receivers.pager.routing_key: given 'R0UT1NGK3Y'; expected a mapping"],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_said_at_its_place(tmp_path: Path, name: str) -> None:
    change, expected = FAULTS[name]
    assert sorted(faults_of(tmp_path, change)) == sorted(f"{one}" for one in expected)


def test_halves_of_the_day_in_two_time_zones_leave_an_hour_and_are_let_pass(tmp_path: Path) -> None:
    night = {**NIGHT, "time_zone": "Europe/London"}
    root = project(tmp_path, lambda on_call, _: on_call["mute"].update(day=DAY, night=night))
    on_call = load_project(root).environments["local"].on_call
    assert on_call is not None
    assert {"day", "night"} <= set(on_call.mute)


def test_the_platforms_own_rotation_is_looked_at_as_a_teams(tmp_path: Path) -> None:
    rotation = {**ROTATION, "shifts": ROTATION["shifts"][:1]}
    found = faults_of(tmp_path, _set("platform", "rotation", to=rotation))
    assert (
        "on_call.platform.rotation.shifts: nobody is on call from friday 20:00 to monday 00:00; add a shift"
        in found
    )
