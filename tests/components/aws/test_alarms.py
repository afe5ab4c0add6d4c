"""Alarms reach somebody: one topic for an environment, which only CloudWatch may publish to."""

import json
from typing import Any

import pulumi
import pytest

from components.aws.alarms import declare_alarms, declare_receivers
from components.aws.place import Cloud, CloudPlace
from pavedroad.access.iam import Caller, Document, Outcome, Policies, Request, decide
from pavedroad.descriptor.cloud import AlarmsSpec
from pavedroad.plan.cloud.alarms import Watch, alarms
from pavedroad.plan.cloud.receivers import resolve_receivers
from pavedroad.testing import Recorder, Recording
from tests.support.aws_schema import misfits
from tests.support.managed import ACCOUNT, CLOUD_VALUES, of_type

TOPIC = "arn:aws:sns:eu-central-1:123456789012:prod_alarms"
ALARM = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:prod.shop.orders.ledger.CPU"
FULL = Watch(metric="FreeStorageSpace", limit=1, below=True, why="Little is free")


def declared(**heard: tuple[str, ...]) -> Recording:
    """Return the topic with who hears it, and one alarm."""

    def program() -> None:
        root = pulumi.ComponentResource("test:place:Place", "place")
        place = CloudPlace(parent=root, cloud=Cloud(account=ACCOUNT, values=CLOUD_VALUES), tags={})
        plan = resolve_receivers(ACCOUNT, AlarmsSpec.model_validate(heard))
        declare_receivers(place, plan, CLOUD_VALUES["key_messages"])
        declare_alarms(place, alarms(("prod", "ledger"), "AWS/RDS", (), (FULL,)))

    return Recorder().run(program)


def topic() -> dict[str, Any]:
    (found,) = of_type(declared(), "aws:sns/topic:Topic")
    return found


def test_every_alarm_goes_to_the_environments_topic_and_so_does_its_end() -> None:
    (alarm,) = of_type(declared(), "aws:cloudwatch/metricAlarm:MetricAlarm")

    assert (alarm["alarmActions"], alarm["okActions"]) == ([TOPIC], [TOPIC])
    assert TOPIC.endswith(f":{topic()['name']}")


def test_the_topic_is_encrypted() -> None:
    assert topic()["kmsMasterKeyId"] == CLOUD_VALUES["key_messages"]


@pytest.mark.parametrize(
    ("service", "account", "tls", "allowed"),
    [
        ("cloudwatch", "123456789012", "true", True),
        ("cloudwatch", "123456789012", "false", False),
        ("cloudwatch", "210987654321", "true", False),
        ("events", "123456789012", "true", False),
    ],
)
def test_only_alarms_of_the_account_reach_the_topic_and_over_tls_alone(
    service: str, account: str, tls: str, allowed: bool
) -> None:
    policy = Document.resource(topic()["policy"], "alarms")
    keys = {"aws:SourceArn": ALARM, "aws:SourceAccount": account, "aws:SecureTransport": tls}
    caller = Caller.service(f"{service}.amazonaws.com")
    request = Request(caller=caller, action="sns:Publish", resource=TOPIC, keys=keys)

    decision = decide(request, Policies(identity=(), resource=(policy,)))

    assert (decision.outcome is Outcome.ALLOWED) == allowed


def test_everybody_that_the_environment_names_hears_it_once() -> None:
    mail, url = "night@example.com", "https://alarms.example.com/aws"

    heard = of_type(declared(emails=(mail, mail), urls=(url,)), "aws:sns/topicSubscription:TopicSubscription")

    assert {(one["protocol"], one["endpoint"], one["topic"]) for one in heard} == {
        ("email", mail, TOPIC),
        ("https", url, TOPIC),
    }
    assert len(heard) == 2


def test_without_a_name_nobody_hears_it_and_the_topic_is_there_all_the_same() -> None:
    assert of_type(declared(), "aws:sns/topicSubscription:TopicSubscription") == []
    assert topic()["name"] == "prod_alarms"


def test_every_resource_is_what_the_providers_types_take() -> None:
    recording = declared(emails=("night@example.com",), urls=("https://alarms.example.com/aws",))

    for each in recording.resources:
        if each.type.startswith("aws:"):
            assert misfits(each.type, each.inputs) == [], json.dumps(dict(each.inputs))
