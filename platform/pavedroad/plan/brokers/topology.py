"""What a team declares on RabbitMQ: exchanges, queues, what leads into them, and their settings.

Facts from RabbitMQ's documentation: «Quorum queues», «Dead letter exchanges», «Streams», «Policies». Settings stand in
policies, not in arguments of the queue: they can change later, and a client that declares the queue again as plain
as its library does is not refused for the difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.topics import (
    ExchangeSpec,
    KafkaTopicSpec,
    QueueSpec,
    SnsTopicSpec,
    SqsQueueSpec,
    StreamSpec,
)
from pavedroad.descriptor.values import memory_bytes, seconds
from pavedroad.plan.brokers.model import BindingPlan, ExchangePlan, QueuePlan, QueuePolicyPlan
from pavedroad.plan.brokers.usage import topic_name
from pavedroad.plan.naming import slug
from pavedroad.plan.provenance import Scope

if TYPE_CHECKING:
    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.context import Context

DEFAULT_DELIVERIES: Final = 20
DEFAULT_RETENTION: Final = "7d"
DEFAULT_STREAM_SIZE: Final = "20Gi"


@dataclass(slots=True)
class Topology:
    """What a team declares on the cluster, by the name of each object; the same name means the same thing."""

    exchanges: dict[str, ExchangePlan] = field(default_factory=dict)
    queues: dict[str, QueuePlan] = field(default_factory=dict)
    bindings: dict[str, BindingPlan] = field(default_factory=dict)
    policies: dict[str, QueuePolicyPlan] = field(default_factory=dict)

    def add_exchange(self, exchange: str, kind: str) -> None:
        """Add an exchange."""
        name = slug(exchange)
        self.exchanges[name] = ExchangePlan(name=name, exchange=exchange, type=kind)

    def add_binding(self, exchange: str, queue: str, routing_key: str) -> None:
        """Add a way from an exchange into a queue."""
        name = slug(f"{exchange}/{queue}/{routing_key}")
        self.bindings[name] = BindingPlan(name=name, exchange=exchange, queue=queue, routing_key=routing_key)

    def add_queue(self, queue: str, deliveries: int) -> None:
        """Add a queue, and the one that takes what could not be worked off."""
        dead = f"{queue}.dead"
        for each in (queue, dead):
            self.queues[slug(each)] = QueuePlan(name=slug(each), queue=each, type="quorum")
        self._add_policy(
            queue,
            "quorum_queues",
            (
                ("dead-letter-exchange", ""),
                ("dead-letter-routing-key", dead),
                ("delivery-limit", deliveries),
            ),
        )

    def add_stream(self, stream: str, retention: str, size: str) -> None:
        """Add a stream."""
        self.queues[slug(stream)] = QueuePlan(name=slug(stream), queue=stream, type="stream")
        self._add_policy(
            stream,
            "streams",
            (("max-age", f"{seconds(retention)}s"), ("max-length-bytes", memory_bytes(size))),
        )

    def _add_policy(
        self,
        queue: str,
        applies_to: Literal["quorum_queues", "streams"],
        definition: tuple[tuple[str, str | int], ...],
    ) -> None:
        self.policies[slug(queue)] = QueuePolicyPlan(
            name=slug(queue), pattern=exactly({queue}), applies_to=applies_to, definition=definition
        )


def topology(context: Context, team: str, uses: tuple[TopicUse, ...]) -> Topology:
    """Return what a team declares: what it owns, and its subscribers' queues behind exchanges."""
    made = Topology()
    for name, spec in sorted(context.teams[team].topics.items()):
        scope = Scope(context.trace, (team, "topics", name))
        topic = topic_name(context, team, name)
        match spec:
            case QueueSpec():
                made.add_queue(
                    topic,
                    scope.choose("max_deliveries", given=spec.max_deliveries, default=DEFAULT_DELIVERIES),
                )
                if spec.exchange is not None:
                    made.add_exchange(spec.exchange.name, spec.exchange.type)
                    made.add_binding(spec.exchange.name, topic, spec.exchange.routing_key)
            case StreamSpec():
                made.add_stream(
                    topic,
                    scope.choose("retention", given=spec.retention, default=DEFAULT_RETENTION),
                    scope.choose("max_size", given=spec.max_size, default=DEFAULT_STREAM_SIZE),
                )
            case ExchangeSpec():
                made.add_exchange(topic, spec.type)
            case KafkaTopicSpec() | SqsQueueSpec() | SnsTopicSpec():
                continue
    for use in uses:
        if use.team == team and use.direction == "subscribes" and isinstance(use.spec, ExchangeSpec):
            made.add_queue(use.queue, DEFAULT_DELIVERIES)
            made.add_binding(use.topic, use.queue, binding_key(use))
    return made


def binding_key(use: TopicUse) -> str:
    """Return the key with which a subscriber's queue is bound: what it asks for, or everything."""
    asked = use.subscription.routing_key if use.subscription else None
    if asked is not None:
        return asked
    return "#" if isinstance(use.spec, ExchangeSpec) and use.spec.type == "topic" else ""


def exactly(names: set[str]) -> str:
    """Return the regular expression that matches these names and nothing else; none at all for no names."""
    return f"^({'|'.join(sorted(name.replace('.', '[.]') for name in names))})$" if names else "^$"
