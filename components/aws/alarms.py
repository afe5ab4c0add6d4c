"""Alarms of CloudWatch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.alarms import PERIOD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pulumi

    from components.aws.place import CloudPlace
    from pavedroad.plan.cloud.alarms import AlarmPlan

METRIC_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"


def declare_alarms(
    place: CloudPlace,
    plans: Iterable[AlarmPlan],
    after: tuple[pulumi.Resource, ...] = (),
    late: Mapping[str, pulumi.Input[str]] | None = None,
) -> None:
    """Declare alarms; a thing that sends no values does not alarm.

    Args:
        place: Where they stand.
        plans: The alarms.
        after: What must exist before them.
        late: Dimensions that are known only when what is watched is made.
    """
    for plan in plans:
        watch = plan.watch
        place.declare(
            METRIC_ALARM,
            plan.name,
            {
                "name": plan.name,
                "alarmDescription": watch.why,
                "namespace": plan.namespace,
                "metricName": watch.metric,
                "dimensions": {**dict(plan.dimensions), **(late or {})},
                "statistic": watch.statistic,
                "comparisonOperator": f"{'LessThan' if watch.below else 'GreaterThan'}Threshold",
                "threshold": watch.limit,
                "period": PERIOD,
                "evaluationPeriods": watch.periods,
                "treatMissingData": "notBreaching",
            },
            after=after,
        )
