"""Kubernetes objects of any number of services, the same for the same number: what rules are measured on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from benchmarks.generating import STACK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMESPACES: Final = 50
OBJECTS_PER_SERVICE: Final = 8

_CARELESS: Final = 10
"""Every so many services one leaves something out, so that findings are made and not only passes."""

_PROGRAM: Final = """\
from pathlib import Path

from benchmarks.probes.registrations import program

program(Path({file!r}))()
"""

Properties = dict[str, Any]
"""The whole of an object, or a part of one, as a manifest has it."""


@dataclass(frozen=True, slots=True)
class Described:
    """One object.

    Attributes:
        type: Its type token.
        name: Its logical name.
        properties: The whole of it.
    """

    type: str
    name: str
    properties: Properties

    @property
    def urn(self) -> str:
        """A URN of its own."""
        return f"urn:pulumi:local::pavedroad::{self.type}::{self.name}"


def objects(services: int, namespaces: int = NAMESPACES) -> Iterator[Described]:
    """Yield the objects of so many services, eight of each, and of the namespaces that they stand in, four of each.

    Services are spread over the namespaces as teams are in an organisation: some have many, most have few. The
    number of namespaces is the same at every size, so what looks at all pairs within one is seen to grow.
    """
    for number in range(namespaces):
        yield from _objects_of_namespace(_namespace(number))
    for number in range(services):
        namespace = _namespace(int(namespaces * (number / services) ** 2))
        yield from _objects_of_service(f"service-{number:05}", namespace, careful=number % _CARELESS > 0)


def write_program(root: Path, services: int) -> Path:
    """Write a Pulumi project that declares the objects, those of a service in a component, and return its folder.

    Args:
        root: Folder to make; it must not exist.
        services: How many.
    """
    root.mkdir()
    file = root / "objects.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for registration in _registrations(services):
            lines.write(f"{json.dumps(registration)}\n")
    (root / "Pulumi.yaml").write_text("name: pavedroad\nruntime: python\n", encoding="utf-8")
    (root / f"Pulumi.{STACK}.yaml").write_text("config: {}\n", encoding="utf-8")
    (root / "__main__.py").write_text(_PROGRAM.format(file=str(file)), encoding="utf-8")
    return root


def _registrations(services: int) -> Iterator[Properties]:
    """Yield what `benchmarks.probes.registrations` reads: a provider, and each component before what is in it."""
    provider = {"urn": "provider", "type": "pulumi:providers:kubernetes", "name": "main", "custom": True}
    yield {**provider, "props": {"kubeconfig": "apiVersion: v1"}}
    components: set[str] = set()
    for each in objects(services):
        if each.name not in components:
            components.add(each.name)
            component = {"urn": each.name, "type": "pavedroad:benchmark:Group", "name": each.name}
            yield {**component, "custom": False, "props": {}, "outputs": {}}
        yield {
            "urn": each.urn,
            "type": each.type,
            "name": each.name,
            "custom": True,
            "props": each.properties,
            "parent": each.name,
            "provider": "provider",
        }


def _namespace(number: int) -> str:
    return f"team-{number:02}"


def _objects_of_namespace(name: str) -> Iterator[Described]:
    labels = {
        "app.kubernetes.io/managed-by": "pavedroad",
        "pavedroad.dev/team": name,
        "pod-security.kubernetes.io/enforce": "restricted",
    }
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
    yield Described("kubernetes:core/v1:Namespace", name, namespace)
    closing = {
        "networking.k8s.io/v1:NetworkPolicy": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        "security.istio.io/v1:PeerAuthentication": {"mtls": {"mode": "STRICT"}},
        "security.istio.io/v1:AuthorizationPolicy": {},
    }
    for token, spec in closing.items():
        yield _described(token, {"name": "default", "namespace": name, "labels": labels}, {"spec": spec})


def _objects_of_service(name: str, namespace: str, *, careful: bool) -> Iterator[Described]:
    labels = {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/managed-by": "pavedroad",
        "pavedroad.dev/team": namespace,
        "pavedroad.dev/service": name,
    }
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    selector = {"matchLabels": {"pavedroad.dev/service": name}}
    described = {
        "apps/v1:Deployment": _deployment(name, labels, selector, careful=careful),
        "core/v1:Service": _service(selector["matchLabels"]),
        "core/v1:ServiceAccount": {"automountServiceAccountToken": False},
        "networking.k8s.io/v1:NetworkPolicy": _network_policy(selector),
        "security.istio.io/v1:AuthorizationPolicy": _authorization_policy(namespace, selector["matchLabels"]),
        "policy/v1:PodDisruptionBudget": _budget(selector),
        "autoscaling/v2:HorizontalPodAutoscaler": _autoscaler(name),
        "core/v1:ConfigMap": {"data": {"application.yaml": "server:\n  port: 8080\n", "LOG_LEVEL": "info"}},
    }
    for token, parts in described.items():
        yield _described(token, metadata, parts)


def _described(token: str, metadata: Properties, parts: Properties) -> Described:
    group, _, kind = token.rpartition(":")
    manifest = {"apiVersion": group.removeprefix("core/"), "kind": kind, "metadata": metadata, **parts}
    return Described(f"kubernetes:{token}", f"{metadata['namespace']}/{metadata['name']}", manifest)


def _deployment(name: str, labels: dict[str, str], selector: Properties, *, careful: bool) -> Properties:
    pod = {
        "serviceAccountName": name,
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container("app", careful=careful), _container("proxy", careful=True)],
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": selector,
            }
        ],
        "volumes": [
            {"name": "scratch", "emptyDir": {"sizeLimit": "64Mi"}},
            {"name": "settings", "configMap": {"name": name}},
        ],
    }
    return {
        "spec": {
            "replicas": 3,
            "selector": selector,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        }
    }


def _container(name: str, *, careful: bool) -> Properties:
    """Describe a container; a careless one says nothing about privileges and memory."""
    probe = {"httpGet": {"path": "/ready", "port": "http"}, "periodSeconds": 10, "timeoutSeconds": 2}
    container = {
        "name": name,
        "image": f"registry.example.com/{name}:1.4.2@sha256:{'0123456789abcdef' * 4}",
        "imagePullPolicy": "IfNotPresent",
        "ports": [{"name": "http", "containerPort": 8080}],
        "env": [
            {"name": "LOG_LEVEL", "value": "info"},
            {"name": "ORDERS_URL", "value": "http://orders.team-01.svc.cluster.local"},
            {
                "name": "DATABASE_PASSWORD",
                "valueFrom": {"secretKeyRef": {"name": "ledger", "key": "password"}},
            },
        ],
        "readinessProbe": probe,
        "livenessProbe": probe,
        "volumeMounts": [
            {"name": "scratch", "mountPath": "/scratch"},
            {"name": "settings", "mountPath": "/etc/app"},
        ],
    }
    if careful:
        container["resources"] = {
            "requests": {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "64Mi"},
            "limits": {"memory": "128Mi", "ephemeral-storage": "64Mi"},
        }
        container["securityContext"] = {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "privileged": False,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
        }
    return container


def _service(labels: Properties) -> Properties:
    port = {"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}
    return {"spec": {"type": "ClusterIP", "selector": labels, "ports": [port]}}


def _network_policy(selector: Properties) -> Properties:
    names = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    return {
        "spec": {
            "podSelector": selector,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [{"podSelector": {}}], "ports": [{"port": 8080, "protocol": "TCP"}]}],
            "egress": [{"to": [names], "ports": [{"port": 53, "protocol": "UDP"}]}],
        }
    }


def _authorization_policy(namespace: str, labels: Properties) -> Properties:
    source = {"source": {"principals": [f"cluster.local/ns/{namespace}/sa/gateway"]}}
    operation = {"operation": {"ports": ["8080"], "methods": ["GET", "POST"]}}
    return {
        "spec": {
            "selector": {"matchLabels": labels},
            "action": "ALLOW",
            "rules": [{"from": [source], "to": [operation]}],
        }
    }


def _budget(selector: Properties) -> Properties:
    return {"spec": {"maxUnavailable": 1, "selector": selector, "unhealthyPodEvictionPolicy": "AlwaysAllow"}}


def _autoscaler(name: str) -> Properties:
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}},
    }
    return {
        "spec": {
            "minReplicas": 3,
            "maxReplicas": 9,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "metrics": [metric],
        }
    }
