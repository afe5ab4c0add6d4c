"""Register what a file lists under the recorder.

python -m benchmarks.probes.recorded_program FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.probes.clock import report
from benchmarks.probes.registrations import TIMEOUT_SECONDS, program
from pavedroad.testing import Recorder

if __name__ == "__main__":
    recorder = Recorder(project="pavedroad", stack="local", preview=True, timeout_seconds=TIMEOUT_SECONDS)
    declared = program(Path(sys.argv[1]))
    report(lambda: recorder.run(declared))
