"""One form for what Pulumi lets people declare in several: lists unfolded, patches marked, old tokens renamed.

Rules then name each type once and judge a patch, an object in a list and an object under an old name alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from pavedroad.governance.properties import UNREADABLE
from pavedroad.governance.resources import Resource

_KUBERNETES: Final = "kubernetes:"
_PATCH: Final = "Patch"
_LIST: Final = "List"
_CORE: Final = "core/"

NEWER_GROUPS: Final[Mapping[str, str]] = {
    "apps/v1beta1": "apps/v1",
    "apps/v1beta2": "apps/v1",
    "autoscaling/v1": "autoscaling/v2",
    "autoscaling/v2beta1": "autoscaling/v2",
    "autoscaling/v2beta2": "autoscaling/v2",
    "batch/v1beta1": "batch/v1",
    "batch/v2alpha1": "batch/v1",
    "gateway.networking.k8s.io/v1beta1": "gateway.networking.k8s.io/v1",
    "networking.istio.io/v1alpha3": "networking.istio.io/v1",
    "networking.istio.io/v1beta1": "networking.istio.io/v1",
    "networking.k8s.io/v1beta1": "networking.k8s.io/v1",
    "policy/v1beta1": "policy/v1",
    "rbac.authorization.k8s.io/v1alpha1": "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1": "rbac.authorization.k8s.io/v1",
    "security.istio.io/v1beta1": "security.istio.io/v1",
    "storage.k8s.io/v1beta1": "storage.k8s.io/v1",
}
"""API versions whose kinds have the same form in a newer one, as far as rules read them."""

NEWER_KINDS: Final[Mapping[str, str]] = {
    "kubernetes:extensions/v1beta1:DaemonSet": "kubernetes:apps/v1:DaemonSet",
    "kubernetes:extensions/v1beta1:Deployment": "kubernetes:apps/v1:Deployment",
    "kubernetes:extensions/v1beta1:Ingress": "kubernetes:networking.k8s.io/v1:Ingress",
    "kubernetes:extensions/v1beta1:NetworkPolicy": "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    "kubernetes:extensions/v1beta1:ReplicaSet": "kubernetes:apps/v1:ReplicaSet",
}
"""Kinds that moved to another API group."""

AWS_SAME: Final[Mapping[str, str]] = {
    "aws:alb/listener:Listener": "aws:lb/listener:Listener",
    "aws:alb/listenerCertificate:ListenerCertificate": "aws:lb/listenerCertificate:ListenerCertificate",
    "aws:alb/listenerRule:ListenerRule": "aws:lb/listenerRule:ListenerRule",
    "aws:alb/loadBalancer:LoadBalancer": "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/targetGroup:TargetGroup": "aws:lb/targetGroup:TargetGroup",
    "aws:alb/targetGroupAttachment:TargetGroupAttachment": "aws:lb/targetGroupAttachment:TargetGroupAttachment",
    "aws:applicationloadbalancing/listener:Listener": "aws:lb/listener:Listener",
    "aws:applicationloadbalancing/listenerCertificate:ListenerCertificate": "aws:lb/listenerCertificate:ListenerCertificate",
    "aws:applicationloadbalancing/listenerRule:ListenerRule": "aws:lb/listenerRule:ListenerRule",
    "aws:applicationloadbalancing/loadBalancer:LoadBalancer": "aws:lb/loadBalancer:LoadBalancer",
    "aws:applicationloadbalancing/targetGroup:TargetGroup": "aws:lb/targetGroup:TargetGroup",
    "aws:applicationloadbalancing/targetGroupAttachment:TargetGroupAttachment": "aws:lb/targetGroupAttachment:TargetGroupAttachment",
    "aws:elasticloadbalancing/listenerPolicy:ListenerPolicy": "aws:elb/listenerPolicy:ListenerPolicy",
    "aws:elasticloadbalancing/loadBalancer:LoadBalancer": "aws:elb/loadBalancer:LoadBalancer",
    "aws:elasticloadbalancing/loadBalancerPolicy:LoadBalancerPolicy": "aws:elb/loadBalancerPolicy:LoadBalancerPolicy",
    "aws:elasticloadbalancing/sslNegotiationPolicy:SslNegotiationPolicy": "aws:elb/sslNegotiationPolicy:SslNegotiationPolicy",
    "aws:elasticloadbalancingv2/listener:Listener": "aws:lb/listener:Listener",
    "aws:elasticloadbalancingv2/listenerCertificate:ListenerCertificate": "aws:lb/listenerCertificate:ListenerCertificate",
    "aws:elasticloadbalancingv2/listenerRule:ListenerRule": "aws:lb/listenerRule:ListenerRule",
    "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer": "aws:lb/loadBalancer:LoadBalancer",
    "aws:elasticloadbalancingv2/targetGroup:TargetGroup": "aws:lb/targetGroup:TargetGroup",
    "aws:elasticloadbalancingv2/targetGroupAttachment:TargetGroupAttachment": "aws:lb/targetGroupAttachment:TargetGroupAttachment",
    "aws:s3/bucketAclV2:BucketAclV2": "aws:s3/bucketAcl:BucketAcl",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": (
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    ),
    "aws:s3/bucketLoggingV2:BucketLoggingV2": "aws:s3/bucketLogging:BucketLogging",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2": (
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
    ),
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    ),
    "aws:s3/bucketV2:BucketV2": "aws:s3/bucket:Bucket",
    "aws:s3/bucketVersioningV2:BucketVersioningV2": "aws:s3/bucketVersioning:BucketVersioning",
}
"""AWS types that the provider has twice, by the token that rules do not name."""


def canonical(resources: Iterable[Resource]) -> list[Resource]:
    """Bring every resource into its one form; a list becomes its items, each with the list's URN."""
    return [form for resource in resources for form in _forms(resource)]


def canonical_token(token: str) -> str:
    """Find the token that rules name for ``token``; patches and lists are not looked into."""
    if not token.startswith(_KUBERNETES):
        return AWS_SAME.get(token, token)
    api_version, _, kind = token.removeprefix(_KUBERNETES).rpartition(":")
    newer = NEWER_GROUPS.get(api_version)
    return f"{_KUBERNETES}{newer}:{kind}" if newer else NEWER_KINDS.get(token, token)


def may_hold(token: str) -> str | None:
    """Find the one token as which a resource declared as ``token`` is judged; None for a list, which may hold any."""
    if not token.startswith(_KUBERNETES):
        return canonical_token(token)
    return None if token.endswith(_LIST) else canonical_token(token.removesuffix(_PATCH))


def _forms(resource: Resource) -> Iterator[Resource]:
    token = resource.declared_type
    if not token.startswith(_KUBERNETES):
        yield _named(resource, token)
    elif token.endswith(_LIST):
        yield from _items(resource)
    elif token.endswith(_PATCH):
        whole = replace(resource, properties=resource.properties.partial(), token=token)
        yield _named(whole, token.removesuffix(_PATCH))
    else:
        yield _named(resource, token)


def _named(resource: Resource, token: str) -> Resource:
    """Give ``resource`` the type that rules name for ``token``; unchanged where that is its own."""
    type_ = canonical_token(token)
    return resource if type_ == resource.type else replace(resource, type=type_, token=resource.declared_type)


def _items(resource: Resource) -> Iterator[Resource]:
    """Unfold a list; an item says its own kind, or the list's name does."""
    items = resource.properties.items("items")
    for item in items:
        own = item.text("kind").value
        kind = own or resource.declared_type.rpartition(":")[2].removesuffix(_LIST)
        api_version = item.text("apiVersion").value or resource.properties.text("apiVersion").value
        group = resource.declared_type.removeprefix(_KUBERNETES).rpartition(":")[0]
        said = kind or UNREADABLE
        token = object_token(api_version, said) if api_version else f"{_KUBERNETES}{group}:{said}"
        yield from _forms(replace(resource, properties=item, token=token))


def object_token(api_version: str, kind: str) -> str:
    """Spell the type token of a Kubernetes object, which names the core group that `apiVersion` leaves out."""
    return f"{_KUBERNETES}{api_version if '/' in api_version else _CORE + api_version}:{kind}"
