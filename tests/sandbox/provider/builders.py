"""Objects, states and sessions for the provider's tests, one line each."""

from typing import Any

from pavedroad.sandbox.provider.config import Settings
from pavedroad.sandbox.provider.engine_log import EngineLog
from pavedroad.sandbox.provider.outputs import checkpoint
from pavedroad.sandbox.provider.properties import Manifest, Properties
from pavedroad.sandbox.provider.session import Session

NO_SETTINGS = Settings(kubeconfig="", context="", cluster="", namespace="", switches=frozenset())
WITHOUT_CLUSTER = Session(NO_SETTINGS, EngineLog(), None, "nobody answers")


def urn(token: str, name: str = "thing") -> str:
    return f"urn:pulumi:dev::shop::pavedroad:workload:Service${token}::{name}"


def config_map(name: str = "settings", **data: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "shop"},
        "data": data,
    }


def deployment(name: str = "web", *, replicas: int = 2, namespace: str = "shop", **pod: Any) -> Manifest:
    labels = {"app": name}
    container = {"name": "main", "image": "example.com/web:1", "ports": [{"containerPort": 8080}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container], **pod}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
    }


def state_of(declared: Manifest, live: Manifest | None = None) -> Properties:
    """The outputs of a resource that was declared so, and is live so (by default as declared)."""
    return checkpoint(
        inputs=declared,
        live=declared if live is None else live,
        given=declared,
        api_version=declared["apiVersion"],
        field_manager="pulumi-kubernetes-00000000",
    )


class CannedView:
    """Objects around the one that is judged: lists by kind, whatever the selectors."""

    def __init__(self, **objects: list[Manifest]) -> None:
        self.objects = objects

    def list(
        self, api_version: str, kind: str, namespace: str, labels: str = "", fields: str = ""
    ) -> list[Manifest]:
        del api_version, namespace, labels, fields  # the test chose what is there
        return self.objects.get(kind, [])
