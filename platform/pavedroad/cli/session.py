"""What the commands share that drive the engine: the environment's stacks, the engine, and the sandbox."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pavedroad.cli.inputs import load_environment
from pavedroad.cli.results import StepReport
from pavedroad.engine.progress import ConsoleProgress
from pavedroad.engine.project import find_project_root, read_project
from pavedroad.engine.runs import Engine
from pavedroad.engine.slices import DEFAULT_PARALLEL, Slices
from pavedroad.engine.state import StateFolder
from pavedroad.engine.toolchain import ensure_toolchain
from pavedroad.plan.resolve import resolve
from pavedroad.sandbox import control_plane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.engine.progress import Progress
    from pavedroad.engine.toolchain import Toolchain
    from pavedroad.plan.environment import EnvironmentPlan
    from pavedroad.sandbox.control_plane import ClusterInfo

CRDS_VARIABLE = "PAVEDROAD_CRDS"
"""Folder of the operators' own definitions; without it the sandbox accepts custom resources with any fields."""

POLICY_PACK = "policies"
"""The folder of the project's own policy pack."""


PARALLEL: Final = click.option(
    "--parallel",
    metavar="N",
    type=click.IntRange(min=1),
    default=DEFAULT_PARALLEL,
    show_default=True,
    help="Run at most so many slices at once.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One environment on the engine.

    Attributes:
        root: The project's folder.
        plan: The environment, resolved.
        engine: The engine that runs its stacks.
        slices: Its stacks on the engine, in order.
        progress: Where long steps are reported.
        cluster: The sandbox's cluster, where the environment stands in it.
    """

    root: Path
    plan: EnvironmentPlan
    engine: Engine
    slices: Slices
    progress: Progress
    cluster: ClusterInfo | None

    @property
    def policy_packs(self) -> tuple[Path, ...]:
        """The project's own policy pack, where it has one."""
        pack = self.root / POLICY_PACK
        return (pack,) if (pack / "PulumiPolicy.yaml").is_file() else ()


def open_session(environment: str, *, parallel: int = DEFAULT_PARALLEL) -> Session:
    """Read and resolve an environment, make the engine ready, and start the sandbox where it stands in it.

    Args:
        environment: Its name.
        parallel: How many slices run at once, at most.

    Raises:
        UnknownNameError: If there is no such environment.
        DescriptorFaults: If the project's descriptors have faults.
        EngineError: If the engine cannot be made ready.
        ControlPlaneError: If the sandbox does not come up.
    """
    project, descriptor = load_environment(environment)
    plan = resolve(project.teams, descriptor, project.files)
    root = find_project_root()
    state = StateFolder.of(root)
    progress = ConsoleProgress()
    toolchain = ensure_toolchain(state, progress, control_plane=plan.in_sandbox, aws=plan.cloud is not None)
    engine = Engine(project=read_project(root), state=state, toolchain=toolchain)
    return Session(
        root=root,
        plan=plan,
        engine=engine,
        slices=Slices(
            engine=engine,
            stages=plan.stages,
            progress=progress,
            on_step=StepReport(progress),
            parallel=parallel,
        ),
        progress=progress,
        cluster=start_sandbox(state, toolchain, progress, aws=plan.cloud is not None)
        if plan.in_sandbox
        else None,
    )


def start_sandbox(
    state: StateFolder, toolchain: Toolchain, progress: Progress, *, aws: bool = False
) -> ClusterInfo:
    """Start the sandbox's cluster, or repair it, and an AWS account where one is needed; quick where it runs."""
    given = os.environ.get(CRDS_VARIABLE)
    folder = Path(given).resolve() if given else None
    return control_plane.start(state.root, binaries(toolchain), folder, progress.say, aws=aws)


def binaries(toolchain: Toolchain) -> Mapping[str, Path]:
    """Return the sandbox's executables by name."""
    return {name: tool.path for name, tool in toolchain.control_plane.items()}
