"""Brokers as Kubernetes objects: the clusters in the platform's namespaces, a team's topics in its own.

A component declares what its plan says and chooses nothing. Clients get in by their own user and password, through
the mesh, and may do exactly what their edges say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.brokers.kafka import Kafka
from components.brokers.rabbitmq import Rabbitmq
from components.brokers.topics import TeamTopics

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.brokers import KafkaPlan, RabbitPlan, TeamTopicsPlan

__all__ = ["Kafka", "Rabbitmq", "TeamTopics", "declare_kafka", "declare_rabbitmq", "declare_team_topics"]


def declare_kafka(plan: KafkaPlan, place: Place) -> Kafka:
    """Declare the Kafka cluster with everything in its namespace."""
    return Kafka(plan, place)


def declare_rabbitmq(plan: RabbitPlan, place: Place) -> Rabbitmq:
    """Declare the RabbitMQ cluster."""
    return Rabbitmq(plan, place)


def declare_team_topics(plan: TeamTopicsPlan, place: Place) -> TeamTopics | None:
    """Declare a team's part of the brokers; nothing where it uses none."""
    if plan.kafka is None and plan.rabbit is None:
        return None
    return TeamTopics(plan, place)
