"""Running the engine on a stack: up, preview, refresh, destroy, each with one typed result or one clear error.

The project is run as a local program through a language host, the very same way as by a literal ``pulumi up``.
What a killed run left behind, its lock and its half-done operations, is put right first.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock
from pulumi import automation

from pavedroad.engine.backend import FileBackend
from pavedroad.engine.command import EngineCommand
from pavedroad.engine.environ import engine_environment
from pavedroad.engine.errors import EngineError
from pavedroad.engine.project import Project
from pavedroad.engine.results import MASKED, Collector, Operation, RunResult, Step
from pavedroad.engine.running import RunningEngines
from pavedroad.engine.stack_config import copied_for_engine, kept_as_committed
from pavedroad.engine.state import StateFolder, explained
from pavedroad.engine.toolchain import Toolchain
from pavedroad.engine.underway import Underway, failure, new_log

OnStep = Callable[[Step], None]

_STACK_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?){0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The chosen engine on one project and one state folder.

    Attributes:
        project: The project that is run.
        state: Where state, secrets and logs are kept.
        toolchain: The engine and its plugins.
        environment: What would be inherited, before scrubbing; the process's own where none is given.
        running: What runs at this moment, in whichever thread.
    """

    project: Project
    state: StateFolder
    toolchain: Toolchain
    environment: Mapping[str, str] | None = None
    running: RunningEngines = field(default_factory=RunningEngines)

    def up(
        self,
        stack: str,
        *,
        policy_packs: Sequence[Path] = (),
        refresh: bool = False,
        on_step: OnStep | None = None,
    ) -> RunResult:
        """Create or update what the program declares.

        Args:
            stack: The stack's name; the stack is created where there is none.
            policy_packs: Folders of policy packs that judge the run.
            refresh: Whether to look at what really exists first. After a killed run that is done anyway.
            on_step: Told about each step as it happens.

        Raises:
            RunFailedError: The engine refused or failed.
            StackLockedError: Another run holds the stack.
        """
        packs = [str(pack) for pack in policy_packs]
        with self._run(Operation.UP, stack, on_step) as run:
            again = refresh or run.must_refresh
            done = run.stack.up(policy_packs=packs, refresh=again, show_secrets=False, **run.listening)
            run.outputs = {
                name: MASKED if output.secret else output.value for name, output in done.outputs.items()
            }
        return run.result()

    def preview(
        self,
        stack: str,
        *,
        policy_packs: Sequence[Path] = (),
        refresh: bool = False,
        on_step: OnStep | None = None,
    ) -> RunResult:
        """Say what ``up`` would do, without doing it.

        Args:
            stack: The stack's name.
            policy_packs: Folders of policy packs that judge the run.
            refresh: Whether to look at what really exists first.
            on_step: Told about each step as it happens.

        Raises:
            RunFailedError: The engine refused or failed.
            StackLockedError: Another run holds the stack.
        """
        packs = [str(pack) for pack in policy_packs]
        with self._run(Operation.PREVIEW, stack, on_step) as run:
            run.stack.preview(policy_packs=packs, refresh=refresh, **run.listening)
        return run.result()

    def refresh(self, stack: str, *, on_step: OnStep | None = None) -> RunResult:
        """Bring the state in line with what really exists.

        Args:
            stack: The stack's name.
            on_step: Told about each step as it happens.

        Raises:
            RunFailedError: The engine refused or failed.
            StackLockedError: Another run holds the stack.
        """
        with self._run(Operation.REFRESH, stack, on_step) as run:
            run.stack.refresh(show_secrets=False, **run.listening)
        return run.result()

    def destroy(self, stack: str, *, on_step: OnStep | None = None) -> RunResult:
        """Delete everything that the stack's state holds.

        Args:
            stack: The stack's name.
            on_step: Told about each step as it happens.

        Raises:
            RunFailedError: The engine refused or failed.
            StackLockedError: Another run holds the stack.
        """
        with self._run(Operation.DESTROY, stack, on_step) as run:
            run.stack.destroy(refresh=run.must_refresh, show_secrets=False, **run.listening)
        return run.result()

    def has_stack(self, stack: str) -> bool:
        """Tell whether a stack was ever created in this state folder."""
        return self.backend.has_stack(stack)

    def interrupt(self) -> None:
        """End all runs in order, those of other threads too; none begins any more."""
        self.running.interrupt()

    @property
    def backend(self) -> FileBackend:
        """Where the project's stacks are kept."""
        return FileBackend(root=self.state.backend, project=self.project.name)

    def open_stack(self, stack: str) -> automation.Stack:
        """Open a stack on the Automation API, creating it where there is none.

        Raises:
            EngineError: The stack's name or the project's settings are not accepted.
        """
        _check_name(stack)
        inherited = os.environ if self.environment is None else self.environment
        environment = engine_environment(self.state, inherited).applied_to(inherited)
        configuration = copied_for_engine(self.project, stack, self.state)
        workspace = _Workspace(
            work_dir=str(self.project.root),
            pulumi_command=EngineCommand(self.toolchain.engine, environment, configuration, self.running),
        )
        with FileLock(self.state.opening_lock), kept_as_committed(self.project, stack):
            if self.has_stack(stack):
                return automation.Stack.select(stack, workspace)
            return automation.Stack.create(stack, workspace)

    @contextmanager
    def _run(self, operation: Operation, stack: str, on_step: OnStep | None) -> Iterator[Underway]:
        """Prepare one run, and turn the engine's errors into one of ours."""
        _check_name(stack)
        self.state.prepare()
        log = new_log(self.state.logs, operation, stack)
        with explained(log), log.open("w", encoding="utf-8") as file:
            notes: list[str] = []
            self.backend.break_stale_locks(stack, notes.append)
            collector = Collector(on_step=on_step)
            try:
                run = Underway(
                    operation=operation,
                    stack=self.open_stack(stack),
                    collector=collector,
                    log=log,
                    file=file,
                    notes=notes,
                )
                if operation is not Operation.PREVIEW and self.backend.has_pending_operations(stack):
                    run.settle()
                yield run
            except automation.CommandError as error:
                file.flush()
                raise failure(operation, stack, collector, str(error), log) from None


class _Workspace(automation.LocalWorkspace):
    """A workspace whose stacks are known to exist: every command names its stack, so none is selected."""

    def select_stack(self, stack_name: str) -> None:
        """Save a start of the engine."""


def _check_name(stack: str) -> None:
    """Refuse what is no stack's name before a path is made of it."""
    if not _STACK_NAME.fullmatch(stack):
        raise EngineError(
            f"{stack!r} is not a stack's name: ENVIRONMENT, ENVIRONMENT.SLICE or ENVIRONMENT.CLUSTER.SLICE is"
        )
