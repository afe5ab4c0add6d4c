"""What is watched of a function: that it is let run, and that nothing lies in its queue of failures.

Dimensions from the Lambda developer guide, «Types of metrics for Lambda functions»: a run under an alias counts for the
version that was run, which tells a new version's failures from those of the one that has proved itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.brokers.managed.sqs import WATCHED as WATCHED_QUEUE
from pavedroad.plan.cloud.alarms import Watch, alarms
from pavedroad.plan.functions.model import ALIAS

if TYPE_CHECKING:
    from pavedroad.plan.cloud.alarms import AlarmPlan

_NAMESPACE: Final = "AWS/Lambda"

WATCHED: Final = (
    Watch(
        metric="Throttles",
        limit=0,
        statistic="Sum",
        why="Runs are refused, as many are running as may: give the function a higher concurrency.",
    ),
)
"""What is watched of every function."""

WATCHED_NEWEST: Final = (
    Watch(
        metric="Errors",
        limit=0,
        statistic="Sum",
        periods=1,
        why="Runs of the version that is being rolled out fail: set the percent of its rollout back.",
    ),
)
"""What is watched of a version that gets a share of the runs."""


def function_alarms(parts: tuple[str, ...], function: str, dead_letters: str) -> tuple[AlarmPlan, ...]:
    """Return the alarms of a function.

    Args:
        parts: What it is known by, from the environment to itself.
        function: Its name in the account.
        dead_letters: Its queue of failures.
    """
    queue = (("QueueName", dead_letters),)
    return (
        *alarms(parts, _NAMESPACE, (("FunctionName", function),), WATCHED),
        *alarms((*parts, "failed"), "AWS/SQS", queue, WATCHED_QUEUE),
    )


def rollout_alarms(parts: tuple[str, ...], function: str) -> tuple[AlarmPlan, ...]:
    """Return the alarms of the newest version, whose number is known late."""
    dimensions = (("FunctionName", function), ("Resource", f"{function}:{ALIAS}"))
    return alarms((*parts, "newest"), _NAMESPACE, dimensions, WATCHED_NEWEST)
