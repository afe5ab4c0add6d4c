"""The Pulumi project, found as Pulumi itself finds it: by walking up to ``Pulumi.yaml``."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from pavedroad.engine.errors import EngineError, ProjectNotFoundError
from pavedroad.stack_names import environment_of

PROJECT_FILE = "Pulumi.yaml"


def find_project_root(start: Path | None = None) -> Path:
    """Find the project's root.

    Args:
        start: The folder to begin at; the current one by default.

    Returns:
        The nearest folder, ``start`` included, that holds a ``Pulumi.yaml``.

    Raises:
        ProjectNotFoundError: There is none up to the file system's root.
    """
    folder = (start or Path.cwd()).resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / PROJECT_FILE).is_file():
            return candidate
    raise ProjectNotFoundError(
        f"no {PROJECT_FILE} in {folder} or any folder above it: run this inside a Pulumi project"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What of a ``Pulumi.yaml`` matters for running it.

    Attributes:
        root: The folder that holds the file.
        name: The project's name.
        stack_configs: The folder of the ``Pulumi.<stack>.yaml`` files.
    """

    root: Path
    name: str
    stack_configs: Path

    def stack_config(self, stack: str) -> Path:
        """Where a stack's own committed configuration stands, whether it is there or not."""
        return self.stack_configs / f"Pulumi.{stack}.yaml"

    def effective_config(self, stack: str) -> Path:
        """Where the configuration stands that a stack runs with: its own file, else the one of its environment.

        It need not be there.
        """
        own = self.stack_config(stack)
        return own if own.is_file() else self.stack_config(environment_of(stack))


def read_project(root: Path) -> Project:
    """Read a project's file.

    Args:
        root: The folder that holds ``Pulumi.yaml``.

    Raises:
        EngineError: The file is no Pulumi project.
    """
    file = root / PROJECT_FILE
    try:
        facts = yaml.safe_load(file.read_text(encoding="utf-8"))
        name = facts["name"]
        configs = facts.get("stackConfigDir") or "."
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise EngineError(f"{file} is not a Pulumi project: {type(error).__name__}: {error}") from error
    return Project(root=root, name=str(name), stack_configs=root / str(configs))
