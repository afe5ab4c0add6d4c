"""References: `${stores.ledger.host}` and its like, and every output that they can name.

An environment variable may hold references among other text; `$${` stands for a literal `${`. What is secret is
marked here once: such outputs reach a container as secret references and never stand in a configuration file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from pavedroad.descriptor.stores import DynamodbStore
from pavedroad.descriptor.topics import ExchangeSpec, QueueSpec, StreamSpec

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import Store
    from pavedroad.descriptor.topics import Topic

Source = Literal["stores", "calls", "publishes", "subscribes", "invokes", "starts", "pod", "environment"]
SOURCES: tuple[Source, ...] = get_args(Source)
"""What a reference can start with."""
RunSource = Literal["invokes", "starts"]
NAMELESS: frozenset[Source] = frozenset({"pod", "environment"})
"""Sources that there is only one of: `${pod.name}`."""


@dataclass(frozen=True, slots=True)
class Output:
    """Something that a store, edge, pod or environment can tell a container."""

    name: str
    description: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class OutputReference:
    """One `${…}` in a text."""

    source: Source
    name: str
    """The store, or the callee or topic as the workload names it; empty for pod and environment."""
    output: str

    def __str__(self) -> str:
        """Return the reference as it is written."""
        return "${" + ".".join(part for part in (self.source, self.name, self.output) if part) + "}"


class ReferenceSyntaxError(ValueError):
    """A `${…}` that is no reference."""


_HOST = Output("host", "Host name, resolvable from the pod")
_PORT = Output("port", "Port number")
_DATABASE = Output("database", "Name of the database")
_USERNAME = Output("username", "User name, kept in the same secret as its password", secret=True)
_PASSWORD = Output("password", "Password", secret=True)
_URI = Output("uri", "Connection URI with user name and password", secret=True)
_REGION = Output("region", "Region that requests are signed for")
_KEYS = (
    Output("access_key_id", "Identifier of the access key", secret=True),
    Output("secret_access_key", "Secret of the access key", secret=True),
)
_SQL = (_HOST, _PORT, _DATABASE, _USERNAME, _PASSWORD, _URI)

STORE_OUTPUTS: dict[str, tuple[Output, ...]] = {
    "postgres": _SQL,
    "mysql": _SQL,
    "mongodb": _SQL,
    "redis": (_HOST, _PORT, Output("uri", "Connection URI; the mesh identity stands in for a password")),
    "memcached": (_HOST, _PORT),
    "cassandra": (
        _HOST,
        _PORT,
        Output("datacenter", "Name of the datacenter"),
        Output("keyspace", "Name of the keyspace"),
        _USERNAME,
        _PASSWORD,
    ),
    "neo4j": (_HOST, _PORT, _USERNAME, _PASSWORD, Output("uri", "Bolt URI without user name and password")),
    "neptune": (_HOST, _PORT, _REGION),
    "dynamodb": (Output("endpoint", "URL of the end point"), _HOST, _PORT, _REGION, *_KEYS),
    "bucket": (
        Output("endpoint", "URL of the S3-compatible end point"),
        Output("bucket", "Name of the bucket"),
        _REGION,
        *_KEYS,
    ),
}
"""Outputs of a store, by engine; a DynamoDB store has one more for each of its tables."""

TABLE: Final = "table."
"""How the output begins that tells the physical name of a table: ``${stores.carts.table.Items}``."""

CALL_OUTPUTS: tuple[Output, ...] = (
    _HOST,
    _PORT,
    Output("address", "Host and port with a colon between"),
    Output("url", "URL: scheme, host and port"),
)
"""Outputs of a call."""

_KAFKA = (
    Output("bootstrap_servers", "Brokers to start from: host:port, with commas between"),
    Output("topic", "Name of the topic on the broker"),
    Output(
        "security_protocol", "Whether clients speak TLS: `SASL_PLAINTEXT`, where the mesh does, or `SASL_SSL`"
    ),
    Output("sasl_mechanism", "How clients authenticate: `SCRAM-SHA-512`, or `AWS_MSK_IAM` with their role"),
    _USERNAME,
    _PASSWORD,
)
_RABBITMQ = (
    _HOST,
    _PORT,
    Output("addresses", "host:port of the broker"),
    Output("vhost", "Virtual host"),
    _USERNAME,
    _PASSWORD,
    _URI,
)
_QUEUE = Output("queue", "Name of the queue")
_EXCHANGE = Output("exchange", "Name of the exchange; empty for the default exchange")
_ROUTING_KEY = Output("routing_key", "Routing key that messages are sent or bound with")
_SQS = (_QUEUE, Output("url", "URL of the queue"), Output("arn", "ARN of the queue"), _REGION)
_SNS = (Output("topic", "Name of the topic"), Output("arn", "ARN of the topic"), _REGION)

PUBLISH_OUTPUTS: dict[str, tuple[Output, ...]] = {
    "kafka": _KAFKA,
    "queue": (*_RABBITMQ, _QUEUE, _EXCHANGE, _ROUTING_KEY),
    "exchange": (*_RABBITMQ, _EXCHANGE),
    "stream": (*_RABBITMQ, _QUEUE),
    "sqs": _SQS,
    "sns": _SNS,
}
"""Outputs of a topic for those who write to it, by kind of topic."""

SUBSCRIBE_OUTPUTS: dict[str, tuple[Output, ...]] = {
    "kafka": (*_KAFKA, Output("group", "Consumer group")),
    "queue": (*_RABBITMQ, _QUEUE),
    "exchange": (*_RABBITMQ, _QUEUE, _EXCHANGE, _ROUTING_KEY),
    "stream": (*_RABBITMQ, _QUEUE),
    "sqs": _SQS,
    "sns": _SQS,
}
"""Outputs of a topic for those who read from it, by kind of topic."""

RUN_OUTPUTS: dict[RunSource, tuple[Output, ...]] = {
    "invokes": (
        Output("arn", "ARN under which Lambda runs the function"),
        _REGION,
        Output("url", "URL at which Knative runs it"),
    ),
    "starts": (Output("arn", "ARN of the saga's state machine"), _REGION),
}
"""Outputs of a function that somebody runs, and of a saga that it starts."""

POD_OUTPUTS: tuple[Output, ...] = (
    Output("name", "Name of the pod"),
    Output("namespace", "Namespace of the pod"),
    Output("node", "Name of the node that the pod runs on"),
    Output("ip", "Address of the pod"),
    Output("service_account", "Service account of the pod"),
)
"""Outputs of the pod itself; known when it starts, so for environment variables only."""

ENVIRONMENT_OUTPUTS: tuple[Output, ...] = (
    Output("name", "Name of the environment"),
    Output("tier", "Tier of the environment"),
)
"""Outputs of the environment."""

_PIECE = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")


def split_references(text: str) -> tuple[str | OutputReference, ...]:
    """Return the literal pieces and the references of a text, in order; `$${` has become `${`.

    Raises:
        ReferenceSyntaxError: A `${` that starts no reference.
    """
    if "${" not in text:
        return (text,)
    pieces: list[str | OutputReference] = []
    literal, end = "", 0
    for match in _PIECE.finditer(text):
        literal += text[end : match.start()]
        end = match.end()
        if match[0] == "$${":
            literal += "${"
            continue
        if match[1] is None:
            raise ReferenceSyntaxError("a ${ without its }; write $${ for a literal ${")
        if literal:
            pieces.append(literal)
        literal = ""
        pieces.append(_reference(match[1]))
    literal += text[end:]
    return tuple(pieces) if not literal else (*pieces, literal)


def _reference(inner: str) -> OutputReference:
    source, _, rest = inner.partition(".")
    known = next((candidate for candidate in SOURCES if candidate == source), None)
    if known is None:
        raise ReferenceSyntaxError(
            f"a reference starts with {', '.join(SOURCES[:-1])} or {SOURCES[-1]}; write $${{ for a literal ${{"
        )
    if known in NAMELESS:
        return OutputReference(known, "", rest)
    name, dot, output = rest.partition(".") if known == "stores" else rest.rpartition(".")
    if not dot or not name or not output:
        raise ReferenceSyntaxError(f"a reference has three parts: ${{{source}.name.output}}")
    return OutputReference(known, name, output)


def store_outputs(store: Store) -> tuple[Output, ...]:
    """Return every output of a store."""
    outputs = STORE_OUTPUTS[store.engine]
    if not isinstance(store, DynamodbStore):
        return outputs
    return (*outputs, *(Output(f"{TABLE}{name}", "Physical name of the table") for name in store.tables))


def topic_kind(topic: Topic) -> str:
    """Return the kind of a topic: ``queue``, ``exchange`` or ``stream`` on RabbitMQ, elsewhere the broker."""
    return topic.kind if isinstance(topic, QueueSpec | ExchangeSpec | StreamSpec) else topic.broker
