"""The state folder is the owner's alone, and what cannot be written is said clearly."""

import errno
import stat
from pathlib import Path

import pytest

from pavedroad.engine.errors import StateError
from pavedroad.engine.state import StateFolder, explained, write_atomically


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_stands_beside_the_project(tmp_path: Path) -> None:
    assert StateFolder.of(tmp_path, {}).root == tmp_path / ".pavedroad"


def test_another_place_can_be_named(tmp_path: Path) -> None:
    named = {"PAVEDROAD_STATE": str(tmp_path / "elsewhere")}
    assert StateFolder.of(tmp_path, named).root == tmp_path / "elsewhere"


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert StateFolder(Path("here")).root == tmp_path / "here"


def test_only_the_owner_can_read_it(state: StateFolder) -> None:
    state.prepare()
    assert mode(state.root) == 0o700
    assert mode(state.passphrase) == 0o600


def test_a_folder_left_open_is_closed(state: StateFolder) -> None:
    state.root.mkdir(mode=0o755)
    state.prepare()
    assert mode(state.root) == 0o700


def test_the_passphrase_is_long_and_kept(state: StateFolder) -> None:
    state.prepare()
    passphrase = state.passphrase.read_text()
    state.prepare()
    assert len(passphrase) >= 40
    assert state.passphrase.read_text() == passphrase


def test_two_folders_have_two_passphrases(tmp_path: Path) -> None:
    folders = [StateFolder(tmp_path / name) for name in ("a", "b")]
    for folder in folders:
        folder.prepare()
    assert folders[0].passphrase.read_text() != folders[1].passphrase.read_text()


def test_no_draft_is_left_behind(state: StateFolder) -> None:
    state.prepare()
    write_atomically(state.root / "file", "one")
    write_atomically(state.root / "file", "two")
    assert (state.root / "file").read_text() == "two"
    assert not [path for path in state.root.iterdir() if path.name.startswith(".")]


def test_a_file_in_its_place_is_an_error_that_names_it(state: StateFolder) -> None:
    state.root.write_text("in the way")
    with pytest.raises(StateError, match=str(state.root)):
        state.prepare()


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission denied"),
    ],
)
def test_what_the_system_refuses_comes_with_advice(tmp_path: Path, code: int, advice: str) -> None:
    with pytest.raises(StateError, match=advice), explained(tmp_path):
        raise OSError(code, "as the system says it", str(tmp_path / "file"))
