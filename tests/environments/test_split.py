"""A single stack on the sandbox, moved into slices: the objects in the cluster never notice."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.sandbox.api import KubeClient
from tests.support.processes import killed_everything
from tests.support.projects import ProjectCopy, project_copy

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.sandbox

TEAMS = ("retail-basket", "retail-catalog", "retail-orders", "retail-storefront")
SLICES = ("local.platform", *(f"local.{team}" for team in TEAMS))
KINDS = (("v1", "Namespace"), ("v1", "Service"), ("v1", "ServiceAccount"), ("apps/v1", "Deployment"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectCopy]:
    """The retail teams on the sandbox, as one stack."""
    with project_copy(tmp_path_factory.mktemp("split")) as copy:
        copy.edit(
            "stacks/environments/local.yaml", "tier: local\n", f"tier: local\nteams: [{', '.join(TEAMS)}]\n"
        )
        copy.run("up", "local")
        yield copy


@pytest.fixture(scope="module")
def before(project: ProjectCopy) -> dict[str, str]:
    return identities(project)


@pytest.fixture(scope="module")
def sliced(project: ProjectCopy, before: dict[str, str]) -> ProjectCopy:
    project.edit("stacks/environments/local.yaml", "tier: local\n", "tier: local\nslices: true\n")
    return project


@pytest.fixture(scope="module")
def shown(sliced: ProjectCopy) -> Any:
    return sliced.run_json("split", "local", "--dry-run")


@pytest.fixture(scope="module")
def done(sliced: ProjectCopy, shown: Any) -> Any:
    """A split that was killed in its middle, then run again."""
    process = sliced.start("split", "local", "--yes")
    moved = sliced.state / "backend" / ".pulumi" / "stacks" / "pavedroad" / "local.retail-basket.json"
    deadline = time.monotonic() + 240
    while not moved.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.poll() is None, process.communicate()
    killed_everything(process.pid)
    process.communicate()
    return sliced.run_json("split", "local", "--yes")


def identities(project: ProjectCopy) -> dict[str, str]:
    """Return the UIDs of what stands in the cluster, by kind, namespace and name."""
    with KubeClient.from_kubeconfig(project.state / "kubeconfig") as client:
        return {
            f"{kind} {one['metadata'].get('namespace', '')}/{one['metadata']['name']}": one["metadata"]["uid"]
            for api_version, kind in KINDS
            for one in client.list(api_version, kind)
        }


def test_an_environment_that_is_to_be_one_stack_is_not_split(
    project: ProjectCopy, before: dict[str, str]
) -> None:
    project.run("split", "local", code=1)


def test_slices_are_not_brought_up_beside_the_single_stack(sliced: ProjectCopy) -> None:
    sliced.run("up", "local", code=1)


def test_a_dry_run_says_which_slice_gets_what(shown: Any) -> None:
    assert [(move["stack"], [root.split("::")[-1] for root in move["roots"]]) for move in shown["moves"]] == [
        ("local.platform", ["platform"]),
        *((f"local.{team}", [team]) for team in TEAMS),
    ]
    assert shown["preview"] == {}


def test_nobody_who_says_yes_is_nobody_who_moves(sliced: ProjectCopy, shown: Any) -> None:
    assert "nothing was moved" in sliced.run("split", "local", code=3)
    assert sliced.run_json("split", "local", "--dry-run") == shown


def test_after_a_split_that_was_killed_and_run_again_no_slice_would_change_anything(done: Any) -> None:
    assert tuple(done["preview"]) == SLICES
    assert {operation for changes in done["preview"].values() for operation in changes} == {"same"}


def test_every_object_in_the_cluster_is_the_one_that_it_was(
    sliced: ProjectCopy, before: dict[str, str], done: Any
) -> None:
    assert len(before) > 40
    assert identities(sliced) == before


def test_nothing_of_it_is_left_to_do(sliced: ProjectCopy, done: Any) -> None:
    assert sliced.run_json("split", "local")["moves"] == []
    assert not (sliced.state / "backend" / ".pulumi" / "stacks" / "pavedroad" / "local.json").exists()
    assert [file.stat().st_mode & 0o777 for file in (sliced.state / "splits").iterdir()] == [0o600, 0o600]


def test_a_slice_of_its_own_team_goes_on_from_there(sliced: ProjectCopy, done: Any) -> None:
    sliced.edit("stacks/teams/retail-storefront.yaml", "RETAIL_UI_THEME: default", "RETAIL_UI_THEME: orange")
    touched = [step for result in sliced.run_json("up", "local") for step in result["steps"]]
    assert [(step["operation"], step["urn"].rpartition("::")[2]) for step in touched] == [
        ("update", "retail-storefront/ui")
    ]
