"""A pod that every control about pods accepts, and examples made of it."""

import copy
from typing import Any

from tests.support.examples import Declared, Example
from tests.support.governed import DEPLOYMENT, LABELS, NAMESPACE, POD

SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount"

ACCOUNT = Declared(
    type=SERVICE_ACCOUNT,
    properties={
        "metadata": {"name": "web", "namespace": NAMESPACE},
        "automountServiceAccountToken": False,
    },
)


def good_container(name: str = "web") -> dict[str, Any]:
    return {
        "name": name,
        "image": "registry.example.com/web:1.2.3",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
            "seccompProfile": {"type": "RuntimeDefault"},
            "appArmorProfile": {"type": "RuntimeDefault"},
            "seLinuxOptions": {"type": "container_t"},
            "windowsOptions": {},
        },
        "env": [{"name": "COLOUR", "value": "green"}],
        "ports": [{"containerPort": 8080}],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080}},
        "lifecycle": {"preStop": {"tcpSocket": {"port": 8080}}},
        "volumeMounts": [{"name": "scratch", "mountPath": "/scratch"}],
    }


def good_spec() -> dict[str, Any]:
    return {
        "serviceAccountName": "web",
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "supplementalGroups": [10001],
            "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
            "appArmorProfile": {"type": "RuntimeDefault"},
            "sysctls": [{"name": "net.ipv4.tcp_syncookies", "value": "1"}],
            "windowsOptions": {},
        },
        "initContainers": [good_container("prepare")],
        "containers": [good_container()],
        "volumes": [{"name": "scratch", "emptyDir": {}}],
    }


def declared_pod(spec: dict[str, Any], annotations: dict[str, str] | None = None) -> Declared:
    """Declare a bare pod."""
    metadata = {"name": "web", "namespace": NAMESPACE, "annotations": annotations or {}}
    return Declared(type=POD, properties={"metadata": metadata, "spec": spec})


def deployment(spec: dict[str, Any], annotations: dict[str, str] | None = None) -> Declared:
    """Declare a Deployment of a pod."""
    template = {"metadata": {"labels": dict(LABELS), "annotations": annotations or {}}, "spec": spec}
    metadata = {"name": "web", "namespace": NAMESPACE, "labels": {"app": "web"}}
    return Declared(type=DEPLOYMENT, properties={"metadata": metadata, "spec": {"template": template}})


def of_pod(control: str, breaks: str, to: object, *, settings: dict[str, object] | None = None) -> Example:
    """Make an example of the good pod in a Deployment, broken at a path below the pod's `spec`."""
    return of_spec(control, good_spec(), breaks, to, settings=settings)


def of_container(control: str, breaks: str, to: object) -> Example:
    """Make an example of the good pod in a Deployment, broken at a path below its container."""
    return of_pod(control, f"containers.0.{breaks}", to)


def of_spec(
    control: str,
    spec: dict[str, Any],
    breaks: str,
    to: object,
    *,
    settings: dict[str, object] | None = None,
) -> Example:
    """Make an example of a pod in a Deployment, broken at a path below the pod's `spec`."""
    return Example(
        control=control,
        declared=(deployment(copy.deepcopy(spec)), ACCOUNT),
        breaks=f"spec.template.spec.{breaks}",
        to=to,
        settings=settings or {},
    )
