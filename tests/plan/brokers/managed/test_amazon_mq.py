"""Amazon MQ, resolved: services are told what they are told of a cluster of our own."""

from typing import Any

import pytest

from pavedroad.descriptor.checks import check_project
from pavedroad.descriptor.environment import Tier
from pavedroad.plan.brokers import AmazonMqPlan, BrokersPlan, resolve_brokers
from tests.support.managed import environment_words
from tests.support.messaging import BROKERS
from tests.support.resolving import context, environment, team

Words = dict[str, dict[str, Any]]

TOPICS: Words = {"jobs": {"broker": "rabbitmq"}, "news": {"broker": "rabbitmq", "kind": "exchange"}}
SERVICES: Words = {"orders": {"publishes": ["jobs", "news"]}, "mail": {"subscribes": {"news": {}}}}
MANAGED = environment_words(**{**BROKERS, "rabbitmq": "amazon-mq"})


def brokers(tier: Tier = "production", **words: Any) -> BrokersPlan:
    return resolve_brokers(context(team("shop", SERVICES, topics=TOPICS), tier=tier, **words))


@pytest.mark.parametrize(("service", "direction"), [("orders", "publishes"), ("mail", "subscribes")])
def test_a_service_is_told_the_same_as_of_a_cluster_of_our_own(service: str, direction: Any) -> None:
    own, managed = brokers(), brokers(**MANAGED)

    told = [plan.outputs_for("shop", service, direction, "news") for plan in (own, managed)]
    assert told[0] == told[1]
    assert own.team("shop").users == managed.team("shop").users


def test_clients_connect_to_the_data_subnets_and_to_nothing_in_the_cluster() -> None:
    flows = [flow for flow in brokers(**MANAGED).flows if flow.kind in ("publish", "subscribe")]

    assert {(flow.source.name, flow.destination.cidr, flow.ports, flow.sides) for flow in flows} == {
        ("orders", "10.40.192.0/19", (5671,), "source"),
        ("mail", "10.40.192.0/19", (5671,), "source"),
    }


def test_every_service_with_an_edge_has_a_door_and_no_other() -> None:
    plan = brokers(**MANAGED)

    assert [(door.broker, door.port) for door in plan.doors_for("shop", "orders")] == [("rabbitmq", 5671)]
    assert brokers().doors_for("shop", "orders") == ()


def test_what_is_watched_is_the_broker_by_name() -> None:
    plan = brokers(**MANAGED).rabbitmq

    assert isinstance(plan, AmazonMqPlan)
    assert {alarm.dimensions for alarm in plan.alarms} == {(("Broker", "prod_rabbitmq"),)}
    assert {alarm.watch.metric for alarm in plan.alarms} == {
        "SystemCpuUtilization",
        "RabbitMQMemUsed",
        "RabbitMQDiskFree",
    }


def test_a_stream_is_refused_where_the_broker_has_none() -> None:
    shop = team("shop", {"orders": {}}, topics={"log": {"broker": "rabbitmq", "kind": "stream"}})
    made = environment(**MANAGED)

    (fault,) = check_project({"shop": shop}, {"prod": made})
    assert fault.path == ("providers", "rabbitmq")
    assert "shop/topics.log is a stream, and amazon-mq has none" in str(fault)
