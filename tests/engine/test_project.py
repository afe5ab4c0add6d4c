"""A project is found as Pulumi finds it."""

from pathlib import Path

import pytest

from pavedroad.engine.errors import EngineError, ProjectNotFoundError
from pavedroad.engine.project import find_project_root, read_project


def test_it_is_found_from_any_folder_below(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert find_project_root(tmp_path / "a" / "b") == tmp_path


def test_the_nearest_one_wins(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    for folder in (tmp_path, inner):
        (folder / "Pulumi.yaml").write_text("name: shop\n")
    assert find_project_root(inner) == inner


def test_where_there_is_none_the_error_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ProjectNotFoundError, match=str(tmp_path)):
        find_project_root(tmp_path)


def test_configurations_stand_beside_it_unless_it_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    assert read_project(tmp_path).stack_config("local") == tmp_path / "Pulumi.local.yaml"
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nstackConfigDir: stacks/config\n")
    assert read_project(tmp_path).stack_config("local") == tmp_path / "stacks/config/Pulumi.local.yaml"


@pytest.mark.parametrize("text", ["", "- a\n", "runtime: python\n", "name: [\n"])
def test_a_file_that_is_no_project_is_one_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(text)
    with pytest.raises(EngineError, match="is not a Pulumi project"):
        read_project(tmp_path)
