"""Pods, from the workloads that make them."""

from collections.abc import Mapping
from dataclasses import dataclass

from pavedroad.access.labels import NAMESPACE_NAME_LABEL, LabelSet
from pavedroad.access.manifests import at, namespace_of, reading
from pavedroad.access.mesh import capture_of, injected
from pavedroad.access.model import ContainerPort, Manifest, Pod

_TEMPLATES: Mapping[str, str] = {
    "Deployment": "spec.template",
    "StatefulSet": "spec.template",
    "DaemonSet": "spec.template",
    "ReplicaSet": "spec.template",
    "ReplicationController": "spec.template",
    "Job": "spec.template",
    "CronJob": "spec.jobTemplate.spec.template",
    "Rollout": "spec.template",
}
"""Where each kind keeps its pod template (Kubernetes API reference; Argo Rollouts specification)."""

_GENERATED_LABELS: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("pod-template-hash",),
    "ReplicaSet": ("pod-template-hash",),
    "Rollout": ("rollouts-pod-template-hash",),
    "StatefulSet": (
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "controller-revision-hash",
    ),
    "DaemonSet": ("controller-revision-hash", "pod-template-generation"),
    "Job": (
        "batch.kubernetes.io/job-name",
        "job-name",
        "batch.kubernetes.io/controller-uid",
        "controller-uid",
    ),
    "CronJob": (
        "batch.kubernetes.io/job-name",
        "job-name",
        "batch.kubernetes.io/controller-uid",
        "controller-uid",
    ),
}
"""Labels that controllers add with values no manifest tells (Kubernetes, "Well-Known Labels")."""


@dataclass(frozen=True, slots=True)
class Namespaces:
    """The labels of the namespaces that are rendered."""

    labels: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, objects: list[Manifest]) -> "Namespaces":
        """Read the Namespace objects."""
        return cls(
            {
                str(manifest["metadata"]["name"]): at(manifest, "metadata.labels", {})
                for manifest in objects
                if manifest["kind"] == "Namespace"
            }
        )

    def of_name(self, name: str) -> LabelSet:
        """A namespace's labels; of one that is not rendered only its name is known."""
        known = self.labels.get(name)
        return LabelSet(values={**(known or {}), NAMESPACE_NAME_LABEL: name}, partial=known is None)


def workload_pods(objects: list[Manifest], namespaces: Namespaces) -> list[Pod]:
    """The pods of every workload, in the order of the objects."""
    pods = []
    for manifest in filter(_is_workload, objects):
        with reading(manifest):
            pods.append(_pod(manifest, namespaces))
    return pods


def _is_workload(manifest: Manifest) -> bool:
    return manifest["kind"] == "Pod" or at(manifest, _TEMPLATES.get(manifest["kind"], "-")) is not None


def _pod(manifest: Manifest, namespaces: Namespaces) -> Pod:
    kind = str(manifest["kind"])
    template = manifest if kind == "Pod" else at(manifest, _TEMPLATES[kind])
    namespace = namespace_of(manifest)
    annotations = at(template, "metadata.annotations", {})
    labels = LabelSet(
        values={key: str(value) for key, value in at(template, "metadata.labels", {}).items()},
        unknown=frozenset(_GENERATED_LABELS.get(kind, ())),
    )
    namespace_labels = namespaces.of_name(namespace)
    host_network = bool(at(template, "spec.hostNetwork", default=False))
    return Pod(
        namespace=namespace,
        name=f"{kind}/{manifest['metadata']['name']}",
        labels=labels,
        namespace_labels=namespace_labels,
        host_prefix=str(manifest["metadata"]["name"]),
        service_account=str(at(template, "spec.serviceAccountName", "default")),
        ports=tuple(_ports(at(template, "spec", {}))),
        in_mesh=injected(labels, namespace_labels, annotations, host_network=host_network),
        host_network=host_network,
        inbound=capture_of(annotations, "Inbound"),
        outbound=capture_of(annotations, "Outbound"),
    )


def _ports(pod_spec: Manifest) -> list[ContainerPort]:
    side_cars = [
        container
        for container in pod_spec.get("initContainers") or ()
        if container.get("restartPolicy") == "Always"
    ]
    return [
        ContainerPort(str(port.get("name", "")), int(port["containerPort"]), str(port.get("protocol", "TCP")))
        for container in [*(pod_spec.get("containers") or ()), *side_cars]
        for port in container.get("ports") or ()
    ]
