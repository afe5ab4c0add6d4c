"""Register what a file lists under the recorder, then judge it as `paved policy check` does.

    python -m benchmarks.probes.policed_program FILE

Reports the CPU seconds of both, and by how many KiB judging raised the peak of the process's memory.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

from benchmarks.generating import ROOT, STACK
from benchmarks.probes.clock import spent
from benchmarks.probes.registrations import TIMEOUT_SECONDS, program
from pavedroad.policy import Subject, check
from pavedroad.policy.sources import recorded
from pavedroad.testing import Recorder

AS_OF = dt.date(2026, 1, 1)


def main(file: Path) -> None:
    """Record and judge."""
    recorder = Recorder(project="pavedroad", stack=STACK, preview=True, timeout_seconds=TIMEOUT_SECONDS)
    declared = program(file)
    recording, preview = spent(lambda: recorder.run(declared))

    def judged() -> object:
        seen = recorded(recording.resources)
        return check(
            ROOT / "policies", Subject(project="pavedroad", stack=STACK, resources=tuple(seen)), as_of=AS_OF
        )

    _, judging = spent(judged)
    sys.stdout.write(json.dumps({"preview": preview.cpu, "check": judging.cpu, "kib": judging.kib}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
