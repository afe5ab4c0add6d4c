"""What the provider's tests bring up."""

from typing import Any

from pavedroad.sandbox.provider.properties import Manifest
from tests.sandbox.provider.builders import deployment

CANARY = "hunter2-canary"


def shop(namespace: str, *, greeting: str = "hello", replicas: int = 1) -> dict[str, Manifest]:
    """A workload with all that usually goes with one: the objects by logical name."""
    place = {"namespace": namespace}
    pod: Manifest = {
        "serviceAccountName": "web",
        "containers": [
            {
                "name": "main",
                "image": "example.com/web:1",
                "env": [{"name": "EMPTY", "value": ""}, {"name": "MODE", "value": "test"}],
                "envFrom": [{"configMapRef": {"name": "settings"}}],
                "ports": [{"name": "http", "containerPort": 8080}],
                "resources": {"requests": {"cpu": "1000m", "memory": "1024Mi"}, "limits": {"memory": "1Gi"}},
                "volumeMounts": [{"name": "scratch", "mountPath": "/tmp", "readOnly": False}],
            }
        ],
        "volumes": [{"name": "scratch", "emptyDir": {}}],
    }
    rule = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}
    return {
        "account": _object(
            "v1", "ServiceAccount", place | {"name": "web"}, automountServiceAccountToken=False
        ),
        "settings": _object("v1", "ConfigMap", place | {"name": "settings"}, data={"greeting": greeting}),
        "named": _object("v1", "ConfigMap", place, data={"greeting": greeting}),
        "password": _object(
            "v1", "Secret", place | {"name": "password"}, stringData={"password": {"$secret": CANARY}}
        ),
        "web": deployment(namespace=namespace, replicas=replicas, **pod),
        "service": _object(
            "v1",
            "Service",
            place | {"name": "web"},
            spec={"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
        ),
        "budget": _object(
            "policy/v1",
            "PodDisruptionBudget",
            place | {"name": "web"},
            spec={"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}},
        ),
        "closed": _object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            place | {"name": "closed"},
            spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": []},
        ),
        "role": _object("rbac.authorization.k8s.io/v1", "Role", place | {"name": "reader"}, rules=[rule]),
        "binding": _object(
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            place | {"name": "reader"},
            roleRef=role,
            subjects=[{"kind": "ServiceAccount", "name": "web", "namespace": namespace}],
        ),
        "quota": _object(
            "v1", "ResourceQuota", place | {"name": "all"}, spec={"hard": {"requests.cpu": "4000m"}}
        ),
        "nightly": _object(
            "batch/v1",
            "CronJob",
            place | {"name": "nightly"},
            spec={
                "schedule": "0 3 * * *",
                "jobTemplate": {
                    "spec": {
                        "template": {
                            "spec": {
                                "restartPolicy": "Never",
                                "containers": [{"name": "main", "image": "example.com/job:1"}],
                            }
                        }
                    }
                },
            },
        ),
    }


def _object(api_version: str, kind: str, metadata: Manifest, **content: Any) -> Manifest:
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}
