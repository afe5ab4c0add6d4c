"""Brokers: the clusters in the platform's namespaces or the account, a team's topics in its own.

A component declares what its plan says and chooses nothing. Clients get in by their own user and password, through
the mesh, and may do exactly what their edges say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.brokers.kafka import Kafka
from components.brokers.managed.amazon_mq import AmazonMq
from components.brokers.managed.msk import Msk, declare_addresses
from components.brokers.managed.topics import SnsTopics, TeamQueues
from components.brokers.rabbitmq import Rabbitmq
from components.brokers.topics import TeamTopics
from pavedroad.plan.brokers import AmazonMqPlan, MskPlan

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.brokers import KafkaPlan, RabbitPlan, SnsTopicPlan, TeamTopicsPlan

__all__ = [
    "AmazonMq",
    "Kafka",
    "Msk",
    "Rabbitmq",
    "SnsTopics",
    "TeamQueues",
    "TeamTopics",
    "declare_kafka",
    "declare_rabbitmq",
    "declare_sns_topics",
    "declare_team_topics",
]


def declare_kafka(plan: KafkaPlan | MskPlan, place: Place) -> Kafka | Msk:
    """Declare the Kafka cluster with its topics, in its namespace or in the account."""
    return Msk(plan, place) if isinstance(plan, MskPlan) else Kafka(plan, place)


def declare_rabbitmq(plan: RabbitPlan | AmazonMqPlan, place: Place) -> Rabbitmq | AmazonMq:
    """Declare the RabbitMQ that all teams share, in its namespace or in the account."""
    return AmazonMq(plan, place) if isinstance(plan, AmazonMqPlan) else Rabbitmq(plan, place)


def declare_sns_topics(plans: tuple[SnsTopicPlan, ...], place: Place) -> None:
    """Declare the topics on SNS; nothing where there are none."""
    if plans:
        SnsTopics(plans, place)


def declare_team_topics(plan: TeamTopicsPlan, place: Place) -> None:
    """Declare a team's part of the brokers; nothing where it uses none."""
    if plan.kafka is not None or plan.rabbit is not None:
        TeamTopics(plan, place)
    if plan.msk is not None:
        declare_addresses(place, plan.msk)
    if plan.account.queues:
        TeamQueues(plan.account, plan.team, place)
