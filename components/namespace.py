"""A namespace that starts closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulumi

from components.kubernetes import Kind, Place

if TYPE_CHECKING:
    from pavedroad.plan.addon_table import PodSecurity
    from pavedroad.plan.defaults import ContainerDefaults
    from pavedroad.plan.environment import QuotaPlan

NAMESPACE = Kind("v1", "Namespace")
NETWORK_POLICY = Kind("networking.k8s.io/v1", "NetworkPolicy")
PEER_AUTHENTICATION = Kind("security.istio.io/v1", "PeerAuthentication")
AUTHORIZATION_POLICY = Kind("security.istio.io/v1", "AuthorizationPolicy")
LIMIT_RANGE = Kind("v1", "LimitRange")
QUOTA = Kind("v1", "ResourceQuota")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedNamespaceArgs:
    """What a closed namespace needs to know.

    Attributes:
        name: Its name.
        labels: Labels that it and everything in it carry.
        namespace_labels: Labels of the namespace alone.
        annotations: Annotations of the namespace.
        pod_security: The pod security standard that it enforces.
        after: What must exist before it: the operators whose kinds stand in it.
    """

    name: str
    labels: dict[str, str]
    namespace_labels: dict[str, str]
    annotations: dict[str, str]
    pod_security: PodSecurity = "restricted"
    after: tuple[pulumi.Resource, ...] = ()


class ClosedNamespace(pulumi.ComponentResource):
    """A namespace from which nothing may go out, and into which nothing may come, until a flow says so.

    Pods must satisfy a pod security standard, ``restricted`` unless it says otherwise; the network denies both ways; the mesh takes
    nothing but mutual TLS (STRICT) and authorises nobody.

    Attributes:
        place: Where further objects of the namespace go.
    """

    place: Place

    def __init__(
        self, name: str, args: ClosedNamespaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Declare the namespace and the four things that close it."""
        props = {"namespace": args.name}
        super().__init__("pavedroad:kubernetes:ClosedNamespace", name, props, opts)
        cluster = Place(parent=self, namespace=None, labels=args.labels, after=args.after)
        namespace = cluster.declare(
            NAMESPACE,
            args.name,
            {},
            labels={
                **args.namespace_labels,
                "istio-injection": "enabled",
                "pod-security.kubernetes.io/enforce": args.pod_security,
                "pod-security.kubernetes.io/enforce-version": "latest",
            },
            annotations=args.annotations,
        )
        self.place = replace(cluster, namespace=args.name, after=(*args.after, namespace))
        self._close()
        self.register_outputs({})

    def _close(self) -> None:
        """Deny everything: on the network both ways, and in the mesh."""
        deny_network(self.place)
        self.place.declare(PEER_AUTHENTICATION, "default", {"spec": {"mtls": {"mode": "STRICT"}}})
        self.place.declare(AUTHORIZATION_POLICY, "allow-nothing", {"spec": {}})


def deny_network(place: Place) -> None:
    """Let no pod of a namespace reach anything, or be reached, until another policy says so."""
    place.declare(
        NETWORK_POLICY,
        "default-deny",
        {"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}},
    )


def declare_limits(place: Place, name: str, quota: QuotaPlan, containers: ContainerDefaults) -> None:
    """Declare the most that a namespace may ask for, and what a container gets that does not say."""
    hard = {
        "requests.cpu": quota.cpu,
        "requests.memory": quota.memory,
        "requests.storage": quota.storage,
        "pods": str(quota.pods),
    }
    place.declare(QUOTA, name, {"spec": {"hard": hard}})
    limits = [
        {
            "type": "Container",
            "defaultRequest": {"cpu": containers.cpu, "memory": containers.memory},
            "default": {"memory": containers.memory_limit},
        }
    ]
    place.declare(LIMIT_RANGE, name, {"spec": {"limits": limits}})
