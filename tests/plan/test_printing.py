"""Every plan can be printed, whatever a descriptor says."""

from __future__ import annotations

import json

import pytest

from pavedroad.descriptor import load_project
from pavedroad.plan.printing import as_data
from pavedroad.plan.resolve import resolve
from tests.support.environments import ROOT
from tests.support.example import FILES, Example, account_example, example


@pytest.mark.parametrize("environment", sorted(load_project(ROOT).environments))
def test_every_environment_of_the_project_is_printed_as_json(environment: str) -> None:
    project = load_project(ROOT)
    plan = resolve(project.teams, project.environments[environment], project.files)
    printed = json.loads(json.dumps(as_data(plan)))
    assert {team["name"] for team in printed["teams"]} == {team.name for team in plan.teams}


@pytest.mark.parametrize(
    "written", [example("production"), account_example("production")], ids=["cluster", "account"]
)
def test_every_word_is_printed_as_json(written: Example) -> None:
    loaded = written.load()
    assert loaded is not None
    json.dumps(as_data(resolve(*loaded, FILES)), allow_nan=False)
