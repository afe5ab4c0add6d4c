"""A saga with nothing left to choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.names import name

if TYPE_CHECKING:
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.service_roles import ServiceRolePlan

EXECUTION: Final = "{execution}"
"""Stands in keys for the name of the execution, which whoever runs it fills in."""

STATES_LOGS: Final = "/aws/vendedlogs/states/"
"""How log groups of state machines begin (Step Functions, *Logging in CloudWatch Logs*)."""


def machine_name(account: AccountPlan, namespace: str, saga: str) -> str:
    """Return how the state machine of a saga is called in the account, by the saga's physical name."""
    return name("sfn-state-machine", account.environment, namespace, saga, "saga")


def machine_target(account: AccountPlan, namespace: str, saga: str) -> str:
    """Return the ARN of the state machine of a saga."""
    return account.arn("states", f"stateMachine:{machine_name(account, namespace, saga)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTarget:
    """A service that is asked.

    Attributes:
        host: Its cluster-wide host name.
        port: Its port, as callers know it.
        target_port: The port inside its pods.
        path: Path of the request.
        method: Method of the request.
        function: The function of the team that answers there; None for a service.
    """

    host: str
    port: int
    target_port: int
    path: str
    method: str
    function: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionTarget:
    """A function that is run, by the ARN under which it is."""

    arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPlan:
    """What a step or compensation does.

    Attributes:
        name: ``do-<step>`` or ``undo-<step>``.
        target: What is asked or run.
        timeout: How long one attempt may take, in seconds.
        retries: How often it is tried again.
        longest: How long it may take with its start, all attempts and the pauses between them, in seconds.
        key: The idempotency key, with ``{execution}``.
        undoes: The key of what it undoes, with ``{execution}``; None for a step.
    """

    name: str
    target: RequestTarget | FunctionTarget
    timeout: int
    retries: int
    longest: int
    key: str
    undoes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """A step: what it does, and what undoes it where anything has to be undone."""

    action: ActionPlan
    compensation: ActionPlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePlan:
    """The state machine of a saga that Step Functions runs.

    Attributes:
        name: Its name in the account.
        partition: The part of AWS that it stands in.
        role: What it may do.
        log_group: Where executions are logged.
        log_days: How long logs are kept, in days.
    """

    name: str
    partition: str
    role: ServiceRolePlan
    log_group: str
    log_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SagaPlan:
    """A saga.

    Attributes:
        team: The team that it belongs to.
        namespace: The team's namespace.
        name: Its physical name, which a rename keeps.
        display_name: Its name in the descriptor.
        account: The service account that its requests are made under.
        steps: What is done, in this order.
        timeout: How long an execution may take with all that is undone, in seconds.
        machine: The state machine that runs it; None where Argo Workflows does.
    """

    team: str
    namespace: str
    name: str
    display_name: str
    account: str
    steps: tuple[StepPlan, ...]
    timeout: int
    machine: MachinePlan | None = None

    @property
    def actions(self) -> tuple[ActionPlan, ...]:
        """Everything that it can do: each step, followed by what undoes it."""
        pairs = ((step.action, step.compensation) for step in self.steps)
        return tuple(action for pair in pairs for action in pair if action is not None)
