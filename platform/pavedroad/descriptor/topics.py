"""What a team publishes: topics on Kafka; queues, exchanges and streams on RabbitMQ."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from pavedroad.descriptor.values import Duration, Many, Memory, Name, Reference, Spec, TopicName

BROKERS = ("kafka", "rabbitmq")
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


class TopicBase(Spec):
    """What every topic can say."""

    name: TopicName | None = None
    """The name on the broker. Default: `<team>.<topic>`."""
    open_to: Many[Reference] = ()
    """Who outside the team may publish or subscribe: `team/service`, a team, or `everyone`."""
    alias: Name | None = None
    """A host name of the broker that applications have built in; it resolves for all who use this topic."""
    formerly: Many[Name] = ()
    """Earlier names of this topic, oldest first: the name on the broker is kept."""


class KafkaTopicSpec(TopicBase):
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


class QueueSpec(TopicBase):
    """A replicated (quorum) queue on RabbitMQ: each message goes to one consumer."""

    broker: Literal["rabbitmq"]
    kind: Literal["queue"] = "queue"
    exchange: ExchangeBindingSpec | None = None
    """An exchange that leads into this queue. Default: publishers use the default exchange."""
    max_deliveries: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How often a message is delivered before it goes to the dead-letter queue. Default: 20."""


class ExchangeSpec(TopicBase):
    """An exchange on RabbitMQ: every subscriber has a queue of its own and gets every matching message."""

    broker: Literal["rabbitmq"]
    kind: Literal["exchange"]
    type: Literal["direct", "fanout", "topic", "headers"] = "fanout"
    """How the exchange chooses among the subscribers' queues."""


class StreamSpec(TopicBase):
    """A stream on RabbitMQ: an append-only log that many consumers read at their own pace."""

    broker: Literal["rabbitmq"]
    kind: Literal["stream"]
    retention: Duration | None = None
    """How long messages are kept. Default: 7d."""
    max_size: Memory | None = None
    """The size at which the oldest messages are dropped. Default: 20Gi."""


def _kind_of(value: object) -> str | None:
    """Return the tag that tells topic kinds apart; None where the broker itself is not known."""
    read = value.get if isinstance(value, dict) else lambda key, default=None: getattr(value, key, default)
    broker = read("broker")
    if broker == "kafka":
        return "kafka"
    return str(read("kind", "queue")) if broker == "rabbitmq" else None


Topic = Annotated[
    Annotated[KafkaTopicSpec, Tag("kafka")]
    | Annotated[QueueSpec, Tag("queue")]
    | Annotated[ExchangeSpec, Tag("exchange")]
    | Annotated[StreamSpec, Tag("stream")],
    Discriminator(_kind_of),
]
"""A topic, told apart by its ``broker`` and, on RabbitMQ, its ``kind``."""
