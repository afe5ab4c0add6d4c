"""The processes that a plugin starts: known, deaf to the engine's interrupt, and gone when it goes."""

import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class Children:
    """Every process started here is alive only as long as its starter."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    @contextmanager
    def started(
        self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str], captured: bool = False
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Run a command for as long as the block lasts.

        Args:
            command: The program and its arguments.
            folder: Where it runs.
            environment: All of its environment.
            captured: Whether its output comes through pipes; inherited otherwise.
        """
        output = subprocess.PIPE if captured else None
        with self._lock:
            if self._closed:
                raise InterruptedError("shutting down")
            process = subprocess.Popen(  # noqa: S603  the interpreter that the project names
                command,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            self._running.add(process)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            with self._lock:
                self._running.discard(process)

    def close(self) -> None:
        """End all of them, and start none any more."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.kill()


@contextmanager
def interrupts_hidden() -> Iterator[None]:
    """Hide the interrupt from the threads started in the block, and from the processes that they start.

    The engine interrupts a plugin's whole process group when it closes it; a Python child would answer with a
    traceback.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
