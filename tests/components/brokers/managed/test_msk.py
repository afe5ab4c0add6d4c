"""Kafka on MSK on the recorder: what protects it, who comes in, and where teams learn of its addresses."""

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pavedroad.descriptor.environment import Tier
from pavedroad.governance import Stack, Verdict, judge
from pavedroad.policy.sources.recorded import recorded
from pavedroad.testing import Secret
from policies.areas import RULES
from tests.support.aws_schema import misfits
from tests.support.messaging import Messaging, arn, messaging, role
from tests.support.resolving import team

CLUSTER = "aws:msk/cluster:Cluster"
SERVERLESS = "aws:msk/serverlessCluster:ServerlessCluster"
TOPIC = "aws:msk/topic:Topic"
PARAMETER = "aws:ssm/parameter:Parameter"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"

TOPICS: dict[str, dict[str, Any]] = {"events": {"broker": "kafka", "partitions": 12, "retention": "1d"}}
SERVICES: dict[str, dict[str, Any]] = {
    "orders": {"publishes": ["events"]},
    "mail": {"subscribes": {"events": {}}, "scale": {"min": 1, "max": 3, "backlog": {"events": 5}}},
    "idle": {},
}


@cache
def everything(tier: Tier = "production", provider: str = "msk") -> Messaging:
    return messaging(team("shop", SERVICES, topics=TOPICS), tier=tier, kafka=provider)


@pytest.mark.parametrize("provider", ["msk", "msk-serverless"])
def test_the_provider_takes_every_input(provider: str) -> None:
    ours = [
        each
        for each in everything(provider=provider).recording.resources
        if each.type.startswith(("aws:msk", "aws:ssm", "aws:appautoscaling", "aws:cloudwatch"))
    ]
    faults = {f"{each.type} {each.name}": misfits(each.type, each.inputs) for each in ours}
    assert {name: found for name, found in faults.items() if found} == {}
    assert f"{TOPIC} shop.events" in faults


@pytest.mark.parametrize("provider", ["msk", "msk-serverless"])
@pytest.mark.parametrize("tier", ["staging", "production"])
def test_no_control_fails(tier: Tier, provider: str) -> None:
    stack = Stack(tuple(recorded(everything(tier, provider).recording.resources)), whole=True)
    failing = [each for each in judge(RULES, stack) if each.verdict is Verdict.FAIL]
    assert {(each.control, each.name) for each in failing if each.type.startswith("aws:")} == set()


@pytest.mark.parametrize(("tier", "brokers", "in_sync"), [("development", 2, 1), ("production", 3, 2)])
def test_the_tier_decides_over_how_many_zones_brokers_stand(tier: Tier, brokers: int, in_sync: int) -> None:
    cluster = everything(tier).recording.the(CLUSTER)
    configuration = everything(tier).inputs("aws:msk/configuration:Configuration")

    assert cluster.inputs["numberOfBrokerNodes"] == brokers
    assert bool(cluster.options.protect) == (tier == "production")
    told = configuration["serverProperties"].splitlines()
    assert {"auto.create.topics.enable=false", f"min.insync.replicas={in_sync}"} <= set(told)


def test_a_topic_is_made_with_its_settings_and_never_by_a_client() -> None:
    topic = everything().inputs(TOPIC, "shop.events")

    assert (topic["partitionCount"], topic["replicationFactor"]) == (12, 3)
    assert json.loads(topic["configs"]) == {
        "cleanup.policy": "delete",
        "min.insync.replicas": "2",
        "retention.ms": "86400000",
    }


def test_a_serverless_cluster_decides_itself_how_many_copies_must_have_a_record() -> None:
    topic = everything(provider="msk-serverless").inputs(TOPIC, "shop.events")

    assert set(json.loads(topic["configs"])) == {"cleanup.policy", "retention.ms"}
    assert everything(provider="msk-serverless").of(CLUSTER) == {}


def test_disks_grow_and_what_grew_is_left_alone() -> None:
    target = everything().inputs("aws:appautoscaling/target:Target", "prod-kafka")
    cluster = everything().recording.the(CLUSTER)

    assert (target["scalableDimension"], target["maxCapacity"]) == ("kafka:broker-storage:VolumeSize", 1000)
    assert cluster.options.ignore_changes == ("brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize",)


def test_every_broker_and_the_cluster_are_watched() -> None:
    alarms = everything().of("aws:cloudwatch/metricAlarm:MetricAlarm").values()
    kafka = [each.inputs for each in alarms if each.inputs["namespace"] == "AWS/Kafka"]

    brokers = {each["dimensions"].get("Broker ID") for each in kafka}
    assert brokers == {None, "1", "2", "3"}


def test_exactly_the_services_with_edges_come_in() -> None:
    doors = {name: rule.inputs["toPort"] for name, rule in everything().of(RULE).items()}

    assert {name: port for name, port in doors.items() if name.startswith("kafka.")} == {
        "kafka.shop.orders": 9098,
        "kafka.shop.mail": 9098,
    }


def test_a_team_reads_where_the_brokers_are_and_no_other_parameter() -> None:
    external = everything().inputs("kubernetes:external-secrets.io/v1:ExternalSecret", "shop/kafka-endpoint")
    account, reader = everything().account(), role("shop", "kafka-endpoint.secret-reader")
    parameter = "parameter/prod/platform/kafka-endpoint"

    assert external["spec"]["data"] == [
        {"secretKey": "bootstrap_servers", "remoteRef": {"key": "/prod/platform/kafka-endpoint"}}
    ]
    assert isinstance(everything().inputs(PARAMETER, "/prod/platform/kafka-endpoint")["value"], Secret)
    assert account.decide(reader, "ssm:GetParameter", arn("ssm", parameter)).allowed
    assert not account.decide(reader, "ssm:GetParameter", arn("ssm", f"{parameter}x")).allowed


def test_the_autoscaler_reads_the_lag_where_aws_measures_it_and_does_not_come_in() -> None:
    keda = role("keda", "keda-operator")
    account = everything().account()

    assert account.decide(keda, "cloudwatch:GetMetricData", "*").allowed
    assert not account.decide(keda, "kafka-cluster:Connect", CLUSTER_ARN).allowed


CLUSTER_ARN = arn("kafka", "cluster/prod-kafka/0f1e")
WHO = ("a", "b", "c")
WHAT = ("q", "r")


@settings(max_examples=15, deadline=None)
@given(edges=st.sets(st.tuples(st.sampled_from(WHO), st.booleans(), st.sampled_from(WHAT)), max_size=8))
def test_who_may_write_and_read_is_exactly_the_edges(edges: set[tuple[str, bool, str]]) -> None:
    services: dict[str, dict[str, Any]] = {
        name: {
            "publishes": [topic for topic in WHAT if (name, True, topic) in edges],
            "subscribes": {topic: {} for topic in WHAT if (name, False, topic) in edges},
        }
        for name in WHO
    }
    topics = {topic: {"broker": "kafka"} for topic in WHAT}
    account = messaging(team("shop", services, topics=topics), kafka="msk").account()

    def may(name: str, action: str, resource: str) -> bool:
        known = role("shop", name) in account.roles
        return known and account.decide(role("shop", name), f"kafka-cluster:{action}", resource).allowed

    for name in WHO:
        mine = {edge for edge in edges if edge[0] == name}
        assert may(name, "Connect", CLUSTER_ARN) == bool(mine)
        for topic in WHAT:
            resource = arn("kafka", f"topic/prod-kafka/0f1e/shop.{topic}")
            assert may(name, "WriteData", resource) == ((name, True, topic) in edges)
            assert may(name, "ReadData", resource) == ((name, False, topic) in edges)
        for group in WHO:
            resource = arn("kafka", f"group/prod-kafka/0f1e/shop.{group}")
            reads = any(not writes for _, writes, _ in mine)
            assert may(name, "AlterGroup", resource) == (group == name and reads)
