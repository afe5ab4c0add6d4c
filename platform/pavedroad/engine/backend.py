"""Pulumi's file backend, as far as a killed run leaves traces there: locks and pending operations.

The layout is Pulumi's own (``.pulumi/locks/organization/<project>/<stack>/<id>.json`` and
``.pulumi/stacks/<project>/<stack>.json``); nothing here writes to a stack's state.
"""

import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pavedroad.engine.errors import StackLockedError
from pavedroad.engine.state import explained

_ENGINE_NAME = "pulumi"
_BOOKKEEPING = ("pulumi:pulumi:Stack", "pulumi:providers:")
_GRACE_SECONDS = 10.0
_POLL_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Who holds a stack.

    Attributes:
        file: The lock's file.
        process: The process's identifier on its host.
        user: Whose process it is.
        host: The machine's name.
        since: When it was taken, as the engine wrote it.
    """

    file: Path
    process: int
    user: str
    host: str
    since: str

    @property
    def is_stale(self) -> bool:
        """Whether its holder ran on this machine and is dead: nothing else can be known to be over."""
        return self.host == socket.gethostname() and not _is_engine(self.process)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBackend:
    """One project's stacks in a file backend.

    Attributes:
        root: The backend's folder.
        project: The project's name.
    """

    root: Path
    project: str

    def has_stack(self, stack: str) -> bool:
        """Tell whether the stack was ever created."""
        return self.stack_file(stack).is_file()

    def has_pending_operations(self, stack: str) -> bool:
        """Tell whether a run of the stack was cut off in the middle of something."""
        return bool(self._latest(stack).get("pending_operations"))

    def stacks_of(self, environment: str) -> list[str]:
        """List the stacks of an environment that hold resources: the single one, and its slices."""
        folder = self.stack_file(environment).parent
        names = sorted(
            file.stem for file in (*folder.glob(f"{environment}.json"), *folder.glob(f"{environment}.*.json"))
        )
        return [name for name in names if self.resources(name)]

    def resources(self, stack: str) -> int:
        """Count what a stack's state holds, beside the stack itself and its providers."""
        types = (str(resource.get("type")) for resource in self._latest(stack).get("resources") or ())
        return sum(not each.startswith(_BOOKKEEPING) for each in types)

    def _latest(self, stack: str) -> dict[str, Any]:
        """Read a stack's state; an empty one where there is none, or the engine alone can tell what is wrong with it."""
        file = self.stack_file(stack)
        if not file.is_file():
            return {}
        with explained(file):
            text = file.read_text(encoding="utf-8")
        try:
            latest = json.loads(text)["checkpoint"]["latest"]
        except (ValueError, KeyError, TypeError):
            return {}
        return latest if isinstance(latest, dict) else {}

    def locks(self, stack: str) -> list[Lock]:
        """List the locks on a stack."""
        folder = self.root / ".pulumi" / "locks" / "organization" / self.project / stack
        found = (_read_lock(file) for file in sorted(folder.glob("*.json")))
        return [lock for lock in found if lock]

    def break_stale_locks(
        self, stack: str, say: Callable[[str], None], *, grace_seconds: float = _GRACE_SECONDS
    ) -> None:
        """Remove the locks that killed runs left on a stack; a live one is never touched.

        Args:
            stack: The stack's name.
            say: Told about each lock that is removed.
            grace_seconds: How long a live holder may take to end: one whose caller was killed ends by itself.

        Raises:
            StackLockedError: A live process, or one on another machine, holds the stack.
        """
        deadline = time.monotonic() + grace_seconds
        while locks := self.locks(stack):
            for lock in locks:
                if lock.is_stale:
                    self._remove(lock)
                    say(f"the run that held stack {stack} (process {lock.process}) was killed: lock removed")
            live = [lock for lock in locks if not lock.is_stale]
            if live and (time.monotonic() >= deadline or live[0].host != socket.gethostname()):
                raise StackLockedError(_refusal(stack, live[0]))
            if live:
                time.sleep(_POLL_SECONDS)

    def stack_file(self, stack: str) -> Path:
        """Where a stack's state stands, whether it is there or not."""
        return self.root / ".pulumi" / "stacks" / self.project / f"{stack}.json"

    @staticmethod
    def _remove(lock: Lock) -> None:
        with explained(lock.file):
            lock.file.unlink(missing_ok=True)
            lock.file.with_name(f"{lock.file.name}.attrs").unlink(missing_ok=True)


def _refusal(stack: str, lock: Lock) -> str:
    return (
        f"stack {stack} is in use since {lock.since} by {lock.user}@{lock.host}, process {lock.process}: "
        "wait until that run has ended"
    )


def _read_lock(file: Path) -> Lock | None:
    """Read a lock; one that was released in the meantime, or is half written, is none."""
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        return Lock(
            file=file,
            process=int(facts["pid"]),
            user=str(facts["username"]),
            host=str(facts["hostname"]),
            since=str(facts["timestamp"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_engine(process: int) -> bool:
    """Tell whether a process is alive and, where the system says, an engine: identifiers are used again."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    name = Path(f"/proc/{process}/comm")
    try:
        return name.read_text(encoding="utf-8").strip() == _ENGINE_NAME
    except OSError:
        return True
