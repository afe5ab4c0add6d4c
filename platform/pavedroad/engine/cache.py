"""The user's cache of built binaries: shared by all projects, healed by itself, safe for several at once.

A folder of the cache appears whole or not at all: it is filled beside its place and renamed into it, together
with a manifest of what each file must be. A folder that does not match its manifest is thrown away.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from pavedroad.engine.progress import Progress
from pavedroad.engine.state import explained

CACHE_VARIABLE = "PAVEDROAD_CACHE"

_MANIFEST = "manifest.json"
_DRAFT_PREFIX = ".draft-"
_WAIT_SECONDS = 0.5


def cache_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Locate the user's cache, without creating it.

    Args:
        environment: Where to look for ``$PAVEDROAD_CACHE`` and ``$XDG_CACHE_HOME``; the process's own by default.
    """
    variables = os.environ if environment is None else environment
    if named := variables.get(CACHE_VARIABLE):
        return Path(named).expanduser().resolve()
    base = variables.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "pavedroad"


@dataclass(frozen=True, slots=True)
class BuildCache:
    """Folders of files, each described by its manifest.

    Attributes:
        root: The cache's own folder.
    """

    root: Path

    def entry(self, name: str) -> Path:
        """Where the folder of that name stands, whether it is there or not."""
        return self.root / name

    def is_intact(self, name: str) -> bool:
        """Tell whether a folder is there and every file of it is what its manifest says.

        A file whose size and time of change are those recorded is taken as it is; any other is read whole.
        """
        folder = self.entry(name)
        try:
            manifest: dict[str, dict[str, object]] = json.loads(
                (folder / _MANIFEST).read_text(encoding="utf-8")
            )
            return bool(manifest) and all(
                _is_intact(folder / file, facts) for file, facts in manifest.items()
            )
        except (OSError, ValueError, AttributeError):
            return False

    def ensure(self, name: str, fill: Callable[[Path], None], *, title: str, progress: Progress) -> Path:
        """Return a folder that is intact, filling it where it is not.

        Args:
            name: The folder's name.
            fill: Called with an empty folder to fill; nothing is kept where it raises.
            title: What the folder holds, for the one who waits for another process.
            progress: What waiting and healing are reported to.

        Raises:
            StateError: The cache cannot be written.
        """
        folder = self.entry(name)
        if self.is_intact(name):
            return folder
        with explained(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            with held(self.root / f"{name}.lock", title, progress):
                if not self.is_intact(name):
                    self._refill(name, fill, title, progress)
        return folder

    def _refill(self, name: str, fill: Callable[[Path], None], title: str, progress: Progress) -> None:
        folder = self.entry(name)
        if folder.exists():
            progress.say(f"{title} in {folder} is damaged or incomplete: making it again")
            shutil.rmtree(folder)
        for leftover in self.root.glob(f"{_DRAFT_PREFIX}{name}-*"):
            shutil.rmtree(leftover)
        draft = Path(tempfile.mkdtemp(prefix=f"{_DRAFT_PREFIX}{name}-", dir=self.root))
        try:
            fill(draft)
            files = sorted(file for file in draft.rglob("*") if file.is_file())
            manifest = {file.relative_to(draft).as_posix(): _facts(file) for file in files}
            (draft / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _facts(file: Path) -> dict[str, object]:
    status = file.stat()
    return {"sha256": sha256(file), "bytes": status.st_size, "changed": status.st_mtime_ns}


def _is_intact(file: Path, facts: Mapping[str, object]) -> bool:
    status = file.stat()
    if status.st_size != facts["bytes"]:
        return False
    return status.st_mtime_ns == facts["changed"] or sha256(file) == facts["sha256"]


@contextmanager
def held(path: Path, title: str, progress: Progress) -> Iterator[None]:
    """Hold a lock file, saying so where another process holds it first.

    Args:
        path: The lock file; its folder must exist.
        title: What is being made under it, in words.
        progress: What waiting is reported to.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        with progress.step(f"Waiting for another set-up, which is making {title}"):
            lock.acquire(poll_interval=_WAIT_SECONDS)
    try:
        yield
    finally:
        lock.release()
