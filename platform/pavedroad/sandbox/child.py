"""One supervised process: started with a clean slate, ended with its supervisor, restarted with patience."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pavedroad.sandbox.process_identity import ProcessIdentity
from pavedroad.sandbox.supervision import ProcessStatus

__all__ = ["Child"]

_STEADY_SECONDS = 20.0
"""A process that ran this long was fine; one that ended earlier has failed."""

_PAUSES_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Before the next try, by the number of failures in a row; the last one from then on."""

_LOG_LIMIT_BYTES = 16 * 1024 * 1024
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_KEPT_VARIABLES = ("LANG", "PATH", "TMPDIR", "TZ")


@dataclass(slots=True)
class Child:
    """A process that is to run.

    Attributes:
        name: For logs and status.
        log: File that its output is added to.
        restarts: How often it was started again.
        failures: How often in a row it ended early.
    """

    name: str
    log: Path
    restarts: int = 0
    failures: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _identity: ProcessIdentity | None = None
    _started_at: float = 0.0
    _due_at: float = field(default=0.0)

    @property
    def is_running(self) -> bool:
        """Whether it runs, as far as `reap` has seen."""
        return self._process is not None

    @property
    def is_due(self) -> bool:
        """Whether it is down and its pause is over."""
        return self._process is None and time.monotonic() >= self._due_at

    def status(self) -> ProcessStatus:
        """What to tell others about it."""
        return ProcessStatus(identity=self._identity, restarts=self.restarts, failures=self.failures)

    def start(self, arguments: tuple[str, ...]) -> None:
        """Start it in the working folder of the supervisor, with none of the user's environment."""
        self.restarts += 1 if self._started_at else 0
        self._started_at = time.monotonic()
        self._shorten_log()
        try:
            self._process = self._launch(arguments)
        except OSError:
            self._count_failure()
            raise
        self._identity = ProcessIdentity.of(self._process.pid)

    def reap(self) -> int | None:
        """Notice that it has ended: its exit code (negative for a signal) then, else None."""
        code = self._process.poll() if self._process else None
        if code is None:
            return None
        self._count_failure()
        self._process = self._identity = None
        return code

    def stop(self, grace_seconds: float) -> None:
        """End it: ask, wait, then force."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = self._identity = None

    def _launch(self, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - the binaries are those the caller chose
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(),
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - the supervisor has one thread only
            )

    def _count_failure(self) -> None:
        now = time.monotonic()
        steady = now - self._started_at > _STEADY_SECONDS
        self.failures = 0 if steady else self.failures + 1
        pause = _PAUSES_SECONDS[min(max(self.failures - 1, 0), len(_PAUSES_SECONDS) - 1)]
        self._due_at = now + pause

    def _shorten_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))


def _environment() -> dict[str, str]:
    kept = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
    return {"HOME": str(Path.cwd())} | kept


def _die_with(supervisor: int) -> Callable[[], None]:
    """What the new process does between fork and exec: ask the kernel to be killed with its parent."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != supervisor:
            os._exit(1)

    return prepare
