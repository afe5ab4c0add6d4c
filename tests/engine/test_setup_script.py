"""The set-up script hands pip's settings on to uv, and knows what is in place."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]

LISTING = r"""
:env:.find-links='/opt/wheels /opt/more'
global.cert='/etc/ssl/ca.pem'
global.extra-index-url='\nhttps://one.example.com/simple\nhttps://two.example.com/simple'
global.index-url='https://mirror.example.com/simple'
global.no-color='true'
global.timeout='60'
global.trusted-host='mirror.example.com'
"""


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, on a clone of its own."""
    spec = importlib.util.spec_from_file_location("pavedroad_setup", ROOT / "scripts" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    setup = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(setup)
    (tmp_path / "requirements").mkdir()
    for name in ("uv.txt", "run.txt", "dev.txt"):
        (tmp_path / "requirements" / name).write_text(f"# {name}\n")
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(setup, "REQUIREMENTS", tmp_path / "requirements")
    monkeypatch.setattr(setup, "LOCK", tmp_path / ".venv.lock")
    return setup


def fill(setup: ModuleType, kind: str) -> None:
    """Make the environment look as a finished set-up leaves it."""
    (setup.VENV / "bin").mkdir(parents=True, exist_ok=True)
    if not setup.PYTHON.exists():
        setup.PYTHON.symlink_to(sys.executable)
    setup.stamp(kind).write_text(setup.digest(kind))


def test_pips_settings_reach_uv(setup: ModuleType) -> None:
    handed_on = setup.uv_settings(setup.parsed_pip_settings(LISTING), {})
    assert handed_on == {
        "UV_DEFAULT_INDEX": "https://mirror.example.com/simple",
        "UV_INDEX": "https://one.example.com/simple https://two.example.com/simple",
        "UV_FIND_LINKS": "/opt/wheels,/opt/more",
        "UV_INSECURE_HOST": "mirror.example.com",
        "SSL_CERT_FILE": "/etc/ssl/ca.pem",
        "UV_HTTP_TIMEOUT": "60",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def test_the_environment_is_stronger_than_pips_files(setup: ModuleType) -> None:
    listing = ":env:.index-url='https://env.example.com'\nglobal.index-url='https://file.example.com'"
    assert setup.parsed_pip_settings(listing) == {"index-url": "https://env.example.com"}


def test_what_is_set_for_uv_itself_is_kept(setup: ModuleType) -> None:
    handed_on = setup.uv_settings(
        {"index-url": "https://pip.example.com"}, {"UV_DEFAULT_INDEX": "https://uv"}
    )
    assert "UV_DEFAULT_INDEX" not in handed_on


def test_pips_real_listing_is_understood(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "PYTHON", Path(sys.executable))
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example.com/simple")
    assert setup.pip_settings()["index-url"] == "https://mirror.example.com/simple"


def test_a_finished_environment_is_recognised(setup: ModuleType) -> None:
    assert not setup.is_done("run")
    fill(setup, "run")
    assert setup.is_done("run")
    assert not setup.is_done("dev")


def test_one_for_development_serves_runs_too(setup: ModuleType) -> None:
    fill(setup, "dev")
    assert setup.is_done("run")


@pytest.mark.parametrize("name", ["requirements/uv.txt", "requirements/run.txt", "pyproject.toml"])
def test_other_requirements_make_it_unfinished(setup: ModuleType, tmp_path: Path, name: str) -> None:
    fill(setup, "run")
    (tmp_path / name).write_text("# changed\n")
    assert not setup.is_done("run")


def test_an_environment_whose_python_is_gone_is_unfinished(setup: ModuleType) -> None:
    fill(setup, "run")
    setup.PYTHON.unlink()
    assert not setup.is_done("run")


def test_a_missing_tool_is_named_with_its_install_line(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert setup.missing_tools() == ["git is missing: sudo apt-get install git"]
    monkeypatch.setattr(setup, "_has_venv", lambda: False)
    assert "python3-venv" in setup.missing_tools()[0].replace(
        f"{sys.version_info.major}.{sys.version_info.minor}", "3"
    )


def test_a_python_that_is_too_old_is_named_with_its_install_line(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "LEAST_PYTHON", (99, 0))
    assert "is needed, this is" in setup.missing_tools()[0]
    assert "apt-get install python3.11" in setup.missing_tools()[0]


def test_it_runs_with_the_standard_library_alone() -> None:
    command = [sys.executable, "-I", "-S", str(ROOT / "scripts" / "setup.py"), "nonsense"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 64
    assert answer.stderr.startswith("usage:")


def test_make_help_lists_every_target_that_has_a_description() -> None:
    outside_of_make = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    answer = subprocess.run(
        ["make", "help"], cwd=ROOT, env=outside_of_make, capture_output=True, text=True, check=True
    )
    listed = [line.split()[1] for line in answer.stdout.splitlines()]
    assert listed == ["help", "up", "down", "check", "test", "format", "bench", "clean"]
