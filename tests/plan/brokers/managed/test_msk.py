"""Kafka on MSK, resolved: what services are told, and what differs from a cluster of our own."""

from typing import Any

import pytest

from pavedroad.descriptor.checks import check_project
from pavedroad.descriptor.references import PUBLISH_OUTPUTS, SUBSCRIBE_OUTPUTS
from pavedroad.plan.brokers import BrokersPlan, MskPlan, resolve_brokers
from pavedroad.plan.values import SecretKeyRef
from tests.support.managed import environment_words
from tests.support.messaging import BROKERS, plan_of
from tests.support.resolving import context, environment, team

Words = dict[str, dict[str, Any]]

TOPICS: Words = {"events": {"broker": "kafka"}}
SERVICES: Words = {"orders": {"publishes": ["events"]}, "mail": {"subscribes": {"events": {}}}}
MANAGED = environment_words(**{**BROKERS, "kafka": "msk"})


def brokers(**words: Any) -> BrokersPlan:
    shop = team("shop", SERVICES, topics=TOPICS, **words)
    return resolve_brokers(context(shop, **MANAGED))


def test_outputs_are_exactly_the_documented_ones() -> None:
    told = brokers().outputs_for("shop", "orders", "publishes", "events")
    assert set(told) == {output.name for output in PUBLISH_OUTPUTS["kafka"]}
    told = brokers().outputs_for("shop", "mail", "subscribes", "events")
    assert set(told) == {output.name for output in SUBSCRIBE_OUTPUTS["kafka"]}


def test_a_client_signs_with_its_role_over_tls_and_has_no_password() -> None:
    told = brokers().outputs_for("shop", "mail", "subscribes", "events")

    assert told == {
        "bootstrap_servers": SecretKeyRef("kafka-endpoint", "bootstrap_servers"),
        "topic": "shop.events",
        "group": "shop.mail",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "AWS_MSK_IAM",
        "username": None,
        "password": None,
    }


def test_a_variable_for_a_password_is_left_out_and_one_for_addresses_is_not() -> None:
    env = {"PASSWORD": "${publishes.events.password}", "BROKERS": "${publishes.events.bootstrap_servers}"}
    plan = plan_of(team("shop", {"orders": {**SERVICES["orders"], "env": env}}, topics=TOPICS), kafka="msk")

    (workload,) = plan.teams[0].workloads
    assert {variable.name for variable in workload.pod.containers[0].env} & set(env) == {"BROKERS"}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (
            {"config": {"/app/a.conf": {"content": "at ${publishes.events.bootstrap_servers}"}}},
            "it is known only once the broker is made; put it in env and read it from there",
        ),
        ({"env": {"LOGIN": "me:${publishes.events.password}"}}, "it does not exist"),
    ],
)
def test_what_is_known_late_or_not_at_all_is_refused_where_it_cannot_stand(
    words: dict[str, Any], fault: str
) -> None:
    shop = team("shop", {"orders": {**SERVICES["orders"], **words}}, topics=TOPICS)

    faults = [str(each) for each in check_project({"shop": shop}, {"prod": environment(**MANAGED)})]
    assert [each for each in faults if fault in each]


def test_nothing_of_it_stands_in_the_cluster() -> None:
    plan = plan_of(team("shop", SERVICES, topics=TOPICS), kafka="msk")

    assert isinstance(plan.platform.kafka, MskPlan)
    assert "kafka" not in {namespace.name for namespace in plan.platform.namespaces}
    assert "strimzi" not in {addon.name for addon in plan.platform.addons}


def test_clients_connect_to_the_data_subnets() -> None:
    flows = [flow for flow in brokers().flows if flow.kind in ("publish", "subscribe")]

    assert {(flow.source.name, flow.destination.cidr, flow.ports) for flow in flows} == {
        ("orders", "10.40.192.0/19", (9098,)),
        ("mail", "10.40.192.0/19", (9098,)),
    }


def test_a_service_scales_on_the_lag_that_aws_measures() -> None:
    trigger = brokers().backlog_trigger("shop", "mail", "events", 50)

    metadata = dict(trigger.metadata)
    assert (trigger.type, metadata["metricName"]) == ("aws-cloudwatch", "SumOffsetLag")
    assert metadata["dimensionName"] == "Cluster Name;Consumer Group;Topic"
    assert metadata["dimensionValue"] == "prod-kafka;shop.mail;shop.events"


def test_a_renamed_team_service_and_topic_keep_every_name() -> None:
    topics = {"happenings": {"broker": "kafka", "formerly": ["events"]}}
    services: Words = {
        "sales": {"publishes": ["happenings"], "formerly": ["orders"]},
        "letters": {"subscribes": {"happenings": {}}, "formerly": ["mail"]},
    }
    after = resolve_brokers(context(team("market", services, topics=topics, formerly=["shop"]), **MANAGED))

    assert after.kafka == brokers().kafka
    assert after.team("market").msk == brokers().team("shop").msk
