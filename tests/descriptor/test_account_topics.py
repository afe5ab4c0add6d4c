"""Topics that only an account realises: what their words allow, and what stands in for them elsewhere."""

from typing import Any

import pytest
from pydantic import ValidationError

from pavedroad.descriptor.checks import check_project
from pavedroad.descriptor.team import TeamDescriptor
from tests.support.managed import environment_words
from tests.support.messaging import BROKERS
from tests.support.resolving import environment, team


def with_topic(**words: Any) -> TeamDescriptor:
    return team("shop", {"orders": {}}, topics={"jobs": words})


def faults(*teams: TeamDescriptor, **words: Any) -> list[str]:
    found = check_project({each.team: each for each in teams}, {"prod": environment(**words)})
    return [str(fault) for fault in found]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"broker": "sqs", "content_based_deduplication": True}, "content_based_deduplication needs fifo"),
        ({"broker": "sns", "content_based_deduplication": True}, "content_based_deduplication needs fifo"),
        ({"broker": "sqs", "visibility_timeout": "13h"}, "visibility_timeout must be at most 12h"),
        ({"broker": "sqs", "retention": "59s"}, "retention must be from 60s to 14d"),
        ({"broker": "sqs", "retention": "15d"}, "retention must be from 60s to 14d"),
        ({"broker": "sns", "webhooks": ["http://hooks.example.com/a"]}, "webhooks must be https"),
        (
            {"broker": "sns", "fifo": True, "webhooks": ["https://hooks.example.com/a"]},
            "a fifo topic delivers to queues alone; remove webhooks",
        ),
        ({"broker": "sqs", "alias": "queue"}, "alias"),
        ({"broker": "sns", "name": "news"}, "name"),
    ],
)
def test_what_aws_would_refuse_is_refused_before(words: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        with_topic(**words)


@pytest.mark.parametrize(
    "words",
    [
        {"broker": "sqs", "visibility_timeout": "12h", "retention": "60s"},
        {"broker": "sqs", "retention": "14d", "fifo": True, "content_based_deduplication": True},
        {"broker": "sns", "webhooks": ["https://hooks.example.com/a"]},
    ],
)
def test_the_limits_themselves_are_allowed(words: dict[str, Any]) -> None:
    assert faults(with_topic(**words), **environment_words(**BROKERS)) == []


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ({"kind": []}, "at least 1 item"),
        ({"kind": [{}]}, "a pattern says one of prefix, anything_but and exists"),
        ({"kind": [{"prefix": "a", "exists": True}]}, "a pattern says one of"),
        ({name: ["x"] for name in "abcdef"}, "at most 5 items"),
        ({"a": ["x"] * 13, "b": ["y"] * 12}, "multiply to more than 150"),
    ],
)
def test_a_filter_that_sns_would_refuse_is_refused_before(match: dict[str, Any], message: str) -> None:
    words = {"mail": {"subscribes": {"news": {"filter": {"match": match}}}}}
    with pytest.raises(ValidationError, match=message):
        team("shop", words, topics={"news": {"broker": "sns"}})


@pytest.mark.parametrize(
    ("topic", "words", "message"),
    [
        ({"broker": "sqs"}, {"envelope": True}, "an sqs queue has no envelopes; remove it"),
        ({"broker": "sqs"}, {"group": "g"}, "an sqs queue has no groups; remove it"),
        ({"broker": "sns"}, {"routing_key": "a.b"}, "an sns topic has no routing keys; remove it"),
        (
            {"broker": "kafka"},
            {"filter": {"match": {"a": ["b"]}}},
            "a kafka topic has no filters; remove it",
        ),
    ],
)
def test_words_of_a_subscription_fit_the_kind_of_topic(
    topic: dict[str, Any], words: dict[str, Any], message: str
) -> None:
    shop = team("shop", {"mail": {"subscribes": {"jobs": words}}}, topics={"jobs": topic})

    (fault,) = faults(shop, **environment_words(**BROKERS))
    assert message in fault


@pytest.mark.parametrize(
    ("broker", "stand_in"),
    [
        ("sqs", "make it a RabbitMQ queue (broker: rabbitmq) or a Kafka topic (broker: kafka)"),
        ("sns", "make it a RabbitMQ exchange (broker: rabbitmq, kind: exchange) or a Kafka topic"),
    ],
)
def test_where_there_is_no_account_the_fault_names_what_can_replace_it(broker: str, stand_in: str) -> None:
    (fault,) = faults(with_topic(broker=broker))

    assert f"needs {broker} and nobody realises it here; add {broker}:" in fault
    assert stand_in in fault


def test_another_team_uses_a_queue_only_where_it_is_opened() -> None:
    parcels = team("parcels", {"labels": {"subscribes": {"shop/jobs": {}}}})

    closed = faults(with_topic(broker="sqs"), parcels, **environment_words(**BROKERS))
    opened = faults(with_topic(broker="sqs", open_to=["parcels"]), parcels, **environment_words(**BROKERS))

    assert len(closed) == 1
    assert "shop has not opened it to parcels/labels" in closed[0]
    assert opened == []
