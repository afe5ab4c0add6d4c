# ruff: noqa: INP001  a script of its own, in no package
"""Make the virtual environment of this project: the only part that runs before anything is installed.

Standard library only. A clone with git, make and Python gets a ``.venv`` with uv (by pip, checked by hash) and,
by uv, everything that the requirements files pin. What is in place already is recognised in a moment; a
half-made environment is made again; two at once wait for each other.

Usage: python3 scripts/setup.py [run|dev]
"""

import ast
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
LOCK = ROOT / ".venv.lock"
LEAST_PYTHON = (3, 11)

# uv's name for each of pip's settings that say where packages come from; pip's lists are split at blanks.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "proxy": "ALL_PROXY",
    "no-index": "UV_NO_INDEX",
}


def main(arguments: list[str]) -> int:
    """Set up what was asked for and return the exit code."""
    wanted = arguments[0] if arguments else "run"
    if len(arguments) > 1 or wanted not in {"run", "dev"}:
        complain("usage: python3 scripts/setup.py [run|dev]")
        return 64
    if missing := missing_tools():
        complain("\n".join(missing))
        return 1
    try:
        with only_one():
            set_up(wanted)
    except subprocess.CalledProcessError as error:
        complain(f"set-up failed: {' '.join(map(str, error.cmd[:6]))} … ended with {error.returncode}")
        return 1
    except OSError as error:
        complain(f"set-up failed: {error.filename or ROOT}: {error.strerror}")
        return 1
    return 0


def missing_tools() -> list[str]:
    """Name what the machine lacks, each with the line that installs it."""
    missing = []
    if sys.version_info < LEAST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        missing.append(
            f"Python 3.11 or newer is needed, this is {found}: sudo apt-get install python3.11 python3.11-venv"
        )
    elif not _has_venv():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        missing.append(f"Python's venv is missing: sudo apt-get install python{version}-venv")
    if shutil.which("git") is None:
        missing.append("git is missing: sudo apt-get install git")
    return missing


def _has_venv() -> bool:
    try:
        import ensurepip  # noqa: F401, PLC0415  Debian splits it off
        import venv  # noqa: F401, PLC0415  Debian splits it off
    except ImportError:
        return False
    return True


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the lock for the time of a set-up, saying so where another holds it."""
    with LOCK.open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up of this clone")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def set_up(wanted: str) -> None:
    """Bring the environment to what the requirements files say."""
    if is_done(wanted):
        return
    make_environment()
    install_uv()
    settings = uv_settings(pip_settings(), os.environ)
    say(f"installing {'everything for development' if wanted == 'dev' else 'what runs need'} with uv")
    uv("pip", "install", "--require-hashes", "-r", str(REQUIREMENTS / f"{wanted}.txt"), settings=settings)
    install_project(settings)
    stamp(wanted).write_text(digest(wanted), encoding="ascii")
    say("the environment in .venv is ready")


def is_done(wanted: str) -> bool:
    """Tell whether the environment is what was asked for, or more: dev holds all that run does."""
    return runs(PYTHON) and any(
        stamp(kind).is_file() and stamp(kind).read_text(encoding="ascii") == digest(kind)
        for kind in {wanted, "dev"}
    )


def stamp(kind: str) -> Path:
    """The file that remembers with which requirements the environment was filled."""
    return VENV / f".pavedroad-{kind}"


def digest(kind: str) -> str:
    """Summarise all that decides the environment's content."""
    files = (REQUIREMENTS / "uv.txt", REQUIREMENTS / f"{kind}.txt", ROOT / "pyproject.toml")
    content = b"\0".join(file.read_bytes() for file in files)
    return hashlib.sha256(content + sys.version.encode() + str(ROOT).encode()).hexdigest()


def make_environment() -> None:
    """Make the virtual environment, again where it is half made or of another Python."""
    if runs(PYTHON) and (VENV / "bin" / "pip").exists():
        return
    if VENV.exists():
        say("the environment in .venv is incomplete: making it again")
        shutil.rmtree(VENV)
    say("making the virtual environment .venv")
    run(sys.executable, "-m", "venv", str(VENV))


def runs(python: Path) -> bool:
    """Tell whether an interpreter starts and is of the version that set it up."""
    if not python.exists():
        return False
    question = "import sys; print(sys.version_info[:2])"
    answer = subprocess.run([str(python), "-c", question], capture_output=True, text=True, check=False)  # noqa: S603  our own
    return answer.stdout.strip() == str(sys.version_info[:2])


def install_uv() -> None:
    """Install uv by pip, which checks the hashes."""
    mark = VENV / ".pavedroad-uv"
    content = (REQUIREMENTS / "uv.txt").read_text(encoding="utf-8")
    if (VENV / "bin" / "uv").exists() and mark.is_file() and mark.read_text(encoding="utf-8") == content:
        return
    say("installing uv from PyPI")
    pip = (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(*pip, "--require-hashes", "-r", str(REQUIREMENTS / "uv.txt"))
    mark.write_text(content, encoding="utf-8")


def install_project(settings: Mapping[str, str]) -> None:
    """Install this clone, editable; its build back end is among the requirements."""
    uv("pip", "install", "--no-deps", "--no-build-isolation", "-e", str(ROOT), settings=settings)


def pip_settings() -> dict[str, str]:
    """Read pip's settings as pip itself resolves them, from its files and its environment."""
    answer = subprocess.run(  # noqa: S603  our own pip
        [str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    return parsed_pip_settings(answer.stdout)


def parsed_pip_settings(listing: str) -> dict[str, str]:
    """Read what ``pip config list`` prints, the stronger section last: files, ``[install]``, the environment."""
    by_section: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.partition(".")
        if section in by_section and name in UV_NAMES:
            by_section[section][name] = " ".join(ast.literal_eval(value).split())
    return {name: value for settings in by_section.values() for name, value in settings.items()}


def uv_settings(pip: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Hand pip's settings on to uv, without overriding what is set for uv itself.

    Args:
        pip: Pip's settings, by pip's names.
        environment: The environment that uv runs in.
    """
    handed_on = {UV_NAMES[name]: value for name, value in pip.items() if UV_NAMES[name] not in environment}
    if handed_on.get("UV_FIND_LINKS"):
        handed_on["UV_FIND_LINKS"] = ",".join(handed_on["UV_FIND_LINKS"].split())
    handed_on["UV_PYTHON_DOWNLOADS"] = "never"
    return handed_on


def uv(*arguments: str, settings: Mapping[str, str]) -> None:
    """Run uv on the environment."""
    command = [str(VENV / "bin" / "uv"), *arguments, "--python", str(PYTHON), "--quiet"]
    subprocess.run(command, check=True, env={**os.environ, **settings})  # noqa: S603  installed just now


def run(*command: str) -> None:
    """Run a command, its output shown."""
    subprocess.run(command, check=True)  # noqa: S603  Python and pip


def complain(message: str) -> None:
    """Report a failure."""
    sys.stderr.write(f"{message}\n")


def say(message: str) -> None:
    """Report one step."""
    sys.stdout.write(f"set-up: {message}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
