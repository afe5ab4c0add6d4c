"""The engines that run at this moment, so that an interrupt reaches all of them: only the main thread hears of it."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class RunningEngines:
    """Every engine that was started here and has not ended."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._interrupted = False

    @contextmanager
    def known(self, start: Callable[[], subprocess.Popen[str]]) -> Iterator[subprocess.Popen[str]]:
        """Start an engine and know it for as long as the block lasts.

        Args:
            start: Starts it, as the leader of a session of its own.

        Raises:
            KeyboardInterrupt: The user interrupted; nothing is started any more.
        """
        with self._lock:
            if self._interrupted:
                raise KeyboardInterrupt
            process = start()
            self._running.add(process)
        try:
            yield process
        finally:
            with self._lock:
                self._running.discard(process)

    def interrupt(self) -> None:
        """Pass an interrupt on to all, and wait until they have ended in order; a second one ends them at once."""
        with self._lock:
            self._interrupted = True
            running = tuple(self._running)
        for process in running:
            process.send_signal(signal.SIGINT)
        try:
            for process in running:
                process.wait()
        except KeyboardInterrupt:
            for process in running:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
