"""Pods and Services that operators make of custom resources.

Most follow from the table of facts; Kafka and gateways, whose ports are
written in the resource itself, have a module each.
"""

from collections.abc import Mapping

from pavedroad.access import gateways, kafka
from pavedroad.access.manifests import at, group_of, reading
from pavedroad.access.model import Manifest, Pod
from pavedroad.access.operators import Operator, PodFacts, operator_of
from pavedroad.access.services import Service, ServicePort
from pavedroad.access.shape import Made, Shape
from pavedroad.access.workloads import Namespaces


def managed(objects: list[Manifest], namespaces: Namespaces) -> Made:
    """All pods and Services that operators make of the objects."""
    pods: list[Pod] = []
    services: list[Service] = []
    for manifest in objects:
        with reading(manifest):
            made = _made_of(manifest, objects, namespaces)
        pods += made[0]
        services += made[1]
    return pods, services


def _made_of(manifest: Manifest, objects: list[Manifest], namespaces: Namespaces) -> Made:
    if (operator := operator_of(manifest)) is not None:
        return _from_table(operator, manifest, namespaces)
    match group_of(manifest), manifest["kind"]:
        case kafka.GROUP, "Kafka":
            return kafka.kafka_cluster(manifest, objects, namespaces)
        case gateways.GROUP, "Gateway":
            return gateways.gateway_proxy(manifest, objects, namespaces)
        case _:
            return [], []


def _from_table(operator: Operator, manifest: Manifest, namespaces: Namespaces) -> Made:
    names = operator.names(manifest)
    namespace = names["namespace"]
    several = len(operator.pods) > 1
    pods = {
        facts.role: _shape(facts, manifest, names, several=several).pod(namespace, namespaces)
        for facts in operator.pods
    }
    services = [
        Service(
            namespace=namespace,
            name=facts.name.format_map(names),
            ports=tuple(
                ServicePort(number, target, name, app_protocol=facts.app_protocols.get(name, ""))
                for name, (number, target) in facts.ports.items()
            ),
            backends=(pods[facts.role],),
            headless=facts.headless,
        )
        for facts in operator.services
    ]
    return list(pods.values()), services


def _ports_of_containers(facts: PodFacts, manifest: Manifest) -> dict[str, int]:
    """Return the ports of the containers that a resource adds to its pods."""
    containers = at(manifest, facts.containers_at, []) if facts.containers_at else []
    return {
        str(port.get("name", port["containerPort"])): int(port["containerPort"])
        for container in containers
        for port in container.get("ports", ())
    }


def _shape(facts: PodFacts, manifest: Manifest, names: Mapping[str, str], *, several: bool) -> Shape:
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    for path in facts.labels_at:
        labels |= at(manifest, path, {})
    for path in facts.metadata_at:
        labels |= at(manifest, f"{path}.labels", {})
        annotations |= at(manifest, f"{path}.annotations", {})
    own = {key: value.format_map(names) for key, value in facts.labels.items()}
    account = at(manifest, facts.account_at) if facts.account_at else None
    suffix = f"/{facts.role}" if several else ""
    return Shape(
        name=f"{manifest['kind']}/{names['name']}{suffix}",
        labels=labels | own,
        host_prefix=facts.host_prefix.format_map(names),
        service_account=str(account or facts.service_account.format_map(names)),
        ports={**facts.ports, **_ports_of_containers(facts, manifest)},
        varying=facts.varying,
        annotations=annotations,
    )
