"""What a part of a program takes: CPU seconds and memory."""

from __future__ import annotations

import gc
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spent:
    """What some work took.

    Attributes:
        cpu: CPU seconds of this process.
        kib: By how many KiB it raised the peak of the process's memory.
    """

    cpu: float
    kib: int


def spent(work: Callable[[], T]) -> tuple[T, Spent]:
    """Do some work and return what it made and what it took."""
    gc.collect()
    memory, start = _peak(), time.process_time()
    result = work()
    return result, Spent(time.process_time() - start, _peak() - memory)


def report(work: Callable[[], object]) -> None:
    """Do some work and report what it took."""
    result, took = spent(work)
    sys.stdout.write(json.dumps(asdict(took)))
    del result  # what the work made counts until here


def _peak() -> int:
    """Return the most memory that the process ever had; `ru_maxrss` would count its parent's before it started."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0])
