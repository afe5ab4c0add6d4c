"""Doubles and builders for the engine's tests."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pavedroad.engine.plugins import link_engine
from pavedroad.engine.project import Project, read_project
from pavedroad.engine.runs import Engine
from pavedroad.engine.state import StateFolder
from pavedroad.engine.toolchain import Toolchain

_FAKE_GO = """#!/bin/sh
echo "$@" >> {calls}
env > {environment}
case "$1" in
env) echo {version} ;;
build)
  [ -e {broken} ] && {{ echo "the module proxy is on fire" >&2; exit 1; }}
  while [ $# -gt 1 ]; do [ "$1" = -o ] && out=$2; shift; done
  printf '#!/bin/sh\\necho v%s\\n' "$(sed -n 's/^require .* v//p' go.mod)" > "$out"; chmod +x "$out" ;;
mod) echo '{{"GoMod": "{module}"}}' ;;
esac
"""

_PROGRAM = """
import os, time
import pulumi

class Thing(pulumi.ComponentResource):
    def __init__(self, name):
        opts = pulumi.ResourceOptions(protect=name.startswith("kept"))
        super().__init__("test:things:Thing", name, {}, opts)
        self.register_outputs({})

config = pulumi.Config()
for name in (config.get("things") or "one").split(","):
    Thing(name)
pulumi.export("answer", 42)
pulumi.export("hidden", pulumi.Output.secret("canary-hunter2"))
pulumi.export("seen", sorted(name for name in os.environ if name.startswith("AWS_") or name == "KUBECONFIG"))
match config.get("fault"):
    case "raise": raise ValueError("a bad thing")
    case "run": raise pulumi.RunError("a fault of yours")
    case "exit": raise SystemExit(3)
    case "sleep":
        open(config.require("awake"), "w").close()
        time.sleep(60)
"""

_PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def check(args, report):
    if args.name == "bad":
        report("must not be called bad")

PolicyPack("names", policies=[ResourceValidationPolicy(
    name="no-bad-names", description="names are good",
    enforcement_level=EnforcementLevel.MANDATORY, validate=check)])
"""


@dataclass(frozen=True, slots=True)
class FakeGo:
    """A ``go`` that writes what it was asked, and builds scripts which print their module's version."""

    folder: Path

    @classmethod
    def put_into(cls, folder: Path, *, version: str) -> "FakeGo":
        """Write it to a folder."""
        folder.mkdir(parents=True)
        fake = cls(folder)
        (folder / "go.mod").write_text("replace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n)\n")
        script = _FAKE_GO.format(
            calls=folder / "calls",
            environment=folder / "environment",
            broken=folder / "broken",
            module=folder / "go.mod",
            version=version,
        )
        (folder / "go").write_text(script)
        (folder / "go").chmod(0o755)
        return fake

    @property
    def path(self) -> str:
        """A search path with this Go first and the machine's tools, without its Go and Pulumi, after."""
        return f"{self.folder}:/usr/bin:/bin"

    @property
    def builds(self) -> list[str]:
        """The command lines of all builds so far."""
        calls = self.folder / "calls"
        return (
            [line for line in calls.read_text().splitlines() if line.startswith("build")]
            if calls.exists()
            else []
        )

    def environment(self) -> dict[str, str]:
        """The environment that it ran in last."""
        lines = (self.folder / "environment").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def breaks(self) -> None:
        """Let every build fail from now on."""
        (self.folder / "broken").touch()

    def works(self) -> None:
        """Let builds succeed again."""
        (self.folder / "broken").unlink()


@dataclass(slots=True)
class RecordedProgress:
    """Keeps what was reported."""

    said: list[str] = field(default_factory=list)

    def say(self, message: str) -> None:
        """Keep one line."""
        self.said.append(message)

    @contextmanager
    def step(self, title: str, *, expected_seconds: float | None = None) -> Iterator[None]:  # noqa: ARG002  the protocol's
        """Keep the step's title."""
        self.said.append(title)
        yield


@dataclass(frozen=True, slots=True)
class TrivialProject:
    """A Pulumi project with components only: it needs no provider and no cluster."""

    root: Path

    @classmethod
    def put_into(cls, folder: Path) -> "TrivialProject":
        """Write it to a folder."""
        venv = Path(sys.prefix)
        (folder / "policies").mkdir(parents=True)
        (folder / "config").mkdir()
        (folder / "Pulumi.yaml").write_text(
            f"name: trivial\nruntime: {{name: python, options: {{virtualenv: {venv}}}}}\nstackConfigDir: config\n"
        )
        (folder / "__main__.py").write_text(_PROGRAM)
        (folder / "policies" / "PulumiPolicy.yaml").write_text(
            f"name: names\nversion: 1.0.0\nruntime: {{name: python, options: {{virtualenv: {venv}}}}}\n"
        )
        (folder / "policies" / "__main__.py").write_text(_PACK)
        return cls(folder)

    @property
    def state(self) -> StateFolder:
        """Its state folder."""
        return StateFolder(self.root / ".pavedroad")

    @property
    def project(self) -> Project:
        """The project as the product reads it."""
        return read_project(self.root)

    @property
    def pack(self) -> Path:
        """Its policy pack."""
        return self.root / "policies"

    def engine(self, toolchain: Toolchain) -> Engine:
        """The engine on this project."""
        return Engine(project=self.project, state=self.state, toolchain=toolchain)

    def configure(self, **values: str) -> str:
        """Write the configuration of the stack ``local`` and return its text."""
        lines = [f"  trivial:{name}: {value}" for name, value in values.items()]
        text = "\n".join(["config:", *lines]) + "\n"
        (self.root / "config" / "Pulumi.local.yaml").write_text(text)
        return text


def ready_project(folder: Path, toolchain: Toolchain) -> TrivialProject:
    """Write the project to a folder, and give its state folder the real engine's plugins."""
    project = TrivialProject.put_into(folder)
    project.state.prepare()
    link_engine(project.state, toolchain.engine.path)
    plugins = toolchain.provider.path.parents[1]
    shutil.copytree(plugins, project.state.pulumi_home / "plugins", symlinks=True)
    return project
