"""Running a Pulumi program, or a part of one, under the recorder."""

import asyncio
import inspect
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import pulumi
from pulumi.runtime import config as runtime_config
from pulumi.runtime.settings import SETTINGS, Settings, configure
from pulumi.runtime.stack import run_in_stack

from pavedroad.testing.calls import CallsInTurn
from pavedroad.testing.checks import Check
from pavedroad.testing.errors import RecordingError, recording_error, relative
from pavedroad.testing.isolation import event_loop, isolated
from pavedroad.testing.monitor import Answer, Answers, RecordingMonitor
from pavedroad.testing.recording import Recording
from pavedroad.testing.urns import UrnScope
from pavedroad.testing.values import UNKNOWN

T = TypeVar("T")


@dataclass(kw_only=True)
class Recorder:
    """Records Pulumi programs; each run has a clean stack of its own.

    Attributes:
        project: The project's name, which is also the default namespace of its configuration.
        stack: The stack's name.
        organization: The organization's name, as ``pulumi.get_organization()`` gives it.
        preview: Whether ids of new resources are unknown, as in ``pulumi preview``; known otherwise, as in
            ``pulumi up``.
        root_directory: Where Pulumi.yaml stands, as ``pulumi.get_root_directory()`` gives it.
        timeout_seconds: How long a run may take before it is given up.
    """

    project: str = "project"
    stack: str = "test"
    organization: str = "organization"
    preview: bool = False
    root_directory: Path = field(default_factory=Path.cwd)
    timeout_seconds: float = 60.0
    _config: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    _secret_keys: set[str] = field(default_factory=set, init=False, repr=False)
    _outputs: dict[str, Mapping[str, Any]] = field(default_factory=dict, init=False, repr=False)
    _invokes: dict[str, Answer] = field(default_factory=dict, init=False, repr=False)
    _stacks: dict[str, Mapping[str, Any]] = field(default_factory=dict, init=False, repr=False)
    _checks: list[Check] = field(default_factory=list, init=False, repr=False)
    _running: bool = field(default=False, init=False, repr=False)

    def set_config(self, key: str, value: Any, *, secret: bool = False) -> None:
        """Set one value of the stack's configuration.

        Args:
            key: ``namespace:name``, or a bare name in the project's own namespace.
            value: A string, or anything JSON can say, which is stored as Pulumi does.
            secret: Whether it counts as a secret.
        """
        full_key = key if ":" in key else f"{self.project}:{key}"
        self._config[full_key] = value if isinstance(value, str) else json.dumps(value)
        if secret:
            self._secret_keys.add(full_key)

    def set_stack_outputs(self, stack: str, outputs: Mapping[str, Any]) -> None:
        """Say what a ``StackReference`` to ``stack`` finds; wrap a value in `Secret` to make it one."""
        self._stacks[stack] = outputs

    def set_outputs(self, type_: str, outputs: Mapping[str, Any]) -> None:
        """Say what the provider adds to the inputs of every resource of a type."""
        self._outputs[type_] = outputs

    def answer(self, token: str, answer: Answer) -> None:
        """Say what a provider function returns; calls of functions that nothing answers are refused."""
        self._invokes[token] = answer

    def run(self, program: Callable[[], object]) -> Recording:
        """Run ``program`` and return when every registration has landed and every output has resolved.

        Args:
            program: A function of no arguments, plain or ``async``, that declares resources.

        Raises:
            AssertionError: If an assertion failed, or a `check` of this run never got a value.
            RecordingError: If the program, or anything it hung on an output, raised; the message is one line
                and names the line in the program.
        """
        first_check = len(self._checks)
        self._running = True
        try:
            recording = isolated(lambda: self._record(program))
        finally:
            self._running = False
        _require_all_ran(self._checks[first_check:])
        return recording

    def check(self, output: pulumi.Input[T], assertion: Callable[[T], object]) -> None:
        """Assert something about a value that may come late; it is a failure if the assertion never runs.

        Inside a run, the assertion runs when the output resolves; after one, at once. An output that stays
        unknown, or belongs to no run, fails.

        Args:
            output: The value, or an output of it.
            assertion: Called with the value; it fails by raising `AssertionError`.
        """
        caller = sys._getframe(1)  # noqa: SLF001  # the check is named by the line that asked for it
        check = Check(assertion, f"{relative(caller.f_code.co_filename)}:{caller.f_lineno}")
        self._checks.append(check)
        if self._running:
            pulumi.Output.from_input(output).apply(check)
            return
        value = self.value_of(output)
        if value is not UNKNOWN:
            check(value)

    def value_of(self, output: pulumi.Input[T]) -> Any:
        """Return what an output of a finished run resolved to, or `UNKNOWN`; a secret's value in clear."""
        if not isinstance(output, pulumi.Output):
            return output
        resolved = cast("pulumi.Output[Any]", output)

        async def read() -> Any:
            async with asyncio.timeout(self.timeout_seconds):
                return await resolved.future() if await resolved.is_known() else UNKNOWN

        with event_loop() as loop:
            return loop.run_until_complete(read())

    def finish(self) -> None:
        """Fail if any `check` never ran; the pytest fixture calls this when the test is over."""
        _require_all_ran(self._checks)

    def _record(self, program: Callable[[], object]) -> Recording:
        monitor = RecordingMonitor(
            UrnScope(self.stack, self.project),
            Answers(outputs=self._outputs, invokes=self._invokes, stacks=self._stacks),
            preview=self.preview,
        )
        configure(
            Settings(
                project=self.project,
                stack=self.stack,
                organization=self.organization,
                root_directory=str(self.root_directory),
                dry_run=self.preview,
                monitor=monitor,
                engine=monitor,
            )
        )
        SETTINGS.rpc_manager = CallsInTurn()
        runtime_config.set_all_config(self._config, sorted(self._secret_keys))
        with event_loop() as loop:
            result = loop.run_until_complete(_complete(program, self.timeout_seconds))
        return Recording(
            project=self.project,
            stack=self.stack,
            resources=monitor.resources(),
            outputs=monitor.stack_outputs,
            invokes=tuple(sorted(monitor.invokes, key=lambda invoke: (invoke.token, repr(invoke.args)))),
            messages=tuple(monitor.messages),
            result=result,
        )


async def _complete(program: Callable[[], object], timeout_seconds: float) -> object:
    """Run a program to its very end, and report its own failure before those that it caused elsewhere."""
    failures: list[BaseException] = []
    results: list[object] = []

    async def body() -> None:
        try:
            result = program()
            results.append(await result if inspect.iscoroutine(result) else result)
            # The SDK waits for the calls that it knows, and knows them only once the event loop has turned.
            await asyncio.sleep(0)
        except (Exception, SystemExit) as error:
            failures.append(error)
            raise RecordingError("the program failed") from error

    try:
        async with asyncio.timeout(timeout_seconds):
            await run_in_stack(body)
    except Exception as error:  # noqa: BLE001  # whatever the program raises becomes one clean error
        # A registration that broke may leave outputs that nothing will ever resolve: it is the reason then.
        broken = SETTINGS.rpc_manager.unhandled_exception if isinstance(error, TimeoutError) else None
        failures.append(broken or error)
    if not failures:
        return results[0]
    if isinstance(failures[0], AssertionError):
        raise failures[0]
    raise recording_error(failures[0]) from failures[0]


def _require_all_ran(checks: list[Check]) -> None:
    missed = [check.source for check in checks if not check.ran]
    if missed:
        raise AssertionError(
            f"these checks never ran, because their outputs never got a value: {', '.join(missed)}"
        )
