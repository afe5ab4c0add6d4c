"""A function with nothing left to choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.plan.cloud.names import name

if TYPE_CHECKING:
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.alarms import AlarmPlan
    from pavedroad.plan.cloud.service_roles import ServiceRolePlan
    from pavedroad.plan.flows import Labels
    from pavedroad.plan.stores.model import StorePlan

ALIAS: Final = "live"
"""The name under which a function is run, whatever version stands behind it."""


def function_name(account: AccountPlan, namespace: str, function: str) -> str:
    """Return how a function is called in the account, by its physical name."""
    return name("lambda-function", account.environment, namespace, function)


def function_target(account: AccountPlan, namespace: str, function: str) -> str:
    """Return the ARN under which a function is run."""
    return account.arn("lambda", f"function:{function_name(account, namespace, function)}:{ALIAS}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageCode:
    """Code as a container image; empty words keep the image's own."""

    image: str
    command: tuple[str, ...]
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCode:
    """Code as an archive in a bucket; a version of None is the newest."""

    bucket: str
    key: str
    version: str | None
    runtime: str
    handler: str
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutPlan:
    """Which versions run: ``percent`` of the runs go to the newest, the others to the stable one.

    Attributes:
        stable: Number of the stable version.
        percent: Share of the runs of the newest.
        alarms: What is watched of the newest, but for its number, which is known late.
    """

    stable: int
    percent: int
    alarms: tuple[AlarmPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePlan:
    """When a function runs.

    Attributes:
        name: Name of the schedule.
        expression: When, as EventBridge Scheduler spells it.
        time_zone: Time zone of the expression.
        role: The role with which the scheduler runs the function.
    """

    name: str
    expression: str
    time_zone: str
    role: ServiceRolePlan


APIS_LOGS: Final = "/aws/vendedlogs/apis/"
"""How log groups of APIs begin (CloudWatch Logs, *Enable logging from AWS services*)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPlan:
    """An HTTP API in front of a function.

    Attributes:
        routes: Its operations: ``POST /letters``.
        issuer: Who issues the tokens that it asks for.
        audience: Whom they are for, one of these.
        scopes: What they allow, one of these; empty for nothing in particular.
        rate: Requests that are let through in a second.
        log_group: Where requests are logged.
    """

    routes: tuple[str, ...]
    issuer: str
    audience: tuple[str, ...]
    scopes: tuple[str, ...]
    rate: int
    log_group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPlan:
    """A table whose changes run a function.

    Attributes:
        store: Name of the store that it belongs to.
        table: Its name in the account.
        start: Where reading begins, as Lambda spells it.
        batch_size: How many changes a run is given, at most.
        batch_window: How long they are gathered, in seconds; 0 for not at all.
        parallel: How many batches of one shard are worked off at once.
        retries: How often a batch that failed is tried again.
        max_age: How old a change may be that is still tried, in seconds.
        bisect: Whether it is tried again in two halves.
        patterns: Filters, as Lambda spells them: a change that any of them lets pass is taken; empty for all changes.
    """

    store: str
    table: str
    start: Literal["TRIM_HORIZON", "LATEST"]
    batch_size: int
    batch_window: int
    parallel: int
    retries: int
    max_age: int
    bisect: bool
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsPlan:
    """A bucket whose objects run a function.

    Attributes:
        store: Name of the store.
        bucket: Its name.
        events: What has become of them, as S3 spells it.
        prefix: How their keys begin; None for anyhow.
        suffix: How they end; None for anyhow.
    """

    store: str
    bucket: str
    events: tuple[str, ...]
    prefix: str | None
    suffix: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionPlan:
    """A function.

    Attributes:
        team: The team that it belongs to.
        namespace: The team's namespace.
        name: Its physical name within the team, which a rename keeps.
        display_name: Its name in the descriptor.
        function: Its name in the account.
        target: ARN under which it is run.
        code: What it runs.
        architecture: Processor architecture, as Lambda spells it.
        memory: Memory in MiB.
        timeout: How long a run may take, in seconds.
        concurrency: How often it runs at once, at most.
        env: Environment variables.
        role: What it may do.
        log_group: Where it logs to.
        log_days: How long logs are kept, in days.
        dead_letters: The queue of events that it failed to process.
        rollout: Which versions run; None for the newest.
        schedule: When it runs; None for whenever something else runs it.
        http: The API in front of it; None for none.
        queues: ARNs of the queues with whose messages it is run.
        changes: Tables with whose changes it is run.
        objects: Buckets with whose objects it is run.
        stores: What it owns.
        alarms: What is watched of it.
    """

    team: str
    namespace: str
    name: str
    display_name: str
    function: str
    target: str
    code: ImageCode | ArchiveCode
    architecture: Literal["arm64", "x86_64"]
    memory: int
    timeout: int
    concurrency: int
    env: Labels
    role: ServiceRolePlan
    log_group: str
    log_days: int
    dead_letters: str
    rollout: RolloutPlan | None
    schedule: SchedulePlan | None
    http: HttpPlan | None
    queues: tuple[str, ...]
    changes: tuple[ChangesPlan, ...]
    objects: tuple[ObjectsPlan, ...]
    stores: tuple[StorePlan, ...]
    alarms: tuple[AlarmPlan, ...]

    @property
    def roles(self) -> tuple[ServiceRolePlan, ...]:
        """Every role of it: its own, and that of its schedule."""
        return (self.role, *((self.schedule.role,) if self.schedule else ()))
