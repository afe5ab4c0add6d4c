"""Judge what a Pulumi project declares as `paved policy check` does, once its program has been recorded.

python -m benchmarks.probes.policy_check PROJECT STACK
"""

from __future__ import annotations

import datetime as dt
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.generating import ROOT
from benchmarks.probes.clock import report
from benchmarks.probes.registrations import TIMEOUT_SECONDS
from pavedroad.cli.main import COLLECTIONS
from pavedroad.policy import Subject, check
from pavedroad.policy.sources import recorded
from pavedroad.preview.program import record_program
from pavedroad.preview.project import load_project

if TYPE_CHECKING:
    from pavedroad.policy import Judged
    from pavedroad.testing.recording import Recording

AS_OF = dt.date(2026, 1, 1)


def judged(recording: Recording) -> Judged:
    """Judge what a program declared: read it, start the pack, ask every rule, put the verdicts together."""
    resources = tuple(recorded(recording.resources))
    subject = Subject(project=recording.project, stack=recording.stack, resources=resources)
    return check(ROOT / "policies", subject, as_of=AS_OF)


if __name__ == "__main__":
    gc.set_threshold(*COLLECTIONS)
    declared = record_program(load_project(Path(sys.argv[1])), sys.argv[2], TIMEOUT_SECONDS)
    report(lambda: judged(declared))
