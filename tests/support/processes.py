"""Ending processes as a power cut would."""

import os
import signal
import time
from pathlib import Path


def killed_everything(leader: int) -> None:
    """Kill a process and every descendant of it, wherever its session is."""
    family = [leader]
    for pid in family:
        for thread in Path(f"/proc/{pid}/task").glob("*"):
            family += [int(child) for child in _text(thread / "children").split()]
    for pid in family:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    time.sleep(0.5)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
