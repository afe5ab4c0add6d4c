"""Pods and Services that operators make of their resources."""

import pytest

from pavedroad.access import Cluster, Pod, Verdict
from pavedroad.access.operators import OPERATORS
from tests.support.access import cluster, namespace, network_policy, pod

RESOURCES = {
    "cnpg": """
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: ledger, namespace: bank}
        spec: {inheritedMetadata: {labels: {pavedroad.dev/service: ledger}}}
        ---
        apiVersion: postgresql.cnpg.io/v1
        kind: Pooler
        metadata: {name: ledger-pooler, namespace: bank}
        spec:
          cluster: {name: ledger}
          template: {metadata: {labels: {pavedroad.dev/service: ledger}}}
    """,
    "mysql": """
        apiVersion: mysql.oracle.com/v2
        kind: InnoDBCluster
        metadata: {name: catalog, namespace: bank}
        spec: {podLabels: {pavedroad.dev/service: catalog}, router: {podLabels: {zone: edge}}}
    """,
    "mongodb": """
        apiVersion: mongodbcommunity.mongodb.com/v1
        kind: MongoDBCommunity
        metadata: {name: carts, namespace: bank}
        spec: {statefulSet: {spec: {template: {metadata: {labels: {pavedroad.dev/service: carts}}}}}}
    """,
    "valkey": """
        apiVersion: valkey.io/v1alpha1
        kind: ValkeyCluster
        metadata: {name: cache, namespace: bank}
        spec: {shards: 1}
    """,
    "cassandra": """
        apiVersion: cassandra.datastax.com/v1beta1
        kind: CassandraDatacenter
        metadata: {name: dc1, namespace: bank}
        spec: {clusterName: Big Data, podTemplateSpec: {metadata: {labels: {pavedroad.dev/service: events}}}}
    """,
    "rabbitmq": """
        apiVersion: rabbitmq.com/v1beta1
        kind: RabbitmqCluster
        metadata: {name: broker, namespace: bank}
        spec:
          override: {statefulSet: {spec: {template: {metadata: {labels: {pavedroad.dev/service: broker}}}}}}
    """,
    "kafka": """
        apiVersion: kafka.strimzi.io/v1
        kind: Kafka
        metadata: {name: stream, namespace: bank, labels: {app.kubernetes.io/name: mine, owner: us}}
        spec:
          kafka: {listeners: [{name: tls, port: 9093, type: internal}, {name: out, port: 9094, type: nodeport}]}
          entityOperator: {topicOperator: {}}
        ---
        apiVersion: kafka.strimzi.io/v1
        kind: KafkaNodePool
        metadata: {name: brokers, namespace: bank, labels: {strimzi.io/cluster: stream, owner: us}}
        spec: {roles: [broker], template: {pod: {metadata: {labels: {pavedroad.dev/service: stream}}}}}
        ---
        apiVersion: kafka.strimzi.io/v1
        kind: KafkaNodePool
        metadata: {name: controllers, namespace: bank, labels: {strimzi.io/cluster: stream}}
        spec: {roles: [controller]}
    """,
    "envoy": """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: public, namespace: bank}
        spec:
          gatewayClassName: edge
          infrastructure:
            labels: {exposure: public}
            parametersRef: {group: gateway.envoyproxy.io, kind: EnvoyProxy, name: settings}
          listeners: [{name: tls, port: 443, protocol: HTTPS}, {name: alt, port: 8443, protocol: HTTPS}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: GatewayClass
        metadata: {name: edge}
        spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}
        ---
        apiVersion: gateway.envoyproxy.io/v1alpha1
        kind: EnvoyProxy
        metadata: {name: settings, namespace: bank}
        spec: {provider: {kubernetes: {envoyDeployment: {pod: {labels: {sidecar.istio.io/inject: "true"}}}}}}
    """,
    "istio": """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: inner, namespace: bank}
        spec: {gatewayClassName: istio, listeners: [{name: web, port: 80, protocol: HTTP}]}
    """,
}


def made(key: str) -> Cluster:
    return cluster(namespace("bank"), RESOURCES[key])


def described(pods: tuple[Pod, ...]) -> dict[str, str]:
    return {pod.name: pod.service_account for pod in pods}


@pytest.mark.parametrize(
    ("key", "accounts"),
    [
        ("cnpg", {"Cluster/ledger": "ledger", "Pooler/ledger-pooler": "ledger-pooler"}),
        (
            "mysql",
            {"InnoDBCluster/catalog/mysqld": "catalog-sa", "InnoDBCluster/catalog/mysqlrouter": "catalog-sa"},
        ),
        ("mongodb", {"MongoDBCommunity/carts": "mongodb-database"}),
        ("valkey", {"ValkeyCluster/cache": "default"}),
        ("cassandra", {"CassandraDatacenter/dc1": "default"}),
        ("rabbitmq", {"RabbitmqCluster/broker": "broker-server"}),
        (
            "kafka",
            {
                "KafkaNodePool/brokers": "stream-kafka",
                "KafkaNodePool/controllers": "stream-kafka",
                "Kafka/stream/entity-operator": "stream-entity-operator",
            },
        ),
        ("envoy", {"Gateway/public": "public"}),
        ("istio", {"Gateway/inner": "inner-istio"}),
    ],
)
def test_the_pods_of_a_resource_and_the_accounts_they_run_as(key: str, accounts: dict[str, str]) -> None:
    assert described(made(key).pods) == accounts


@pytest.mark.parametrize(
    ("key", "name", "selected"),
    [
        ("cnpg", "Cluster/ledger", {"cnpg.io/cluster": "ledger", "pavedroad.dev/service": "ledger"}),
        (
            "cnpg",
            "Pooler/ledger-pooler",
            {
                "cnpg.io/poolerName": "ledger-pooler",
                "cnpg.io/cluster": "ledger",
                "pavedroad.dev/service": "ledger",
            },
        ),
        (
            "mysql",
            "InnoDBCluster/catalog/mysqld",
            {
                "component": "mysqld",
                "mysql.oracle.com/cluster": "catalog",
                "pavedroad.dev/service": "catalog",
            },
        ),
        (
            "mysql",
            "InnoDBCluster/catalog/mysqlrouter",
            {"component": "mysqlrouter", "tier": "mysql", "zone": "edge"},
        ),
        ("mongodb", "MongoDBCommunity/carts", {"app": "carts-svc", "pavedroad.dev/service": "carts"}),
        ("valkey", "ValkeyCluster/cache", {"valkey.io/cluster": "cache", "app.kubernetes.io/name": "valkey"}),
        (
            "cassandra",
            "CassandraDatacenter/dc1",
            {"cassandra.datastax.com/datacenter": "dc1", "pavedroad.dev/service": "events"},
        ),
        (
            "rabbitmq",
            "RabbitmqCluster/broker",
            {"app.kubernetes.io/name": "broker", "pavedroad.dev/service": "broker"},
        ),
        (
            "kafka",
            "KafkaNodePool/brokers",
            {
                "strimzi.io/name": "stream-kafka",
                "strimzi.io/broker-role": "true",
                "app.kubernetes.io/name": "kafka",
                "owner": "us",
                "pavedroad.dev/service": "stream",
            },
        ),
        (
            "envoy",
            "Gateway/public",
            {"gateway.envoyproxy.io/owning-gateway-name": "public", "exposure": "public"},
        ),
        ("istio", "Gateway/inner", {"gateway.networking.k8s.io/gateway-name": "inner"}),
    ],
)
def test_the_labels_that_policies_can_select(key: str, name: str, selected: dict[str, str]) -> None:
    labels = made(key).pod("bank", name).labels.values
    assert selected.items() <= labels.items()


@pytest.mark.parametrize(
    ("key", "host", "port", "ends"),
    [
        ("cnpg", "ledger-rw", 5432, {("Cluster/ledger", 5432)}),
        ("cnpg", "ledger-ro", 5432, {("Cluster/ledger", 5432)}),
        ("cnpg", "ledger-pooler", 5432, {("Pooler/ledger-pooler", 5432)}),
        ("mysql", "catalog", 3306, {("InnoDBCluster/catalog/mysqlrouter", 6446)}),
        ("mysql", "catalog-0.catalog-instances", 3306, {("InnoDBCluster/catalog/mysqld", 3306)}),
        ("mongodb", "carts-svc", 27017, {("MongoDBCommunity/carts", 27017)}),
        ("mongodb", "carts-0.carts-svc", 27017, {("MongoDBCommunity/carts", 27017)}),
        ("valkey", "valkey-cache", 6379, {("ValkeyCluster/cache", 6379)}),
        ("cassandra", "bigdata-dc1-service", 9042, {("CassandraDatacenter/dc1", 9042)}),
        ("rabbitmq", "broker", 5672, {("RabbitmqCluster/broker", 5672)}),
        ("kafka", "stream-kafka-bootstrap", 9093, {("KafkaNodePool/brokers", 9093)}),
        ("kafka", "stream-brokers-0.stream-kafka-brokers", 9093, {("KafkaNodePool/brokers", 9093)}),
        ("valkey", "valkey-cache-0-0-0.valkey-cache", 6379, {("ValkeyCluster/cache", 6379)}),
        ("cassandra", "bigdata-dc1-r1-sts-0.bigdata-dc1-service", 9042, {("CassandraDatacenter/dc1", 9042)}),
        ("envoy", "public", 443, {("Gateway/public", 10443)}),
        ("envoy", "public", 8443, {("Gateway/public", 8443)}),
        ("istio", "inner-istio", 80, {("Gateway/inner", 80)}),
    ],
)
def test_the_services_of_a_resource(key: str, host: str, port: int, ends: set[tuple[str, int]]) -> None:
    targets = made(key).resolve(host, port, "bank").targets
    assert {
        (target.endpoint.name, target.port) for target in targets if isinstance(target.endpoint, Pod)
    } == ends


def test_a_listener_that_is_not_internal_is_behind_no_internal_service() -> None:
    assert not made("kafka").resolve("stream-kafka-bootstrap", 9094, "bank").found


def test_proxies_are_in_the_mesh_where_they_are_put_there() -> None:
    assert made("envoy").pod("bank", "Gateway/public").in_mesh is True
    assert made("istio").pod("bank", "Gateway/inner").in_mesh is True
    assert made("cnpg").pod("bank", "Cluster/ledger").in_mesh is False


def test_a_resource_may_name_another_service_account() -> None:
    named = cluster("""
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: ledger, namespace: bank}
        spec: {serviceAccountName: shared}
    """)
    assert named.pod("bank", "Cluster/ledger").service_account == "shared"


def test_a_label_that_differs_between_pods_is_not_evaluated() -> None:
    selective = cluster(
        namespace("bank"),
        pod("bank/web"),
        RESOURCES["cnpg"],
        network_policy("bank/primary", "{podSelector: {matchLabels: {cnpg.io/instanceRole: primary}}}"),
    )
    web, ledger = selective.pod("bank", "Pod/web"), selective.pod("bank", "Cluster/ledger")
    assert selective.decide(web, ledger, 5432).verdict is Verdict.NOT_EVALUATED


def test_a_gateway_of_an_unknown_class_makes_no_pods() -> None:
    text = RESOURCES["istio"].replace("istio", "cloud-lb")
    assert cluster(text).pods == ()


def test_every_entry_of_the_table_names_its_source_and_serves_ports_that_its_pods_have() -> None:
    for operator in OPERATORS:
        assert operator.source
        ports = {facts.role: set(facts.ports.values()) for facts in operator.pods}
        for made_service in operator.services:
            assert {target for _, target in made_service.ports.values()} <= ports[made_service.role]
