"""What parts of the stack have in common: an identity, a restricted pod, a Service, a budget."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from components.kubernetes import DNS_CONFIG, Body, Kind, Place
from components.pods import spread_constraints

if TYPE_CHECKING:
    import pulumi

    from pavedroad.plan.flows import Party
    from pavedroad.plan.observability.stack import PartSize, Placement

CLUSTER_ROLE = Kind("rbac.authorization.k8s.io/v1", "ClusterRole")
CLUSTER_ROLE_BINDING = Kind("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")
DAEMON_SET = Kind("apps/v1", "DaemonSet")
DISRUPTION_BUDGET = Kind("policy/v1", "PodDisruptionBudget")
SERVICE = Kind("v1", "Service")
SERVICE_ACCOUNT = Kind("v1", "ServiceAccount")
STATEFUL_SET = Kind("apps/v1", "StatefulSet")

READ: Final = ["get", "list", "watch"]
"""What looking at objects takes."""

USER: Final = 10_001
"""User and group of the stack's processes: none that a node has."""

IN_MESH: Final = {"sidecar.istio.io/inject": "true"}
"""Label of pods that join the mesh."""

POD_SECURITY: Final[Body] = {
    "runAsNonRoot": True,
    "runAsUser": USER,
    "runAsGroup": USER,
    "fsGroup": USER,
    "fsGroupChangePolicy": "OnRootMismatch",
    "seccompProfile": {"type": "RuntimeDefault"},
}

CONTAINER_SECURITY: Final[Body] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


def resources(size: PartSize) -> Body:
    """Return what a container asks for; its memory is also its limit."""
    return {
        "requests": {"cpu": size.cpu, "memory": size.memory},
        "limits": {"memory": size.memory},
    }


def claim(size: PartSize, storage_class: str | None) -> Body:
    """Return the spec of a part's volume."""
    spec: Body = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": size.storage}},
    }
    return {**spec, "storageClassName": storage_class} if storage_class else spec


def spread(party: Party, placement: Placement) -> Body:
    """Return how far the replicas of a part keep apart."""
    return spread_constraints(placement.spread, dict(party.selector), required=placement.spread_required)


def pod_spec(party: Party, containers: list[Body], *, api_token: bool = False) -> Body:
    """Return the pod of a part, within the ``restricted`` pod security standard."""
    return {
        "serviceAccountName": party.service_account,
        "automountServiceAccountToken": api_token,
        "enableServiceLinks": False,
        "dnsConfig": DNS_CONFIG,
        "securityContext": POD_SECURITY,
        "containers": containers,
    }


def http_probe(port: int, path: str) -> Body:
    """Return a question over HTTP."""
    return {"httpGet": {"path": path, "port": port}, "periodSeconds": 10, "timeoutSeconds": 5}


def declare_account(place: Place, party: Party) -> pulumi.Resource:
    """Declare the identity of a part; its pods say themselves whether they get a token."""
    return place.declare(
        SERVICE_ACCOUNT, party.service_account or "", {"automountServiceAccountToken": False}
    )


def declare_cluster_rights(
    place: Place, party: Party, rules: list[Body], account: pulumi.Resource
) -> pulumi.Resource:
    """Let a part read objects of the whole cluster; return what hands it the right."""
    cluster = replace(place, namespace=None)
    name = f"{party.namespace}-{party.name}"
    role = cluster.declare(CLUSTER_ROLE, name, {"rules": rules})
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}
    subject = {"kind": "ServiceAccount", "name": party.service_account, "namespace": party.namespace}
    return cluster.declare(
        CLUSTER_ROLE_BINDING, name, {"roleRef": reference, "subjects": [subject]}, after=(role, account)
    )


def service_port(port: int, *, name: str = "http", protocol: Literal["http", "grpc", "tcp"] = "http") -> Body:
    """Return a port of a Service; its ``appProtocol`` tells the mesh what is spoken."""
    return {"name": name, "port": port, "targetPort": port, "protocol": "TCP", "appProtocol": protocol}


def declare_service(place: Place, party: Party, port: int, *, after: pulumi.Resource) -> None:
    """Declare the Service under which a part is asked."""
    spec = {"selector": dict(party.selector), "ports": [service_port(port)]}
    place.declare(SERVICE, party.name, {"spec": spec}, after=(after,))


def declare_replica_names(place: Place, party: Party, *ports: Body) -> str:
    """Declare the headless Service that gives each replica of a part its name; return what it is called."""
    name = f"{party.name}-pods"
    spec = {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": dict(party.selector),
        "ports": list(ports),
    }
    place.declare(SERVICE, name, {"spec": spec})
    return name


def declare_budget(place: Place, party: Party, size: PartSize) -> None:
    """Let nodes be emptied one replica at a time, where there are several."""
    if size.replicas > 1:
        budget = {
            "selector": {"matchLabels": dict(party.selector)},
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        }
        place.declare(DISRUPTION_BUDGET, party.name, {"spec": budget})
