"""Brokers on the recorder: what each component declares, and what protects it."""

from typing import Any

import pytest

from pavedroad.access import Cluster
from pavedroad.descriptor.environment import Tier
from pavedroad.plan.flows import Party
from pavedroad.plan.values import SecretKeyRef
from tests.support.brokers import EVERYTHING, brokers, declared
from tests.support.crds import faults, require_crds
from tests.support.stores import manifests

STRIMZI = "kubernetes:kafka.strimzi.io/v1"
RABBITMQ = "kubernetes:rabbitmq.com/v1beta1"

PRODUCTION = {
    "pavedroad:brokers:Kafka": 1,
    f"{STRIMZI}:Kafka": 1,
    f"{STRIMZI}:KafkaNodePool": 2,
    f"{STRIMZI}:KafkaTopic": 1,
    f"{STRIMZI}:KafkaUser": 2,
    "kubernetes:rbac.authorization.k8s.io/v1:Role": 1,
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": 1,
    "pavedroad:brokers:Rabbitmq": 1,
    f"{RABBITMQ}:RabbitmqCluster": 1,
    "kubernetes:policy/v1:PodDisruptionBudget": 1,
    "pavedroad:brokers:TeamTopics": 1,
    f"{RABBITMQ}:Queue": 7,
    f"{RABBITMQ}:Exchange": 2,
    f"{RABBITMQ}:Binding": 2,
    f"{RABBITMQ}:Policy": 4,
    f"{RABBITMQ}:User": 2,
    f"{RABBITMQ}:Permission": 2,
    "kubernetes:core/v1:ServiceAccount": 1,
    "kubernetes:external-secrets.io/v1:SecretStore": 1,
    "kubernetes:external-secrets.io/v1:ExternalSecret": 4,
    "kubernetes:generators.external-secrets.io/v1alpha1:Password": 2,
}
"""Everything that one team with a topic of each kind needs in production."""


def test_brokers_are_made_of_exactly_these() -> None:
    types = declared(brokers()).types()

    assert {each: count for each, count in types.items() if not each.startswith("test:")} == PRODUCTION


def test_where_nothing_uses_a_broker_nothing_is_declared() -> None:
    types = declared(brokers({"orders": {}}, {})).types()

    assert [each for each in types if not each.startswith("test:")] == []


@pytest.mark.parametrize("tier", ["local", "staging", "production"])
def test_every_object_is_valid_by_its_real_schema(tier: Tier) -> None:
    require_crds()

    recording = declared(brokers(tier=tier))

    assert [fault for manifest in manifests(recording) for fault in faults(manifest)] == []


@pytest.mark.parametrize("tier", ["local", "production"])
def test_what_holds_messages_is_protected_where_the_tier_protects(tier: Tier) -> None:
    recording = declared(brokers(tier=tier))

    protected = {each.type for each in recording.resources if each.options.protect}
    assert protected == (
        {
            f"{STRIMZI}:Kafka",
            f"{STRIMZI}:KafkaNodePool",
            f"{STRIMZI}:KafkaTopic",
            f"{RABBITMQ}:RabbitmqCluster",
            f"{RABBITMQ}:Queue",
        }
        if tier == "production"
        else set()
    )


@pytest.mark.parametrize(("tier", "policy"), [("local", "delete"), ("production", "retain")])
def test_a_queue_outlives_its_object_where_the_tier_protects(tier: Tier, policy: str) -> None:
    queues = declared(brokers(tier=tier)).of_type(f"{RABBITMQ}:Queue")

    assert {each.inputs["spec"]["deletionPolicy"] for each in queues} == {policy}


def test_objects_stand_in_the_namespace_of_whoever_owns_them() -> None:
    made: dict[str, set[str]] = {}
    for each in manifests(declared(brokers())):
        made.setdefault(each["metadata"]["namespace"], set()).add(each["kind"])

    assert made["kafka"] == {"Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser", "Role", "RoleBinding"}
    assert made["rabbitmq"] == {"RabbitmqCluster", "PodDisruptionBudget"}
    assert set(made) == {"kafka", "rabbitmq", "shop"}


def test_the_cluster_admits_topology_of_its_tenants_alone() -> None:
    cluster = declared(brokers()).the(f"{RABBITMQ}:RabbitmqCluster")

    assert cluster.inputs["metadata"]["annotations"] == {"rabbitmq.com/topology-allowed-namespaces": "shop"}


def test_everything_of_a_team_on_rabbitmq_names_the_shared_cluster() -> None:
    topology = [
        each
        for each in manifests(declared(brokers()))
        if each["apiVersion"] == "rabbitmq.com/v1beta1" and each["kind"] != "RabbitmqCluster"
    ]

    references = {tuple(sorted(each["spec"]["rabbitmqClusterReference"].items())) for each in topology}
    assert references == {(("name", "rabbitmq"), ("namespace", "rabbitmq"))}


def test_kafka_asks_every_client_who_it_is_and_lets_only_clients_through() -> None:
    (listener,) = declared(brokers()).the(f"{STRIMZI}:Kafka").inputs["spec"]["kafka"]["listeners"]

    assert (listener["port"], listener["authentication"]) == (9092, {"type": "scram-sha-512"})
    peers = [
        (
            peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"],
            peer["podSelector"]["matchLabels"]["pavedroad.dev/service"],
        )
        for peer in listener["networkPolicyPeers"]
    ]
    assert peers == [("shop", "orders"), ("shop", "shipping")]


def test_nobody_but_named_users_may_do_anything_on_kafka() -> None:
    kafka = declared(brokers()).the(f"{STRIMZI}:Kafka").inputs["spec"]["kafka"]

    assert kafka["authorization"] == {"type": "simple"}
    assert kafka["config"]["auto.create.topics.enable"] == "false"


def test_a_reader_may_get_its_teams_secrets_by_name_and_nothing_else() -> None:
    recording = declared(brokers())

    role = recording.the("kubernetes:rbac.authorization.k8s.io/v1:Role").inputs
    assert role["rules"] == [
        {
            "apiGroups": [""],
            "resources": ["secrets"],
            "resourceNames": ["shop.orders", "shop.shipping"],
            "verbs": ["get"],
        }
    ]
    binding = recording.the("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding").inputs
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "kafka-reader", "namespace": "shop"}]


def test_every_secret_that_services_are_told_of_is_made_with_that_key() -> None:
    plan = brokers()
    keys = {
        (each["metadata"]["name"], key)
        for each in manifests(declared(plan))
        if each["kind"] == "ExternalSecret"
        for key in each["spec"]["target"]["template"]["data"]
    }

    told = [
        value
        for use in plan.uses
        for value in plan.outputs_for(use.team, use.service, use.direction, use.reference).values()
        if isinstance(value, SecretKeyRef)
    ]
    for_knative = {(name, "mechanism") for name, _ in keys if name.endswith("-kafka")}
    assert {(value.name, value.key) for value in told} | for_knative == keys


def test_pods_of_brokers_are_in_the_mesh_and_restricted() -> None:
    recording = declared(brokers())
    pools = [each.inputs["spec"]["template"] for each in recording.of_type(f"{STRIMZI}:KafkaNodePool")]
    rabbit = recording.the(f"{RABBITMQ}:RabbitmqCluster").inputs["spec"]["override"]["statefulSet"]["spec"]
    kafka = recording.the(f"{STRIMZI}:Kafka").inputs["spec"]
    operator, exporter = (kafka[part]["template"] for part in ("entityOperator", "kafkaExporter"))

    for template in (*(pool["pod"] for pool in pools), operator["pod"], exporter["pod"]):
        assert template["metadata"]["labels"] == {"sidecar.istio.io/inject": "true"}
        assert template["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert rabbit["template"]["metadata"]["labels"] == {"sidecar.istio.io/inject": "true"}
    containers: list[dict[str, Any]] = [
        *(pool[name] for pool in pools for name in ("kafkaContainer", "initContainer")),
        *rabbit["template"]["spec"]["containers"],
        *rabbit["template"]["spec"]["initContainers"],
        operator["topicOperatorContainer"],
        operator["userOperatorContainer"],
        exporter["container"],
    ]
    for container in containers:
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_the_independent_evaluator_sees_the_same_pods_under_the_same_identity() -> None:
    plan = brokers(EVERYTHING)
    namespaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        for name in ("kafka", "rabbitmq", "shop")
    ]
    cluster = Cluster.of([*namespaces, *manifests(declared(plan))])

    for flow in plan.flows:
        if flow.destination.namespace in {"kafka", "rabbitmq"}:
            pods = _pods_of(cluster, flow.destination)
            assert pods
            for pod in pods:
                assert pod.service_account == flow.destination.service_account
                assert set(flow.ports) <= {port.number for port in pod.ports}


def _pods_of(cluster: Cluster, party: Party) -> list[Any]:
    wanted = dict(party.selector)
    return [
        pod
        for pod in cluster.pods
        if pod.namespace == party.namespace and wanted.items() <= pod.labels.values.items()
    ]


@pytest.mark.parametrize("topic", ["events", "tasks"])
def test_every_address_that_services_are_told_leads_to_the_broker(topic: str) -> None:
    plan = brokers()
    namespaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}]
    cluster = Cluster.of([*namespaces, *manifests(declared(plan))])
    told = plan.outputs_for("shop", "orders", "publishes", topic)
    host, _, port = str(told["bootstrap_servers" if topic == "events" else "addresses"]).rpartition(":")

    assert cluster.resolve(host, int(port), "shop").targets
