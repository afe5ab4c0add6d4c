"""Brokers, resolved: what stands on Kafka and RabbitMQ, who may use it, and how each service gets in.

An object belongs to the slice of the namespace in which it stands: the clusters, Kafka's topics and users to the
platform (:class:`KafkaPlan`, :class:`RabbitPlan`), what RabbitMQ's topology operator takes from a team's namespace to
the team (:class:`TeamTopicsPlan`). Every service has a user of its own that may do exactly what its edges say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pavedroad.plan.brokers import kafka, rabbitmq
from pavedroad.plan.brokers.model import KafkaPlan, RabbitPlan, TeamTopicsPlan, TriggerPlan
from pavedroad.plan.brokers.permissions import rabbitmq_users
from pavedroad.plan.brokers.topology import topology
from pavedroad.plan.brokers.usage import TopicUse, topic_uses
from pavedroad.plan.flows import Alias, Flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.plan.context import Context
    from pavedroad.plan.values import Outputs

__all__ = [
    "BrokersPlan",
    "KafkaPlan",
    "RabbitPlan",
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
        teams: What each team owns in its own namespace.
        flows: What clients, brokers and operators need open.
        aliases: Second names of the brokers in the namespaces of those who use them.
        uses: Every publishing and subscribing edge.
    """

    kafka: KafkaPlan | None
    rabbitmq: RabbitPlan | None
    teams: tuple[TeamTopicsPlan, ...]
    flows: tuple[Flow, ...]
    aliases: tuple[Alias, ...]
    uses: tuple[TopicUse, ...]

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
        return kafka.kafka_outputs(use) if use.is_kafka else rabbitmq.rabbitmq_outputs(use)

    def backlog_trigger(self, team: str, service: str, reference: str, per_replica: int) -> TriggerPlan:
        """Return the trigger that scales a service on what it has not read yet.

        Args:
            team: The team.
            service: The service, as its descriptor names it.
            reference: The subscribed topic, as the service names it.
            per_replica: Unread messages per replica to aim for.
        """
        use = self._use(team, service, "subscribes", reference)
        if use.is_kafka:
            return kafka.kafka_trigger(use, per_replica)
        return rabbitmq.rabbitmq_trigger(use, per_replica)

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
    kafka_plan = kafka.resolve_kafka(context, uses)
    rabbit_plan = rabbitmq.resolve_rabbitmq(context, uses)
    return BrokersPlan(
        kafka=kafka_plan,
        rabbitmq=rabbit_plan,
        teams=tuple(_team(context, team, uses) for team in sorted(context.teams)),
        flows=(
            *(kafka.kafka_flows(context, uses) if kafka_plan else ()),
            *(rabbitmq.rabbitmq_flows(context, uses) if rabbit_plan else ()),
        ),
        aliases=tuple(_aliases(uses)),
        uses=uses,
    )


def _team(context: Context, team: str, uses: tuple[TopicUse, ...]) -> TeamTopicsPlan:
    """Return what a team owns in its own namespace."""
    mine = tuple(use for use in uses if use.team == team)
    made = topology(context, team, uses)
    users = rabbitmq_users(mine)
    uses_rabbit = bool(users or made.queues or made.exchanges)
    return TeamTopicsPlan(
        team=team,
        namespace=context.namespace(team),
        kafka=kafka.kafka_access(mine),
        rabbit=(rabbitmq.NAME, rabbitmq.NAMESPACE) if uses_rabbit else None,
        protect=context.tier.protect,
        exchanges=tuple(made.exchanges[name] for name in sorted(made.exchanges)),
        queues=tuple(made.queues[name] for name in sorted(made.queues)),
        bindings=tuple(made.bindings[name] for name in sorted(made.bindings)),
        policies=tuple(made.policies[name] for name in sorted(made.policies)),
        users=users,
    )


def _aliases(uses: tuple[TopicUse, ...]) -> Iterator[Alias]:
    """Yield the host names of a broker that applications have built in, each once in a namespace."""
    seen: set[tuple[str | None, str]] = set()
    for use in uses:
        if use.spec.alias is not None and (use.client.namespace, use.spec.alias) not in seen:
            seen.add((use.client.namespace, use.spec.alias))
            yield Alias(
                name=use.spec.alias,
                namespace=use.client.namespace or "",
                target=kafka.BROKER_HOST if use.is_kafka else rabbitmq.BROKER_HOST,
                team=use.team,
                service=use.client.name,
            )
