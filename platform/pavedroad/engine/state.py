"""The state folder: everything that the sandbox and the engine keep between runs, in one place.

It stands beside the project (``.pavedroad``) unless ``$PAVEDROAD_STATE`` names another folder, is readable
by its owner only, and can be removed as a whole: nothing outside depends on it.
"""

import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pavedroad.engine.errors import StateError
from pavedroad.full_disks import ADVICE

STATE_VARIABLE = "PAVEDROAD_STATE"
STATE_FOLDER = ".pavedroad"

OWNER_ONLY_FOLDER = 0o700
OWNER_ONLY_FILE = 0o600

_PASSPHRASE_BYTES = 32


@dataclass(frozen=True, slots=True)
class StateFolder:
    """Paths inside one state folder.

    Attributes:
        root: The folder itself, absolute.
    """

    root: Path

    def __post_init__(self) -> None:
        """Make the path absolute: processes with other working folders are told of it."""
        object.__setattr__(self, "root", self.root.absolute())

    @classmethod
    def of(cls, project_root: Path, environment: Mapping[str, str] | None = None) -> "StateFolder":
        """Locate a project's state folder, without creating it.

        Args:
            project_root: The folder that holds ``Pulumi.yaml``.
            environment: Where to look for ``$PAVEDROAD_STATE``; the process's own by default.
        """
        named = (os.environ if environment is None else environment).get(STATE_VARIABLE)
        return cls(Path(named).expanduser().resolve() if named else project_root.resolve() / STATE_FOLDER)

    @property
    def toolchain_record(self) -> Path:
        """The recorded choice of engine, provider and control plane."""
        return self.root / "toolchain.json"

    @property
    def passphrase(self) -> Path:
        """The passphrase that encrypts the stacks' secrets."""
        return self.root / "passphrase"

    @property
    def backend(self) -> Path:
        """Pulumi's file backend."""
        return self.root / "backend"

    @property
    def pulumi_home(self) -> Path:
        """Pulumi's home, with the sandbox's own plugins."""
        return self.root / "pulumi-home"

    @property
    def executables(self) -> Path:
        """What is put on the PATH: ``pulumi`` as chosen."""
        return self.root / "bin"

    @property
    def cluster(self) -> Path:
        """The sandbox's control plane: data, certificates, logs, process identifiers."""
        return self.root / "cluster"

    @property
    def kubeconfig(self) -> Path:
        """The kubeconfig of the sandbox's cluster."""
        return self.root / "kubeconfig"

    @property
    def stack_config(self) -> Path:
        """The stacks' configuration as the engine uses it: the project's, with what the engine adds."""
        return self.root / "stack-config"

    @property
    def opening_lock(self) -> Path:
        """Held while a stack is opened: the engine may write to a configuration that several stacks share."""
        return self.root / "opening-lock"

    @property
    def splits(self) -> Path:
        """Exported states of single stacks, kept when they were moved into slices."""
        return self.root / "splits"

    @property
    def logs(self) -> Path:
        """One file for each run of the engine."""
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        """Held while the folder is being prepared."""
        return self.root / "lock"

    def prepare(self) -> None:
        """Create what is missing: the folders, for the owner only, and the passphrase.

        Safe to call at every start and from several processes at once.

        Raises:
            StateError: The folder cannot be created or written.
        """
        with explained(self.root):
            for folder in (
                self.root,
                self.backend,
                self.pulumi_home,
                self.executables,
                self.stack_config,
                self.logs,
            ):
                folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
            self.root.chmod(OWNER_ONLY_FOLDER)
            self._keep_engine_from_logging_twice()
            self._create_passphrase()

    def _keep_engine_from_logging_twice(self) -> None:
        """Put a file where the engine would make the folder of its automatic log.

        That log (verbose, compressed and encrypted as it is written) took more than half of the engine's time and
        19 MB for each run that changes nothing (docs/performance.md), and no setting turns it off. Where it cannot be
        written the engine goes on without it; what a run says is kept in ``logs`` here.
        """
        place = self.pulumi_home / "logs"
        if place.is_dir():
            shutil.rmtree(place)
        if not place.exists():
            place.write_text("The engine's automatic log is off: see ../../logs.\n", encoding="ascii")

    def _create_passphrase(self) -> None:
        """Write a new passphrase unless there is one; of two at once the first wins."""
        if self.passphrase.exists():
            return
        descriptor, name = tempfile.mkstemp(dir=self.root, prefix=".passphrase-")
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(_PASSPHRASE_BYTES))
            self.passphrase.hardlink_to(draft)
        except FileExistsError:
            return
        finally:
            draft.unlink()


def write_atomically(path: Path, text: str, *, mode: int = OWNER_ONLY_FILE) -> None:
    """Replace a file's content so that a reader sees the old or the new, never a part.

    Args:
        path: The file; its folder must exist.
        text: The new content, written as UTF-8.
        mode: The file's permissions.

    Raises:
        StateError: The file cannot be written.
    """
    with explained(path):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            draft.chmod(mode)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the operating system's errors about a path into one clear message.

    Args:
        path: What is being read or written.

    Raises:
        StateError: In place of any ``OSError`` from within.
    """
    try:
        yield
    except OSError as error:
        where = error.filename or path
        advice = {
            **ADVICE,
            errno.EROFS: f"the file system is read-only: set {STATE_VARIABLE} to a folder that can be written",
            errno.EACCES: f"permission denied: make it writable, or set {STATE_VARIABLE} to another folder",
        }.get(error.errno or 0, os.strerror(error.errno) if error.errno else str(error))
        raise StateError(f"{where}: {advice}") from error
