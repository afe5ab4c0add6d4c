"""The shape of the project: what must be absent, what must import, what a wheel carries."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOP_LEVEL = {"pavedroad"}


def run(
    *command: str, folder: Path = ROOT, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_platform_is_no_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_the_standard_librarys_platform_is_what_everyone_imports() -> None:
    code = "import platform, uuid, pulumi; print(platform.system())"
    done = run(sys.executable, "-c", code, environment={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == os.uname().sysname


@pytest.mark.parametrize("folder", ["stacks", "policies"])
def test_no_module_that_runs_as_a_program_shadows_the_standard_library(folder: str) -> None:
    names = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__", "__main__"}
    assert not names & sys.stdlib_module_names


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    files = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "platform").stdout
    for name in (*filter(None, files.split("\0")), "pyproject.toml", "README.md"):
        if (ROOT / name).exists():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    done = run(
        *(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"),
        *("--wheel-dir", str(target), str(source)),
    )
    assert done.returncode == 0, done.stderr
    (built,) = target.glob("*.whl")
    return built


def test_a_wheel_carries_pavedroad_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" not in name}
    assert tops == TOP_LEVEL


@pytest.mark.parametrize(
    ("folder", "proof"),
    [
        ("stacks", "no environment is called 'nowhere'"),
        ("policies", "does not start as a program"),
    ],
)
def test_the_program_and_the_pack_run_with_only_the_wheel_installed(
    folder: str, proof: str, wheel: Path, tmp_path: Path
) -> None:
    """Both start from any folder, with pavedroad from the wheel and nothing of the checkout on the path."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    # The editable install of this checkout is a finder; without site's .pth files only the wheel is left.
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    program = {
        "stacks": (
            "import runpy, sys, pulumi\n"
            "from pavedroad.testing import Recorder\n"
            "import pavedroad; assert 'installed' in pavedroad.__file__, pavedroad.__file__\n"
            "try:\n"
            f"    Recorder(project='pavedroad', stack='nowhere').run(lambda: runpy.run_path({str(ROOT / 'stacks')!r}, run_name='__main__'))\n"
            "except Exception as error:\n"
            "    print(error)\n"
        ),
        "policies": (
            "import runpy, pulumi_policy\n"
            "import pavedroad; assert 'installed' in pavedroad.__file__, pavedroad.__file__\n"
            "def stand_in(*arguments, **options): print('does not start as a program')\n"
            "pulumi_policy.PolicyPack = stand_in\n"
            f"runpy.run_path({str(ROOT / 'policies')!r}, run_name='__main__')\n"
        ),
    }[folder]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{tmp_path / 'installed'}:{libraries}"}
    done = run(sys.executable, "-S", "-c", program, folder=tmp_path, environment=environment)
    assert proof in done.stdout + done.stderr, done.stdout + done.stderr
