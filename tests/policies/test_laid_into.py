"""A pack is laid into another tree of its project, and nowhere else."""

from pathlib import Path

import pytest

from pavedroad.policy import PackError
from pavedroad.policy.environments import laid_into


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A project with a pack, which has a virtual environment of its own."""
    pack = tmp_path / "home" / "policies"
    (pack / "venv").mkdir(parents=True)
    (pack / "venv" / "pyvenv.cfg").touch()
    (pack / "__main__.py").write_text("here")
    return tmp_path / "home"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Another tree of the project, with an older pack."""
    pack = tmp_path / "tree" / "policies"
    pack.mkdir(parents=True)
    (pack / "__main__.py").write_text("there")
    (pack / "gone.py").touch()
    return tmp_path / "tree"


def test_the_pack_takes_the_place_of_the_older_one_without_its_virtual_environment(
    home: Path, tree: Path
) -> None:
    place = laid_into(tree, home, home / "policies")
    assert place == tree / "policies"
    assert {each.name: each.read_text() for each in place.iterdir()} == {"__main__.py": "here"}


def test_a_pack_from_elsewhere_stays_where_it_is(home: Path, tree: Path, tmp_path: Path) -> None:
    assert laid_into(tree, home, tmp_path / "other") == tmp_path / "other"
    assert laid_into(tree, home, home) == home
    assert (tree / "policies" / "__main__.py").read_text() == "there"


@pytest.mark.parametrize("link", ["policies", "tools"])
def test_nothing_is_written_through_a_link_that_leads_out_of_the_tree(
    home: Path, tree: Path, tmp_path: Path, link: str
) -> None:
    pack = home / link / "pack"
    pack.mkdir(parents=True)
    outside = tmp_path / "outside"
    (outside / "pack").mkdir(parents=True)
    (outside / "pack" / "precious").touch()
    (tree / "policies").rename(tree / "old")
    (tree / link).symlink_to(outside)
    with pytest.raises(PackError, match=f"^{link}/pack: a link at the base"):
        laid_into(tree, home, pack)
    assert (outside / "pack" / "precious").exists()
