"""Queues on SQS: each with a dead-letter queue behind it, and open to exactly the roles of its edges.

Facts from the SQS developer guide: «Amazon SQS dead-letter queues», «Least-privilege policies», «Key management»
(a producer decrypts as well: it uses a data key again), and KEDA's page of the scaler «AWS SQS Queue».
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.topics import SqsQueueSpec
from pavedroad.descriptor.values import seconds
from pavedroad.plan.brokers.managed.model import DeadLettersPlan, SqsQueuePlan
from pavedroad.plan.brokers.managed.names import queue_name, role_arn
from pavedroad.plan.brokers.model import TriggerPlan
from pavedroad.plan.brokers.realisation import Unguarded
from pavedroad.plan.brokers.topology import DEFAULT_DELIVERIES
from pavedroad.plan.brokers.usage import topic_name
from pavedroad.plan.cloud.access import Grant, encrypted_with
from pavedroad.plan.cloud.alarms import Watch, alarms
from pavedroad.plan.naming import physical, slug
from pavedroad.plan.provenance import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.values import Outputs

DEFAULT_VISIBILITY: Final = "30s"
DEFAULT_RETENTION: Final = "4d"

SEND: Final = ("sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage")
"""What a publisher does: find the queue and send."""

RECEIVE: Final = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
)
"""What a subscriber does: find the queue, receive, take longer over a message, and delete it when done."""

WATCHED: Final = (
    Watch(
        metric="ApproximateNumberOfMessagesVisible",
        limit=0,
        why="Messages were put aside that could not be worked off or delivered: look at them before they expire.",
        statistic="Maximum",
        periods=1,
    ),
)
"""What is watched of a dead-letter queue."""

COUNT: Final = ("sqs:GetQueueAttributes",)
"""What the autoscaler does: ask how many messages wait."""


@dataclass(frozen=True, slots=True)
class Sqs(Unguarded):
    """What an edge to a queue means in an account."""

    account: AccountPlan
    host: None = None

    def outputs(self, use: TopicUse) -> Outputs:
        """Return the documented outputs of an edge."""
        return queue_outputs(self.account, use.topic)

    def trigger(self, use: TopicUse, per_replica: int) -> TriggerPlan:
        """Return the trigger on a queue's length."""
        return queue_trigger(self.account, use, use.topic, per_replica)

    def grants(self, use: TopicUse) -> tuple[Grant, ...]:
        """Return what an edge allows."""
        if use.direction == "subscribes":
            return receive_grants(self.account, use, use.topic)
        return (
            Grant(reason=use.path, actions=SEND, resources=(self.account.arn("sqs", use.topic),)),
            encrypted_with(self.account, "messages", "sqs", use.path),
        )

    def counted(self, use: TopicUse) -> tuple[Grant, ...]:
        """Return what the autoscaler is allowed for an edge that scales its service."""
        return count_grants(self.account, use, use.topic)


def queue_outputs(account: AccountPlan, queue: str) -> Outputs:
    """Return what is told of a queue."""
    return {
        "queue": queue,
        "url": f"https://{account.host('sqs')}/{account.account}/{queue}",
        "arn": account.arn("sqs", queue),
        "region": account.region,
    }


def receive_grants(account: AccountPlan, use: TopicUse, queue: str) -> tuple[Grant, ...]:
    """Return what a subscriber may do with its queue."""
    return (
        Grant(reason=use.path, actions=RECEIVE, resources=(account.arn("sqs", queue),)),
        encrypted_with(account, "messages", "sqs", use.path, write=False),
    )


def count_grants(account: AccountPlan, use: TopicUse, queue: str) -> tuple[Grant, ...]:
    """Return what the autoscaler may do with a queue."""
    reason = f"{use.client.namespace}/{use.client.name}.scale.backlog.{use.reference}"
    return (Grant(reason=reason, actions=COUNT, resources=(account.arn("sqs", queue),)),)


def queue_trigger(account: AccountPlan, use: TopicUse, queue: str, per_replica: int) -> TriggerPlan:
    """Return the trigger on a queue's length; KEDA asks with its own role."""
    return TriggerPlan(
        name=slug(use.reference),
        type="aws-sqs-queue",
        metadata=(
            ("awsRegion", account.region),
            ("identityOwner", "operator"),
            ("queueLength", str(per_replica)),
            ("queueURL", str(queue_outputs(account, queue)["url"])),
        ),
        authentication=(),
    )


def resolve_queues(context: Context, team: str, uses: Iterable[TopicUse]) -> Iterator[SqsQueuePlan]:
    """Yield the queues that a team owns."""
    everybody = tuple(uses)
    for name, spec in sorted(context.teams[team].topics.items()):
        if not isinstance(spec, SqsQueueSpec):
            continue
        account = context.needed_account
        scope = Scope(context.trace, (team, "topics", name))
        queue = topic_name(context, team, name)
        yield SqsQueuePlan(
            name=queue,
            fifo=spec.fifo,
            content_based_deduplication=spec.content_based_deduplication,
            visibility=seconds(
                scope.choose("visibility_timeout", given=spec.visibility_timeout, default=DEFAULT_VISIBILITY)
            ),
            retention=seconds(scope.choose("retention", given=spec.retention, default=DEFAULT_RETENTION)),
            max_deliveries=scope.choose(
                "max_deliveries", given=spec.max_deliveries, default=DEFAULT_DELIVERIES
            ),
            dead=dead_letters(
                context,
                (context.namespace(team), physical(name, spec.formerly), "dead"),
                fifo=spec.fifo,
                queues=(account.arn("sqs", queue),),
            ),
            senders=publishers(account, everybody, queue, "sqs"),
            topics=(),
            protect=context.tier.protect,
        )


def dead_letters(
    context: Context,
    parts: tuple[str, ...],
    *,
    fifo: bool,
    queues: tuple[str, ...] = (),
    topics: tuple[str, ...] = (),
) -> DeadLettersPlan:
    """Return a queue for what could not be worked off or delivered.

    Args:
        context: The environment.
        parts: What the queue is known by.
        fifo: Whether it keeps order.
        queues: ARNs of the queues whose dead letters it takes.
        topics: ARNs of the topics whose undelivered messages it takes.
    """
    account = context.needed_account
    name = queue_name(account, *parts, fifo=fifo)
    return DeadLettersPlan(
        name=name,
        fifo=fifo,
        queues=queues,
        topics=topics,
        protect=context.tier.protect,
        alarms=alarms((account.environment, *parts), "AWS/SQS", (("QueueName", name),), WATCHED),
    )


def publishers(account: AccountPlan, uses: Iterable[TopicUse], topic: str, broker: str) -> tuple[str, ...]:
    """Return the ARNs of the roles of those who publish to a topic."""
    mine = (
        use for use in uses if use.direction == "publishes" and (use.broker, use.topic) == (broker, topic)
    )
    return tuple(sorted({role_arn(account, use.client) for use in mine}))
