"""Numbers mean what the table says, and a limit that is missed is an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from benchmarks import command
from benchmarks.measuring import ProbeError, growth, least_cpu, machine, spend, take_turns
from benchmarks.processes import Process, below, running
from benchmarks.results import Result, ratio
from benchmarks.watching import note, role


def one(value: float, limit: float | None = 2.0) -> Result:
    return Result(name="thing", value=value, unit="x", limit=limit)


@pytest.mark.parametrize(("power", "exponent"), [(1, 1.0), (2, 2.0), (0, 0.0)])
def test_growth_is_the_exponent(power: int, exponent: float) -> None:
    sizes = [10, 100, 1_000]
    assert growth(sizes, [3.0 * size**power for size in sizes]) == pytest.approx(exponent)


@pytest.mark.parametrize(
    ("value", "limit", "verdict"), [(2.0, 2.0, "ok"), (2.01, 2.0, "over"), (9.0, None, "")]
)
def test_a_limit_is_the_most_that_is_accepted(value: float, limit: float | None, verdict: str) -> None:
    assert one(value, limit).verdict == verdict


def test_a_ratio_tells_what_it_is_made_of() -> None:
    assert ratio("a", 3.0, 2.0, 1.0) == Result(
        name="a", value=1.5, unit="x", limit=1.0, detail="3 s against 2 s"
    )


def test_cpu_seconds_are_those_of_work_and_not_of_waiting() -> None:
    sides = {
        "busy": [sys.executable, "-c", "sum(range(20_000_000))"],
        "idle": [sys.executable, "-c", "import time; time.sleep(0.5)"],
    }
    costs = take_turns(sides, 1)
    assert least_cpu(costs["busy"]) > 2 * least_cpu(costs["idle"])


def test_a_program_reports_on_itself_as_json() -> None:
    assert spend([sys.executable, "-c", """print('{"cpu": 1.5}')"""]).report == {"cpu": 1.5}


def test_a_measured_program_that_fails_is_an_error_that_says_why() -> None:
    with pytest.raises(ProbeError, match="ended with 3: no disk"):
        spend([sys.executable, "-c", "import sys; sys.stderr.write('no disk'); sys.exit(3)"])


def test_processes_below_one_are_found_with_their_time() -> None:
    nested = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", nested], stdin=subprocess.PIPE) as child:
        try:
            while len(found := below(child.pid, running())) < 2:
                assert child.poll() is None
            assert os.getpid() not in {process.pid for process in found}
            assert "input()" in found[-1].command
        finally:
            child.communicate(b"\n")


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("/state/bin/pulumi --non-interactive up --policy-pack /project/policies", "engine"),
        ("python -u /site/pavedroad/engine/program_exec.py --stack local", "program"),
        ("python -u -m pulumi.policy 127.0.0.1:1 /project/policies", "policies"),
        ("python -m pavedroad.sandbox.provider 127.0.0.1:1", "provider"),
        ("python -m pavedroad.engine.language_host 127.0.0.1:1", "language host"),
        ("python -m pavedroad.cli.main up local", "the command itself"),
        ("git status", "other"),
    ],
)
def test_a_process_is_charged_to_the_one_it_works_for(words: str, who: str) -> None:
    assert role(words) == who


def test_a_process_that_has_ended_is_still_charged_to_the_one_it_worked_for() -> None:
    latest: dict[int, Process] = {}
    note(latest, [Process(7, 1, "python -m pulumi.policy", 0.5)])
    note(latest, [Process(7, 1, "", 0.75)])
    assert latest == {7: Process(7, 1, "python -m pulumi.policy", 0.75)}


@pytest.mark.parametrize(("value", "code"), [(1.0, 0), (3.0, 1)])
def test_the_command_ends_with_1_where_a_limit_is_missed(
    monkeypatch: pytest.MonkeyPatch, value: float, code: int
) -> None:
    monkeypatch.setattr(command, "BENCHMARKS", {"thing": lambda _folder, _scale: [one(value)]})
    done = CliRunner().invoke(command.measure_all, ["--json"])
    assert done.exit_code == code
    assert json.loads(done.stdout)["results"][0] == {
        "name": "thing",
        "value": value,
        "unit": "x",
        "limit": 2.0,
        "verdict": "over" if code else "ok",
        "detail": "",
    }


def test_the_table_is_markdown_and_names_only_the_size_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command, "BENCHMARKS", {"thing": lambda _folder, _scale: [one(1.0)]})
    shown = CliRunner().invoke(command.measure_all).stdout
    assert "| thing    |   1 x |   2 x | ok |" in shown
    assert machine() in shown
    assert os.uname().nodename not in shown
