"""A single stack, moved into slices by the real engine, wherever it is cut off."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pavedroad.engine.errors import OtherStacksError, RunFailedError, SplitError
from pavedroad.engine.slice_moves import SliceProgram
from pavedroad.engine.slices import Slices
from pavedroad.engine.splitting import Split
from pavedroad.engine.toolchain import Toolchain
from tests.support.engine import RecordedProgress, TrivialProject, ready_project

pytestmark = pytest.mark.sandbox

THINGS = {"local.platform": "base", "local.orders": "orders"}
OUTPUTS = {"answer": 42, "seen": []}


@pytest.fixture(scope="module")
def brought_up(tmp_path_factory: pytest.TempPathFactory, toolchain: Toolchain) -> TrivialProject:
    """A project whose single stack is up, and whose slices declare a part of it each."""
    project = ready_project(tmp_path_factory.mktemp("single") / "project", toolchain)
    project.configure(things=",".join(THINGS.values()))
    for stack, thing in THINGS.items():
        text = f"config:\n  trivial:things: {thing}\n"
        (project.root / "config" / f"Pulumi.{stack}.yaml").write_text(text)
    project.engine(toolchain).up("local")
    return project


@pytest.fixture
def standing(brought_up: TrivialProject, tmp_path: Path) -> TrivialProject:
    """A copy of it, with its state."""
    shutil.copytree(brought_up.root, tmp_path / "project", symlinks=True)
    return TrivialProject(tmp_path / "project")


def split(project: TrivialProject, toolchain: Toolchain, progress: RecordedProgress | None = None) -> Split:
    programs = [
        SliceProgram(
            stack=stack,
            urns={f"urn:pulumi:{stack}::trivial::test:things:Thing::{thing}"},
            outputs=OUTPUTS,
            late_outputs={"hidden"},
        )
        for stack, thing in THINGS.items()
    ]
    engine = project.engine(toolchain)
    return Split(engine=engine, single="local", programs=programs, progress=progress or RecordedProgress())


def slices(project: TrivialProject, toolchain: Toolchain) -> Slices:
    stages = tuple((stack,) for stack in THINGS)
    return Slices(engine=project.engine(toolchain), stages=stages, progress=RecordedProgress())


def state(project: TrivialProject, stack: str) -> dict[str, Any]:
    file = project.state.backend / ".pulumi" / "stacks" / "trivial" / f"{stack}.json"
    latest: dict[str, Any] = json.loads(file.read_text())["checkpoint"]["latest"]
    return latest


def things(project: TrivialProject, stack: str) -> list[str]:
    resources = state(project, stack).get("resources") or []
    return [each["urn"].rpartition("::")[2] for each in resources if each["type"] == "test:things:Thing"]


def assert_split(project: TrivialProject, toolchain: Toolchain) -> None:
    assert {stack: things(project, stack) for stack in THINGS} == {
        stack: [thing] for stack, thing in THINGS.items()
    }
    assert not project.engine(toolchain).has_stack("local")


def assert_nothing_would_change(project: TrivialProject, toolchain: Toolchain) -> None:
    for result in slices(project, toolchain).preview():
        assert not result.changed
        assert result.changes == {"same": 2}


def test_a_split_moves_all_removes_the_single_stack_and_leaves_nothing_to_change(
    standing: TrivialProject, toolchain: Toolchain
) -> None:
    committed = {file: file.read_text() for file in (standing.root / "config").iterdir()}
    progress = RecordedProgress()
    split(standing, toolchain, progress).carry_out()
    assert progress.said == [f"Moving 1 resources to {stack}" for stack in THINGS]
    assert_split(standing, toolchain)
    assert_nothing_would_change(standing, toolchain)
    assert {file: file.read_text() for file in (standing.root / "config").iterdir()} == committed


def test_the_slices_have_the_outputs_that_an_update_would_give_them_but_for_secret_ones(
    standing: TrivialProject, toolchain: Toolchain
) -> None:
    split(standing, toolchain).carry_out()
    for stack in THINGS:
        (root, *_) = state(standing, stack)["resources"]
        assert root["outputs"] == OUTPUTS


def test_the_state_as_it_was_is_kept_for_its_owner_alone_with_no_secret_in_clear(
    standing: TrivialProject, toolchain: Toolchain
) -> None:
    kept = split(standing, toolchain).carry_out()
    text = kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "canary-hunter2" not in text
    assert {each["urn"] for each in json.loads(text)["deployment"]["resources"]} > {
        f"urn:pulumi:local::trivial::test:things:Thing::{thing}" for thing in THINGS.values()
    }


def test_saying_what_would_move_changes_no_file(standing: TrivialProject, toolchain: Toolchain) -> None:
    before = {file: file.read_bytes() for file in standing.state.backend.rglob("*") if file.is_file()}
    (platform, orders) = split(standing, toolchain).moves()
    assert (platform.program.stack, orders.program.stack) == tuple(THINGS)
    assert {file: file.read_bytes() for file in standing.state.backend.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("lost", ["the first", "the last", "the removal"])
def test_a_split_that_was_cut_off_goes_on_from_there_and_has_nothing_twice(
    standing: TrivialProject, toolchain: Toolchain, tmp_path: Path, lost: str
) -> None:
    """The engine writes the slice, then the single stack: put back, the latter is as if the former was the last."""
    backend = standing.state.backend
    file = backend / ".pulumi" / "stacks" / "trivial" / "local.json"
    shutil.copy(file, tmp_path / "before.json")
    split(standing, toolchain).carry_out()
    shutil.copy(tmp_path / "before.json", file)
    if lost == "the first":
        file.with_name("local.orders.json").unlink()
    if lost == "the removal":
        checkpoint = json.loads(file.read_text())
        del checkpoint["checkpoint"]["latest"]["resources"][1:]
        file.write_text(json.dumps(checkpoint))
    split(standing, toolchain).carry_out()
    assert_split(standing, toolchain)
    assert_nothing_would_change(standing, toolchain)


def test_a_slice_of_another_making_is_refused_and_both_stay(
    standing: TrivialProject, toolchain: Toolchain
) -> None:
    one = split(standing, toolchain)
    with pytest.raises(SplitError, match="holds what no slice declares: test:things:Thing orders"):
        Split(engine=one.engine, single="local", programs=one.programs[:1], progress=one.progress).carry_out()
    assert set(things(standing, "local")) == set(THINGS.values())


def test_what_the_engine_refuses_is_one_error_that_says_how_to_go_on(
    standing: TrivialProject, toolchain: Toolchain
) -> None:
    file = standing.state.backend / ".pulumi" / "stacks" / "trivial" / "local.orders.json"
    file.write_text("{")
    with pytest.raises(RunFailedError, match="paved split local goes on from here"):
        split(standing, toolchain).carry_out()
    assert things(standing, "local") == ["orders"]
    file.unlink()
    split(standing, toolchain).carry_out()
    assert_split(standing, toolchain)


def test_slices_are_not_made_beside_the_single_stack_nor_the_other_way_round(
    standing: TrivialProject, toolchain: Toolchain
) -> None:
    with pytest.raises(OtherStacksError, match=r"local is to be in slices, .*: paved split local"):
        slices(standing, toolchain).up()
    split(standing, toolchain).carry_out()
    whole = Slices(engine=standing.engine(toolchain), stages=(("local",),), progress=RecordedProgress())
    with pytest.raises(OtherStacksError, match=r"stands in slices \(local.orders, local.platform\)"):
        whole.up()
