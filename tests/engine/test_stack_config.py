"""The committed configuration stays as it was committed, whatever the engine adds to it."""

from pathlib import Path

import pytest

from pavedroad.engine.project import Project
from pavedroad.engine.stack_config import copied_for_engine, kept_as_committed, link_to_shared
from pavedroad.engine.state import StateFolder

COMMITTED = 'config:\n  pulumi:disable-default-providers: ["*"]\n'
SALTED = f"encryptionsalt: v1:abc=:v1:def\n{COMMITTED}"
ENCRYPTED = "encryptionsalt: v1:abc=:v1:def\nconfig:\n  shop:token:\n    secure: v1:xyz\n"
IN_ONE_LINE = "encryptionsalt: v1:abc=:v1:def\nconfig: {'shop:token': {secure: 'v1:xyz'}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "config").mkdir()
    return Project(root=tmp_path, name="shop", stack_configs=tmp_path / "config")


@pytest.mark.parametrize(
    ("committed", "given"),
    [(COMMITTED, COMMITTED), (SALTED, COMMITTED), (ENCRYPTED, ENCRYPTED), (IN_ONE_LINE, IN_ONE_LINE)],
    ids=["plain", "salt of another state", "encrypted values", "encrypted values in one line"],
)
def test_the_engine_gets_a_copy_with_a_salt_only_where_values_are_encrypted(
    project: Project, state: StateFolder, committed: str, given: str
) -> None:
    state.prepare()
    project.stack_config("local").write_text(committed)
    copy = copied_for_engine(project, "local", state)
    assert copy.read_text() == given
    assert project.stack_config("local").read_text() == committed


def test_a_stack_without_a_configuration_gets_an_empty_one(project: Project, state: StateFolder) -> None:
    state.prepare()
    assert copied_for_engine(project, "prod.orders", state).read_text() == "config: {}\n"
    assert not project.stack_config("prod.orders").exists()


def test_a_slice_without_a_configuration_of_its_own_runs_with_its_environments(
    project: Project, state: StateFolder
) -> None:
    state.prepare()
    project.stack_config("prod").write_text(ENCRYPTED)
    assert copied_for_engine(project, "prod.orders", state).read_text() == ENCRYPTED
    project.stack_config("prod.orders").write_text(COMMITTED)
    assert copied_for_engine(project, "prod.orders", state).read_text() == COMMITTED


def test_plain_pulumi_finds_a_shared_configuration_by_a_link_and_an_own_one_stays(project: Project) -> None:
    shared, own = project.stack_config("prod"), project.stack_config("prod.orders")
    assert link_to_shared(project, "prod.orders") is None
    shared.write_text(COMMITTED)
    assert link_to_shared(project, "prod") is None
    assert link_to_shared(project, "prod.orders") == own
    assert (own.readlink(), own.read_text()) == (Path("Pulumi.prod.yaml"), COMMITTED)
    assert link_to_shared(project, "prod.orders") is None
    own.unlink()
    own.write_text(ENCRYPTED)
    assert link_to_shared(project, "prod.orders") is None
    assert own.read_text() == ENCRYPTED


def test_what_the_engine_adds_through_a_link_is_taken_back_from_the_shared_file(project: Project) -> None:
    project.stack_config("prod").write_text(COMMITTED)
    link_to_shared(project, "prod.orders")
    with kept_as_committed(project, "prod.orders"):
        project.stack_config("prod.orders").write_text(SALTED)
    assert project.stack_config("prod").read_text() == COMMITTED
    assert project.stack_config("prod.orders").is_symlink()


def test_what_the_engine_adds_is_taken_back(project: Project) -> None:
    file = project.stack_config("local")
    file.write_text(COMMITTED)
    with kept_as_committed(project, "local"):
        file.write_text(SALTED)
    assert file.read_text() == COMMITTED


def test_a_salt_that_a_literal_run_left_is_taken_back_too(project: Project) -> None:
    file = project.stack_config("local")
    file.write_text(SALTED)
    with kept_as_committed(project, "local"):
        pass
    assert file.read_text() == COMMITTED


def test_a_file_that_the_engine_made_is_removed(project: Project) -> None:
    with kept_as_committed(project, "new"):
        project.stack_config("new").write_text("encryptionsalt: v1:abc\n")
    assert not project.stack_config("new").exists()


def test_an_untouched_file_is_not_written(project: Project) -> None:
    file = project.stack_config("local")
    file.write_text(ENCRYPTED)
    before = file.stat().st_mtime_ns
    with kept_as_committed(project, "local"):
        pass
    assert file.stat().st_mtime_ns == before
