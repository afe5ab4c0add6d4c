"""Queues, topics and subscriptions on the recorder: what protects messages, and whom their policies let in."""

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pavedroad.access.iam import Caller
from pavedroad.descriptor.environment import Tier
from pavedroad.governance import Stack, Verdict, judge
from pavedroad.policy.sources.recorded import recorded
from policies.areas import RULES
from tests.support.aws_schema import misfits
from tests.support.messaging import QUEUE, SUBSCRIPTION, TOPIC, Messaging, arn, messaging, role
from tests.support.resolving import team

TOPICS: dict[str, dict[str, Any]] = {
    "jobs": {"broker": "sqs"},
    "steps": {"broker": "sqs", "fifo": True, "content_based_deduplication": True},
    "news": {"broker": "sns", "webhooks": ["https://hooks.example.com/a"]},
    "ordered": {"broker": "sns", "fifo": True},
}
SERVICES: dict[str, dict[str, Any]] = {
    "orders": {"publishes": sorted(TOPICS)},
    "mail": {
        "subscribes": {**{topic: {} for topic in TOPICS}, "news": {"filter": {"match": {"to": ["me"]}}}}
    },
}
SECURE = {"aws:SecureTransport": "true"}


@cache
def everything(tier: Tier = "production") -> Messaging:
    return messaging(team("shop", SERVICES, topics=TOPICS), tier=tier)


def messages(tier: Tier = "production") -> list[Any]:
    """Return everything that holds or carries messages of teams, and nothing of the platform's own."""
    kinds = {QUEUE, TOPIC, SUBSCRIPTION}
    found = everything(tier).recording.resources
    own = ("prod_alarms", "karpenter")
    return [each for each in found if each.type in kinds and not any(name in each.name for name in own)]


def test_the_provider_takes_every_input() -> None:
    faults = {f"{each.type} {each.name}": misfits(each.type, each.inputs) for each in messages()}
    assert len(faults) == 14
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("tier", ["staging", "production"])
def test_no_control_fails(tier: Tier) -> None:
    stack = Stack(tuple(recorded(everything(tier).recording.resources)), whole=True)
    names = {each.name for each in messages(tier)}
    findings = [each for each in judge(RULES, stack) if each.name in names]
    assert [each for each in findings if each.verdict is Verdict.FAIL] == []
    judged = {each.control for each in findings if each.verdict is Verdict.PASS}
    assert {
        "queues-have-dead-letter-queue",
        "dead-letter-queues-name-sources",
        "messages-only-over-tls",
        "topic-policies-not-public",
        "queue-policies-list-actions",
    } <= judged


def test_a_queue_is_encrypted_patient_and_backed_by_one_for_dead_letters() -> None:
    queue = everything().inputs(QUEUE, "prod_shop_jobs")

    assert {key: queue[key] for key in ("name", "visibilityTimeoutSeconds", "receiveWaitTimeSeconds")} == {
        "name": "prod_shop_jobs",
        "visibilityTimeoutSeconds": 30,
        "receiveWaitTimeSeconds": 20,
    }
    assert "kmsMasterKeyId" in queue
    assert "fifoQueue" not in queue
    assert json.loads(queue["redrivePolicy"]) == {
        "deadLetterTargetArn": arn("sqs", "prod_shop_jobs_dead"),
        "maxReceiveCount": 20,
    }
    dead = everything().inputs(QUEUE, "prod_shop_jobs_dead")
    assert dead["messageRetentionSeconds"] == 1_209_600
    assert json.loads(dead["redriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [arn("sqs", "prod_shop_jobs")],
    }


def test_what_keeps_order_says_so() -> None:
    queue = everything().inputs(QUEUE, "prod_shop_steps.fifo")
    topic = everything().inputs(TOPIC, "prod_shop_ordered.fifo")

    assert (queue["fifoQueue"], queue["contentBasedDeduplication"]) == (True, True)
    assert (topic["fifoTopic"], topic["contentBasedDeduplication"]) == (True, False)


def test_a_subscription_leads_into_the_subscribers_queue_and_puts_aside_what_fails() -> None:
    subscription = everything().inputs(SUBSCRIPTION, "prod_shop_mail_shop_news")

    assert subscription == {
        "topic": arn("sns", "prod_shop_news"),
        "protocol": "sqs",
        "endpoint": arn("sqs", "prod_shop_mail_shop_news"),
        "rawMessageDelivery": True,
        "filterPolicy": '{"to": ["me"]}',
        "filterPolicyScope": "MessageAttributes",
        "redrivePolicy": json.dumps({"deadLetterTargetArn": arn("sqs", "prod_shop_mail_shop_news_dead")}),
    }


def test_an_end_point_outside_confirms_by_itself() -> None:
    webhook = everything().inputs(SUBSCRIPTION, "prod_shop_news/https://hooks.example.com/a")

    assert (webhook["protocol"], webhook["endpointAutoConfirms"]) == ("https", True)


def test_a_topic_carries_the_tags_of_its_team_though_it_stands_with_the_platform() -> None:
    topic = everything().inputs(TOPIC, "prod_shop_news")

    assert {key: topic["tags"][key] for key in ("team", "owner", "pavedroad.dev/team")} == {
        "team": "shop",
        "owner": "shop@example.com",
        "pavedroad.dev/team": "shop",
    }


def test_dead_letters_raise_an_alarm_at_the_first() -> None:
    alarms = everything().of("aws:cloudwatch/metricAlarm:MetricAlarm").values()
    watched = {
        each.inputs["dimensions"]["QueueName"]: each.inputs
        for each in alarms
        if "QueueName" in each.inputs["dimensions"]
    }

    assert set(watched) == {
        each.name for each in messages() if each.type == QUEUE and "redriveAllowPolicy" in each.inputs
    }
    assert {
        (each["metricName"], each["threshold"], each["comparisonOperator"]) for each in watched.values()
    } == {("ApproximateNumberOfMessagesVisible", 0, "GreaterThanThreshold")}


@pytest.mark.parametrize("tier", ["development", "production"])
def test_what_holds_messages_is_protected_where_the_tier_protects(tier: Tier) -> None:
    kept = {each.name for each in messages(tier) if each.options.protect}
    holding = {each.name for each in messages(tier) if each.type != SUBSCRIPTION}
    assert kept == (holding if tier == "production" else set())


def test_sns_puts_messages_only_of_the_subscribed_topic_into_a_queue() -> None:
    account, sns = everything().account(), Caller.service("sns.amazonaws.com")
    queue = arn("sqs", "prod_shop_mail_shop_news")

    def may(topic: str, number: str = "123456789012") -> bool:
        keys = {**SECURE, "aws:SourceArn": arn("sns", topic), "aws:SourceAccount": number}
        return account.decide_for(sns, "sqs:SendMessage", queue, keys).allowed

    assert may("prod_shop_news")
    assert not may("prod_shop_ordered.fifo")
    assert not may("prod_shop_news", "999999999999")


@pytest.mark.parametrize("action", ["sqs:SendMessage", "sqs:ReceiveMessage"])
def test_nobody_comes_without_tls_and_no_stranger_comes_at_all(action: str) -> None:
    account, queue = everything().account(), arn("sqs", "prod_shop_jobs")
    caller = role("shop", "orders" if action == "sqs:SendMessage" else "mail")

    assert account.decide(caller, action, queue, SECURE).allowed
    assert not account.decide(caller, action, queue, {"aws:SecureTransport": "false"}).allowed
    assert not account.decide_for(Caller.anonymous(), action, queue, SECURE).allowed


def test_a_publisher_encrypts_and_a_subscriber_only_decrypts_and_only_through_the_queue() -> None:
    account = everything().account()
    (key,) = (each for each, aliases in account.aliases.items() if "alias/prod/messages" in aliases)
    through = {"kms:ViaService": "sqs.eu-central-1.amazonaws.com"}

    def may(service: str, action: str, **keys: str) -> bool:
        return account.decide(role("shop", service), action, key, keys).allowed

    assert may("orders", "kms:GenerateDataKey", **through)
    assert may("mail", "kms:Decrypt", **through)
    assert not may("mail", "kms:GenerateDataKey", **through)
    assert not may("orders", "kms:GenerateDataKey", **{"kms:ViaService": "s3.eu-central-1.amazonaws.com"})
    assert not may("mail", "kms:Decrypt")


WHO = ("a", "b", "c")
WHAT = ("q", "r")


@settings(max_examples=15, deadline=None)
@given(
    edges=st.sets(st.tuples(st.sampled_from(WHO), st.booleans(), st.sampled_from(WHAT)), max_size=8),
    broker=st.sampled_from(["sqs", "sns"]),
)
def test_who_may_send_and_receive_is_exactly_the_edges(
    edges: set[tuple[str, bool, str]], broker: str
) -> None:
    """Over all services and topics: by roles, queue policies and topic policies together."""
    services: dict[str, dict[str, Any]] = {
        name: {
            "publishes": [topic for topic in WHAT if (name, True, topic) in edges],
            "subscribes": {topic: {} for topic in WHAT if (name, False, topic) in edges},
        }
        for name in WHO
    }
    made = messaging(team("shop", services, topics={topic: {"broker": broker} for topic in WHAT}))
    account = made.account()

    def may(name: str, action: str, resource: str) -> bool:
        return (
            role("shop", name) in account.roles
            and account.decide(role("shop", name), action, resource, SECURE).allowed
        )

    def queue(name: str, topic: str) -> str:
        return arn("sqs", f"prod_shop_{topic}" if broker == "sqs" else f"prod_shop_{name}_shop_{topic}")

    send = "sqs:SendMessage" if broker == "sqs" else "sns:Publish"
    for name in WHO:
        for topic in WHAT:
            assert may(name, send, arn(broker, f"prod_shop_{topic}")) == ((name, True, topic) in edges)
            for reader in WHO if broker == "sns" else (name,):
                allowed = may(name, "sqs:ReceiveMessage", queue(reader, topic))
                assert allowed == (reader == name and (name, False, topic) in edges)
            dead = f"{queue(name, topic)}_dead"
            assert not may(name, "sqs:SendMessage", dead)
            assert not may(name, "sqs:ReceiveMessage", dead)
