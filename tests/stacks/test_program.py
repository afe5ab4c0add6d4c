"""The program: an environment in one stack or in slices is the same environment."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.descriptor import load_project
from pavedroad.plan.resolve import resolve
from pavedroad.testing import Recorder, RecordingError
from stacks.program import deploy
from stacks.settings import StackSettings
from tests.support.environments import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

Objects = dict[tuple[str, str], Any]


def objects_of(stack: str) -> Objects:
    """Return the Kubernetes objects that a stack declares, by type and logical name."""
    environment, _, part = stack.partition(".")
    settings = StackSettings(root=ROOT, environment=environment, slice=part or None)
    recorder = Recorder(project="pavedroad", stack=stack, preview=True)
    recording = recorder.run(lambda: deploy(settings))
    return {
        (resource.type, resource.name): resource.inputs
        for resource in recording.resources
        if resource.type.startswith("kubernetes:")
    }


def slices() -> Iterator[str]:
    """Yield the stacks into which the production environment can be split."""
    project = load_project(ROOT)
    whole = resolve(project.teams, project.environments["production"], project.files)
    yield from replace(whole, slices=True).stacks


def test_the_slices_of_an_environment_are_the_whole_and_share_nothing() -> None:
    whole = objects_of("production")
    parts = {stack: objects_of(stack) for stack in slices()}
    assert len(parts) == 15
    for (first, some), (second, others) in combinations(parts.items(), 2):
        assert not some.keys() & others.keys(), f"{first} and {second} declare the same"
    together = {key: inputs for part in parts.values() for key, inputs in part.items()}
    assert together == whole


def test_the_platform_goes_up_before_the_teams() -> None:
    assert next(slices()) == "production.platform"


def test_a_stack_of_no_environment_is_refused_naming_those_that_there_are() -> None:
    with pytest.raises(
        RecordingError, match="no environment is called 'nowhere'; there are: aws-sandbox, local, production"
    ):
        objects_of("nowhere")


def test_a_slice_of_no_team_is_refused_naming_those_that_there_are() -> None:
    with pytest.raises(
        RecordingError, match="no slice of production is called 'nobody'; there are: platform, "
    ):
        objects_of("production.nobody")
