"""Alarms: what is measured of a managed service, and from where on somebody should look.

What kills a store is watched, and nothing else: each alarm is one that a person acts on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.plan.cloud.names import name as cloud_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.flows import Labels

Statistic = Literal["Average", "Maximum", "Minimum", "Sum"]

PERIOD: Final = 300
"""Over how many seconds a value is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched of a kind of store.

    Attributes:
        metric: The metric, as CloudWatch names it.
        limit: The value from which on it is too much, or too little where ``below``.
        why: What happens then, in words for whoever gets the alarm.
        statistic: What is taken of the values of a period.
        below: Whether it is too little that alarms.
        periods: How many periods in a row it must last.
    """

    metric: str
    limit: float
    why: str
    statistic: Statistic = "Average"
    below: bool = False
    periods: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPlan:
    """One alarm.

    Attributes:
        name: Its name in the account.
        namespace: The namespace of the metric: ``AWS/RDS``.
        dimensions: Of what the metric is taken.
        watch: What is watched.
    """

    name: str
    namespace: str
    dimensions: Labels
    watch: Watch


def alarm_topic(account: AccountPlan) -> str:
    """Return the name of the topic that every alarm of an environment goes to."""
    return cloud_name("sns-topic", account.realm, "alarms")


def alarms(
    names: tuple[str, ...], namespace: str, dimensions: Labels, watched: Iterable[Watch]
) -> tuple[AlarmPlan, ...]:
    """Return one alarm for everything that is watched of a thing.

    Args:
        names: What the thing is known by, from the environment to itself.
        namespace: The namespace of its metrics.
        dimensions: What tells its metrics from those of others.
        watched: What is watched of it.
    """
    return tuple(
        AlarmPlan(
            name=cloud_name("cloudwatch-alarm", *names, watch.metric),
            namespace=namespace,
            dimensions=dimensions,
            watch=watch,
        )
        for watch in watched
    )
