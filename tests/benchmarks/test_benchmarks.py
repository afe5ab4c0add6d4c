"""Every benchmark runs, and compares what it says it compares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from benchmarks import governing, previewing, start_up, validation
from benchmarks.command import BENCHMARKS, Measure
from benchmarks.generating import STACK, team_descriptor, write_project
from benchmarks.probes import registrations
from benchmarks.scale import TINY
from pavedroad.descriptor import load_project
from pavedroad.preview.program import record_program
from pavedroad.preview.project import load_project as load_program
from pavedroad.testing import Recorder

if TYPE_CHECKING:
    from pathlib import Path


def test_generated_descriptors_are_valid_and_of_the_size_that_is_promised(tmp_path: Path) -> None:
    project = load_project(write_project(tmp_path / "project", 3))
    assert list(project.teams) == ["team-00000", "team-00001", "team-00002"]
    assert 55 <= len(team_descriptor(1, 3).splitlines()) <= 65


def test_the_bare_program_registers_what_the_project_does(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", 2)
    listed = tmp_path / "listed.jsonl"
    registrations.main(project, STACK, listed)

    recorder = Recorder(project="pavedroad", stack=STACK, preview=True)
    again = recorder.run(registrations.program(listed)).resources
    first = record_program(load_program(project), STACK, 60).resources

    assert [(one.urn, one.custom, one.inputs, one.provider, one.outputs) for one in again] == [
        (one.urn, one.custom, one.inputs, one.provider, one.outputs) for one in first
    ]
    assert len(first) > 50


@pytest.mark.parametrize(
    ("measure", "judged"),
    [(validation.measure, 2), (start_up.measure, 2), (previewing.measure, 5), (governing.measure, 6)],
)
def test_a_benchmark_runs_and_gives_every_promised_number(
    measure: Measure, judged: int, tmp_path: Path
) -> None:
    results = measure(tmp_path / "bench", TINY)
    assert sum(result.limit is not None for result in results) == judged
    assert not [result.name for result in results if math.isnan(result.value)]


def test_every_benchmark_can_be_asked_for_by_name() -> None:
    assert set(BENCHMARKS) == {
        "validate",
        "start",
        "preview",
        "account",
        "policies",
        "no-change",
        "account-up",
        "policed-preview",
    }
