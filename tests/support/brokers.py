"""A team that uses everything a broker has, resolved and declared on the recorder."""

from typing import Any

import pulumi

from components.brokers import declare_kafka, declare_rabbitmq, declare_team_topics
from components.kubernetes import Place
from pavedroad.descriptor.environment import Tier
from pavedroad.plan.brokers import BrokersPlan, resolve_brokers
from pavedroad.testing import Recorder, Recording
from tests.support.resolving import context, team

TOPICS: dict[str, dict[str, Any]] = {
    "events": {"broker": "kafka"},
    "tasks": {"broker": "rabbitmq"},
    "mail": {
        "broker": "rabbitmq",
        "name": "mail-queue",
        "exchange": {"name": "mail-exchange", "type": "topic", "routing_key": "mail.send"},
    },
    "news": {"broker": "rabbitmq", "kind": "exchange"},
    "log": {"broker": "rabbitmq", "kind": "stream"},
}
"""A topic of each kind, by the words of its descriptor."""

EVERYTHING: dict[str, dict[str, Any]] = {
    "orders": {"publishes": sorted(TOPICS)},
    "shipping": {"subscribes": {topic: {} for topic in sorted(TOPICS)}},
}
"""A service that writes to each, and one that reads from each."""


def brokers(
    services: dict[str, dict[str, Any]] = EVERYTHING,
    topics: dict[str, dict[str, Any]] = TOPICS,
    *,
    tier: Tier = "production",
    **team_words: Any,
) -> BrokersPlan:
    """Return the brokers of an environment with the one team ``shop``."""
    return resolve_brokers(context(team("shop", services, topics=topics, **team_words), tier=tier))


def declared(plan: BrokersPlan) -> Recording:
    """Return everything that the brokers' components declare."""

    def program() -> None:
        root = pulumi.ComponentResource("test:place:Place", "place")
        if plan.kafka is not None:
            declare_kafka(plan.kafka, Place(parent=root, namespace="kafka", labels={}))
        if plan.rabbitmq is not None:
            declare_rabbitmq(plan.rabbitmq, Place(parent=root, namespace="rabbitmq", labels={}))
        for each in plan.teams:
            labels = {"pavedroad.dev/team": each.team}
            declare_team_topics(each, Place(parent=root, namespace=each.namespace, labels=labels))

    return Recorder().run(program)
