"""Alarms of CloudWatch, and the topic on which they reach somebody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from components.aws.sns import SIGNATURE, SUBSCRIPTION, TOPIC
from pavedroad.plan.cloud.alarms import PERIOD, alarm_topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pulumi

    from components.aws.place import CloudPlace
    from pavedroad.plan.cloud.alarms import AlarmPlan
    from pavedroad.plan.cloud.receivers import ReceiversPlan

METRIC_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"


def declare_receivers(place: CloudPlace, plan: ReceiversPlan, key: pulumi.Input[str]) -> None:
    """Declare the topic of an environment's alarms, and who hears it.

    Args:
        place: The cloud slice's.
        plan: Who hears it.
        key: The ARN of the key that encrypts messages.
    """
    topic = place.declare(
        TOPIC,
        plan.topic,
        {
            "name": plan.topic,
            "kmsMasterKeyId": key,
            "signatureVersion": SIGNATURE,
            "policy": json.dumps(plan.policy),
        },
    )
    for protocol, endpoint in plan.endpoints:
        place.declare(
            SUBSCRIPTION,
            f"{plan.topic}/{endpoint}",
            {
                "topic": place.cloud.account.arn("sns", plan.topic),
                "protocol": protocol,
                "endpoint": endpoint,
                **({"endpointAutoConfirms": True} if protocol == "https" else {}),
            },
            tagged=False,
            after=(topic,),
        )


def declare_alarms(
    place: CloudPlace,
    plans: Iterable[AlarmPlan],
    after: tuple[pulumi.Resource, ...] = (),
    late: Mapping[str, pulumi.Input[str]] | None = None,
) -> None:
    """Declare alarms; a thing that sends no values does not alarm. The environment's topic hears when one is over too.

    Args:
        place: Where they stand.
        plans: The alarms.
        after: What must exist before them.
        late: Dimensions that are known only when what is watched is made.
    """
    account = place.cloud.account
    heard = [account.arn("sns", alarm_topic(account))]
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
                "alarmActions": heard,
                "okActions": heard,
            },
            after=after,
        )
