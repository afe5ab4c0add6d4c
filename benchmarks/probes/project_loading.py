"""Load and check a whole project, and report the CPU seconds that it took once all code was there."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pavedroad.descriptor import load_project


def main(root: Path) -> None:
    """Load the project once to build models and caches with its first team, then all of it on the clock."""
    load_project(root, only=["team-00000"])
    start = time.process_time()
    load_project(root)
    sys.stdout.write(json.dumps({"cpu": time.process_time() - start}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
