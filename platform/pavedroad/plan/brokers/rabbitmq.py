"""RabbitMQ, realised by its cluster and topology operators: one cluster, one virtual host, exact permissions.

Facts from RabbitMQ's documentation: «Access control» (which operation needs which permission; the default exchange
is checked as ``amq.default``), «Quorum queues», «Dead letter exchanges», «Policies»; and from the topology
operator's: objects stand in the team's namespace and name the cluster in another, which its annotation allows.

Settings stand in policies, not in arguments of the queue: they can change later, and a client that declares the
queue again as plain as its library does is not refused for the difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.topics import ExchangeSpec, KafkaTopicSpec, QueueSpec, StreamSpec
from pavedroad.descriptor.values import memory_bytes, seconds
from pavedroad.plan.brokers.model import (
    BindingPlan,
    ExchangePlan,
    NodesPlan,
    QueuePlan,
    QueuePolicyPlan,
    RabbitPlan,
    RabbitUserPlan,
    TriggerPlan,
)
from pavedroad.plan.brokers.parties import KEDA, RABBITMQ_TOPOLOGY
from pavedroad.plan.brokers.usage import topic_name
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.naming import host, join, slug
from pavedroad.plan.provenance import Scope
from pavedroad.plan.stores.model import ComputePlan, CredentialPlan
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.context import Context
    from pavedroad.plan.values import Outputs

NAMESPACE: Final = "rabbitmq"
NAME: Final = "rabbitmq"
PORT: Final = 5672
MANAGEMENT_PORT: Final = 15672
CLUSTER_PORTS: Final = (4369, 25672)
"""Discovery and traffic between nodes (RabbitMQ, «Networking»)."""

VHOST: Final = "/"
"""The only virtual host: many clients cannot say another."""

IMAGE: Final = "docker.io/library/rabbitmq:4.1.4-management"
COMPUTE: Final = ComputePlan(cpu="250m", memory="1Gi")
DEFAULT_DELIVERIES: Final = 20
DEFAULT_RETENTION: Final = "7d"
DEFAULT_STREAM_SIZE: Final = "20Gi"
DEFAULT_EXCHANGE: Final = "amq.default"

BROKER_HOST: Final = host(NAME, NAMESPACE)
"""Where clients connect, and an alias of the broker leads."""

BROKERS: Final = Party(
    name="rabbitmq",
    namespace=NAMESPACE,
    selector=(("app.kubernetes.io/component", "rabbitmq"), ("app.kubernetes.io/name", NAME)),
    service_account=f"{NAME}-server",
)
"""The nodes (cluster operator: internal/metadata/label.go, internal/resource/service_account.go)."""


def resolve_rabbitmq(context: Context, uses: tuple[TopicUse, ...]) -> RabbitPlan | None:
    """Return the cluster; None where no team has anything on it."""
    owners = {
        team
        for team, descriptor in context.teams.items()
        if any(not isinstance(topic, KafkaTopicSpec) for topic in descriptor.topics.values())
    }
    if not owners:
        return None
    tier = context.tier
    tenants = {context.namespace(team) for team in owners}
    tenants |= {context.namespace(use.team) for use in uses if not use.is_kafka}
    cluster = next(iter(context.environment.clusters.values()))
    return RabbitPlan(
        name=NAME,
        namespace=NAMESPACE,
        nodes=NodesPlan(
            name="server",
            roles=("broker",),
            count=tier.broker_instances,
            compute=COMPUTE,
            storage=tier.storage,
        ),
        image=IMAGE,
        storage_class=getattr(cluster, "storage_class", None),
        spread=tier.spread if tier.broker_instances > 1 else "none",
        spread_required=tier.spread_required,
        protect=tier.protect,
        tenants=tuple(sorted(tenants)),
    )


def rabbitmq_flows(context: Context, uses: tuple[TopicUse, ...]) -> Iterator[Flow]:
    """Yield what clients, nodes and operators need open."""
    mine = tuple(use for use in uses if not use.is_kafka)
    for use in mine:
        yield Flow(
            kind="publish" if use.direction == "publishes" else "subscribe",
            source=use.client,
            destination=BROKERS,
            ports=(PORT,),
        )
    if context.tier.broker_instances > 1:
        yield Flow(kind="internal", source=BROKERS, destination=BROKERS, ports=CLUSTER_PORTS)
    yield Flow(
        kind="platform",
        source=RABBITMQ_TOPOLOGY,
        destination=BROKERS,
        ports=(MANAGEMENT_PORT,),
        sides="destination",
    )
    if any(use.scales(context) for use in mine):
        yield Flow(kind="platform", source=KEDA, destination=BROKERS, ports=(PORT,), sides="destination")


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
            case KafkaTopicSpec():
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


@dataclass(slots=True)
class _Reach:
    """What a user may touch. Names under ``configure`` exist already: client libraries declare them again."""

    configure: set[str] = field(default_factory=set)
    write: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    def add(self, use: TopicUse) -> None:
        """Add what one edge needs, and what a library needs to declare the same again."""
        exchange = _exchange(use)
        reads = use.direction == "subscribes"
        if isinstance(use.spec, ExchangeSpec) and not reads:
            self.configure.add(use.topic)
            self.write.add(use.topic)
            return
        self.configure.add(use.queue)
        if reads:
            self.read.add(use.queue)
        else:
            self.write.add(exchange or DEFAULT_EXCHANGE)
        if exchange is not None:
            # Binding a queue again takes writing to the queue and reading from the exchange.
            self.configure.add(exchange)
            self.write.add(use.queue)
            self.read.add(exchange)


def _exchange(use: TopicUse) -> str | None:
    """Return the named exchange of an edge."""
    if isinstance(use.spec, ExchangeSpec):
        return use.topic
    return use.spec.exchange.name if isinstance(use.spec, QueueSpec) and use.spec.exchange else None


def rabbitmq_users(uses: tuple[TopicUse, ...]) -> tuple[RabbitUserPlan, ...]:
    """Return the services among ``uses`` that connect, each with what its edges need."""
    reaches: dict[tuple[str, str], _Reach] = {}
    for use in uses:
        if not use.is_kafka:
            reaches.setdefault((_secret(use), use.user), _Reach()).add(use)
    return tuple(
        RabbitUserPlan(
            name=secret,
            credentials=CredentialPlan(
                name=secret,
                entries=(
                    ("username", user),
                    ("password", "{{ .password }}"),
                    ("uri", f"amqp://{user}:{{{{ .password }}}}@{BROKER_HOST}:{PORT}/%2F"),
                ),
            ),
            configure=exactly(reach.configure),
            write=exactly(reach.write),
            read=exactly(reach.read),
        )
        for (secret, user), reach in sorted(reaches.items())
    )


def _secret(use: TopicUse) -> str:
    return join(use.client.name, "rabbitmq")


def rabbitmq_outputs(use: TopicUse) -> Outputs:
    """Return the documented outputs of an edge."""
    secret = _secret(use)
    outputs: Outputs = {
        "host": BROKER_HOST,
        "port": str(PORT),
        "addresses": f"{BROKER_HOST}:{PORT}",
        "vhost": VHOST,
        "username": SecretKeyRef(secret, "username"),
        "password": SecretKeyRef(secret, "password"),
        "uri": SecretKeyRef(secret, "uri"),
    }
    spec = use.spec
    if isinstance(spec, ExchangeSpec):
        outputs["exchange"] = use.topic
        if use.direction == "subscribes":
            outputs |= {"queue": use.queue, "routing_key": binding_key(use)}
        return outputs
    outputs["queue"] = use.queue
    if isinstance(spec, QueueSpec) and use.direction == "publishes":
        outputs["exchange"] = spec.exchange.name if spec.exchange else ""
        outputs["routing_key"] = spec.exchange.routing_key if spec.exchange else use.queue
    return outputs


def rabbitmq_trigger(use: TopicUse, per_replica: int) -> TriggerPlan:
    """Return the trigger on a queue's length (KEDA, «RabbitMQ Queue» scaler)."""
    return TriggerPlan(
        name=slug(use.reference),
        type="rabbitmq",
        metadata=(
            ("mode", "QueueLength"),
            ("protocol", "amqp"),
            ("queueName", use.queue),
            ("value", str(per_replica)),
        ),
        authentication=(("host", SecretKeyRef(_secret(use), "uri")),),
    )
