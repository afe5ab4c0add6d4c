"""Recognising a process that was started earlier, perhaps by someone who is gone.

A process id alone proves nothing: the system reuses it. Together with the start time it names one process, so
nothing here ever signals a stranger.
"""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ProcessIdentity", "end"]

_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process: its id, and when it started in the system's own notation."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> "ProcessIdentity | None":
        """Identify a running process; None where there is none (a zombie is none)."""
        started = _start_time(pid)
        return None if started is None else cls(pid, started)

    def is_alive(self) -> bool:
        """Whether this very process still runs."""
        return _start_time(self.pid) == self.started

    def send(self, number: signal.Signals) -> None:
        """Signal the process if it still runs."""
        if self.is_alive():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def wait_until_gone(self, seconds: float) -> bool:
        """Wait for the process to end; False where it still runs when the time is up."""
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True


def end(process: ProcessIdentity, *, grace_seconds: float) -> None:
    """End a process: ask, wait, then force."""
    process.send(signal.SIGTERM)
    if not process.wait_until_gone(grace_seconds):
        process.send(signal.SIGKILL)
        process.wait_until_gone(grace_seconds)


def _start_time(pid: int) -> str | None:
    if Path("/proc/self/stat").exists():
        return _start_time_from_proc(pid)
    return _start_time_from_ps(pid)


def _start_time_from_proc(pid: int) -> str | None:
    """Field 22 of /proc/PID/stat, in clock ticks since boot (proc_pid_stat(5))."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field is the command in parentheses and may itself hold spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    state, started = fields[0], fields[19]
    return None if state in {"Z", "X"} else started


def _start_time_from_ps(pid: int) -> str | None:
    """Where there is no /proc (macOS): ps prints state and start, both empty for a process that is gone."""
    shown = subprocess.run(  # noqa: S603 - the argument is a number
        ["/bin/ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    if len(shown) < 2 or shown[0].startswith("Z"):  # noqa: PLR2004 - state and start
        return None
    return shown[1].strip()
