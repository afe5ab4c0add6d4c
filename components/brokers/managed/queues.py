"""Queues on SQS: each is encrypted, open to its edges alone from its first moment, and has a dead-letter queue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from components.aws.alarms import declare_alarms
from pavedroad.plan.brokers.managed.policies import dead_letters_policy, queue_policy

if TYPE_CHECKING:
    import pulumi

    from components.aws.place import CloudPlace, Properties
    from pavedroad.plan.brokers import DeadLettersPlan, SqsQueuePlan

QUEUE: Final = "aws:sqs/queue:Queue"

LONGEST_RETENTION: Final = 14 * 86_400
"""How long dead letters are kept, in seconds: as long as SQS keeps anything."""

LONG_POLL: Final = 20
"""How long SQS waits for messages before it says that there are none, in seconds: the longest; fewer, fuller answers."""


def declare_queue(place: CloudPlace, plan: SqsQueuePlan) -> pulumi.CustomResource:
    """Declare a queue behind its dead-letter queue."""
    account = place.cloud.account
    dead = declare_dead_letters(place, plan.dead)
    redrive = {
        "deadLetterTargetArn": account.arn("sqs", plan.dead.name),
        "maxReceiveCount": plan.max_deliveries,
    }
    return place.declare(
        QUEUE,
        plan.name,
        {
            **_common(place, plan.name, fifo=plan.fifo),
            **({"contentBasedDeduplication": plan.content_based_deduplication} if plan.fifo else {}),
            "visibilityTimeoutSeconds": plan.visibility,
            "messageRetentionSeconds": plan.retention,
            "receiveWaitTimeSeconds": LONG_POLL,
            "redrivePolicy": json.dumps(redrive),
            "policy": json.dumps(queue_policy(account, plan)),
        },
        protect=plan.protect,
        after=(dead,),
    )


def declare_dead_letters(place: CloudPlace, plan: DeadLettersPlan) -> pulumi.CustomResource:
    """Declare a queue for what could not be worked off or delivered, with an alarm on anything in it."""
    redrive = (
        {"redrivePermission": "byQueue", "sourceQueueArns": list(plan.queues)}
        if plan.queues
        else {"redrivePermission": "denyAll"}
    )
    queue = place.declare(
        QUEUE,
        plan.name,
        {
            **_common(place, plan.name, fifo=plan.fifo),
            "messageRetentionSeconds": LONGEST_RETENTION,
            "redriveAllowPolicy": json.dumps(redrive),
            "policy": json.dumps(dead_letters_policy(place.cloud.account, plan)),
        },
        protect=plan.protect,
    )
    declare_alarms(place, plan.alarms, after=(queue,))
    return queue


def _common(place: CloudPlace, name: str, *, fifo: bool) -> Properties:
    """Return what every queue says; SQS takes ``fifoQueue`` only where it is true."""
    return {
        "name": name,
        **({"fifoQueue": True} if fifo else {}),
        "kmsMasterKeyId": place.cloud.key("messages"),
    }
