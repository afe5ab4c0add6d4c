"""A namespace that starts closed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pulumi

from components.kubernetes import Kind, Place

NAMESPACE = Kind("v1", "Namespace")
NETWORK_POLICY = Kind("networking.k8s.io/v1", "NetworkPolicy")
PEER_AUTHENTICATION = Kind("security.istio.io/v1", "PeerAuthentication")
AUTHORIZATION_POLICY = Kind("security.istio.io/v1", "AuthorizationPolicy")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedNamespaceArgs:
    """What a closed namespace needs to know.

    Attributes:
        name: Its name.
        labels: Labels that it and everything in it carry.
        namespace_labels: Labels of the namespace alone.
        annotations: Annotations of the namespace.
        after: What must exist before it: the operators whose kinds stand in it.
    """

    name: str
    labels: dict[str, str]
    namespace_labels: dict[str, str]
    annotations: dict[str, str]
    after: tuple[pulumi.Resource, ...] = ()


class ClosedNamespace(pulumi.ComponentResource):
    """A namespace from which nothing may go out, and into which nothing may come, until a flow says so.

    Pods must satisfy the ``restricted`` pod security standard; the network denies both ways; the mesh takes
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
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/enforce-version": "latest",
            },
            annotations=args.annotations,
        )
        self.place = replace(cluster, namespace=args.name, after=(*args.after, namespace))
        self._close()
        self.register_outputs({})

    def _close(self) -> None:
        """Deny everything: on the network both ways, and in the mesh."""
        self.place.declare(
            NETWORK_POLICY,
            "default-deny",
            {"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}},
        )
        self.place.declare(PEER_AUTHENTICATION, "default", {"spec": {"mtls": {"mode": "STRICT"}}})
        self.place.declare(AUTHORIZATION_POLICY, "allow-nothing", {"spec": {}})
