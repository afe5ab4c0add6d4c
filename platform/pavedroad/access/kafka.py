"""What Strimzi makes of a Kafka cluster and its node pools.

Source: Strimzi documentation, "List of Kafka cluster resources" and "Standard
labels"; its code: ``KafkaCluster``, ``EntityOperator``, ``ListenersUtils``.
"""

import re
from collections.abc import Mapping

from pavedroad.access.manifests import at, group_of, namespace_of
from pavedroad.access.model import Manifest
from pavedroad.access.services import Service, ServicePort
from pavedroad.access.shape import Made, Shape
from pavedroad.access.workloads import Namespaces

GROUP = "kafka.strimzi.io"
_NOT_PROPAGATED = re.compile(r"app\.kubernetes\.io/(?!part-of)|strimzi\.io/")
"""Labels of a resource that its pods do not inherit (STRIMZI_LABELS_EXCLUSION_PATTERN)."""


def kafka_cluster(kafka: Manifest, objects: list[Manifest], namespaces: Namespaces) -> Made:
    """Brokers, controllers and the entity operator of a Kafka cluster."""
    name, namespace = str(kafka["metadata"]["name"]), namespace_of(kafka)
    listeners = {
        f"tcp-{item['name']}": int(item["port"])
        for item in at(kafka, "spec.kafka.listeners", [])
        if at(item, "type", "internal") in ("internal", "cluster-ip")
    }
    inner = {"tcp-ctrlplane": 9090, "tcp-replication": 9091, "tcp-kafkaagent": 8443}
    pools = [
        _kafka_pool(pool, kafka, inner | listeners).pod(namespace, namespaces)
        for pool in objects
        if _is_pool_of(pool, name, namespace)
    ]
    brokers = tuple(pod for pod in pools if pod.labels.values["strimzi.io/broker-role"] == "true")
    services = [
        Service(
            namespace=namespace,
            name=f"{name}-kafka-{suffix}",
            ports=ports,
            backends=backends,
            headless=headless,
        )
        for suffix, ports, backends, headless in (
            ("bootstrap", _ports({"tcp-replication": 9091} | listeners), brokers, False),
            ("brokers", _ports(inner | listeners), tuple(pools), True),
        )
    ]
    if at(kafka, "spec.entityOperator") is None:
        return pools, services
    return [*pools, _entity_operator(kafka).pod(namespace, namespaces)], services


def _is_pool_of(manifest: Manifest, cluster: str, namespace: str) -> bool:
    return (
        (group_of(manifest), manifest["kind"]) == (GROUP, "KafkaNodePool")
        and namespace_of(manifest) == namespace
        and at(manifest, "metadata.labels", {}).get("strimzi.io/cluster") == cluster
    )


def _kafka_pool(pool: Manifest, kafka: Manifest, ports: Mapping[str, int]) -> Shape:
    cluster, roles = str(kafka["metadata"]["name"]), at(pool, "spec.roles", [])
    metadata = at(pool, "spec.template.pod.metadata") or at(kafka, "spec.kafka.template.pod.metadata", {})
    return Shape(
        name=f"KafkaNodePool/{pool['metadata']['name']}",
        labels=_inherited(pool)
        | at(metadata, "labels", {})
        | _strimzi_labels(cluster, f"{cluster}-kafka", "kafka")
        | {
            "strimzi.io/component-type": "kafka",
            "strimzi.io/pool-name": str(pool["metadata"]["name"]),
            "strimzi.io/broker-role": str("broker" in roles).lower(),
            "strimzi.io/controller-role": str("controller" in roles).lower(),
        },
        varying=("strimzi.io/pod-name", "strimzi.io/controller", "strimzi.io/controller-name"),
        service_account=f"{cluster}-kafka",
        host_prefix=f"{cluster}-{pool['metadata']['name']}",
        ports=ports,
        annotations=at(metadata, "annotations", {}),
    )


def _entity_operator(kafka: Manifest) -> Shape:
    name = str(kafka["metadata"]["name"])
    metadata = at(kafka, "spec.entityOperator.template.pod.metadata", {})
    return Shape(
        name=f"Kafka/{name}/entity-operator",
        labels=_inherited(kafka)
        | at(metadata, "labels", {})
        | _strimzi_labels(name, f"{name}-entity-operator", "entity-operator")
        | {"strimzi.io/component-type": "entity-operator"},
        varying=("pod-template-hash",),
        service_account=f"{name}-entity-operator",
        host_prefix=f"{name}-entity-operator",
        ports={"healthcheck": 8080},
        annotations=at(metadata, "annotations", {}),
    )


def _inherited(manifest: Manifest) -> dict[str, str]:
    labels: Mapping[str, str] = at(manifest, "metadata.labels", {})
    return {key: value for key, value in labels.items() if not _NOT_PROPAGATED.match(key)}


def _strimzi_labels(cluster: str, component: str, application: str) -> dict[str, str]:
    return {
        "strimzi.io/cluster": cluster,
        "strimzi.io/kind": "Kafka",
        "strimzi.io/name": component,
        "app.kubernetes.io/name": application,
        "app.kubernetes.io/instance": cluster,
        "app.kubernetes.io/part-of": f"strimzi-{cluster}",
        "app.kubernetes.io/managed-by": "strimzi-cluster-operator",
    }


def _ports(numbers: Mapping[str, int]) -> tuple[ServicePort, ...]:
    return tuple(ServicePort(number, number, name) for name, number in numbers.items())
