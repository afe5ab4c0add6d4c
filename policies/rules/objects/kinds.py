"""Which kinds stand in a namespace."""

from typing import Final

from pavedroad.governance.kubernetes import WORKLOADS

_CLUSTER_WIDE: Final = frozenset(
    {
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterTrustBundle",
        "ComponentStatus",
        "CustomResourceDefinition",
        "DeviceClass",
        "FlowSchema",
        "IPAddress",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PodSecurityPolicy",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "ResourceSlice",
        "RuntimeClass",
        "SelfSubjectAccessReview",
        "SelfSubjectReview",
        "SelfSubjectRulesReview",
        "ServiceCIDR",
        "StorageClass",
        "StorageVersion",
        "StorageVersionMigration",
        "SubjectAccessReview",
        "TokenReview",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
    }
)
"""Kinds of Kubernetes itself that stand in no namespace."""

_CUSTOM: Final = ("gateway.networking.k8s.io", "snapshot.storage.k8s.io")
"""Groups below `k8s.io` whose kinds are custom resources all the same."""


def kind_of(token: str) -> str:
    """Find the kind in a type token."""
    return token.rpartition(":")[2]


def stands_in_namespace(token: str) -> bool:
    """Whether objects of a type are known to stand in a namespace; of custom resources only those that hold pods."""
    if token in WORKLOADS:
        return True
    group = token.removeprefix("kubernetes:").partition("/")[0]
    own = "." not in group or (group.endswith(".k8s.io") and group not in _CUSTOM)
    return own and kind_of(token) not in _CLUSTER_WIDE
