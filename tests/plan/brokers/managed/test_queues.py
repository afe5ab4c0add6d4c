"""Queues and topics in an account, resolved: names, what services are told, and what each edge allows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.descriptor.references import PUBLISH_OUTPUTS, SUBSCRIBE_OUTPUTS
from pavedroad.plan.brokers import BrokersPlan, resolve_brokers
from pavedroad.plan.flows import Party
from tests.support.managed import ACCOUNT, environment_words
from tests.support.messaging import BROKERS, arn, plan_of, role
from tests.support.resolving import context, team

Words = dict[str, dict[str, Any]]

TOPICS: Words = {
    "jobs": {"broker": "sqs"},
    "steps": {"broker": "sqs", "fifo": True, "content_based_deduplication": True},
    "news": {"broker": "sns"},
    "ordered": {"broker": "sns", "fifo": True},
}
SERVICES: Words = {
    "orders": {"publishes": sorted(TOPICS)},
    "mail": {"subscribes": {topic: {} for topic in TOPICS}},
}


IDLE: Words = {"idle": {}}
"""A service without topics: a team has at least one."""


def brokers(services: Words = SERVICES, topics: Words = TOPICS, **words: Any) -> BrokersPlan:
    made = context(team("shop", services, topics=topics, **words), **environment_words(**BROKERS))
    return resolve_brokers(made)


@pytest.mark.parametrize("topic", TOPICS)
def test_outputs_are_exactly_the_documented_ones(topic: str) -> None:
    plan, kind = brokers(), str(TOPICS[topic]["broker"])

    told = plan.outputs_for("shop", "orders", "publishes", topic)
    assert set(told) == {output.name for output in PUBLISH_OUTPUTS[kind]}
    told = plan.outputs_for("shop", "mail", "subscribes", topic)
    assert set(told) == {output.name for output in SUBSCRIBE_OUTPUTS[kind]}


def test_a_publisher_is_told_of_the_topic_and_a_subscriber_of_its_own_queue() -> None:
    plan = brokers()

    assert plan.outputs_for("shop", "orders", "publishes", "news") == {
        "topic": "prod_shop_news",
        "arn": arn("sns", "prod_shop_news"),
        "region": "eu-central-1",
    }
    assert plan.outputs_for("shop", "mail", "subscribes", "ordered") == {
        "queue": "prod_shop_mail_shop_ordered.fifo",
        "url": "https://sqs.eu-central-1.amazonaws.com/123456789012/prod_shop_mail_shop_ordered.fifo",
        "arn": arn("sqs", "prod_shop_mail_shop_ordered.fifo"),
        "region": "eu-central-1",
    }


def test_a_queue_says_how_it_keeps_and_gives_out_messages() -> None:
    words = {"broker": "sqs", "visibility_timeout": "5m", "retention": "14d", "max_deliveries": 3}
    (given_words,) = brokers(IDLE, {"jobs": words}).team("shop").account.queues
    (left_out,) = brokers(IDLE, {"jobs": {"broker": "sqs"}}).team("shop").account.queues

    assert (given_words.visibility, given_words.retention, given_words.max_deliveries) == (300, 1_209_600, 3)
    assert (left_out.visibility, left_out.retention, left_out.max_deliveries) == (30, 345_600, 20)


def test_what_keeps_order_does_so_all_the_way() -> None:
    account = brokers().team("shop").account

    ordered = {queue.name for queue in account.queues if queue.fifo}
    assert ordered == {"prod_shop_steps.fifo", "prod_shop_mail_shop_ordered.fifo"}
    assert all(queue.dead.fifo == queue.fifo for queue in account.queues)
    assert all(queue.dead.name.endswith(".fifo") == queue.fifo for queue in account.queues)


def test_every_subscriber_of_a_topic_has_a_queue_of_its_own_in_its_own_team() -> None:
    topics = {"news": {"broker": "sns", "open_to": ["parcels"]}}
    shop = team("shop", {"mail": {"subscribes": {"news": {}}}}, topics=topics)
    parcels = team("parcels", {"labels": {"subscribes": {"shop/news": {}}}})

    plan = resolve_brokers(context(shop, parcels, **environment_words(**BROKERS)))

    queues = {name: [queue.name for queue in plan.team(name).account.queues] for name in ("shop", "parcels")}
    assert queues == {"shop": ["prod_shop_mail_shop_news"], "parcels": ["prod_parcels_labels_shop_news"]}
    assert [topic.name for topic in plan.topics] == ["prod_shop_news"]
    (subscription,) = plan.team("parcels").account.subscriptions
    assert (subscription.topic, subscription.endpoint) == (
        arn("sns", "prod_shop_news"),
        arn("sqs", "prod_parcels_labels_shop_news"),
    )


@pytest.mark.parametrize(
    ("words", "scope", "policy"),
    [
        ({"match": {"kind": ["paid", "sent"]}}, "MessageAttributes", '{"kind": ["paid", "sent"]}'),
        (
            {"by": "body", "match": {"kind": [{"prefix": "re"}]}},
            "MessageBody",
            '{"kind": [{"prefix": "re"}]}',
        ),
        (
            {"match": {"kind": [{"anything_but": ["test"]}], "id": [{"exists": False}]}},
            "MessageAttributes",
            '{"id": [{"exists": false}], "kind": [{"anything-but": ["test"]}]}',
        ),
    ],
)
def test_a_filter_is_spelled_as_sns_spells_it(words: dict[str, Any], scope: str, policy: str) -> None:
    services = {"mail": {"subscribes": {"news": {"filter": words}}}}
    (subscription,) = brokers(services).team("shop").account.subscriptions

    assert subscription.filter is not None
    assert (subscription.filter.scope, subscription.filter.policy) == (scope, policy)


@pytest.mark.parametrize("envelope", [False, True])
def test_messages_come_as_they_were_published_unless_the_envelope_is_wanted(envelope: bool) -> None:
    services = {"mail": {"subscribes": {"news": {"envelope": envelope}}}}
    (subscription,) = brokers(services).team("shop").account.subscriptions

    assert subscription.raw is not envelope


def test_what_an_end_point_outside_did_not_take_is_put_aside() -> None:
    topics = {"news": {"broker": "sns", "webhooks": ["https://hooks.example.com/a"]}}
    (topic,) = brokers(IDLE, topics).topics

    assert topic.undelivered is not None
    (webhook,) = topic.webhooks
    assert (webhook.protocol, webhook.endpoint) == ("https", "https://hooks.example.com/a")
    assert webhook.dead == arn("sqs", topic.undelivered.name)
    assert topic.undelivered.topics == (arn("sns", "prod_shop_news"),)


def test_a_service_that_scales_on_its_queue_is_counted_by_the_autoscaler_and_nobody_else() -> None:
    words = {"subscribes": {"jobs": {}, "news": {}}, "scale": {"min": 1, "max": 3, "backlog": {"news": 5}}}
    plan = brokers({"mail": words})

    trigger = plan.backlog_trigger("shop", "mail", "news", 5)
    assert trigger.type == "aws-sqs-queue"
    assert dict(trigger.metadata) == {
        "awsRegion": "eu-central-1",
        "identityOwner": "operator",
        "queueLength": "5",
        "queueURL": "https://sqs.eu-central-1.amazonaws.com/123456789012/prod_shop_mail_shop_news",
    }
    assert [(grant.actions, grant.resources) for grant in plan.counted] == [
        (("sqs:GetQueueAttributes",), (arn("sqs", "prod_shop_mail_shop_news"),))
    ]


def test_a_service_reaches_the_apis_of_its_topics_and_no_others() -> None:
    services: Words = {
        "orders": {"publishes": ["news"]},
        "mail": {"subscribes": {"news": {}}},
        "other": {},
    }
    plan = plan_of(team("shop", services, topics=TOPICS))

    reached = {egress.host: egress.principals for egress in plan.platform.egress}
    assert {host: principals for host, principals in reached.items() if host.startswith(("sqs", "sns"))} == {
        "sns.eu-central-1.amazonaws.com": ("cluster.local/ns/shop/sa/orders",),
        "sqs.eu-central-1.amazonaws.com": ("cluster.local/ns/shop/sa/mail",),
    }


def test_the_autoscaler_has_a_role_and_a_way_out_only_where_it_counts() -> None:
    counting: Words = {"mail": {"subscribes": {"jobs": {}}, "scale": {"max": 3, "backlog": {"jobs": 5}}}}
    keda = Party(name="keda", namespace="keda", service_account="keda-operator").principal

    plans = [plan_of(team("shop", services, topics=TOPICS)) for services in (counting, SERVICES)]

    roles = [{role.name for role in plan.platform.roles} for plan in plans]
    assert ["prod.keda.keda-operator" in names for names in roles] == [True, False]
    callers = [{name for egress in plan.platform.egress for name in egress.principals} for plan in plans]
    assert [keda in names for names in callers] == [True, False]


def test_a_renamed_team_service_and_topic_keep_every_name() -> None:
    before = brokers()
    topics = {f"{name}-now": {**words, "formerly": [name]} for name, words in TOPICS.items()}
    services: Words = {
        "sales": {"publishes": sorted(topics), "formerly": ["orders"]},
        "letters": {"subscribes": {topic: {} for topic in topics}, "formerly": ["mail"]},
    }
    made = context(
        team("market", services, topics=topics, formerly=["shop"], owners={"email": "shop@example.com"}),
        **environment_words(**BROKERS),
    )
    after = resolve_brokers(made)

    assert after.topics == before.topics
    assert after.team("market").account == before.team("shop").account


NAMES = ("a", "b", "a-b", "dead", "x" * 40, "x" * 39 + "y")
"""Names that are nearly the same, one that is a word of ours, and the longest."""


@given(
    publishers=st.sets(st.sampled_from(NAMES), max_size=3),
    subscribers=st.sets(st.sampled_from(NAMES), max_size=3),
    broker=st.sampled_from(["sqs", "sns"]),
    topics=st.sets(st.sampled_from(NAMES), min_size=1, max_size=3),
    fifo=st.booleans(),
)
def test_names_never_collide_and_fit_for_any_teams_services_and_topics(
    publishers: set[str], subscribers: set[str], broker: str, topics: set[str], fifo: bool
) -> None:
    edges: Words = {f"y/{topic}": {} for topic in topics}
    owner = team(
        "y",
        {"idle": {}, **{name: {"publishes": sorted(topics)} for name in publishers}},
        topics={name: {"broker": broker, "fifo": fifo, "open_to": ["everyone"]} for name in topics},
    )
    readers = team("x" * 40, {"idle": {}, **{name: {"subscribes": edges} for name in subscribers}})

    plan = resolve_brokers(context(owner, readers, **environment_words(**BROKERS)))

    queues = [queue for each in plan.teams for queue in each.account.queues]
    names = [name for queue in queues for name in (queue.name, queue.dead.name)]
    own = len(topics) if broker == "sqs" else len(topics) * len(subscribers)
    assert len(set(names)) == len(names) == 2 * own
    assert all(len(name) <= 80 and name.endswith(".fifo") == fifo for name in names)
    roles = tuple(sorted(role("y", name) for name in publishers))
    told = (
        [queue.senders for queue in queues]
        if broker == "sqs"
        else [topic.publishers for topic in plan.topics]
    )
    assert set(told) == {roles}


def test_queue_names_stay_apart_from_environments_with_a_longer_name() -> None:
    assert ACCOUNT.environment == "prod"
    (queue,) = brokers(IDLE, {"jobs": {"broker": "sqs"}}).team("shop").account.queues
    words = {**environment_words(**BROKERS), "environment": "prod-shop"}
    other = resolve_brokers(context(team("jobs", IDLE, topics={"x": {"broker": "sqs"}}), **words))

    assert queue.name == "prod_shop_jobs"
    assert [each.name for each in other.team("jobs").account.queues] == ["prod-shop_jobs_x"]
