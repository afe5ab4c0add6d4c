"""Topics on SNS: every subscriber has a queue of its own, which stands with the subscriber.

Topics themselves stand with the platform, as those of Kafka do: whoever subscribes finds them there, whichever team
goes up first. Facts from the SNS developer guide: «Fanout to Amazon SQS queues», «Dead-letter queues», «Raw message
delivery», «Subscription filter policies».
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.topics import SnsTopicSpec
from pavedroad.descriptor.values import seconds
from pavedroad.plan.brokers.managed.model import (
    FilterPlan,
    SnsTopicPlan,
    SqsQueuePlan,
    SubscriptionPlan,
)
from pavedroad.plan.brokers.managed.names import queue_name
from pavedroad.plan.brokers.managed.sqs import (
    DEFAULT_RETENTION,
    DEFAULT_VISIBILITY,
    count_grants,
    dead_letters,
    publishers,
    queue_outputs,
    queue_trigger,
    receive_grants,
)
from pavedroad.plan.brokers.realisation import Unguarded
from pavedroad.plan.brokers.topology import DEFAULT_DELIVERIES
from pavedroad.plan.brokers.usage import topic_name
from pavedroad.plan.cloud.access import Grant, encrypted_with
from pavedroad.plan.cloud.patterns import pattern
from pavedroad.plan.cloud.tags import team_tags
from pavedroad.plan.naming import physical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.descriptor.filters import FilterSpec
    from pavedroad.plan.brokers.managed.model import DeadLettersPlan
    from pavedroad.plan.brokers.model import TriggerPlan
    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.values import Outputs

PUBLISH: Final = ("sns:GetTopicAttributes", "sns:Publish")
"""What a publisher does: look the topic up and publish, in batches too."""


@dataclass(frozen=True, slots=True)
class Sns(Unguarded):
    """What an edge to a topic means in an account."""

    account: AccountPlan
    host: None = None

    def outputs(self, use: TopicUse) -> Outputs:
        """Return the documented outputs of an edge."""
        if use.direction == "subscribes":
            return queue_outputs(self.account, subscriber_queue(self.account, use))
        arn = self.account.arn("sns", use.topic)
        return {"topic": use.topic, "arn": arn, "region": self.account.region}

    def trigger(self, use: TopicUse, per_replica: int) -> TriggerPlan:
        """Return the trigger on the length of a subscriber's queue."""
        return queue_trigger(self.account, use, subscriber_queue(self.account, use), per_replica)

    def grants(self, use: TopicUse) -> tuple[Grant, ...]:
        """Return what an edge allows: publishers the topic, subscribers their own queue."""
        if use.direction == "subscribes":
            return receive_grants(self.account, use, subscriber_queue(self.account, use))
        return (
            Grant(reason=use.path, actions=PUBLISH, resources=(self.account.arn("sns", use.topic),)),
            encrypted_with(self.account, "messages", "sns", use.path),
        )

    def counted(self, use: TopicUse) -> tuple[Grant, ...]:
        """Return what the autoscaler is allowed for an edge that scales its service."""
        return count_grants(self.account, use, subscriber_queue(self.account, use))


def subscriber_queue(account: AccountPlan, use: TopicUse) -> str:
    """Return the name of a subscriber's own queue."""
    return queue_name(account, *_subscriber(use), fifo=_fifo(use))


def _subscriber(use: TopicUse) -> tuple[str, ...]:
    return (use.client.namespace or "", use.client.name, *use.origin)


def _fifo(use: TopicUse) -> bool:
    return isinstance(use.spec, SnsTopicSpec) and use.spec.fifo


def resolve_topics(context: Context, uses: Iterable[TopicUse]) -> Iterator[SnsTopicPlan]:
    """Yield the topics of all teams."""
    everybody = tuple(uses)
    for team, descriptor in sorted(context.teams.items()):
        for name, spec in sorted(descriptor.topics.items()):
            if isinstance(spec, SnsTopicSpec):
                yield _topic(context, team, name, spec, everybody)


def _topic(
    context: Context, team: str, name: str, spec: SnsTopicSpec, uses: tuple[TopicUse, ...]
) -> SnsTopicPlan:
    account = context.needed_account
    topic = topic_name(context, team, name)
    undelivered = _undelivered(context, team, name, spec)
    return SnsTopicPlan(
        name=topic,
        namespace=context.namespace(team),
        tags=team_tags(context, team),
        fifo=spec.fifo,
        content_based_deduplication=spec.content_based_deduplication,
        publishers=publishers(account, uses, topic, "sns"),
        webhooks=tuple(
            SubscriptionPlan(
                name=f"{topic}/{url}",
                topic=account.arn("sns", topic),
                protocol="https",
                endpoint=url,
                raw=False,
                filter=None,
                dead=account.arn("sqs", undelivered.name),
            )
            for url in spec.webhooks
        ),
        undelivered=undelivered if spec.webhooks else None,
        protect=context.tier.protect,
    )


def _undelivered(context: Context, team: str, name: str, spec: SnsTopicSpec) -> DeadLettersPlan:
    """Return the queue of what no end point outside took."""
    account = context.needed_account
    parts = (context.namespace(team), physical(name, spec.formerly), "undelivered")
    topic = account.arn("sns", topic_name(context, team, name))
    return dead_letters(context, parts, fifo=False, topics=(topic,))


def resolve_subscriptions(
    context: Context, team: str, uses: Iterable[TopicUse]
) -> Iterator[tuple[SqsQueuePlan, SubscriptionPlan]]:
    """Yield the queue of each of a team's subscribers, with what leads into it."""
    for use in uses:
        if (use.team, use.broker, use.direction) == (team, "sns", "subscribes"):
            yield _subscription(context, use)


def _subscription(context: Context, use: TopicUse) -> tuple[SqsQueuePlan, SubscriptionPlan]:
    account, protect = context.needed_account, context.tier.protect
    queue = subscriber_queue(account, use)
    topic, arn = account.arn("sns", use.topic), account.arn("sqs", queue)
    dead = dead_letters(context, (*_subscriber(use), "dead"), fifo=_fifo(use), queues=(arn,), topics=(topic,))
    plan = SqsQueuePlan(
        name=queue,
        fifo=_fifo(use),
        content_based_deduplication=False,
        visibility=seconds(DEFAULT_VISIBILITY),
        retention=seconds(DEFAULT_RETENTION),
        max_deliveries=DEFAULT_DELIVERIES,
        dead=dead,
        senders=(),
        topics=(topic,),
        protect=protect,
    )
    subscription = use.subscription
    return plan, SubscriptionPlan(
        name=queue,
        topic=topic,
        protocol="sqs",
        endpoint=arn,
        raw=subscription is None or not subscription.envelope,
        filter=_filter(subscription.filter) if subscription and subscription.filter else None,
        dead=account.arn("sqs", dead.name),
    )


def _filter(spec: FilterSpec) -> FilterPlan:
    """Return a filter as SNS spells it."""
    policy = {name: [pattern(value) for value in values] for name, values in sorted(spec.match.items())}
    return FilterPlan(
        scope="MessageAttributes" if spec.by == "attributes" else "MessageBody",
        policy=json.dumps(policy),
    )
