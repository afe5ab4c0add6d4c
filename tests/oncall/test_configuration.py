"""Alertmanager's own tool takes the configuration, and routes every alert as the plan says."""

from __future__ import annotations

import subprocess
from itertools import product
from typing import TYPE_CHECKING

import pytest
import yaml

from pavedroad.plan.observability.alertmanager_file import configuration, configuration_text
from pavedroad.plan.observability.paging import ways
from pavedroad.plan.observability.receivers import KEYS_FOLDER
from tests.support.oncall import ON_CALL, on_call_plan

if TYPE_CHECKING:
    from pathlib import Path

    from pavedroad.plan.observability.oncall import OnCallPlan

TEAMS = ("orders", "shop", "platform", "unheard-of", "")
SEVERITIES = ("page", "ticket", "info", "critical", "")
NAMES = ("Watchdog", "ClusterDown", "WorkloadCrashLooping")


def written(plan: OnCallPlan, folder: Path) -> Path:
    """Write the configuration and return its file."""
    file = folder / "alertmanager.yaml"
    file.write_text(configuration_text(plan), encoding="utf-8")
    return file


def run(amtool: Path, *arguments: object) -> str:
    """Run amtool and return what it prints."""
    done = subprocess.run(
        [str(amtool), *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("spec", [ON_CALL, None], ids=["every way", "nobody is told"])
def test_amtool_takes_the_configuration(amtool: Path, tmp_path: Path, spec: dict[str, object] | None) -> None:
    assert "SUCCESS" in run(amtool, "check-config", written(on_call_plan(spec), tmp_path))


@pytest.mark.parametrize("team", TEAMS)
def test_amtool_routes_every_alert_as_the_plan_says(amtool: Path, tmp_path: Path, team: str) -> None:
    plan = on_call_plan()
    file = written(plan, tmp_path)
    for severity, name in product(SEVERITIES, NAMES):
        given = {"alertname": name, "team": team, "severity": severity}
        labels = {label: value for label, value in given.items() if value}
        printed = run(
            amtool,
            "config",
            "routes",
            "test",
            f"--config.file={file}",
            *(f"{k}={v}" for k, v in labels.items()),
        )
        expected = [way[-1].receiver for way in ways(plan.root, labels)]
        assert printed.strip().split(",") == expected, labels


def test_a_page_goes_to_every_step_of_its_teams_escalation_and_nobody_elses() -> None:
    plan = on_call_plan()
    found = [way[-1] for way in ways(plan.root, {"team": "orders", "severity": "page"})]
    assert [(one.receiver, one.wait) for one in found] == [
        ("orders/page/1", "30s"),
        ("orders/page/2", "15m"),
        ("orders/page/3", "1h"),
    ]


def test_an_alert_of_no_known_team_is_the_platforms() -> None:
    plan = on_call_plan()
    (first, *_) = (way[-1].receiver for way in ways(plan.root, {"team": "gone", "severity": "page"}))
    assert first == "platform/page/1"


def test_each_owner_is_told_at_its_own_address() -> None:
    receivers = {one.name: one for one in on_call_plan().receivers}
    told = {
        name: [one.to for one in receivers[name].integrations]
        for name in ("orders/page/1", "platform/page/1")
    }
    assert told == {
        "orders/page/1": ["orders-primary", "#orders"],
        "platform/page/1": ["platform-primary", "#platform"],
    }
    assert [one.to for one in receivers["orders/page/3"].integrations] == ["orders@example.com"]


def test_keys_are_files_of_a_secret_and_never_values() -> None:
    plan = on_call_plan()
    text = configuration_text(plan)
    for entry in plan.keys:
        assert f"{KEYS_FOLDER}/{entry.key}" in text
    keyed = {"pager", "duty", "chat", "mail", "hook"}
    assert {entry.key for entry in plan.keys} == keyed
    assert {entry.remote_path for entry in plan.keys} == {"kv/on-call"}


def test_every_host_that_is_told_is_named_so_that_it_can_be_opened() -> None:
    assert on_call_plan().hosts == (
        "api.eu.opsgenie.com:443",
        "dead-man.example.com:443",
        "events.pagerduty.com:443",
        "hooks.example.com:443",
        "slack.com:443",
        "smtp.example.com:465",
    )


def test_a_page_holds_back_tickets_about_the_same_thing_and_a_dead_cluster_everything_but_the_watchdog() -> (
    None
):
    rules = configuration(on_call_plan())["inhibit_rules"]
    assert isinstance(rules, list)
    assert rules[0] == {
        "source_matchers": ['alertname="ClusterDown"'],
        "target_matchers": ['alertname!~"ClusterDown|Watchdog"'],
    }
    assert rules[1] == {
        "source_matchers": ['severity="page"'],
        "target_matchers": ['severity=~"ticket|info"'],
        "equal": ["team", "subject", "service", "slo", "store", "broker", "namespace", "node"],
    }


def test_hours_over_midnight_are_said_as_two_parts_of_two_days() -> None:
    intervals = yaml.safe_load(configuration_text(on_call_plan()))["time_intervals"]
    (nights,) = (one for one in intervals if one["name"] == "nights")
    monday = next(one for one in nights["time_intervals"] if one["weekdays"] == ["monday"])
    assert monday["times"] == [
        {"start_time": "00:00", "end_time": "08:00"},
        {"start_time": "20:00", "end_time": "24:00"},
    ]
    assert monday["location"] == "Europe/Berlin"
