"""Sagas: steps over several services, each with what undoes it where a later one fails."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pavedroad.descriptor.values import (
    Duration,
    IdempotencyKey,
    Many,
    Name,
    PortName,
    Reference,
    RoutePath,
    Spec,
    seconds,
)

STEP_TIMEOUT = "15s"
"""How long one attempt may take where nobody says."""
STEP_RETRIES = 2
"""How often a failed step is tried again where nobody says."""
COMPENSATION_RETRIES = 5
"""How often a failed compensation is tried again where nobody says: what it leaves undone, somebody has to undo."""
STARTING = 60
"""Seconds that a step is given to start, beside the time that it may take."""
MOST_STEPS = 50
KEY = "{execution}.{step}"
"""The idempotency key where nobody says."""


class ActionSpec(Spec):
    """One thing that a saga does; it must be safe to do twice with the same idempotency key."""

    calls: Reference | None = None
    """The service that is asked: `service`, or `team/service` of a team that is open to this saga."""
    port: PortName | None = None
    """Name of the service's port, where it has several."""
    method: Literal["POST", "PUT", "PATCH", "DELETE"] | None = None
    """Method of the request; its body is the saga's input. Default: POST."""
    path: RoutePath | None = None
    """Path of the request. Default: `/`."""
    invokes: Name | None = None
    """The function of this team that is run, in the place of a service that is asked."""
    timeout: Duration | None = None
    """How long one attempt may take; at most 15m. Default: 15s."""
    retries: Annotated[int, Field(ge=0, le=5)] | None = None
    """How often it is tried again, after 1s, 2s, 4s and so on. Default: 2; 5 for a compensation."""

    @model_validator(mode="after")
    def _one_deed(self) -> Self:
        if (self.calls is None) == (self.invokes is None):
            raise ValueError("give exactly one of calls and invokes")
        if self.invokes is not None and (self.port or self.method or self.path):
            raise ValueError("port, method and path belong to calls; a function is given the input")
        return self


class StepSpec(ActionSpec):
    """One step of a saga."""

    name: Name
    """Name of the step."""
    compensation: ActionSpec | None = None
    """What undoes this step where a later one fails. Default: nothing has to be undone."""
    idempotency_key: IdempotencyKey | None = None
    """By what a service or function knows that it has seen a request before. Default: `{execution}.{step}`."""

    @model_validator(mode="after")
    def _key_of_one_execution(self) -> Self:
        if self.idempotency_key is not None and "{execution}" not in self.idempotency_key:
            raise ValueError("an idempotency key needs {execution}: two executions must not share one")
        return self


class SagaSpec(Spec):
    """Steps that are done one after the other; where one fails, those before it are undone in reverse."""

    steps: Many[StepSpec]
    """What is done, in this order; at least one step and at most 50."""
    timeout: Duration | None = None
    """How long an execution may take, with all that is undone. Default: as long as its steps can take."""
    formerly: Many[Name] = ()
    """Earlier names of this saga, oldest first: physical names are kept."""

    @model_validator(mode="after")
    def _some_steps(self) -> Self:
        if not 1 <= len(self.steps) <= MOST_STEPS:
            raise ValueError(f"a saga has at least one step and at most {MOST_STEPS}")
        return self


def callees(saga: SagaSpec) -> Iterator[str]:
    """Yield every service that a saga calls, as its steps name them."""
    for step in saga.steps:
        yield from (action.calls for action in (step, step.compensation) if action and action.calls)


def longest(saga: SagaSpec) -> int:
    """Return how long an execution can take in seconds, where everything is slow and fails at the end."""
    forward = sum(_longest_action(step, STEP_RETRIES) for step in saga.steps)
    undone = [step.compensation for step in saga.steps[:-1] if step.compensation is not None]
    return forward + sum(_longest_action(action, COMPENSATION_RETRIES) for action in undone)


def _longest_action(action: ActionSpec, retries: int) -> int:
    """Return the seconds that an action can take."""
    again = action.retries if action.retries is not None else retries
    return longest_attempts(seconds(action.timeout or STEP_TIMEOUT), again)


def longest_attempts(timeout: int, retries: int) -> int:
    """Return the seconds that a request takes with its start, all its attempts, and the pauses between them."""
    pauses = (1 << retries) - 1  # 1 + 2 + 4 and so on
    return STARTING + (retries + 1) * timeout + pauses
