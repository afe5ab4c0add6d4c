"""Render a project: read its descriptors, resolve, declare, record and mask.

python -m benchmarks.probes.whole_preview PROJECT STACK
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.probes.clock import report
from benchmarks.probes.registrations import TIMEOUT_SECONDS
from pavedroad.preview import render

if __name__ == "__main__":
    root, stack = Path(sys.argv[1]), sys.argv[2]
    report(lambda: render(root, stack, timeout_seconds=TIMEOUT_SECONDS))
