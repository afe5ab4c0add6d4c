"""What tells Prometheus about the cluster: the state of its objects, and of each node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.observability.parts import (
    CONTAINER_SECURITY,
    DAEMON_SET,
    IN_MESH,
    READ,
    STATEFUL_SET,
    declare_account,
    declare_budget,
    declare_cluster_rights,
    declare_replica_names,
    http_probe,
    pod_spec,
    resources,
    service_port,
    spread,
)
from pavedroad.plan.observability.stack import (
    KUBE_STATE_METRICS,
    KUBE_STATE_METRICS_IMAGE,
    KUBE_STATE_METRICS_PORT,
    NODE_EXPORTER,
    NODE_EXPORTER_IMAGE,
    NODE_EXPORTER_PORT,
)

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.observability.stack import PartSize, Placement

STATE: Final[dict[str, tuple[str, ...]]] = {
    "": (
        "namespaces",
        "nodes",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "resourcequotas",
        "services",
    ),
    "apps": ("daemonsets", "deployments", "replicasets", "statefulsets"),
    "autoscaling": ("horizontalpodautoscalers",),
    "batch": ("cronjobs", "jobs"),
    "policy": ("poddisruptionbudgets",),
}
"""Objects whose state is told, by API group: what alerts and dashboards ask about, and no Secrets or ConfigMaps."""

LABELS: Final = "pods=[app.kubernetes.io/name,pavedroad.dev/team,pavedroad.dev/service,pavedroad.dev/store]"
"""Labels of ours that become labels of series: whose a pod is."""

NODE: Final = "/host"
"""Where the node's own files are seen."""

NODE_FOLDERS: Final = {"proc": "/proc", "sys": "/sys", "root": "/"}
"""What of a node is seen, read-only."""

WITHOUT: Final = ("arp", "netclass", "netdev", "netstat", "nfs", "sockstat", "softnet", "udp_queues", "wifi")
"""Collectors that would tell about the pod's own network and not the node's, which the exporter is no part of."""


class KubeStateMetrics(pulumi.ComponentResource):
    """The state of the cluster's objects as metrics: replicas that are missing, pods that wait, volumes that fill.

    Several replicas tell a share each (kube-state-metrics, *Automated sharding*), so that nothing is counted twice.
    """

    def __init__(
        self, size: PartSize, placement: Placement, place: Place, opts: pulumi.ResourceOptions
    ) -> None:
        """Declare it in its namespace."""
        name = KUBE_STATE_METRICS.name
        super().__init__("pavedroad:observability:KubeStateMetrics", name, {}, opts)
        place = place.under(self)
        account = declare_account(place, KUBE_STATE_METRICS)
        rules: list[Body] = [
            {"apiGroups": [group], "resources": list(resources_), "verbs": READ}
            for group, resources_ in STATE.items()
        ]
        declare_cluster_rights(place, KUBE_STATE_METRICS, rules, account)
        names = declare_replica_names(place, KUBE_STATE_METRICS, service_port(KUBE_STATE_METRICS_PORT))
        pod = pod_spec(KUBE_STATE_METRICS, [_state(size)], api_token=True)
        spec = {
            "serviceName": names,
            "replicas": size.replicas,
            "podManagementPolicy": "Parallel",
            "selector": {"matchLabels": dict(KUBE_STATE_METRICS.selector)},
            "template": {
                "metadata": {"labels": {**place.labels, **dict(KUBE_STATE_METRICS.selector), **IN_MESH}},
                "spec": {**pod, **spread(KUBE_STATE_METRICS, placement)},
            },
        }
        place.declare(STATEFUL_SET, name, {"spec": spec}, protect=placement.protect, after=(account,))
        declare_budget(place, KUBE_STATE_METRICS, size)
        self.register_outputs({})


class NodeExporter(pulumi.ComponentResource):
    """The state of every node as metrics: processors, memory, disks, file systems.

    It reads the node's files and can write none; it is in no namespace of the node's, neither network nor processes,
    so its metrics are asked for under the mesh's TLS as everybody's are.
    """

    def __init__(self, size: PartSize, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare it in the namespace of what must see nodes."""
        name = NODE_EXPORTER.name
        super().__init__("pavedroad:observability:NodeExporter", name, {}, opts)
        place = place.under(self)
        account = declare_account(place, NODE_EXPORTER)
        pod = pod_spec(NODE_EXPORTER, [_exporter(size)])
        pod["tolerations"] = [{"operator": "Exists"}]
        pod["volumes"] = [
            {"name": each, "hostPath": {"path": path, "type": "Directory"}}
            for each, path in NODE_FOLDERS.items()
        ]
        spec = {
            "selector": {"matchLabels": dict(NODE_EXPORTER.selector)},
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
            "template": {
                "metadata": {"labels": {**place.labels, **dict(NODE_EXPORTER.selector), **IN_MESH}},
                "spec": pod,
            },
        }
        place.declare(DAEMON_SET, name, {"spec": spec}, after=(account,))
        self.register_outputs({})


def _state(size: PartSize) -> Body:
    """Return the container that tells its share of the state; replicas find theirs by their number."""
    told = sorted(kind for kinds in STATE.values() for kind in kinds)
    return {
        "name": KUBE_STATE_METRICS.name,
        "image": KUBE_STATE_METRICS_IMAGE,
        "args": [
            f"--port={KUBE_STATE_METRICS_PORT}",
            f"--resources={','.join(told)}",
            f"--metric-labels-allowlist={LABELS}",
            "--pod=$(POD)",
            "--pod-namespace=$(NAMESPACE)",
        ],
        "env": [
            {"name": variable, "valueFrom": {"fieldRef": {"fieldPath": f"metadata.{field}"}}}
            for variable, field in (("POD", "name"), ("NAMESPACE", "namespace"))
        ],
        "ports": [{"name": "http", "containerPort": KUBE_STATE_METRICS_PORT, "protocol": "TCP"}],
        "readinessProbe": http_probe(KUBE_STATE_METRICS_PORT, "/healthz"),
        "livenessProbe": http_probe(KUBE_STATE_METRICS_PORT, "/livez"),
        "resources": resources(size),
        "securityContext": CONTAINER_SECURITY,
    }


def _exporter(size: PartSize) -> Body:
    """Return the container that reads the node's files."""
    return {
        "name": NODE_EXPORTER.name,
        "image": NODE_EXPORTER_IMAGE,
        "args": [
            f"--web.listen-address=:{NODE_EXPORTER_PORT}",
            *(
                f"--path.{kind}={NODE}/{each}"
                for kind, each in (("procfs", "proc"), ("sysfs", "sys"), ("rootfs", "root"))
            ),
            (
                "--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run/k3s/containerd/.+"
                "|var/lib/docker/.+|var/lib/kubelet/.+|var/lib/containerd/.+)($|/)"
            ),
            *(f"--no-collector.{each}" for each in WITHOUT),
        ],
        "ports": [{"name": "http", "containerPort": NODE_EXPORTER_PORT, "protocol": "TCP"}],
        "readinessProbe": http_probe(NODE_EXPORTER_PORT, "/"),
        "livenessProbe": {**http_probe(NODE_EXPORTER_PORT, "/"), "failureThreshold": 6},
        "resources": resources(size),
        "securityContext": CONTAINER_SECURITY,
        "volumeMounts": [
            {
                "name": each,
                "mountPath": f"{NODE}/{each}",
                "readOnly": True,
                **({"mountPropagation": "HostToContainer"} if each == "root" else {}),
            }
            for each in NODE_FOLDERS
        ],
    }
