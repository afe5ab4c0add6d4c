"""Where the Pulumi project is, found as Pulumi itself finds it: by walking up to ``Pulumi.yaml``."""

from pathlib import Path

from pavedroad.engine.errors import ProjectNotFoundError

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
