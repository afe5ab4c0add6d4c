"""Preview a Pulumi project as `paved preview` does, then judge it as `paved policy check` does.

    python -m benchmarks.probes.policed_program PROJECT

Reports the CPU seconds of the preview and of what the check does once the program is recorded, and by how many KiB that
raised the peak of the process's memory.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.generating import ROOT, STACK
from benchmarks.probes.clock import spent
from benchmarks.probes.registrations import TIMEOUT_SECONDS
from pavedroad.cli.main import COLLECTIONS
from pavedroad.policy import Subject, check
from pavedroad.policy.sources import recorded
from pavedroad.preview import render
from pavedroad.preview.program import record_program
from pavedroad.preview.project import load_project

if TYPE_CHECKING:
    from pavedroad.policy import Judged
    from pavedroad.testing.recording import Recording

AS_OF = dt.date(2026, 1, 1)


def judged(recording: Recording) -> Judged:
    """Judge what a program declared."""
    resources = tuple(recorded(recording.resources))
    return check(
        ROOT / "policies", Subject(project="pavedroad", stack=STACK, resources=resources), as_of=AS_OF
    )


def main(root: Path) -> None:
    """Preview and judge, with the command's own garbage collection."""
    gc.set_threshold(*COLLECTIONS)
    project = load_project(root)
    _, preview = spent(lambda: render(project, STACK, timeout_seconds=TIMEOUT_SECONDS))
    recording = record_program(project, STACK, TIMEOUT_SECONDS)
    _, judging = spent(lambda: judged(recording))
    sys.stdout.write(json.dumps({"preview": preview.cpu, "check": judging.cpu, "kib": judging.kib}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
