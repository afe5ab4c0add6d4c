"""RabbitMQ on Amazon MQ on the recorder: what protects it, how clients reach it, and who may work on it."""

from functools import cache
from typing import Any

import pytest

from pavedroad.descriptor.environment import Tier
from pavedroad.governance import Stack, Verdict, judge
from pavedroad.policy.sources.recorded import recorded
from pavedroad.testing import Secret
from policies.areas import RULES
from tests.support.aws_schema import misfits
from tests.support.crds import faults, require_crds
from tests.support.messaging import Messaging, arn, messaging
from tests.support.resolving import team

BROKER = "aws:mq/broker:Broker"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
HOST = "b-1.mq.eu-central-1.on.aws"

TOPICS: dict[str, dict[str, Any]] = {
    "jobs": {"broker": "rabbitmq"},
    "news": {"broker": "rabbitmq", "kind": "exchange"},
}
SERVICES: dict[str, dict[str, Any]] = {
    "orders": {"publishes": ["jobs", "news"]},
    "mail": {"subscribes": {"jobs": {}}, "scale": {"min": 1, "max": 3, "backlog": {"jobs": 5}}},
    "idle": {},
}


@cache
def everything(tier: Tier = "production") -> Messaging:
    return messaging(team("shop", SERVICES, topics=TOPICS), tier=tier, rabbitmq="amazon-mq")


@cache
def made() -> Messaging:
    """Return the environment once everything is up, where hosts are known."""
    answers = {BROKER: {"instances": [{"endpoints": [f"amqps://{HOST}:5671"]}]}}
    return messaging(team("shop", SERVICES, topics=TOPICS), answers=answers, rabbitmq="amazon-mq")


def test_the_provider_takes_every_input() -> None:
    kinds = (BROKER, RULE, "aws:ec2/securityGroup:SecurityGroup", "aws:ssm/parameter:Parameter")
    found = {
        each.name: misfits(each.type, each.inputs)
        for each in everything().recording.resources
        if each.type in kinds
    }
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert "prod_rabbitmq" in found


@pytest.mark.parametrize("tier", ["staging", "production"])
def test_no_control_fails(tier: Tier) -> None:
    stack = Stack(tuple(recorded(everything(tier).recording.resources)), whole=True)
    failing = [each for each in judge(RULES, stack) if each.verdict is Verdict.FAIL]
    ours = {(each.control, each.name) for each in failing if each.type.startswith("aws:")}
    ours |= {(each.control, each.name) for each in failing if each.name.startswith("rabbitmq/")}
    assert ours == set()


@pytest.mark.parametrize(
    ("tier", "deployment", "instance"),
    [
        ("development", "SINGLE_INSTANCE", "mq.m7g.medium"),
        ("production", "CLUSTER_MULTI_AZ", "mq.m7g.large"),
    ],
)
def test_the_tier_decides_how_many_nodes_run(tier: Tier, deployment: str, instance: str) -> None:
    broker = everything(tier).recording.the(BROKER)

    assert (broker.inputs["deploymentMode"], broker.inputs["hostInstanceType"]) == (deployment, instance)
    assert bool(broker.options.protect) == (tier == "production")


def test_the_first_users_password_is_random_secret_and_kept_where_it_can_be_rotated() -> None:
    broker, parameter = everything().inputs(BROKER), everything().recording.the("aws:ssm/parameter:Parameter")

    assert isinstance(broker["users"][0]["password"], Secret)
    assert isinstance(parameter.inputs["value"], Secret)
    assert parameter.inputs["type"] == "SecureString"
    assert parameter.options.ignore_changes == ("value",)


def test_exactly_the_services_with_edges_and_two_operators_come_in() -> None:
    doors = {name: rule.inputs["fromPort"] for name, rule in everything().of(RULE).items()}

    assert {name: port for name, port in doors.items() if name.startswith("rabbitmq.")} == {
        "rabbitmq.shop.orders": 5671,
        "rabbitmq.shop.mail": 5671,
        "rabbitmq.keda.keda": 5671,
        "rabbitmq.rabbitmq-system.rabbitmq-topology": 443,
    }


def test_the_name_in_the_cluster_leads_to_the_broker_and_the_mesh_speaks_tls_to_it() -> None:
    service = made().inputs("kubernetes:core/v1:Service", "rabbitmq/rabbitmq")["spec"]
    entry = made().inputs("kubernetes:networking.istio.io/v1:ServiceEntry", "rabbitmq/rabbitmq")["spec"]
    rule = made().inputs("kubernetes:networking.istio.io/v1:DestinationRule", "rabbitmq/rabbitmq")["spec"]

    assert (service["type"], service["externalName"]) == ("ExternalName", HOST)
    assert entry["hosts"] == [HOST]
    assert {"number": 5672, "targetPort": 5671, "protocol": "TCP", "name": "tcp-amqp"} in entry["ports"]
    tls = {"mode": "SIMPLE", "sni": HOST, "subjectAltNames": [HOST], "caCertificates": "system"}
    assert rule["host"] == HOST
    assert rule["trafficPolicy"]["portLevelSettings"] == [{"port": {"number": 5672}, "tls": tls}]


def test_the_operator_works_on_the_broker_for_its_tenants_alone() -> None:
    admin = made().inputs("kubernetes:external-secrets.io/v1:ExternalSecret", "rabbitmq/rabbitmq-admin")
    template = admin["spec"]["target"]["template"]
    queues = made().of("kubernetes:rabbitmq.com/v1beta1:Queue").values()

    assert template["metadata"] == {
        "labels": {"rabbitmq.com/topology-operator": "true"},
        "annotations": {"rabbitmq.com/topology-allowed-namespaces": "shop"},
    }
    assert template["data"] == {
        "username": "platform",
        "password": "{{ .password }}",
        "uri": f"https://{HOST}:443",
    }
    assert {str(each.inputs["spec"]["rabbitmqClusterReference"]) for each in queues} == {
        "{'namespace': 'rabbitmq', 'connectionSecret': {'name': 'rabbitmq-admin'}}"
    }


def test_where_nothing_uses_rabbitmq_there_is_no_broker_but_its_group_stays_ready() -> None:
    idle = messaging(team("shop", {"idle": {}}), rabbitmq="amazon-mq")

    assert idle.of(BROKER) == {}
    assert "prod.platform.rabbitmq" in idle.of("aws:ec2/securityGroup:SecurityGroup")


def test_only_the_reader_of_the_first_users_password_reads_it() -> None:
    account = everything().account()
    parameter = arn("ssm", "parameter/prod/platform/rabbitmq-admin")

    known = [name for name, role in account.roles.items() if not role.unread]
    readers = {name for name in known if account.decide(name, "ssm:GetParameter", parameter).allowed}
    assert readers == {arn("iam", "role/prod.rabbitmq.rabbitmq-admin.secret-reader")}
    controller = arn("iam", "role/prod.external-secrets.external-secrets")
    (reader,) = readers
    assert account.decide(controller, "sts:AssumeRole", reader).allowed


def test_what_stands_in_the_cluster_is_valid_by_its_real_schema() -> None:
    require_crds()
    kinds = {"Service", "ServiceEntry", "DestinationRule", "SecretStore", "ExternalSecret", "Queue", "User"}
    manifests = [dict(each.inputs) for each in made().recording.resources if each.inputs.get("kind") in kinds]
    ours = [each for each in manifests if each["metadata"].get("namespace") in {"rabbitmq", "shop"}]

    assert {each["kind"] for each in ours} == kinds
    assert [fault for manifest in ours for fault in faults(manifest)] == []
