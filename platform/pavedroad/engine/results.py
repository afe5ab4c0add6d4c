"""What a run of the engine did, collected from its events as they come."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi.automation import EngineEvent
    from pulumi.automation.events import DiagnosticEvent, PolicyEvent, StepEventMetadata

MASKED = "[secret]"
"""What stands for a secret wherever a result shows one."""

_UNCHANGED = frozenset({"same", "read", "refresh", "read-replacement", "discard"})
_MARKUP = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")


class Operation(StrEnum):
    """What the engine can be asked to do with a stack."""

    UP = "up"
    PREVIEW = "preview"
    REFRESH = "refresh"
    DESTROY = "destroy"


class Phase(StrEnum):
    """How far one step of a run is."""

    STARTED = "started"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a run, as it happens.

    Attributes:
        phase: How far it is.
        operation: What is done, in the engine's words: ``create``, ``update``, ``delete``, ``replace``, ``same`` …
        urn: The resource.
        type: Its type token.
        name: Its logical name.
        changed: The property paths that make the change, where the engine says them.
    """

    phase: Phase
    operation: str
    urn: str
    type: str
    name: str
    changed: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether it touches the resource."""
        return self.operation not in _UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One policy that a resource violates.

    Attributes:
        policy: The policy's name.
        pack: The policy pack's name.
        level: ``mandatory`` or ``advisory``, in the engine's words.
        urn: The resource; empty for a policy about the whole stack.
        message: What is wrong and what to do.
    """

    policy: str
    pack: str
    level: str
    urn: str
    message: str

    @property
    def is_mandatory(self) -> bool:
        """Whether it stops a run."""
        return self.level == "mandatory"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What one run did.

    Attributes:
        operation: What was asked for.
        stack: The stack's name.
        changes: How many resources each of the engine's operations concerned, ``same`` included.
        steps: Every step that touched a resource, in the order in which the steps ended.
        outputs: The stack's outputs after ``up``, secrets masked.
        violations: The policies that were violated.
        warnings: The engine's warnings.
        notes: What was put right before the run, such as the lock of a killed one.
        seconds: How long the run took.
        log: The engine's own output.
    """

    operation: Operation
    stack: str
    changes: Mapping[str, int]
    steps: tuple[Step, ...]
    outputs: Mapping[str, Any]
    violations: tuple[Violation, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: float
    log: Path

    @property
    def changed(self) -> bool:
        """Whether anything was changed, or would be."""
        return any(count for name, count in self.changes.items() if name not in _UNCHANGED)


@dataclass(slots=True)
class Collector:
    """Takes the engine's events.

    Attributes:
        on_step: Told about each step as it happens.
        changes: As in the result.
        steps: As in the result, by resource and operation.
        violations: As in the result.
        warnings: As in the result.
        errors: The engine's error messages.
    """

    on_step: Callable[[Step], None] | None = None
    changes: dict[str, int] = field(default_factory=dict)
    steps: dict[tuple[str, str], Step] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def take(self, event: "EngineEvent") -> None:
        """Take one event."""
        if event.resource_pre_event:
            self._take_step(Phase.STARTED, event.resource_pre_event.metadata)
        elif event.res_outputs_event:
            self._take_step(Phase.DONE, event.res_outputs_event.metadata)
        elif event.res_op_failed_event:
            self._take_step(Phase.FAILED, event.res_op_failed_event.metadata)
        elif event.diagnostic_event:
            self._take_diagnostic(event.diagnostic_event)
        elif event.policy_event:
            self.violations.append(_violation(event.policy_event))
        elif event.summary_event:
            counted = Counter(
                {_word(name): count for name, count in event.summary_event.resource_changes.items()}
            )
            self.changes = dict(sorted(counted.items()))

    def _take_step(self, phase: Phase, facts: "StepEventMetadata") -> None:
        step = Step(
            phase=phase,
            operation=_word(facts.op),
            urn=facts.urn,
            type=facts.type,
            name=facts.urn.rpartition("::")[2],
            changed=tuple(sorted(facts.detailed_diff or facts.diffs or ())),
        )
        # A preview reports each step twice.
        if phase is not Phase.STARTED and step.is_change:
            self.steps[step.urn, step.operation] = step
        if self.on_step:
            self.on_step(step)

    def _take_diagnostic(self, event: "DiagnosticEvent") -> None:
        message = _plain(event.message)
        name = event.urn.rpartition("::")[2] if event.urn else ""
        line = f"{name}: {message}" if name and "pulumi:pulumi:Stack" not in (event.urn or "") else message
        kept = {"error": self.errors, "warning": self.warnings}.get(event.severity)
        if kept is not None and message and line not in kept:
            kept.append(line)


def _violation(event: "PolicyEvent") -> Violation:
    return Violation(
        policy=event.policy_name,
        pack=event.policy_pack_name,
        level=event.enforcement_level,
        urn=event.resource_urn or "",
        message=_plain(event.message),
    )


def _word(operation: object) -> str:
    return str(getattr(operation, "value", operation))


def _plain(text: str) -> str:
    """Take the engine's markup and colours out of a message."""
    return _MARKUP.sub("", text).strip()
