"""Commands whose time is nearly all start-up."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from benchmarks.generating import ROOT
from benchmarks.measuring import least_cpu, python, take_turns
from benchmarks.results import Result, ratio

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scale import Scale

MOST_TIMES_IMPORT = 3.0
DESCRIPTOR = ROOT / "stacks" / "teams" / "retail-orders.yaml"


def measure(folder: Path, scale: Scale) -> list[Result]:
    """Compare help and the validation of one descriptor with the import of what the latter cannot do without."""
    folder.mkdir()
    file = shutil.copy(DESCRIPTOR, folder)
    sides = {
        "import": [sys.executable, "-c", "import pydantic, yaml"],
        "paved --help": python("pavedroad.cli.main", "--help"),
        "paved validate, one descriptor": python("pavedroad.cli.main", "validate", file),
    }
    take_turns(sides, 1)  # fills the caches of bytecode and files
    costs = take_turns(sides, scale.short_rounds)
    reference = least_cpu(costs.pop("import"))
    return [
        ratio(f"{name}, against importing pydantic and yaml", least_cpu(spent), reference, MOST_TIMES_IMPORT)
        for name, spent in costs.items()
    ]
