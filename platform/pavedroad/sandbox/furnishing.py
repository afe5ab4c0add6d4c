"""What an empty cluster needs before anything can run on it: nodes in three zones, and a storage class."""

import time

from pavedroad.sandbox.api import KubeClient, Manifest, ObjectRef

__all__ = ["NODES", "furnish"]

_FIELD_MANAGER = "pavedroad-sandbox"
_REGION = "local"
_ZONES = {"local-a": "10.64.64.0/18", "local-b": "10.64.128.0/18", "local-c": "10.64.192.0/18"}
"""Zones, each with the addresses of its pods: nodes that share them can give two first pods the same one."""

_LABELS = {"app.kubernetes.io/managed-by": "pavedroad"}

NODES = tuple(f"node-{zone}" for zone in _ZONES)
"""One simulated node per zone."""


def furnish(client: KubeClient, *, timeout_seconds: float) -> None:
    """Create nodes and storage class where they are missing, and wait until pods can be scheduled.

    Raises:
        TimeoutError: The nodes did not become ready, or the default service account did not appear, in time.
    """
    for manifest in (*(_node(*zone) for zone in _ZONES.items()), _storage_class()):
        client.apply(manifest, field_manager=_FIELD_MANAGER, force=True)
    deadline = time.monotonic() + timeout_seconds
    while missing := _missing(client):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not ready after {timeout_seconds:.0f} s: {', '.join(missing)}")
        time.sleep(0.1)


def _missing(client: KubeClient) -> list[str]:
    missing = [
        f"node {node['metadata']['name']}" for node in client.list("v1", "Node") if not _takes_pods(node)
    ]
    account = ObjectRef(api_version="v1", kind="ServiceAccount", namespace="default", name="default")
    return missing if client.find(account) else [*missing, "the default service account"]


def _takes_pods(node: Manifest) -> bool:
    conditions = node.get("status", {}).get("conditions", ())
    ready = any(entry["type"] == "Ready" and entry["status"] == "True" for entry in conditions)
    return ready and not node["spec"].get("taints")


def _node(zone: str, pod_addresses: str) -> Manifest:
    name = f"node-{zone}"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": _LABELS
            | {
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "topology.kubernetes.io/region": _REGION,
                "topology.kubernetes.io/zone": zone,
            },
        },
        "spec": {"podCIDR": pod_addresses, "podCIDRs": [pod_addresses]},
    }


def _storage_class() -> Manifest:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": "standard",
            "labels": _LABELS,
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": "pavedroad.dev/simulated",
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
        "allowVolumeExpansion": True,
    }
