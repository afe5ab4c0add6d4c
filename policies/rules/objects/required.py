"""The rule about fields without which the API server refuses an object.

Only what every version of a kind requires is asked here, for rules carry no schemas with them; that what the platform
itself declares fits the whole schema of its kind is proven by the project's tests.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Resource, ResourceRule, Severity, any_of
from pavedroad.governance.kubernetes import POD_TEMPLATES, pod_of

_WORKLOAD: Final = ("spec.selector", "spec.template")
_BINDING: Final = ("roleRef.kind", "roleRef.name")
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": (
        "spec.group",
        "spec.names.kind",
        "spec.names.plural",
        "spec.scope",
        "spec.versions",
    ),
    "kubernetes:apps/v1:DaemonSet": _WORKLOAD,
    "kubernetes:apps/v1:Deployment": _WORKLOAD,
    "kubernetes:apps/v1:ReplicaSet": ("spec.selector",),
    "kubernetes:apps/v1:StatefulSet": _WORKLOAD,
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": (
        "spec.maxReplicas",
        "spec.scaleTargetRef.kind",
        "spec.scaleTargetRef.name",
    ),
    "kubernetes:batch/v1:CronJob": ("spec.jobTemplate", "spec.schedule"),
    "kubernetes:batch/v1:Job": ("spec.template",),
    "kubernetes:core/v1:LimitRange": ("spec.limits",),
    "kubernetes:core/v1:PersistentVolume": ("spec.accessModes", "spec.capacity"),
    "kubernetes:core/v1:PersistentVolumeClaim": ("spec.accessModes", "spec.resources.requests.storage"),
    "kubernetes:core/v1:Pod": ("spec.containers",),
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": _BINDING,
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": _BINDING,
    "kubernetes:scheduling.k8s.io/v1:PriorityClass": ("value",),
    "kubernetes:storage.k8s.io/v1:StorageClass": ("provisioner",),
}
"""What each kind must have."""

_TYPES: Final = frozenset(_REQUIRED.keys() | POD_TEMPLATES.keys())


def _complete(resource: Resource) -> Iterator[Duty]:
    for path in _REQUIRED.get(resource.type, ()):
        yield Duty(resource, resource.properties.anything(path).present(), f"{path} must be set")
    if resource.type in POD_TEMPLATES:
        yield from _containers_named(resource)


def _containers_named(workload: Resource) -> Iterator[Duty]:
    pod = pod_of(workload)
    if pod.spec.value is None:
        return
    own = pod.spec.items("containers")
    yield Duty(
        workload,
        any_of(*(container.anything().present() for container in own)),
        f"{pod.spec.path}.containers must have an element",
    )
    for container in pod.containers():
        yield Duty(
            workload,
            container.text("name").satisfies(bool),
            f"{container.path}.name must be set",
        )


COMPLETE: Final = ResourceRule(
    Control(
        identifier="objects-complete",
        sentence="Every object has the fields that its kind cannot do without",
        why="The API server refuses it, halfway through an update. This asks for the fields of Kubernetes' own kinds "
        "that no version does without; that what the platform declares fits whole schemas is proven by its tests.",
        severity=Severity.MEDIUM,
        resource_types=_TYPES,
        fix=Fix(
            descriptor="the platform fills in whole objects, so declare the service in a descriptor",
            pulumi="set the field; `kubectl explain` says what it means",
        ),
        rows=(104,),
    ),
    _complete,
)

RULES: Final = (COMPLETE,)
