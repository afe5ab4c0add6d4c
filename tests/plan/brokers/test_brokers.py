"""Brokers, resolved: names, the least that each service may do, what is open, and what services are told."""

import re
from typing import Any

import pytest

from pavedroad.descriptor.environment import Tier
from pavedroad.descriptor.references import PUBLISH_OUTPUTS, SUBSCRIBE_OUTPUTS
from pavedroad.plan.brokers import BrokersPlan, resolve_brokers
from pavedroad.plan.brokers.model import KafkaPlan, RabbitPlan, RabbitReferencePlan, RabbitUserPlan
from pavedroad.plan.brokers.topology import exactly
from pavedroad.plan.values import SecretKeyRef
from tests.support.brokers import EVERYTHING, TOPICS, brokers
from tests.support.resolving import TIERS, context, team

Words = dict[str, dict[str, Any]]
KINDS = {"events": "kafka", "tasks": "queue", "mail": "queue", "news": "exchange", "log": "stream"}


def user(plan: BrokersPlan, name: str) -> RabbitUserPlan:
    (found,) = [each for each in plan.team("shop").users if each.name == name]
    return found


def allowed(pattern: str, names: set[str]) -> set[str]:
    return {name for name in names if re.search(pattern, name)}


NAMES = {
    "amq.default",
    "mail-exchange",
    "mail-queue",
    "mail-queue.dead",
    "mail-queue2",
    "shop.log",
    "shop.news",
    "shop.shipping",
    "shop.shipping.dead",
    "shop.tasks",
    "shop.tasks.dead",
    "shopxtasks",
    "xshop.tasks",
}
"""Everything on the broker, and some names that are nearly the same."""


@pytest.mark.parametrize("topic", KINDS)
def test_outputs_are_exactly_the_documented_ones(topic: str) -> None:
    plan = brokers()

    told = plan.outputs_for("shop", "orders", "publishes", topic)
    assert set(told) == {output.name for output in PUBLISH_OUTPUTS[KINDS[topic]]}
    told = plan.outputs_for("shop", "shipping", "subscribes", topic)
    assert set(told) == {output.name for output in SUBSCRIBE_OUTPUTS[KINDS[topic]]}


@pytest.mark.parametrize("topic", KINDS)
def test_what_is_documented_as_secret_is_a_secret_reference(topic: str) -> None:
    told = brokers().outputs_for("shop", "shipping", "subscribes", topic)

    secrets = {output.name for output in SUBSCRIBE_OUTPUTS[KINDS[topic]] if output.secret}
    assert {name for name, value in told.items() if isinstance(value, SecretKeyRef)} == secrets


def test_without_topics_there_is_no_broker_and_nothing_open() -> None:
    plan = brokers({"orders": {}}, {})

    assert (plan.kafka, plan.rabbitmq, plan.flows, plan.aliases) == (None, None, (), ())
    shop = plan.team("shop")
    assert (shop.kafka, shop.rabbit, shop.queues, shop.users) == (None, None, (), ())


POOLS: dict[str, dict[str, int]] = {
    "local": {"dual": 1},
    "development": {"dual": 1},
    "staging": {"controllers": 3, "brokers": 3},
    "production": {"controllers": 3, "brokers": 3},
}


@pytest.mark.parametrize("tier", TIERS)
def test_the_tier_decides_how_safe_the_brokers_are(tier: Tier) -> None:
    plan = brokers(tier=tier)

    assert isinstance(plan.kafka, KafkaPlan)
    assert isinstance(plan.rabbitmq, RabbitPlan)
    safe = tier in {"staging", "production"}
    assert {pool.name: pool.count for pool in plan.kafka.pools} == POOLS[tier]
    assert (plan.kafka.replicas, plan.kafka.min_in_sync) == ((3, 2) if safe else (1, 1))
    assert plan.rabbitmq.nodes.count == (3 if safe else 1)
    assert {plan.kafka.spread, plan.rabbitmq.spread} == {"zone" if safe else "none"}
    assert {plan.kafka.protect, plan.rabbitmq.protect, plan.team("shop").protect} == {safe}


def test_a_kafka_topic_says_how_long_it_keeps_what() -> None:
    topics = {"events": {"broker": "kafka", "partitions": 12, "retention": "1d", "compacted": True}}
    plan = brokers({"orders": {"publishes": ["events"]}}, topics)

    assert isinstance(plan.kafka, KafkaPlan)
    (topic,) = plan.kafka.topics
    assert (topic.topic, topic.partitions, topic.replicas) == ("shop.events", 12, 3)
    assert dict(topic.config) == {
        "cleanup.policy": "compact",
        "min.insync.replicas": "2",
        "retention.ms": "86400000",
    }


def test_a_kafka_user_may_do_exactly_what_its_edges_say() -> None:
    plan = brokers()

    assert isinstance(plan.kafka, KafkaPlan)
    assert {
        (user.name, grant.resource, grant.name, grant.operations)
        for user in plan.kafka.users
        for grant in user.grants
    } == {
        ("shop.orders", "topic", "shop.events", ("Describe", "Write")),
        ("shop.shipping", "topic", "shop.events", ("Describe", "Read")),
        ("shop.shipping", "group", "shop.shipping", ("Read",)),
    }


def test_a_consumer_group_may_be_named() -> None:
    services: Words = {"shipping": {"subscribes": {"events": {"group": "parcels"}}}}
    plan = brokers(services, {"events": {"broker": "kafka"}})

    assert isinstance(plan.kafka, KafkaPlan)
    assert {grant.name for grant in plan.kafka.users[0].grants} == {"shop.events", "parcels"}
    assert plan.outputs_for("shop", "shipping", "subscribes", "events")["group"] == "parcels"


def test_a_team_may_read_the_passwords_of_its_own_users_and_no_others() -> None:
    topic = {"events": {"broker": "kafka", "open_to": ["parcels"]}}
    shop = team("shop", {"orders": {"publishes": ["events"]}}, topics=topic)
    parcels = team("parcels", {"shipping": {"subscribes": {"shop/events": {}}}})

    plan = resolve_brokers(context(shop, parcels))

    assert isinstance(plan.kafka, KafkaPlan)
    assert {(each.namespace, each.secrets) for each in plan.kafka.readers} == {
        ("parcels", ("parcels.shipping",)),
        ("shop", ("shop.orders",)),
    }
    access = plan.team("parcels").kafka
    assert access is not None
    assert access.secrets == (("shipping-kafka", "parcels.shipping"),)


def test_two_services_whose_joined_names_are_the_same_are_two_users() -> None:
    topic = {"events": {"broker": "kafka", "open_to": ["everyone"]}}
    one = team("a", {"b-c": {"publishes": ["events"]}}, topics=topic)
    two = team("a-b", {"c": {"publishes": ["a/events"]}})

    plan = resolve_brokers(context(one, two))

    assert isinstance(plan.kafka, KafkaPlan)
    assert [user.name for user in plan.kafka.users] == ["a-b.c", "a.b-c"]


FLOWS = {
    ("publish", "orders", "kafka", (9092,)),
    ("subscribe", "shipping", "kafka", (9092,)),
    ("internal", "kafka", "kafka", (9090, 9091)),
    ("internal", "kafka-entity-operator", "kafka", (9091,)),
    ("internal", "kafka-exporter", "kafka", (9091,)),
    ("platform", "strimzi", "kafka", (8443, 9090, 9091)),
    ("platform", "kafka", "kubernetes-api", (6443,)),
    ("platform", "kafka-entity-operator", "kubernetes-api", (6443,)),
    ("publish", "orders", "rabbitmq", (5672,)),
    ("subscribe", "shipping", "rabbitmq", (5672,)),
    ("internal", "rabbitmq", "rabbitmq", (4369, 25672)),
    ("platform", "rabbitmq-topology", "rabbitmq", (15672,)),
}


def _opened(plan: BrokersPlan) -> set[tuple[str, str, str, tuple[int, ...]]]:
    return {(flow.kind, flow.source.name, flow.destination.name, flow.ports) for flow in plan.flows}


def test_brokers_open_exactly_what_edges_and_operators_need() -> None:
    assert _opened(brokers()) == FLOWS


def test_a_single_broker_opens_nothing_to_others_like_it() -> None:
    opened = _opened(brokers(tier="local"))

    assert opened == FLOWS - {
        ("internal", "kafka", "kafka", (9090, 9091)),
        ("internal", "rabbitmq", "rabbitmq", (4369, 25672)),
        ("platform", "kafka", "kubernetes-api", (6443,)),
    }


@pytest.mark.parametrize("topic", KINDS)
def test_removing_the_last_edge_closes_the_broker_to_the_service(topic: str) -> None:
    only = {"orders": {"publishes": [topic]}}
    broker = "kafka" if topic == "events" else "rabbitmq"

    assert ("publish", "orders", broker) in {flow[:3] for flow in _opened(brokers(only))}
    assert [flow for flow in _opened(brokers({"orders": {}})) if flow[1] == "orders"] == []
    assert brokers({"orders": {}}).team("shop").users == ()


def test_who_scales_on_a_backlog_lets_the_scaler_ask_the_broker() -> None:
    scale = {"min": 1, "max": 9, "backlog": {"events": 100, "mail": 5}}
    plan = brokers({"shipping": {"subscribes": {"events": {}, "mail": {}}, "scale": scale}})

    assert {("platform", "keda", "kafka", (9092,)), ("platform", "keda", "rabbitmq", (5672,))} <= _opened(
        plan
    )
    assert isinstance(plan.kafka, KafkaPlan)
    assert ("keda", (("app", "keda-operator"),)) in plan.kafka.clients


def test_scaling_in_one_environment_counts_too() -> None:
    here = {"prod": {"scale": {"min": 1, "max": 9, "backlog": {"events": 100}}}}
    plan = brokers({"shipping": {"subscribes": {"events": {}}, "environments": here}})

    assert ("platform", "keda", "kafka", (9092,)) in _opened(plan)


def test_a_trigger_counts_what_the_group_has_not_read() -> None:
    trigger = brokers().backlog_trigger("shop", "shipping", "events", 100)

    assert (trigger.name, trigger.type) == ("events", "kafka")
    assert dict(trigger.metadata) == {
        "bootstrapServers": "kafka-kafka-bootstrap.kafka.svc.cluster.local:9092",
        "consumerGroup": "shop.shipping",
        "lagThreshold": "100",
        "sasl": "scram_sha512",
        "tls": "disable",
        "topic": "shop.events",
    }
    assert dict(trigger.authentication) == {
        "username": SecretKeyRef("shipping-kafka", "username"),
        "password": SecretKeyRef("shipping-kafka", "password"),
    }


@pytest.mark.parametrize(
    ("topic", "queue"), [("tasks", "shop.tasks"), ("mail", "mail-queue"), ("news", "shop.shipping")]
)
def test_a_trigger_counts_what_waits_in_the_queue(topic: str, queue: str) -> None:
    trigger = brokers().backlog_trigger("shop", "shipping", topic, 5)

    assert trigger.type == "rabbitmq"
    assert dict(trigger.metadata) == {
        "mode": "QueueLength",
        "protocol": "amqp",
        "queueName": queue,
        "value": "5",
    }
    assert dict(trigger.authentication) == {"host": SecretKeyRef("shipping-rabbitmq", "uri")}


def test_queues_are_replicated_and_streams_are_streams() -> None:
    queues = {each.queue: each.type for each in brokers().team("shop").queues}

    assert queues == {
        "mail-queue": "quorum",
        "mail-queue.dead": "quorum",
        "shop.log": "stream",
        "shop.shipping": "quorum",
        "shop.shipping.dead": "quorum",
        "shop.tasks": "quorum",
        "shop.tasks.dead": "quorum",
    }


def test_a_message_that_is_never_taken_ends_in_the_dead_letter_queue() -> None:
    topics = {"tasks": {"broker": "rabbitmq", "max_deliveries": 3}}
    (policy,) = brokers({"orders": {"publishes": ["tasks"]}}, topics).team("shop").policies

    assert dict(policy.definition) == {
        "dead-letter-exchange": "",
        "dead-letter-routing-key": "shop.tasks.dead",
        "delivery-limit": 3,
    }
    assert allowed(policy.pattern, NAMES) == {"shop.tasks"}


def test_a_stream_says_how_much_it_keeps() -> None:
    topics = {"log": {"broker": "rabbitmq", "kind": "stream", "retention": "2h", "max_size": "1Gi"}}
    (policy,) = brokers({"orders": {"publishes": ["log"]}}, topics).team("shop").policies

    assert (policy.applies_to, dict(policy.definition)) == (
        "streams",
        {"max-age": "7200s", "max-length-bytes": 2**30},
    )


def test_a_queue_with_an_exchange_is_bound_by_its_owner() -> None:
    shop = brokers({"orders": {}}, {"mail": TOPICS["mail"]}).team("shop")

    assert [(each.exchange, each.type) for each in shop.exchanges] == [("mail-exchange", "topic")]
    assert [(each.exchange, each.queue, each.routing_key) for each in shop.bindings] == [
        ("mail-exchange", "mail-queue", "mail.send")
    ]


@pytest.mark.parametrize(
    ("kind", "words", "key"),
    [
        ("fanout", {}, ""),
        ("topic", {}, "#"),
        ("topic", {"routing_key": "order.*"}, "order.*"),
        ("direct", {"routing_key": "paid"}, "paid"),
    ],
)
def test_every_subscriber_of_an_exchange_has_a_queue_of_its_own(
    kind: str, words: dict[str, Any], key: str
) -> None:
    exchange = {"broker": "rabbitmq", "kind": "exchange", "type": kind, "open_to": ["parcels"]}
    shop = team("shop", {"mailer": {"subscribes": {"news": words}}}, topics={"news": exchange})
    parcels = team("parcels", {"shipping": {"subscribes": {"shop/news": words}}})

    plan = resolve_brokers(context(shop, parcels))

    for name, queue in (("shop", "shop.mailer"), ("parcels", "parcels.shipping")):
        assert queue in {each.queue for each in plan.team(name).queues}
        assert [(each.exchange, each.queue, each.routing_key) for each in plan.team(name).bindings] == [
            ("shop.news", queue, key)
        ]
    assert plan.outputs_for("parcels", "shipping", "subscribes", "shop/news")["routing_key"] == key


def test_only_teams_that_use_the_cluster_may_declare_things_on_it() -> None:
    topics = {"tasks": {"broker": "rabbitmq", "open_to": ["parcels"]}}
    shop = team("shop", {"orders": {}}, topics=topics)
    parcels = team("parcels", {"shipping": {"subscribes": {"shop/tasks": {}}}})
    other = team("other", {"idle": {}})

    plan = resolve_brokers(context(shop, parcels, other))

    assert plan.rabbitmq is not None
    assert plan.rabbitmq.tenants == ("parcels", "shop")


REACH: dict[tuple[str, str], tuple[set[str], set[str], set[str]]] = {
    ("publishes", "tasks"): ({"shop.tasks"}, {"amq.default"}, set()),
    ("subscribes", "tasks"): ({"shop.tasks"}, set(), {"shop.tasks"}),
    ("publishes", "mail"): (
        {"mail-queue", "mail-exchange"},
        {"mail-queue", "mail-exchange"},
        {"mail-exchange"},
    ),
    ("subscribes", "mail"): (
        {"mail-queue", "mail-exchange"},
        {"mail-queue"},
        {"mail-queue", "mail-exchange"},
    ),
    ("publishes", "news"): ({"shop.news"}, {"shop.news"}, set()),
    ("subscribes", "news"): (
        {"shop.news", "shop.shipping"},
        {"shop.shipping"},
        {"shop.news", "shop.shipping"},
    ),
    ("publishes", "log"): ({"shop.log"}, {"amq.default"}, set()),
    ("subscribes", "log"): ({"shop.log"}, set(), {"shop.log"}),
}
"""What each kind of edge may declare again, write to and read from: nothing else."""


@pytest.mark.parametrize(("direction", "topic"), REACH)
def test_a_rabbitmq_user_may_touch_exactly_what_its_edge_needs(direction: str, topic: str) -> None:
    edge: dict[str, Any] = {direction: [topic] if direction == "publishes" else {topic: {}}}
    found = user(brokers({"shipping": edge}), "shipping-rabbitmq")

    reach = tuple(allowed(pattern, NAMES) for pattern in (found.configure, found.write, found.read))
    assert reach == REACH[direction, topic]


@pytest.mark.parametrize("names", [set(), {"a"}, {"a.b", "c"}])
def test_an_exact_pattern_matches_its_names_and_no_others(names: set[str]) -> None:
    others = {"", "a", "aa", "a.b", "axb", "xa.b", "a.bx", "c", "a.b|c"}

    assert allowed(exactly(names), others - {""}) == names


def test_a_team_that_only_publishes_elsewhere_has_a_user_but_no_queues() -> None:
    topics = {"tasks": {"broker": "rabbitmq", "open_to": ["parcels"]}}
    shop = team("shop", {"orders": {}}, topics=topics)
    parcels = team("parcels", {"shipping": {"publishes": ["shop/tasks"]}})

    mine = resolve_brokers(context(shop, parcels)).team("parcels")

    assert mine.rabbit == RabbitReferencePlan(namespace="rabbitmq", cluster="rabbitmq")
    assert (mine.queues, len(mine.users)) == ((), 1)


def test_an_alias_of_the_broker_resolves_once_for_all_who_use_the_topic() -> None:
    topics = {
        "tasks": {**TOPICS["tasks"], "alias": "rabbitmq"},
        "mail": {**TOPICS["mail"], "alias": "rabbitmq"},
    }
    services: Words = {"orders": {"publishes": ["tasks", "mail"]}, "shipping": {"subscribes": {"tasks": {}}}}

    (alias,) = brokers(services, topics).aliases

    assert (alias.name, alias.namespace, alias.target) == (
        "rabbitmq",
        "shop",
        "rabbitmq.rabbitmq.svc.cluster.local",
    )


def test_a_renamed_team_service_and_topic_keep_every_name() -> None:
    before = brokers()
    topics = {f"{name}-now": {**words, "formerly": [name]} for name, words in TOPICS.items()}
    services: Words = {
        "sales": {"publishes": sorted(topics), "formerly": ["orders"]},
        "parcels": {"subscribes": {topic: {} for topic in topics}, "formerly": ["shipping"]},
    }
    after = resolve_brokers(context(team("market", services, topics=topics, formerly=["shop"])))

    assert before.kafka == after.kafka
    assert before.rabbitmq == after.rabbitmq
    for part in ("exchanges", "queues", "bindings", "policies", "users"):
        assert getattr(after.team("market"), part) == getattr(before.team("shop"), part)


def test_a_service_that_does_not_use_a_topic_is_told_nothing_of_it() -> None:
    with pytest.raises(LookupError, match="shop/orders subscribes no events"):
        brokers(EVERYTHING).outputs_for("shop", "orders", "subscribes", "events")
