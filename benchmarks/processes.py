"""CPU time of processes that nobody here waits for: plugins of the engine, daemons of the sandbox (Linux)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process as it was when it was looked at.

    Attributes:
        pid: Its number.
        parent: Its parent's.
        command: Its command line.
        cpu: CPU seconds that it has spent itself.
    """

    pid: int
    parent: int
    command: str
    cpu: float


def running() -> dict[int, Process]:
    """Return all processes by number; those that end meanwhile are left out."""
    found = (_look_at(int(entry.name)) for entry in _PROC.iterdir() if entry.name.isdigit())
    return {process.pid: process for process in found if process is not None}


def below(root: int, processes: dict[int, Process]) -> list[Process]:
    """Return a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for process in processes.values():
        children.setdefault(process.parent, []).append(process.pid)
    found: list[Process] = []
    pending = [root]
    while pending:
        pid = pending.pop()
        if pid in processes:
            found.append(processes[pid])
        pending += children.get(pid, [])
    return found


def _look_at(pid: int) -> Process | None:
    try:
        command = (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    ticks = int(fields[11]) + int(fields[12])  # utime and stime, proc_pid_stat(5) less the two fields before
    return Process(pid, int(fields[1]), command, ticks / _TICKS)
