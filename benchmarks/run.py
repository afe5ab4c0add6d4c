"""Measure what docs/performance.md promises, print the table, and end with 1 if a limit is missed."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.command import measure_all

if __name__ == "__main__":
    measure_all()
