"""Brokers, resolved: what stands on them, who may use it, and how each service gets in.

An object belongs to the slice of the namespace in which it stands: the clusters, Kafka's topics and users to the
platform (:class:`KafkaPlan`, :class:`RabbitPlan`), what RabbitMQ's topology operator takes from a team's namespace to
the team (:class:`TeamTopicsPlan`). In an account, topics of SNS are the platform's, for whoever subscribes to find
them there, and queues are of the team that reads them. Every service has a user or role of its own that may do
exactly what its edges say.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal

from pavedroad.descriptor.topics import NamedTopicBase
from pavedroad.plan.brokers import kafka, rabbitmq
from pavedroad.plan.brokers.managed import amazon_mq, msk, sns, sqs
from pavedroad.plan.brokers.managed.amazon_mq import AmazonMqPlan
from pavedroad.plan.brokers.managed.model import (
    DeadLettersPlan,
    SnsTopicPlan,
    SqsQueuePlan,
    SubscriptionPlan,
    TeamQueuesPlan,
)
from pavedroad.plan.brokers.managed.msk import MskAccessPlan, MskPlan
from pavedroad.plan.brokers.model import (
    KafkaPlan,
    RabbitPlan,
    RabbitReferencePlan,
    TeamTopicsPlan,
    TriggerPlan,
)
from pavedroad.plan.brokers.permissions import rabbitmq_users
from pavedroad.plan.brokers.topology import topology
from pavedroad.plan.brokers.usage import MSK, TopicUse, topic_uses
from pavedroad.plan.flows import Alias, Flow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pavedroad.plan.brokers.managed.doors import DoorPlan
    from pavedroad.plan.brokers.realisation import Realisation
    from pavedroad.plan.brokers.usage import Broker
    from pavedroad.plan.cloud.access import Grant, RolePlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.values import Outputs

__all__ = [
    "AmazonMqPlan",
    "BrokersPlan",
    "DeadLettersPlan",
    "KafkaPlan",
    "MskAccessPlan",
    "MskPlan",
    "RabbitPlan",
    "SnsTopicPlan",
    "SqsQueuePlan",
    "SubscriptionPlan",
    "TeamQueuesPlan",
    "TeamTopicsPlan",
    "TriggerPlan",
    "resolve_brokers",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokersPlan:
    """Everything about brokers in one environment.

    Attributes:
        kafka: The Kafka cluster; None where nothing uses it.
        rabbitmq: The RabbitMQ cluster; None where nothing uses it.
        topics: Topics on SNS.
        realisations: What realises each broker that is used.
        teams: What each team owns in its own namespace.
        flows: What clients, brokers and operators need open.
        aliases: Second names of the brokers in the namespaces of those who use them.
        uses: Every publishing and subscribing edge.
        counted: What the autoscaler may do in the account.
    """

    kafka: KafkaPlan | MskPlan | None
    rabbitmq: RabbitPlan | AmazonMqPlan | None
    topics: tuple[SnsTopicPlan, ...]
    realisations: Mapping[Broker, Realisation]
    teams: tuple[TeamTopicsPlan, ...]
    flows: tuple[Flow, ...]
    aliases: tuple[Alias, ...]
    uses: tuple[TopicUse, ...]
    counted: tuple[Grant, ...]

    def team(self, team: str) -> TeamTopicsPlan:
        """Return what a team owns in its own namespace."""
        return next(plan for plan in self.teams if plan.team == team)

    def outputs_for(
        self, team: str, service: str, direction: Literal["publishes", "subscribes"], reference: str
    ) -> Outputs:
        """Return the documented outputs of an edge: what ``${publishes.events.topic}`` and its like mean.

        Args:
            team: The team.
            service: The service, as its descriptor names it.
            direction: Whether it writes or reads.
            reference: The topic, as the service names it.
        """
        use = self._use(team, service, direction, reference)
        return self.realisations[use.broker].outputs(use)

    def grants_for(self, team: str, service: str) -> tuple[Grant, ...]:
        """Return what a service may do in the account because of its edges to topics."""
        mine = (use for use in self.uses if (use.team, use.service) == (team, service))
        return tuple(chain.from_iterable(self.realisations[use.broker].grants(use) for use in mine))

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Namespaces of the platform in which brokers, or their addresses, stand."""
        kafka_namespace = (self.kafka.namespace,) if isinstance(self.kafka, KafkaPlan) else ()
        return (*kafka_namespace, *((self.rabbitmq.namespace,) if self.rabbitmq else ()))

    @property
    def readers(self) -> tuple[RolePlan, ...]:
        """Roles with which brokers' own secrets are read."""
        rabbitmq = (self.rabbitmq.reader,) if isinstance(self.rabbitmq, AmazonMqPlan) else ()
        return (*rabbitmq, *(team.msk.reader for team in self.teams if team.msk))

    def doors_for(self, team: str, service: str) -> tuple[DoorPlan, ...]:
        """Return how a service gets into brokers on the account's network, each way once."""
        mine = (use for use in self.uses if (use.team, use.service) == (team, service))
        ways = chain.from_iterable(self.realisations[use.broker].doors(use) for use in mine)
        return tuple(dict.fromkeys(ways))

    def backlog_trigger(self, team: str, service: str, reference: str, per_replica: int) -> TriggerPlan:
        """Return the trigger that scales a service on what it has not read yet.

        Args:
            team: The team.
            service: The service, as its descriptor names it.
            reference: The subscribed topic, as the service names it.
            per_replica: Unread messages per replica to aim for.
        """
        use = self._use(team, service, "subscribes", reference)
        return self.realisations[use.broker].trigger(use, per_replica)

    def _use(
        self, team: str, service: str, direction: Literal["publishes", "subscribes"], reference: str
    ) -> TopicUse:
        wanted = (team, service, direction, reference)
        for use in self.uses:
            if (use.team, use.service, use.direction, use.reference) == wanted:
                return use
        raise LookupError(f"{team}/{service} {direction} no {reference}")


def resolve_brokers(context: Context) -> BrokersPlan:
    """Return everything about brokers, from all teams' topics and the services that use them."""
    uses = topic_uses(context)
    on_msk = context.environment.providers.kafka in MSK
    kafka_plan = msk.resolve_msk(context) if on_msk else kafka.resolve_kafka(context, uses)
    kafka_flows = msk.msk_flows if on_msk else kafka.kafka_flows
    in_account = context.environment.providers.rabbitmq == "amazon-mq"
    rabbit_plan = (amazon_mq.resolve_amazon_mq if in_account else rabbitmq.resolve_rabbitmq)(context, uses)
    rabbit_flows = amazon_mq.amazon_mq_flows if in_account else rabbitmq.rabbitmq_flows
    realisations = {broker: _realisation(context, broker) for broker in sorted({use.broker for use in uses})}
    return BrokersPlan(
        kafka=kafka_plan,
        rabbitmq=rabbit_plan,
        topics=tuple(sns.resolve_topics(context, uses)),
        realisations=realisations,
        teams=tuple(_team(context, team, uses) for team in sorted(context.teams)),
        flows=(
            *(kafka_flows(context, uses) if kafka_plan else ()),
            *(rabbit_flows(context, uses) if rabbit_plan else ()),
        ),
        aliases=tuple(_aliases(uses, realisations)),
        uses=uses,
        counted=tuple(
            chain.from_iterable(
                realisations[use.broker].counted(use)
                for use in uses
                if use.direction == "subscribes" and use.scales(context)
            )
        ),
    )


def _realisation(context: Context, broker: Broker) -> Realisation:
    """Return what realises a broker in an environment."""
    match broker:
        case "kafka":
            on_msk = context.environment.providers.kafka in MSK
            return msk.Msk(context.needed_account) if on_msk else kafka.Strimzi()
        case "rabbitmq":
            managed = context.environment.providers.rabbitmq == "amazon-mq"
            return amazon_mq.AmazonMq() if managed else rabbitmq.RabbitOperator()
        case "sqs":
            return sqs.Sqs(context.needed_account)
        case "sns":
            return sns.Sns(context.needed_account)


def _team(context: Context, team: str, uses: tuple[TopicUse, ...]) -> TeamTopicsPlan:
    """Return what a team owns in its own namespace."""
    mine = tuple(use for use in uses if use.team == team)
    on_msk = context.environment.providers.kafka in MSK
    made = topology(context, team, uses)
    users = rabbitmq_users(mine)
    uses_rabbit = bool(users or made.queues or made.exchanges)
    subscribed = tuple(sns.resolve_subscriptions(context, team, uses))
    return TeamTopicsPlan(
        team=team,
        namespace=context.namespace(team),
        kafka=None if on_msk else kafka.kafka_access(mine),
        msk=msk.msk_access(context, team, uses) if on_msk else None,
        rabbit=_rabbit(context) if uses_rabbit else None,
        protect=context.tier.protect,
        exchanges=tuple(made.exchanges[name] for name in sorted(made.exchanges)),
        queues=tuple(made.queues[name] for name in sorted(made.queues)),
        bindings=tuple(made.bindings[name] for name in sorted(made.bindings)),
        policies=tuple(made.policies[name] for name in sorted(made.policies)),
        users=users,
        account=TeamQueuesPlan(
            queues=(*sqs.resolve_queues(context, team, uses), *(queue for queue, _ in subscribed)),
            subscriptions=tuple(subscription for _, subscription in subscribed),
        ),
    )


def _rabbit(context: Context) -> RabbitReferencePlan:
    """Return how objects of a team name the RabbitMQ that they are for."""
    if context.environment.providers.rabbitmq == "amazon-mq":
        return RabbitReferencePlan(namespace=rabbitmq.NAMESPACE, secret=amazon_mq.ADMIN)
    return RabbitReferencePlan(namespace=rabbitmq.NAMESPACE, cluster=rabbitmq.NAME)


def _aliases(uses: tuple[TopicUse, ...], realisations: Mapping[Broker, Realisation]) -> Iterator[Alias]:
    """Yield the host names of a broker that applications have built in, each once in a namespace."""
    seen: set[tuple[str | None, str]] = set()
    for use in uses:
        target = realisations[use.broker].host
        alias = use.spec.alias if isinstance(use.spec, NamedTopicBase) else None
        if alias is not None and target is not None and (use.client.namespace, alias) not in seen:
            seen.add((use.client.namespace, alias))
            yield Alias(
                name=alias,
                namespace=use.client.namespace or "",
                target=target,
                team=use.team,
                service=use.client.name,
            )
