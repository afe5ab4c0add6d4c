"""What a team publishes: topics on Kafka; queues, exchanges and streams on RabbitMQ; queues on SQS, topics on SNS."""

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from pavedroad.descriptor.values import Duration, Many, Memory, Name, Reference, Spec, TopicName, Url, seconds

BROKERS = ("kafka", "rabbitmq", "sqs", "sns")
"""Every broker that a descriptor can name."""

REFUSED_BROKERS: dict[str, str] = {
    "activemq": "rabbitmq",
    "azure-service-bus": "rabbitmq",
    "event-hubs": "kafka",
    "google-pub-sub": "kafka",
    "kinesis": "kafka",
    "nats": "rabbitmq",
    "pubsub": "kafka",
    "pulsar": "kafka",
    "redpanda": "kafka; Redpanda speaks its protocol",
}
"""Brokers that no environment can realise, and what stands in for each."""

STAND_INS: dict[str, str] = {
    "sns": "a RabbitMQ exchange (broker: rabbitmq, kind: exchange) or a Kafka topic (broker: kafka)",
    "sqs": "a RabbitMQ queue (broker: rabbitmq) or a Kafka topic (broker: kafka)",
}
"""Brokers of one cloud alone, and what stands in for each where there is none."""

SHORTEST_RETENTION, LONGEST_RETENTION = 60, 14 * 86_400
"""How long SQS keeps messages, in seconds (SQS API, «SetQueueAttributes»: MessageRetentionPeriod)."""
LONGEST_VISIBILITY = 12 * 3_600
"""How long SQS keeps a received message from others, in seconds (the same: VisibilityTimeout)."""


class TopicBase(Spec):
    """What every topic can say."""

    open_to: Many[Reference] = ()
    """Who outside the team may publish or subscribe: `team/service`, a team, or `everyone`."""
    formerly: Many[Name] = ()
    """Earlier names of this topic, oldest first: the name on the broker is kept."""


class NamedTopicBase(TopicBase):
    """What a topic on a broker of the environment's own can say."""

    name: TopicName | None = None
    """The name on the broker. Default: `<team>.<topic>`."""
    alias: Name | None = None
    """A host name of the broker that applications have built in; it resolves for all who use this topic."""


class KafkaTopicSpec(NamedTopicBase):
    """A Kafka topic."""

    broker: Literal["kafka"]
    partitions: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How many partitions, the limit of parallel consumers in a group. Default: 3."""
    retention: Duration | None = None
    """How long records are kept. Default: 7d."""
    compacted: bool = False
    """Keep only the newest record of each key."""


class ExchangeBindingSpec(Spec):
    """The exchange in front of a queue, where an application publishes to one by name."""

    name: TopicName
    """Name of the exchange on the broker."""
    type: Literal["direct", "fanout", "topic", "headers"] = "direct"
    """How the exchange chooses queues."""
    routing_key: TopicName
    """The routing key that leads into the queue."""


class QueueSpec(NamedTopicBase):
    """A replicated (quorum) queue on RabbitMQ: each message goes to one consumer."""

    broker: Literal["rabbitmq"]
    kind: Literal["queue"] = "queue"
    exchange: ExchangeBindingSpec | None = None
    """An exchange that leads into this queue. Default: publishers use the default exchange."""
    max_deliveries: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How often a message is delivered before it goes to the dead-letter queue. Default: 20."""


class ExchangeSpec(NamedTopicBase):
    """An exchange on RabbitMQ: every subscriber has a queue of its own and gets every matching message."""

    broker: Literal["rabbitmq"]
    kind: Literal["exchange"]
    type: Literal["direct", "fanout", "topic", "headers"] = "fanout"
    """How the exchange chooses among the subscribers' queues."""


class StreamSpec(NamedTopicBase):
    """A stream on RabbitMQ: an append-only log that many consumers read at their own pace."""

    broker: Literal["rabbitmq"]
    kind: Literal["stream"]
    retention: Duration | None = None
    """How long messages are kept. Default: 7d."""
    max_size: Memory | None = None
    """The size at which the oldest messages are dropped. Default: 20Gi."""


class OrderedTopicBase(TopicBase):
    """What a queue or topic of AWS can say about order."""

    fifo: bool = False
    """Keep the order of messages within a group, and deliver each once."""
    content_based_deduplication: bool = False
    """Take messages with the same body for the same message; for `fifo`, where publishers send no identifier."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.content_based_deduplication and not self.fifo:
            raise ValueError("content_based_deduplication needs fifo: true")
        return self


class SqsQueueSpec(OrderedTopicBase):
    """A queue on SQS, with a dead-letter queue behind it: each message goes to one consumer."""

    broker: Literal["sqs"]
    visibility_timeout: Duration | None = None
    """How long a consumer has for a message before another gets it. Default: 30s."""
    retention: Duration | None = None
    """How long messages are kept. Default: 4d."""
    max_deliveries: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How often a message is delivered before it goes to the dead-letter queue. Default: 20."""

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        if self.visibility_timeout is not None and seconds(self.visibility_timeout) > LONGEST_VISIBILITY:
            raise ValueError("visibility_timeout must be at most 12h")
        if self.retention is not None and not _kept(seconds(self.retention)):
            raise ValueError("retention must be from 60s to 14d")
        return self


class SnsTopicSpec(OrderedTopicBase):
    """A topic on SNS: every subscriber has a queue of its own and gets every message that passes its filter."""

    broker: Literal["sns"]
    webhooks: Many[Url] = ()
    """HTTPS end points outside the platform that get every message."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if any(not url.startswith("https://") for url in self.webhooks):
            raise ValueError("webhooks must be https")
        if self.webhooks and self.fifo:
            raise ValueError("a fifo topic delivers to queues alone; remove webhooks")
        return self


def _kept(length: int) -> bool:
    """Whether SQS keeps messages so long."""
    return SHORTEST_RETENTION <= length <= LONGEST_RETENTION


def _kind_of(value: object) -> str | None:
    """Return the tag that tells topic kinds apart; None where the broker itself is not known."""
    read = value.get if isinstance(value, dict) else lambda key, default=None: getattr(value, key, default)
    broker = read("broker")
    if broker == "rabbitmq":
        return str(read("kind", "queue"))
    return str(broker) if broker in BROKERS else None


Topic = Annotated[
    Annotated[KafkaTopicSpec, Tag("kafka")]
    | Annotated[QueueSpec, Tag("queue")]
    | Annotated[ExchangeSpec, Tag("exchange")]
    | Annotated[StreamSpec, Tag("stream")]
    | Annotated[SqsQueueSpec, Tag("sqs")]
    | Annotated[SnsTopicSpec, Tag("sns")],
    Discriminator(_kind_of),
]
"""A topic, told apart by its ``broker`` and, on RabbitMQ, its ``kind``."""
