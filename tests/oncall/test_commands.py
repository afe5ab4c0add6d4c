"""`paved oncall route` and `paved incident new`, as people run them."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml
from click.testing import CliRunner, Result

from pavedroad.cli import incident, oncall
from tests.oncall.test_checks import project

if TYPE_CHECKING:
    from pathlib import Path

AT = "2026-01-06T21:00+01:00"


@pytest.fixture(autouse=True)
def in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose environment tells people in every way."""
    root = project(tmp_path / "project")
    file = root / "stacks/environments/local.yaml"
    environment = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**environment, "tier": "development"}), encoding="utf-8")
    monkeypatch.chdir(root)
    return root


def route(*arguments: str) -> Result:
    return CliRunner().invoke(oncall.command, ["route", *arguments])


def new(*arguments: str) -> Result:
    return CliRunner().invoke(incident.command, ["new", *arguments])


def test_a_page_is_told_step_by_step_with_who_is_on_call_then() -> None:
    lines = route("--labels", "team=orders,severity=page", "--at", AT).stdout.splitlines()
    assert lines[0] == "team=orders, severity=page in local at Tuesday 2026-01-06 21:00 UTC+01:00"
    assert [line.strip() for line in lines if line.startswith("  ") and "after" in line] == [
        "1. after 30s: pager (pagerduty: orders), chat (slack: #orders)",
        "2. after 15m: duty (opsgenie: orders)",
        "3. after 1h: mail (email: orders@example.com)",
    ]
    assert lines.count("     on call: carla@example.com") == 3
    assert '     route: root > team="orders" > severity="page"' in lines


def test_a_ticket_at_night_is_held_back_and_the_reason_is_said() -> None:
    said = route("--labels", "team=orders,severity=ticket", "--at", AT).stdout
    assert "held back now: nights (Europe/Berlin), tickets wait until the morning" in said


def test_json_says_the_same_for_tools() -> None:
    data = json.loads(route("--labels", "team=orders,severity=page", "--at", AT, "--json").stdout)
    assert [(one["receiver"], one["after"], one["on_call"]) for one in data["told"]] == [
        ("orders/page/1", "30s", "carla@example.com"),
        ("orders/page/2", "15m", "carla@example.com"),
        ("orders/page/3", "1h", "carla@example.com"),
    ]
    assert data["told"][0]["route"] == ['team="orders"', 'severity="page"']


def test_an_alert_that_nobody_is_told_of_is_said_to_be_so() -> None:
    assert "nobody is told" in route("--labels", "team=orders,severity=info").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--labels", "orders"), "write them as team=orders,severity=page"),
        (("--labels", "team=orders", "--at", "noon"), "write it as 2026-11-23T02:00+01:00"),
        (("--labels", "team=orders", "--env", "locl"), "did you mean local?"),
    ],
)
def test_what_cannot_be_understood_is_said_in_a_line(arguments: tuple[str, ...], said: str) -> None:
    result = route(*arguments)
    assert result.exit_code != 0
    assert said in result.output


def test_an_incident_begins_with_the_sources_of_its_timeline(in_a_project: Path) -> None:
    author = ["-c", "user.name=anna", "-c", "user.email=anna@example.com"]
    for words in (["init"], ["add", "."], [*author, "commit", "-m", "orders: larger pool"]):
        subprocess.run(["git", *words], cwd=in_a_project, check=True, capture_output=True)
    result = new("Orders are lost!", "--env", "local", "--team", "orders")
    assert result.exit_code == 0, result.output
    (file,) = (in_a_project / "docs/incidents").glob("*-orders-are-lost.md")
    text = file.read_text(encoding="utf-8")
    assert "orders: larger pool" in text
    assert "pulumi stack history --stack local" in text
    assert 'ALERTS{team="orders", alertstate="firing"}' in text
    assert "https://grafana.shop.internal.example.com/d/service-orders-worker?from=" in text


def test_an_incident_that_is_written_down_already_is_left_alone(in_a_project: Path) -> None:
    words = ("Orders are lost", "--env", "local", "--team", "orders", "--at", AT)
    assert new(*words).exit_code == 0
    file = in_a_project / "docs/incidents/2026-01-06-orders-are-lost.md"
    file.write_text("what we know", encoding="utf-8")
    result = new(*words)
    assert result.exit_code == 1
    assert "docs/incidents/2026-01-06-orders-are-lost.md exists; take another title" in result.output
    assert file.read_text(encoding="utf-8") == "what we know"
