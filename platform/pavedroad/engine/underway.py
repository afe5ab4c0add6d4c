"""One run of the engine, while it lasts: what it says is written down and collected, and told at its end."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TypedDict

from pulumi import automation

from pavedroad.engine.deployments import export_deployment, import_deployment
from pavedroad.engine.errors import RunFailedError
from pavedroad.engine.pending import settled
from pavedroad.engine.protection import explained
from pavedroad.engine.results import Collector, Operation, RunResult

_KEPT_LOGS = 50
_REASON = re.compile(r"^\s*error: (.*)$", re.MULTILINE)


class _Listening(TypedDict):
    """The arguments by which a command of the Automation API tells what it does, as it does it."""

    color: str
    on_output: Callable[[str], None]
    on_error: Callable[[str], None]
    on_event: Callable[[automation.EngineEvent], None]


@dataclass(slots=True, kw_only=True)
class Underway:
    """One run.

    Attributes:
        operation: What was asked for.
        stack: The stack, on the Automation API.
        collector: Takes the engine's events.
        log: Where the engine's own output is kept.
        file: The log, open.
        notes: What was put right before the run.
        outputs: The stack's outputs, secrets masked, once they are known.
        must_refresh: Whether what really exists has to be looked at first.
        began: When it began, on the clock of `time.monotonic`.
    """

    operation: Operation
    stack: automation.Stack
    collector: Collector
    log: Path
    file: IO[str]
    notes: list[str]
    outputs: dict[str, Any] = field(default_factory=dict)
    must_refresh: bool = False
    began: float = field(default_factory=time.monotonic)

    @property
    def listening(self) -> _Listening:
        """What every command is given, so that this run's log and its result say what happened."""
        return {
            "color": "never",
            "on_output": self.note_down,
            "on_error": self.note_down,
            "on_event": self.collector.take,
        }

    def note_down(self, line: str) -> None:
        """Keep one line of the engine's output."""
        self.file.write(f"{line}\n")

    def settle(self) -> None:
        """Rewrite the state that a killed run left, so that this run's refresh can settle it."""
        deployment, looked_up = settled(export_deployment(self.stack))
        import_deployment(self.stack, deployment, self.log.parent)
        self.must_refresh = True
        self.notes.append(
            "the last run was cut off: what it was doing is looked up in the cluster first"
            + (f" ({len(looked_up)} being created)" if looked_up else "")
        )

    def result(self) -> RunResult:
        """Put together what the run did."""
        return RunResult(
            operation=self.operation,
            stack=self.stack.name,
            changes=self.collector.changes,
            steps=tuple(self.collector.steps.values()),
            outputs=self.outputs,
            violations=tuple(self.collector.violations),
            warnings=tuple(self.collector.warnings),
            notes=tuple(self.notes),
            seconds=time.monotonic() - self.began,
            log=self.log,
        )


def new_log(folder: Path, operation: Operation, stack: str) -> Path:
    """Name the log of a run, keeping only the latest others."""
    for old in sorted(folder.glob("*.log"))[:-_KEPT_LOGS]:
        old.unlink(missing_ok=True)
    return folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{operation}-{stack}.log"


def failure(operation: Operation, stack: str, collector: Collector, said: str, log: Path) -> RunFailedError:
    """Say why a run failed, in the engine's words but without its bookkeeping."""
    violated = [
        f"{violation.policy}: {violation.message}"
        for violation in collector.violations
        if violation.is_mandatory
    ]
    errors = [error for error in collector.errors if error not in {"update failed", "preview failed"}]
    printed = _REASON.findall(f"{said}\n{log.read_text(encoding='utf-8')}")
    said_of_it = [*violated, *errors] or list(dict.fromkeys(printed)) or ["the engine gave no reason"]
    reasons = list(dict.fromkeys(map(explained, said_of_it)))
    return RunFailedError(f"{operation} of stack {stack} failed; log: {log}", reasons)
