"""Functions in a cluster: how Knative runs each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.functions import TIMEOUT
from pavedroad.descriptor.cluster_functions import ClusterFunction
from pavedroad.descriptor.functions import FunctionOverride
from pavedroad.descriptor.values import seconds
from pavedroad.plan.naming import host, join, physical, slug
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from pavedroad.plan.context import Context
    from pavedroad.plan.subject import Subject

CONCURRENCY: Final = 10
"""How often a function runs at once where nobody says, as on Lambda."""

WHOLE: Final = 100
"""Percent of the runs that are all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPlan:
    """A topic on Kafka with whose messages a function is run.

    Attributes:
        name: Name of the source.
        topic: Name of the topic on the broker.
        group: The consumer group.
        servers: Where the brokers answer: host and port.
        secret: The Secret with user name, password and mechanism of the function.
    """

    name: str
    topic: str
    group: str
    servers: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnativePlan:
    """How Knative runs a function.

    Attributes:
        concurrency: How often it runs at once, at most; each replica takes one request at a time.
        timeout: How long a run may take, in seconds.
        stable: Number of the version that has proved itself; None where the newest has all runs.
        percent: Share of the runs that the newest version gets.
        schedule: When it runs by itself; None for never.
        time_zone: Time zone of the schedule.
        feeds: Topics with whose messages it is run.
    """

    concurrency: int
    timeout: int
    stable: int | None
    percent: int
    schedule: str | None
    time_zone: str
    feeds: tuple[FeedPlan, ...]


def function_place(context: Context, team: str, name: str) -> tuple[str, str]:
    """Return the namespace and the physical name of a function."""
    return context.namespace(team), physical(name, context.teams[team].services[name].formerly)


def function_host(context: Context, team: str, name: str) -> str:
    """Return the host under which a function of a team is run."""
    namespace, function = function_place(context, team, name)
    return host(function, namespace)


def resolve_knative(subject: Subject) -> KnativePlan:
    """Return how Knative runs a function."""
    assert isinstance(subject.spec, ClusterFunction)
    spec, scope = subject.spec.function, subject.scope
    here = spec.environments.get(subject.context.environment.environment, FunctionOverride())
    rollout = here.rollout or spec.rollout
    schedule = here.schedule or spec.schedule
    return KnativePlan(
        concurrency=scope.choose(
            "concurrency", override=here.concurrency, given=spec.concurrency, default=CONCURRENCY
        ),
        timeout=seconds(scope.choose("timeout", given=spec.timeout, default=TIMEOUT)),
        stable=rollout.stable if rollout and rollout.percent < WHOLE else None,
        percent=rollout.percent if rollout else WHOLE,
        schedule=schedule,
        time_zone=scope.choose("time_zone", given=spec.time_zone, default="UTC") if schedule else "UTC",
        feeds=tuple(_feed(subject, reference) for reference in sorted(spec.subscribes)),
    )


def _feed(subject: Subject, reference: str) -> FeedPlan:
    """Return a topic that a function is run with."""
    outputs = subject.brokers.outputs_for(subject.team, subject.name, "subscribes", reference)
    password = outputs["password"]
    assert isinstance(password, SecretKeyRef)
    return FeedPlan(
        name=join(subject.physical_name, slug(reference)),
        topic=str(outputs["topic"]),
        group=str(outputs["group"]),
        servers=str(outputs["bootstrap_servers"]),
        secret=password.name,
    )
