"""The real engine with one Kubernetes provider and a state of its own, isolated from the user's."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pavedroad.engine.plugins import KUBERNETES, Provider
from pavedroad.sandbox.provider.properties import Manifest
from tests.support.sandbox import PROJECT_ROOT


def ours(provider: Provider) -> str:
    """The plugin's executable that runs this project's own provider."""
    source = shlex.quote(str(PROJECT_ROOT / "platform"))
    run = f'exec {shlex.quote(sys.executable)} -m {provider.module} "$@"'
    return f"#!/bin/sh\nPYTHONPATH={source} {run}\n"


@dataclass(frozen=True)
class Declared:
    """One resource of a program; `{"$secret": …}` in its manifest is a secret, `{"$id": …}` another's id."""

    name: str
    manifest: Manifest
    token: str = ""
    depends_on: tuple[str, ...] = ()
    import_id: str | None = None
    timeouts: Mapping[str, str] = field(default_factory=dict)


def program(objects: Mapping[str, Manifest]) -> list[Declared]:
    """A program that declares objects, independently of each other."""
    return [Declared(name, manifest) for name, manifest in objects.items()]


class EngineError(Exception):
    """The engine failed; its text is what it printed."""


@dataclass(frozen=True)
class Outcome:
    """What a run did: how many resources of each operation, which were replaced, and what was printed."""

    changes: dict[str, int]
    replaced: frozenset[str]
    output: str


class Engine:
    """The engine with one provider; every run is a process of its own.

    Attributes:
        provider: The provider.
        inputs: Its inputs, which a test may change between runs.
    """

    def __init__(
        self,
        pulumi_executable: Path,
        provider: Provider,
        plugin: str | Path,
        inputs: Mapping[str, Any],
        folder: Path,
    ) -> None:
        self.provider = provider
        self.inputs = dict(inputs)
        self._root, self._home, self._backend = folder / "engine", folder / "home", folder / "backend"
        place = self._home / "plugins" / f"resource-{provider.name}-v{provider.version}"
        for made in (self._root / "bin", place, self._backend):
            made.mkdir(parents=True)
        (self._root / "bin" / "pulumi").symlink_to(pulumi_executable)
        executable = place / f"pulumi-resource-{provider.name}"
        if isinstance(plugin, Path):
            executable.symlink_to(plugin)
        else:
            executable.write_text(plugin)
            executable.chmod(0o755)

    def up(self, resources: Sequence[Declared]) -> Outcome:
        """Bring a program up."""
        return self._outcome("up", resources)

    def preview(self, resources: Sequence[Declared]) -> Outcome:
        """Preview a program."""
        return self._outcome("preview", resources)

    def refresh(self, resources: Sequence[Declared]) -> Outcome:
        """Read the cluster into the state."""
        return self._outcome("refresh", resources)

    def destroy(self) -> Outcome:
        """Delete all that is in the state."""
        return self._outcome("destroy", [])

    def outputs(self) -> dict[str, Any]:
        """The recorded outputs by logical name, secrets as the engine writes them."""
        return self._run("outputs", [])

    def state_files(self) -> str:
        """All that the backend keeps on disk."""
        return "\n".join(path.read_text() for path in self._backend.rglob("*") if path.is_file())

    def _outcome(self, operation: str, resources: Sequence[Declared]) -> Outcome:
        result = self._run(operation, resources)
        if "failure" in result:
            raise EngineError(result["failure"])
        return Outcome(result["changes"], frozenset(result["replaced"]), result["output"])

    def _run(self, operation: str, resources: Sequence[Declared]) -> dict[str, Any]:
        task = {
            "operation": operation,
            "program": [
                asdict(each) | {"token": each.token or token_of(each.manifest)} for each in resources
            ],
            "package": self.provider.name,
            "inputs": self.inputs,
            "provider_version": self.provider.version,
            "home": str(self._home),
            "root": str(self._root),
            "environment": {
                "PULUMI_BACKEND_URL": f"file://{self._backend}",
                "PULUMI_CONFIG_PASSPHRASE": "for tests",
                "PULUMI_SKIP_UPDATE_CHECK": "true",
            },
        }
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
        finished = subprocess.run(
            [sys.executable, "-m", "tests.sandbox.provider.driver"],
            input=json.dumps(task),
            capture_output=True,
            text=True,
            check=False,
            cwd=PROJECT_ROOT,
            env=kept,
            timeout=300,
        )
        if finished.returncode:
            raise EngineError(finished.stderr)
        result: dict[str, Any] = json.loads(finished.stdout)
        return result


def kubernetes_engine(pulumi_executable: Path, plugin: str | Path, kubeconfig: str, folder: Path) -> Engine:
    """The engine with a Kubernetes provider."""
    return Engine(pulumi_executable, KUBERNETES, plugin, {"kubeconfig": {"$secret": kubeconfig}}, folder)


def token_of(manifest: Manifest) -> str:
    """The type token of an object's kind."""
    version = manifest["apiVersion"]
    return f"kubernetes:{version if '/' in version else f'core/{version}'}:{manifest['kind']}"
