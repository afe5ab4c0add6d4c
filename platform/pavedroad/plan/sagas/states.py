"""A saga as Step Functions runs it: a state machine in the Amazon States Language.

Each step catches its own failure and goes to the compensation of the nearest step before it; compensations go on to
one another whatever becomes of them, and only note what could not be undone. The state of an execution holds nothing
but those notes: answers are dropped and functions are given the execution's input, so that it stays far below the 256 KiB
that end an execution without another word (AWS, *Step Functions service quotas*).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from pavedroad.plan.sagas.model import EXECUTION, ActionPlan, FunctionTarget, SagaPlan, StepPlan

Document = dict[str, Any]
"""A JSON-like document."""

BEGIN: Final = "begin"
DONE: Final = "done"
SETTLE: Final = "settle"
UNDONE: Final = "undone"
NOT_UNDONE: Final = "not-undone"
FAILED: Final = "$.failed"
"""Where the failure of a step is noted."""
LEFT: Final = "$.left"
"""Where it is noted that a compensation failed."""

REFUSED: Final = "Refused"
"""The error by which a function says that no further attempt will help."""


def state_machine(saga: SagaPlan, partition: str = "aws") -> Document:
    """Return the definition of a saga's state machine.

    Args:
        saga: The saga.
        partition: The part of AWS that it stands in.
    """
    task = f"arn:{partition}:states:::lambda:invoke"
    states: Document = {BEGIN: {"Type": "Pass", "Result": {}, "Next": saga.steps[0].action.name}}
    names = [step.action.name for step in saga.steps]
    for index, (step, (_, following)) in enumerate(zip(saga.steps, pairwise([*names, DONE]), strict=True)):
        caught = _back(saga.steps[:index])
        states[step.action.name] = _task(task, step.action) | _leads(following, caught, FAILED)
        if step.compensation is not None:
            states[step.compensation.name] = _task(task, step.compensation) | _leads(caught, caught, LEFT)
    states[DONE] = {"Type": "Succeed"}
    states[SETTLE] = {
        "Type": "Choice",
        "Choices": [{"Variable": LEFT, "IsPresent": True, "Next": NOT_UNDONE}],
        "Default": UNDONE,
    }
    states[UNDONE] = {
        "Type": "Fail",
        "Error": "Undone",
        "Cause": "A step failed; what came before is undone.",
    }
    states[NOT_UNDONE] = {
        "Type": "Fail",
        "Error": "NotUndone",
        "Cause": "A step failed, and so did a compensation: somebody has to undo it.",
    }
    return {"StartAt": BEGIN, "TimeoutSeconds": saga.timeout, "States": states}


def _back(before: tuple[StepPlan, ...]) -> str:
    """Return where to go on undoing: the last compensation among steps, or the end."""
    undoing = (step.compensation.name for step in reversed(before) if step.compensation is not None)
    return next(undoing, SETTLE)


def _leads(following: str, caught: str, noted: str) -> Document:
    """Return where a task goes: on, or after its last failed attempt elsewhere, with a note of the failure."""
    catch = {"ErrorEquals": ["States.ALL"], "ResultPath": noted, "Next": caught}
    return {"ResultPath": None, "Next": following, "Catch": [catch]}


def _task(resource: str, action: ActionPlan) -> Document:
    """Return the run of a function; a retry waits 1 s, 2 s, 4 s and so on.

    Raises:
        TypeError: If it is no run of a function; descriptors are checked for that when they are read.
    """
    if not isinstance(action.target, FunctionTarget):
        raise TypeError(f"{action.name} asks a service, which takes Argo Workflows")
    return {
        "Type": "Task",
        "Resource": resource,
        "Parameters": {"FunctionName": action.target.arn, "Payload": _payload(action)},
        "TimeoutSeconds": action.timeout,
        "Retry": [
            {"ErrorEquals": [REFUSED], "MaxAttempts": 0},
            {
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": 1,
                "BackoffRate": 2,
                "MaxAttempts": action.retries,
            },
        ],
    }


def _payload(action: ActionPlan) -> Document:
    """Return what a function is given; a key is put together from the execution's name when it runs."""
    keys = {"idempotencyKey": action.key, "undoes": action.undoes}
    return {"input.$": "$$.Execution.Input"} | {
        f"{name}.$": _format(key) for name, key in keys.items() if key
    }


def _format(key: str) -> str:
    """Return a key as an intrinsic function of the Amazon States Language."""
    executions = ", ".join(["$$.Execution.Name"] * key.count(EXECUTION))
    return f"States.Format('{key.replace(EXECUTION, '{}')}', {executions})"
