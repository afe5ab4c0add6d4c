"""Who uses which topic: every publishing and subscribing edge of an environment, with the names that it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pavedroad.descriptor.cluster_functions import ClusterFunction
from pavedroad.descriptor.topics import ExchangeSpec, NamedTopicBase, SnsTopicSpec
from pavedroad.plan.brokers.managed import names
from pavedroad.plan.edges import workload_party
from pavedroad.plan.functions.parties import KAFKA_SOURCE, KAFKA_SOURCES
from pavedroad.plan.naming import fit, physical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.topics import Topic
    from pavedroad.descriptor.workload import SubscribeSpec
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Party

Direction = Literal["publishes", "subscribes"]

Broker = Literal["kafka", "rabbitmq", "sqs", "sns"]

MSK = frozenset({"msk", "msk-serverless"})
"""Providers of Kafka that AWS runs."""

USER_LIMIT = 63
"""Longest user name: it becomes the name of a Secret that operators copy into labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicUse:
    """One service's use of one topic.

    Attributes:
        team: The team that uses it.
        service: The service, as its descriptor names it.
        reference: The topic, as the service names it.
        direction: Whether it writes or reads.
        owner: The team that owns the topic.
        origin: The owner's namespace, and the name under which the topic was first made.
        topic: Name of the topic on the broker.
        spec: The topic.
        client: The pods that connect.
        user: The service as the broker knows it.
        subscription: How it reads; None for publishers.
        fed: Whether Knative reads for it, as for functions in a cluster.
    """

    team: str
    service: str
    reference: str
    direction: Direction
    owner: str
    origin: tuple[str, str]
    topic: str
    spec: Topic
    client: Party
    user: str
    subscription: SubscribeSpec | None
    fed: bool = False

    @property
    def connecting(self) -> tuple[Party, ...]:
        """The pods that connect: its own, or those that read for it."""
        return (KAFKA_SOURCE, KAFKA_SOURCES) if self.fed else (self.client,)

    @property
    def group(self) -> str:
        """The consumer group, or the subscriber's own queue behind an exchange."""
        named = self.subscription.group if self.subscription else None
        return named or self.user

    @property
    def broker(self) -> Broker:
        """The broker that the topic is on."""
        return self.spec.broker

    @property
    def path(self) -> str:
        """The edge, as a path in the descriptor: ``publishes.events``."""
        return f"{self.direction}.{self.reference}"

    @property
    def api(self) -> Literal["sqs", "sns"] | None:
        """The service of AWS that its client calls: subscribers of a topic read a queue; None for none."""
        if self.spec.broker == "sns" and self.direction == "publishes":
            return "sns"
        return "sqs" if self.spec.broker in ("sqs", "sns") else None

    @property
    def queue(self) -> str:
        """The queue or stream that it reads from or, without an exchange, writes to."""
        return self.group if isinstance(self.spec, ExchangeSpec) else self.topic

    def scales(self, context: Context) -> bool:
        """Whether the service scales on what it has not read from this topic yet."""
        workload = context.teams[self.team].services[self.service]
        here = workload.environments.get(context.environment.environment)
        scales = (getattr(each, "scale", None) for each in (workload, here))
        return any(self.reference in scale.backlog for scale in scales if scale is not None)


def topic_name(context: Context, team: str, name: str) -> str:
    """Return the name of a topic on its broker, which a rename keeps."""
    spec = context.teams[team].topics[name]
    namespace, first = context.namespace(team), physical(name, spec.formerly)
    if isinstance(spec, NamedTopicBase):
        return spec.name or f"{namespace}.{first}"
    account = context.needed_account
    if isinstance(spec, SnsTopicSpec):
        return names.topic_name(account, namespace, first, fifo=spec.fifo)
    return names.queue_name(account, namespace, first, fifo=spec.fifo)


def topic_uses(context: Context) -> tuple[TopicUse, ...]:
    """Return every use of a topic, sorted by team, service and topic; publishers before subscribers."""
    return tuple(_uses(context))


def _uses(context: Context) -> Iterator[TopicUse]:
    for team, descriptor in sorted(context.teams.items()):
        for service in sorted(descriptor.services):
            yield from service_uses(context, team, service)


def service_uses(context: Context, team: str, service: str) -> Iterator[TopicUse]:
    """Yield every use that one service makes of a topic, as :func:`topic_uses` sorts them."""
    workload = context.teams[team].services[service]
    for reference in sorted(workload.publishes):
        yield _use(context, team, service, reference, None)
    for reference, subscription in sorted(workload.subscribes.items()):
        yield _use(context, team, service, reference, subscription)


def topic_hosts(context: Context, team: str, service: str) -> set[str]:
    """Return host and port of every API of AWS that a service calls for its topics."""
    account = context.account
    if account is None:
        return set()
    apis = {use.api for use in service_uses(context, team, service) if use.api is not None}
    return {f"{account.host(api)}:443" for api in apis}


def counted_hosts(context: Context) -> tuple[str, ...]:
    """Return host and port of every API of AWS that the autoscaler asks how many messages wait."""
    account = context.account
    if account is None:
        return ()
    apis: dict[str, str | None] = {
        "sqs": "sqs",
        "sns": "sqs",
        "kafka": "monitoring" if context.environment.providers.kafka in MSK else None,
    }
    scaling = (use for use in topic_uses(context) if use.direction == "subscribes" and use.scales(context))
    counted = {api for use in scaling if (api := apis.get(use.broker))}
    return tuple(sorted(f"{account.host(api)}:443" for api in counted))


def _use(
    context: Context, team: str, service: str, reference: str, subscription: SubscribeSpec | None
) -> TopicUse:
    owner, spec = context.topic(team, reference)
    client = workload_party(context, team, service)
    name = context.find(team, reference)[1]
    return TopicUse(
        team=team,
        service=service,
        reference=reference,
        direction="publishes" if subscription is None else "subscribes",
        owner=owner,
        origin=(context.namespace(owner), physical(name, spec.formerly)),
        topic=topic_name(context, owner, name),
        spec=spec,
        client=client,
        user=fit(f"{client.namespace}.{client.name}", USER_LIMIT),
        subscription=subscription,
        fed=subscription is not None and isinstance(context.teams[team].services[service], ClusterFunction),
    )
