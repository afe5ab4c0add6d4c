"""Queues, topics and subscriptions in an AWS account, resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pavedroad.plan.cloud.alarms import AlarmPlan
    from pavedroad.plan.flows import Labels

JsonText = str
"""A text in JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLettersPlan:
    """A queue that takes what could not be worked off or delivered.

    Attributes:
        name: Its name in the account.
        fifo: Whether it keeps order, as the queues and topics before it do.
        queues: ARNs of the queues whose dead letters it takes.
        topics: ARNs of the topics whose undelivered messages it takes.
        protect: Whether the engine refuses to delete or replace it.
        alarms: What somebody is told of it.
    """

    name: str
    fifo: bool
    queues: tuple[str, ...]
    topics: tuple[str, ...]
    protect: bool
    alarms: tuple[AlarmPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SqsQueuePlan:
    """A queue.

    Attributes:
        name: Its name in the account.
        fifo: Whether it keeps the order of messages within a group.
        content_based_deduplication: Whether messages with the same body are the same message.
        visibility: How long a consumer has for a message, in seconds.
        retention: How long messages are kept, in seconds.
        max_deliveries: How often a message is delivered before it is put aside.
        dead: Where it is put aside.
        senders: ARNs of the roles that may send.
        topics: ARNs of the topics that deliver into it.
        protect: Whether the engine refuses to delete or replace it.
    """

    name: str
    fifo: bool
    content_based_deduplication: bool
    visibility: int
    retention: int
    max_deliveries: int
    dead: DeadLettersPlan
    senders: tuple[str, ...]
    topics: tuple[str, ...]
    protect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterPlan:
    """Which messages a subscription takes, as SNS spells it."""

    scope: Literal["MessageAttributes", "MessageBody"]
    policy: JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionPlan:
    """One way out of a topic.

    Attributes:
        name: Its logical name, unique among subscriptions.
        topic: ARN of the topic.
        protocol: How messages are delivered.
        endpoint: Where to: the ARN of a queue or function, or a URL.
        raw: Whether messages come as they were published, without an envelope.
        filter: Which messages; None for all.
        dead: ARN of the queue that takes what could not be delivered.
    """

    name: str
    topic: str
    protocol: Literal["sqs", "lambda", "https"]
    endpoint: str
    raw: bool
    filter: FilterPlan | None
    dead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnsTopicPlan:
    """A topic, with its ways out of the environment.

    Attributes:
        name: Its name in the account.
        namespace: Namespace of the team that owns it.
        tags: Tags of what that team owns in the account.
        fifo: Whether it keeps the order of messages within a group.
        content_based_deduplication: Whether messages with the same body are the same message.
        publishers: ARNs of the roles that may publish.
        webhooks: Deliveries to end points outside.
        undelivered: What takes messages that no end point outside took; None where there is none.
        protect: Whether the engine refuses to delete or replace it.
    """

    name: str
    namespace: str
    tags: Labels
    fifo: bool
    content_based_deduplication: bool
    publishers: tuple[str, ...]
    webhooks: tuple[SubscriptionPlan, ...]
    undelivered: DeadLettersPlan | None
    protect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamQueuesPlan:
    """What a team has in the account: its own queues, and its subscribers' with what leads into them."""

    queues: tuple[SqsQueuePlan, ...]
    subscriptions: tuple[SubscriptionPlan, ...]
