"""Which stacks an environment is cut into, read as little as that needs.

A base of another version is read too, and what is wrong with a descriptor its own program says better, so nothing is
checked here: what cannot be understood is a single stack.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from pavedroad.stack_names import stages
from pavedroad.yaml_surprises import read_yaml

_ENVIRONMENTS = Path("stacks", "environments")
_TEAMS = Path("stacks", "teams")


def stacks_of_environment(root: Path, environment: str) -> list[str]:
    """Return an environment's stacks, in the order in which they go up.

    Args:
        root: The project's folder.
        environment: The environment; where nothing describes it, it is a stack and no more.
    """
    described = _described(root / _ENVIRONMENTS / f"{environment}.yaml")
    cloud = described.get("aws") is not None
    sliced = cloud or described.get("slices") is True
    teams = _teams(root, described.get("teams")) if sliced else ()
    return [stack for stage in stages(environment, teams, sliced=sliced, cloud=cloud) for stack in stage]


def _teams(root: Path, standing: Any) -> Iterable[str]:
    if standing is None:
        return sorted(file.stem for file in (root / _TEAMS).glob("*.yaml"))
    return sorted(map(str, standing)) if isinstance(standing, list) else ()


def _described(file: Path) -> dict[str, Any]:
    try:
        content = read_yaml(file.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return content if isinstance(content, dict) else {}
