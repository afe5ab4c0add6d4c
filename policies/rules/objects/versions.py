"""Rules about API versions that the cluster no longer serves, or will not for long.

The table follows Kubernetes' guide to deprecated APIs (reference/using-api/deprecation-guide), up to v1.36.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from pavedroad.governance import (
    EVERY_OBJECT,
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Settings,
    SettingsError,
    Severity,
    setting,
)
from pavedroad.governance.truth import truth

Version = tuple[int, int]

_VERSION: Final = re.compile(r"v?(\d+)\.(\d+)(?:\.\d+)?\+?")
_FOREVER: Final[Version] = (99, 0)


class Life(NamedTuple):
    """How long an API version is good.

    Attributes:
        deprecated: The version of Kubernetes that deprecated it.
        removed: The first that does not serve it.
        successor: What to use instead; empty where there is nothing.
    """

    deprecated: Version
    removed: Version
    successor: str


_LIVES: Final[tuple[tuple[str, str, Version, Version, str], ...]] = (
    ("extensions/v1beta1", "DaemonSet Deployment ReplicaSet", (1, 9), (1, 16), "apps/v1"),
    ("extensions/v1beta1", "NetworkPolicy", (1, 9), (1, 16), "networking.k8s.io/v1"),
    ("extensions/v1beta1", "PodSecurityPolicy", (1, 11), (1, 16), ""),
    ("extensions/v1beta1", "Ingress", (1, 14), (1, 22), "networking.k8s.io/v1"),
    ("apps/v1beta1", "ControllerRevision Deployment ReplicaSet StatefulSet", (1, 9), (1, 16), "apps/v1"),
    (
        "apps/v1beta2",
        "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
        (1, 9),
        (1, 16),
        "apps/v1",
    ),
    ("batch/v2alpha1", "CronJob", (1, 8), (1, 21), "batch/v1"),
    (
        "admissionregistration.k8s.io/v1beta1",
        "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
        (1, 16),
        (1, 22),
        "admissionregistration.k8s.io/v1",
    ),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", (1, 16), (1, 22), "apiextensions.k8s.io/v1"),
    ("apiregistration.k8s.io/v1beta1", "APIService", (1, 19), (1, 22), "apiregistration.k8s.io/v1"),
    ("authentication.k8s.io/v1beta1", "TokenReview", (1, 19), (1, 22), "authentication.k8s.io/v1"),
    (
        "authorization.k8s.io/v1beta1",
        "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
        (1, 19),
        (1, 22),
        "authorization.k8s.io/v1",
    ),
    ("certificates.k8s.io/v1beta1", "CertificateSigningRequest", (1, 19), (1, 22), "certificates.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", "Lease", (1, 19), (1, 22), "coordination.k8s.io/v1"),
    ("networking.k8s.io/v1beta1", "Ingress IngressClass", (1, 19), (1, 22), "networking.k8s.io/v1"),
    (
        "rbac.authorization.k8s.io/v1alpha1",
        "ClusterRole ClusterRoleBinding Role RoleBinding",
        (1, 17),
        (1, 22),
        "rbac.authorization.k8s.io/v1",
    ),
    (
        "rbac.authorization.k8s.io/v1beta1",
        "ClusterRole ClusterRoleBinding Role RoleBinding",
        (1, 17),
        (1, 22),
        "rbac.authorization.k8s.io/v1",
    ),
    ("scheduling.k8s.io/v1alpha1", "PriorityClass", (1, 14), (1, 22), "scheduling.k8s.io/v1"),
    ("scheduling.k8s.io/v1beta1", "PriorityClass", (1, 14), (1, 22), "scheduling.k8s.io/v1"),
    (
        "storage.k8s.io/v1beta1",
        "CSIDriver CSINode StorageClass VolumeAttachment",
        (1, 19),
        (1, 22),
        "storage.k8s.io/v1",
    ),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler", (1, 22), (1, 25), "autoscaling/v2"),
    ("batch/v1beta1", "CronJob", (1, 21), (1, 25), "batch/v1"),
    ("discovery.k8s.io/v1beta1", "EndpointSlice", (1, 21), (1, 25), "discovery.k8s.io/v1"),
    ("events.k8s.io/v1beta1", "Event", (1, 22), (1, 25), "events.k8s.io/v1"),
    ("node.k8s.io/v1beta1", "RuntimeClass", (1, 22), (1, 25), "node.k8s.io/v1"),
    ("policy/v1beta1", "PodDisruptionBudget", (1, 21), (1, 25), "policy/v1"),
    ("policy/v1beta1", "PodSecurityPolicy", (1, 21), (1, 25), ""),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler", (1, 23), (1, 26), "autoscaling/v2"),
    (
        "flowcontrol.apiserver.k8s.io/v1beta1",
        "FlowSchema PriorityLevelConfiguration",
        (1, 23),
        (1, 26),
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity", (1, 24), (1, 27), "storage.k8s.io/v1"),
    (
        "flowcontrol.apiserver.k8s.io/v1beta2",
        "FlowSchema PriorityLevelConfiguration",
        (1, 26),
        (1, 29),
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    (
        "flowcontrol.apiserver.k8s.io/v1beta3",
        "FlowSchema PriorityLevelConfiguration",
        (1, 29),
        (1, 32),
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    ("core/v1", "ComponentStatus", (1, 19), _FOREVER, ""),
    ("core/v1", "Endpoints", (1, 33), _FOREVER, "discovery.k8s.io/v1 EndpointSlice"),
)

LIVES: Final = {
    f"kubernetes:{group}:{kind}": Life(deprecated, removed, successor)
    for group, kinds, deprecated, removed, successor in _LIVES
    for kind in kinds.split()
}
"""Every API version that is or will be gone, by type token."""


class Cluster(Settings):
    """What the cluster runs."""

    kubernetes_version: str = setting("1.36", "The version of Kubernetes that the cluster runs, as 1.36.")


def _version(text: str) -> Version:
    """Read a version of Kubernetes.

    Raises:
        SettingsError: If it is not one.
    """
    match = _VERSION.fullmatch(text.strip())
    if not match:
        raise SettingsError("kubernetesVersion must be a version of Kubernetes, as 1.36")
    return int(match[1]), int(match[2])


def _alive_at(
    end: Callable[[Life], Version], state: str, until: Callable[[Life], Version] = lambda _: _FOREVER
) -> Callable[[Cluster], Callable[[Resource], Iterator[Duty]]]:
    """Make what makes a check: at the cluster's version, the API version has not come to ``end``, or is past ``until``."""

    def make(cluster: Cluster) -> Callable[[Resource], Iterator[Duty]]:
        version = _version(cluster.kubernetes_version)

        def check(resource: Resource) -> Iterator[Duty]:
            life = LIVES.get(resource.declared_type.removesuffix("Patch"))
            if life is not None:
                instead = f"{life.successor} must be used" if life.successor else "it must be replaced"
                met = truth(holds=version < end(life) or version >= until(life))
                yield Duty(resource, met, f"its apiVersion {state}: {instead}")

        return check

    return make


SERVED: Final = ResourceRule.settable(
    Control(
        identifier="objects-api-version-served",
        sentence="Every object is declared in an API version that the cluster serves",
        why="The API server refuses it, and an upgrade of the cluster stops every deployment.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({EVERY_OBJECT}),
        fix=Fix(
            descriptor="the platform declares every object in its newest version",
            pulumi="declare the object in the API version that replaced its own",
        ),
        rows=(103,),
    ),
    Cluster(),
    _alive_at(lambda life: life.removed, "is not served any more"),
)

NOT_DEPRECATED: Final = ResourceRule.settable(
    Control(
        identifier="objects-api-version-current",
        sentence="No object is declared in an API version that is going away, while it is still served",
        why="A later upgrade of the cluster stops its deployment, on somebody else's day.",
        severity=Severity.LOW,
        resource_types=frozenset({EVERY_OBJECT}),
        fix=Fix(
            descriptor="the platform declares every object in its newest version",
            pulumi="declare the object in the API version that replaced its own",
        ),
        rows=(103,),
    ),
    Cluster(),
    _alive_at(lambda life: life.deprecated, "is deprecated", until=lambda life: life.removed),
)

RULES: Final = (SERVED, NOT_DEPRECATED)
