"""The part of a preview before the first resource: read the descriptors and resolve them.

python -m benchmarks.probes.planning PROJECT ENVIRONMENT
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.probes.clock import report
from pavedroad.descriptor import load_project
from pavedroad.plan.resolve import resolve

if TYPE_CHECKING:
    from pavedroad.plan.environment import EnvironmentPlan


def planned(root: Path, environment: str) -> EnvironmentPlan:
    """Return the plan of one environment of a project."""
    project = load_project(root)
    return resolve(project.teams, project.environments[environment], project.files)


if __name__ == "__main__":
    report(lambda: planned(Path(sys.argv[1]), sys.argv[2]))
