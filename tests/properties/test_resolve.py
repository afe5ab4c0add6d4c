"""Whatever fits together resolves, renders and deploys, always to the same bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from pavedroad.descriptor import check_project
from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.plan.resolve import resolve
from pavedroad.testing import Recorder
from stacks.program import declare
from tests.support import declaring
from tests.support.declaring import declared
from tests.support.descriptors import projects
from tests.support.example import Raw, example

ROOT = Path(__file__).resolve().parents[2]
Project = tuple[dict[str, TeamDescriptor], dict[str, EnvironmentDescriptor]]

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
slow = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])

FINGERPRINT = """
import hashlib
from pavedroad.plan.resolve import resolve
from tests.support.declaring import declared
from tests.support.example import FILES, example
plan = resolve(*example("production", cloud=True).load(), FILES)
print(hashlib.sha256(repr((plan, declared(plan))).encode()).hexdigest())
"""


@given(projects())
@quick
def test_whatever_fits_together_resolves_and_renders(project: Project) -> None:
    teams, environments = project
    assume(check_project(teams, environments) == [])
    for environment in environments.values():
        assert declared(resolve(teams, environment))


@given(projects())
@quick
def test_the_order_of_teams_and_services_does_not_matter(project: Project) -> None:
    teams, environments = project
    turned = {
        name: team.model_copy(update={"services": dict(reversed(team.services.items()))})
        for name, team in reversed(teams.items())
    }
    for environment in environments.values():
        assert resolve(turned, environment) == resolve(teams, environment)


@given(projects())
@slow
def test_whatever_fits_together_deploys_by_explicit_providers(project: Project) -> None:
    teams, environments = project
    plan = resolve(teams, next(iter(environments.values())))
    recording = Recorder().run(lambda: declare(plan, declaring.settings(plan)))
    managed = [one for one in recording.resources if one.custom and ":providers:" not in one.type]
    assert managed
    assert [one.urn for one in managed if one.provider is None] == []


def test_the_order_of_entries_in_a_descriptor_does_not_matter() -> None:
    base = example("production", cloud=True)
    turned = type(base)({name: _turned(team) for name, team in base.teams.items()}, base.environment)
    assert turned.declared() == base.declared()


def _turned(team: Raw) -> Raw:
    """Return a team with its topics, and its services' stores, calls and subscriptions, in reverse."""
    services = {
        name: {
            word: dict(reversed(value.items())) if word in {"stores", "calls", "subscribes"} else value
            for word, value in service.items()
        }
        for name, service in team["services"].items()
    }
    return {**team, "services": services, "topics": dict(reversed(team.get("topics", {}).items()))}


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_plan_and_objects_are_the_same_bytes_whatever_the_hash_seed(seed: str) -> None:
    assert fingerprint(seed) == fingerprint("2")


def fingerprint(seed: str) -> str:
    """Return a hash of the example's plan and objects, made by a process with this hash seed."""
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert len(done.stdout.strip()) == hashlib.sha256().digest_size * 2
    return done.stdout
