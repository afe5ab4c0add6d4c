"""What a part of a program takes: CPU seconds and memory."""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def report(work: Callable[[], T]) -> None:
    """Do some work and report its CPU seconds and by how many KiB it raised the peak of the process's memory."""
    gc.collect()
    memory, start = _peak(), time.process_time()
    result = work()
    spent = time.process_time() - start
    sys.stdout.write(json.dumps({"cpu": spent, "kib": _peak() - memory}))
    del result  # what the work made counts until here


def _peak() -> int:
    """Return the most memory that the process ever had; `ru_maxrss` would count its parent's before it started."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0])
