"""The engine's command line, as the Automation API uses it, in the scrubbed environment and without surprises."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import IO

from pulumi.automation import CommandResult, OnOutput, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from pavedroad.engine.running import RunningEngines
from pavedroad.engine.toolchain import Tool

_TAKE_CONFIGURATION = frozenset({"up", "preview", "refresh", "destroy"})


class EngineCommand(PulumiCommand):
    """Runs the chosen engine.

    It differs from the Automation API's own in four things: the environment is exactly the one given, the
    version is the recorded one (asking costs a start of the engine at each run), operations take a
    configuration file of their own, and an interrupt reaches the engine once, which then ends in order.
    """

    def __init__(
        self, engine: Tool, environment: Mapping[str, str], configuration: Path, running: RunningEngines
    ) -> None:  # its parent's asks the engine for its version
        """Keep what every command needs.

        Args:
            engine: The chosen engine.
            environment: All of the environment.
            configuration: The stack configuration that operations run with.
            running: Where a command is known while it runs.
        """
        self.command = str(engine.path)
        self.version = VersionInfo.parse(engine.version)
        self._environment = environment
        self._configuration = configuration
        self._running = running

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run one command to its end.

        Args:
            args: The command line after ``pulumi``.
            cwd: The folder to run in.
            additional_env: Variables on top of the environment.
            on_output: Given each line of the standard output.
            on_error: Given each line of the standard error.

        Raises:
            CommandError: The engine ended with an error.
            KeyboardInterrupt: The user interrupted, and the engine has ended since.
        """
        command = [self.command, "--non-interactive", *args]
        if args[0] in _TAKE_CONFIGURATION:
            command += ["--config-file", str(self._configuration)]
        environment = {**self._environment, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        with self._running.known(partial(_started, command, cwd, environment)) as process:
            output, errors = _Lines(process.stdout, on_output), _Lines(process.stderr, on_error)
            _wait(process)
        result = CommandResult(stdout=output.text(), stderr=errors.text(), code=process.returncode)
        if result.code:
            raise create_command_error(result)
        return result


def _started(command: list[str], cwd: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start the engine in a session of its own, or a terminal's interrupt would reach its plugins too."""
    return subprocess.Popen(  # noqa: S603  the chosen engine
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )


class _Lines:
    """Reads a stream to its end in a thread."""

    def __init__(self, stream: IO[str] | None, callback: Callable[[str], object] | None) -> None:
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read, args=(stream, callback), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[str] | None, callback: Callable[[str], object] | None) -> None:
        with stream or contextlib.nullcontext(()) as lines:
            for line in lines:
                self._lines.append(line.rstrip())
                if callback:
                    callback(line.rstrip())

    def text(self) -> str:
        """Wait for the end and return all of it."""
        self._thread.join()
        return "\n".join(self._lines)


def _wait(process: subprocess.Popen[str]) -> None:
    """Wait for the engine; an interrupt is passed on and waited out, a second one ends it at once."""
    try:
        process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        try:
            process.wait()
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        raise
    except BaseException:
        process.kill()
        process.wait()
        raise
