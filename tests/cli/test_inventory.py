"""What `paved up` says of how much an environment holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pavedroad.cli.up import inventory
from pavedroad.descriptor import load_project
from pavedroad.plan.resolve import resolve
from tests.support.environments import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("folder", "environment", "said"),
    [
        (
            ROOT,
            "aws-sandbox",
            "4 teams, 5 services, workers and jobs, 4 stores, RabbitMQ, gateways: public",
        ),
        (
            ROOT / "examples/event-driven",
            "account",
            "2 teams, 6 services, workers and jobs, 1 stores, 10 functions, 2 sagas, Kafka, RabbitMQ",
        ),
    ],
)
def test_it_counts_what_there_is_and_names_nothing_that_is_not(
    folder: Path, environment: str, said: str
) -> None:
    project = load_project(folder)
    plan = resolve(project.teams, project.environments[environment], project.files)

    assert inventory(plan) == said
