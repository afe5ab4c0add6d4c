"""Objectives that cannot be kept, measured or alerted about are faults at the line that made them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from pavedroad.cli.validate import command
from pavedroad.descriptor import DescriptorFaults, load_project
from tests.support.files import ENVIRONMENT, write_project

if TYPE_CHECKING:
    from pathlib import Path

TEAM = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: shop
owners: {email: shop@example.com}
topics:
  orders: {broker: kafka, partitions: 3, retention: 7d}
services:
  base:
    type: service
    image: example/base:1.0
    listens: {http: {port: 8080}}
    slos: {up: {type: availability, objective: 99.9}}
  store:
    type: service
    image: example/store:1.0
    listens: {http: {port: 8080}}
    slos: {up: {type: availability, objective: 99.9}}
  web:
    type: service
    image: example/web:1.0
    listens: {http: {port: 8080}}
    calls: {base: {}, store: {}}
    slos:
      it: {WEB}
  packer:
    type: worker
    image: example/packer:1.0
    subscribes: {orders: {}}
    slos:
      it: {PACKER}
  nightly:
    type: job
    image: example/nightly:1.0
    schedule: 0 2 * * *
    slos:
      it: {NIGHTLY}
"""
WEB = "type: availability, objective: 99.5"
PACKER = "type: queue-age, objective: 99, topic: orders, max_age: 10m"
NIGHTLY = "type: freshness, objective: 99, max_age: 2d"


def written(root: Path, *, web: str = WEB, packer: str = PACKER, nightly: str = NIGHTLY) -> Path:
    """Write a project with these objectives."""
    team = TEAM.replace("{WEB}", f"{{{web}}}").replace("{PACKER}", f"{{{packer}}}")
    write_project(root, team.replace("{NIGHTLY}", f"{{{nightly}}}"), environment=ENVIRONMENT)
    return root


def faults(root: Path, **objectives: str) -> list[str]:
    """Load a project with these objectives; return its faults."""
    try:
        load_project(written(root, **objectives))
    except DescriptorFaults as found:
        return [str(fault) for fault in found.faults]
    return []


def test_objectives_of_every_type_of_workload_are_accepted(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("web", "fault"),
    [
        (
            "type: availability, objective: 100",
            "24:32: services.web.slos.it.objective: given 100; expected a number above 0 and below 100",
        ),
        (
            "type: availability, objective: 0",
            "24:32: services.web.slos.it.objective: given 0; expected a number above 0 and below 100",
        ),
        (
            "type: availability, objective: 80",
            (
                "24:32: services.web.slos.it.objective: given 80; expected more than 83.33333333 over 30d;"
                " a page needs errors above 6 x 20% = 120%, which no outage reaches"
            ),
        ),
        (
            "type: availability, objective: 99, window: 3d",
            "24:47: services.web.slos.it.window: given '3d'; expected 7d to 90d, week, month or quarter",
        ),
        (
            "type: availability, objective: 99, window: year",
            "24:47: services.web.slos.it.window: given 'year'; expected 7d to 90d for the last days",
        ),
        (
            "type: availability, objective: 99, measured_by: moon",
            "24:47: services.web.slos.it.measured_by: given 'moon'; expected",
        ),
        (
            "type: availability, objective: 99, measured_by: gateway",
            "24:47: services.web.slos.it.measured_by: given gateway; the gateway counts what it answers on http routes",
        ),
        (
            "type: availability, objective: 99, measured_by: messaging",
            "24:47: services.web.slos.it.measured_by: given messaging; it subscribes to no topic",
        ),
        (
            "type: latency, objective: 99",
            "24:7: services.web.slos.it.threshold: given nothing; expected how long one may take",
        ),
        (
            "type: latency, objective: 99, threshold: 300ms",
            (
                "24:42: services.web.slos.it.threshold: given '300ms'; expected a boundary of the histogram,"
                " near it 50ms, 100ms, 250ms, 500ms"
            ),
        ),
        (
            "type: freshness, objective: 99, max_age: 1h",
            "24:7: services.web.slos.it: only a job's last success is known; add timestamp",
        ),
        (
            "type: freshness, objective: 99, max_age: 1h, timestamp: max(last) by",
            (
                "24:57: services.web.slos.it.timestamp: given 'max(last) by'; expected PromQL; invalid promql query"
                " at line 1, column 1 of the expression"
            ),
        ),
        (
            "type: custom, promise: all is well, objective: 99, bad: 'rate(a[$window]) )', total: 'rate(b[5m])'",
            (
                "24:63: services.web.slos.it.bad: given ')'; expected PromQL; unexpected right parenthesis ')'"
                " at line 1, column 18 of the expression"
            ),
        ),
        (
            "type: custom, promise: all is well, objective: 99, error_ratio: 'rate(b[5m])'",
            "24:63: services.web.slos.it.error_ratio: write $window where the range goes",
        ),
        (
            "type: custom, promise: all is well, objective: 99, bad: 'rate(a[$window])'",
            "24:7: services.web.slos.it: give total with one of good and bad, or error_ratio alone",
        ),
        (
            "type: availability, objective: 99, works_without: [bass]",
            (
                "24:47: services.web.slos.it.works_without: given 'bass'; expected one of the services it calls"
                " (base, store); did you mean base?"
            ),
        ),
    ],
)
def test_a_bad_objective_of_a_service_is_a_fault_at_its_place(tmp_path: Path, web: str, fault: str) -> None:
    assert any(f"shop.yaml:{fault}" in one for one in faults(tmp_path, web=web)), faults(tmp_path, web=web)


def test_faults_of_several_objectives_come_all_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        web="type: latency, objective: 99, threshold: 1ms, window: 91d",
        packer="type: queue-age, objective: 99, topic: tasks, max_age: 1m",
        nightly="type: availability, objective: 99",
    )

    assert [one.partition("services.")[2].partition(";")[0] for one in found] == [
        "web.slos.it.window: given '91d'",
        "packer.slos.it.topic: given 'tasks'",
        "packer.slos.it.max_age: given '1m'",
        "nightly.slos.it: given messaging",
    ]


def test_two_objectives_of_one_name_are_refused(tmp_path: Path) -> None:
    found = faults(tmp_path, web=f"{WEB}}}\n      it: {{{WEB}")

    assert found == [
        "stacks/teams/shop.yaml:25:7: services.web.slos.it: the key 'it' stands here twice; keep one of them"
    ]


def test_a_promise_above_what_its_callees_leave_is_a_warning_with_the_arithmetic(tmp_path: Path) -> None:
    project = load_project(written(tmp_path, web="type: availability, objective: 99.9"))

    assert [str(warning) for warning in project.warnings] == [
        (
            "stacks/teams/shop.yaml:24:32: services.web.slos.it.objective: given 99.9; expected at most 99.8001;"
            " it calls base (99.9%) x store (99.9%) = 99.8001%; promise less, have them promise more,"
            " or list what it can do without in works_without"
        )
    ]


@pytest.mark.parametrize(
    "web",
    [
        "type: availability, objective: 99.8",
        "type: availability, objective: 99.9, works_without: [store]",
        "type: latency, objective: 99.99, threshold: 250ms",
    ],
)
def test_a_promise_that_its_callees_leave_room_for_is_no_warning(tmp_path: Path, web: str) -> None:
    assert load_project(written(tmp_path, web=web)).warnings == ()


PRODUCTION = ENVIRONMENT.replace("tier: local", "tier: production").replace(
    "{main: {kind: sandbox}}",
    "{main: {kind: existing, kubeconfig: kubeconfig, api_server: '10.0.0.0/28:6443'}}",
)


@pytest.mark.parametrize(
    ("window", "kept", "told"),
    [
        ("30d", "", False),
        ("31d", "", True),
        ("month", "", True),
        ("week", "", False),
        ("quarter", "observability: {metrics: {retention: 91d}}", True),
        ("quarter", "observability: {metrics: {retention: 92d}}", False),
        ("90d", "observability: none", False),
    ],
)
def test_an_objective_over_a_time_that_production_forgets_is_a_warning(
    tmp_path: Path, window: str, kept: str, told: bool
) -> None:
    root = written(tmp_path, web=f"type: availability, objective: 99, window: {window}")
    (root / "stacks/environments/local.yaml").write_text(f"{PRODUCTION}{kept}\n")

    warnings = [str(warning) for warning in load_project(root).warnings]

    assert [f"services.web.slos.it.window: given '{window}'" in one for one in warnings] == [True] * told


def test_validate_shows_a_warning_and_ends_well(tmp_path: Path) -> None:
    folder = written(tmp_path, web="type: availability, objective: 99.9")
    text, report = (CliRunner().invoke(command, [*words, str(folder)]) for words in ([], ["--json"]))

    assert "warning: stacks/teams/shop.yaml:24:32: services.web.slos.it.objective" in text.output
    assert "no faults" in text.output
    assert [warning["line"] for warning in json.loads(report.output)["warnings"]] == [24]
    assert (text.exit_code, report.exit_code) == (0, 0)
