"""A saga as Step Functions runs it: a state machine in the Amazon States Language.

Each step catches its own failure and goes to the compensation of the nearest step before it; compensations go on to
one another whatever becomes of them, and only note what could not be undone. The state of an execution holds nothing
but those notes: answers are dropped and requests carry the execution's input, so that it stays far below the 256 KiB
that end an execution without another word (AWS, *Step Functions service quotas*).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from pavedroad.plan.sagas.model import EXECUTION, ActionPlan, SagaPlan, StepPlan
from pavedroad.plan.sagas.workflow import key_headers

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

TRANSIENT: Final = (
    *(f"States.Http.StatusCode.{code}" for code in (408, 429, 500, 502, 503, 504)),
    "States.Http.Socket",
    "States.Timeout",
)
"""Failures after which a request is worth another attempt (AWS, *Handling errors*); a refusal is final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorway:
    """How Step Functions reaches services inside the cluster.

    Attributes:
        connection: ARN of the EventBridge connection that leads to the internal gateway and holds the saga's key.
        host: Host of the internal gateway that takes sagas' requests.
    """

    connection: str
    host: str


def state_machine(saga: SagaPlan, doorway: Doorway) -> Document:
    """Return the definition of a saga's state machine."""
    states: Document = {BEGIN: {"Type": "Pass", "Result": {}, "Next": saga.steps[0].action.name}}
    names = [step.action.name for step in saga.steps]
    for index, (step, (_, following)) in enumerate(zip(saga.steps, pairwise([*names, DONE]), strict=True)):
        caught = _back(saga.steps[:index])
        states[step.action.name] = _task(saga, step.action, doorway) | _leads(following, caught, FAILED)
        if step.compensation is not None:
            states[step.compensation.name] = _task(saga, step.compensation, doorway) | _leads(
                caught, caught, LEFT
            )
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


def _task(saga: SagaPlan, action: ActionPlan, doorway: Doorway) -> Document:
    """Return the request of an action; a retry waits 1 s, 2 s, 4 s and so on."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::http:invoke",
        "Parameters": {
            "ApiEndpoint": f"https://{doorway.host}{gateway_path(saga, action)}",
            "Method": action.method,
            "Authentication": {"ConnectionArn": doorway.connection},
            "Headers": _headers(action),
            "RequestBody.$": "$$.Execution.Input",
        },
        "TimeoutSeconds": action.timeout,
        "Retry": [
            {
                "ErrorEquals": list(TRANSIENT),
                "IntervalSeconds": 1,
                "BackoffRate": 2,
                "MaxAttempts": action.retries,
            }
        ],
    }


def gateway_path(saga: SagaPlan, action: ActionPlan) -> str:
    """Return the path under which the internal gateway knows an action of a saga, and nothing else."""
    return f"/{saga.namespace}/{saga.name}/{action.name}"


def _headers(action: ActionPlan) -> Document:
    """Return the headers of a request; a key is put together from the execution's name when it runs."""
    keys = key_headers(action, EXECUTION)
    return {"Content-Type": "application/json"} | {f"{name}.$": _format(key) for name, key in keys.items()}


def _format(key: str) -> str:
    """Return a key as an intrinsic function of the Amazon States Language."""
    executions = ", ".join(["$$.Execution.Name"] * key.count(EXECUTION))
    return f"States.Format('{key.replace(EXECUTION, '{}')}', {executions})"
