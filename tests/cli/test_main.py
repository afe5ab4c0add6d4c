"""The command line itself: it finds commands late, and ends well whatever happens."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from pavedroad.cli import main as entry
from pavedroad.cli.main import COMMANDS, run


def outcome(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run(words)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def with_command(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Put a command in place of ``plan`` that ends with an error."""

    @click.command("plan")
    def command() -> None:
        raise error

    module = ModuleType("pavedroad.cli.plan")
    module.command = command  # type: ignore[attr-defined]  # what every command's module has
    monkeypatch.setitem(sys.modules, "pavedroad.cli.plan", module)


def loaded_by(words: str) -> set[str]:
    """Return the modules that a fresh process has loaded after a command."""
    program = (
        f"import sys; from pavedroad.cli.main import run; run({words}); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_help_names_every_command_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = outcome(["--help"], capsys)
    assert code == 0
    assert all(f"  {name} " in out for name in COMMANDS)
    assert not {
        name for name in loaded_by("['--help']") if name.startswith(("pydantic", "yaml", "pulumi", "rich"))
    }


def test_validate_never_imports_the_engine() -> None:
    loaded = loaded_by("['validate']")
    assert "pavedroad.descriptor.project" in loaded
    assert not {name.partition(".")[0] for name in loaded} & {
        "pulumi",
        "grpc",
        "rich",
        "httpx",
        "pulumi_kubernetes",
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["valdate"], "did you mean validate?"),
        (["zzz"], "No such command 'zzz'."),
        (["validate", "--jsn"], "No such option"),
        (["schema", "teams"], "Invalid value"),
        (["schema"], "Name one of team, environment, exemptions"),
    ],
)
def test_wrong_usage_ends_with_64(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = outcome(words, capsys)
    assert code == 64
    assert said in err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = outcome(["--version"], capsys)
    assert code == 0
    assert out.startswith("paved ")


def test_an_unexpected_error_is_one_line_without_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PAVEDROAD_DEBUG", raising=False)
    with_command(monkeypatch, ZeroDivisionError("hunter2"))
    code, out, err = outcome(["plan"], capsys)
    assert (code, out) == (70, "")
    assert err == "paved: stopped by an unexpected ZeroDivisionError; PAVEDROAD_DEBUG=1 shows where\n"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full: free some space"),
        (OSError(errno.ENOSPC, "as above", "/state/backend"), "/state/backend: the disk is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "your disk quota is used up"),
    ],
)
def test_a_disk_that_takes_no_more_is_a_failure_and_no_defect(
    error: OSError, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_command(monkeypatch, error)
    code, out, err = outcome(["plan"], capsys)
    assert (code, out) == (1, "")
    assert err.startswith(f"paved: {said}")
    assert err.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_report_that_finds_no_room_is_a_failure() -> None:
    command = [sys.executable, "-m", "pavedroad.cli.main", "controls"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "paved: the disk is full: free some space and run this again\n"


def test_the_traceback_is_there_for_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAVEDROAD_DEBUG", "1")
    with_command(monkeypatch, ZeroDivisionError("hunter2"))
    with pytest.raises(ZeroDivisionError):
        run(["plan"])


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    with_command(monkeypatch, error)
    code, out, err = outcome(["plan"], capsys)
    assert (code, out, err.strip()) == (130, "", "")


@pytest.mark.parametrize("name", entry.EXPECTED)
def test_every_expected_error_exists_and_is_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module, _, kind = name.partition(":")
    error_class = getattr(pytest.importorskip(module), kind)
    error = error_class.__new__(error_class)
    Exception.__init__(error, "what to do")
    with_command(monkeypatch, error)
    code, _, err = outcome(["plan"], capsys)
    assert code == entry.EXPECTED[name]
    assert err == "paved: what to do\n"


def test_a_closed_pipe_ends_quietly() -> None:
    words = [sys.executable, "-m", "pavedroad.cli.main", "schema", "team"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert said == b""
    assert process.returncode == 1
