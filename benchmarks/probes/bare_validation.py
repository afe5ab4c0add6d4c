"""Parse every descriptor of a project with PyYAML's C loader and validate it with the pydantic models, no more."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from pavedroad.descriptor.checks.world import TEAMS_FOLDER
from pavedroad.descriptor.team import TeamDescriptor


def main(root: Path) -> None:
    """Validate each team's file on its own."""
    for file in sorted((root / TEAMS_FOLDER).iterdir()):
        TeamDescriptor.model_validate(yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
