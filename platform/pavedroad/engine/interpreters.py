"""Which Python runs a Pulumi program or policy pack, and which Pulumi packages it has.

The rules are the official language host's: the ``virtualenv`` option of ``Pulumi.yaml`` or
``PulumiPolicy.yaml`` (relative to that file), else the active virtual environment, else this interpreter.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pavedroad.engine.errors import EngineError

_PLUGIN_FILE = "pulumi-plugin.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagePlugin:
    """The plugin that a Pulumi package for Python needs.

    Attributes:
        name: The package's name, such as ``kubernetes``.
        version: The version of the plugin, without a leading ``v``.
        server: Where the plugin is published, if not in the usual place.
    """

    name: str
    version: str
    server: str


def interpreter(root: Path, virtualenv: str, environment: Mapping[str, str]) -> Path:
    """Choose the Python that runs a program.

    Args:
        root: The folder of the file that the option stands in.
        virtualenv: The option's value; empty where there is none.
        environment: The environment to look for an active virtual environment in.

    Raises:
        EngineError: The virtual environment that the option names does not exist.
    """
    if virtualenv:
        python = root / virtualenv / "bin" / "python"
        if not python.exists():
            raise EngineError(
                f"virtualenv {virtualenv!r} has no Python in {python.parent}: run `make up` first"
            )
        return python
    active = environment.get("VIRTUAL_ENV")
    if active and (Path(active) / "bin" / "python").exists():
        return Path(active) / "bin" / "python"
    return Path(sys.executable)


def site_packages(python: Path) -> list[str]:
    """Return where an interpreter finds its packages.

    Args:
        python: The interpreter; this one is not started again.
    """
    if python.absolute() == Path(sys.executable).absolute():
        return sys.path
    question = [str(python), "-c", "import json, sys; print(json.dumps(sys.path))"]
    answer = subprocess.run(question, check=True, capture_output=True, text=True)  # noqa: S603  the chosen Python
    paths: list[str] = json.loads(answer.stdout)
    return paths


def package_plugins(paths: list[str]) -> list[PackagePlugin]:
    """List the plugins that the installed Pulumi packages ask for, sorted by name.

    Args:
        paths: Where packages are installed.
    """
    found: dict[str, PackagePlugin] = {}
    for folder in filter(os.path.isdir, paths):
        for file in Path(folder).glob(f"*/{_PLUGIN_FILE}"):
            facts = json.loads(file.read_text(encoding="utf-8"))
            if facts.get("resource") and facts.get("name") and facts.get("version"):
                plugin = PackagePlugin(
                    name=facts["name"],
                    version=facts["version"].removeprefix("v"),
                    server=facts.get("server") or "",
                )
                found.setdefault(plugin.name, plugin)
    return [found[name] for name in sorted(found)]


def installed_distributions(paths: list[str]) -> dict[str, str]:
    """Return name and version of every distribution installed there, sorted by name."""
    found = {item.metadata["Name"]: item.version for item in metadata.distributions(path=paths)}
    return dict(sorted(found.items()))
