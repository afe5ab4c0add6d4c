"""Policies of kinds that are not evaluated, and what they leave undecided.

Their presence makes the steps that they bear on ``not evaluated`` for the pods
in their scope, rather than wrong.
"""

from collections.abc import Iterable, Mapping

from pavedroad.access.manifests import at, group_of, namespace_of, title
from pavedroad.access.model import Address, Connection, Manifest, Step

_NETWORK = frozenset((Step.EGRESS, Step.INGRESS))
_MESH = frozenset((Step.PEER_AUTHENTICATION, Step.AUTHORIZATION))

KINDS: Mapping[tuple[str, str], tuple[frozenset[Step], bool]] = {
    ("policy.networking.k8s.io", "AdminNetworkPolicy"): (_NETWORK, True),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"): (_NETWORK, True),
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"): (_NETWORK, True),
    ("cilium.io", "CiliumNetworkPolicy"): (_NETWORK, False),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): (_NETWORK, True),
    ("crd.projectcalico.org", "NetworkPolicy"): (_NETWORK, False),
    ("crd.projectcalico.org", "GlobalNetworkPolicy"): (_NETWORK, True),
    ("projectcalico.org", "NetworkPolicy"): (_NETWORK, False),
    ("projectcalico.org", "GlobalNetworkPolicy"): (_NETWORK, True),
    ("networking.istio.io", "EnvoyFilter"): (_MESH, False),
    ("extensions.istio.io", "WasmPlugin"): (_MESH, False),
}
"""The steps that a kind bears on, and whether it holds in every namespace."""

_OWN_TLS = frozenset(("DISABLE", "SIMPLE", "MUTUAL"))
"""Client TLS modes with which a side-car does not present its mesh identity (Istio, ``ClientTLSSettings``)."""


class ForeignPolicies:
    """All policies whose effect is not evaluated."""

    def __init__(self, objects: Iterable[Manifest], root_namespace: str) -> None:
        """Index the policies by step and scope."""
        self._everywhere: dict[Step, list[str]] = {}
        self._in_namespace: dict[tuple[Step, str], list[str]] = {}
        for manifest in objects:
            steps, everywhere = KINDS.get((group_of(manifest), str(manifest["kind"])), (frozenset(), False))
            namespace = namespace_of(manifest)
            for step in steps:
                if everywhere or (step in _MESH and namespace == root_namespace):
                    self._everywhere.setdefault(step, []).append(title(manifest))
                else:
                    self._in_namespace.setdefault((step, namespace), []).append(title(manifest))

    def bearing_on(self, step: Step, connection: Connection) -> tuple[str, ...]:
        """The policies that leave a step of a connection undecided."""
        if not self._everywhere and not self._in_namespace:
            return ()
        subject = connection.source if step is Step.EGRESS else connection.destination
        if isinstance(subject, Address):
            return ()
        return (*self._everywhere.get(step, ()), *self._in_namespace.get((step, subject.namespace), ()))


def client_tls_hosts(objects: Iterable[Manifest]) -> list[tuple[str, str]]:
    """Hosts for which a DestinationRule sets client TLS of its own, with its namespace."""
    return [
        (str(at(manifest, "spec.host", "")), namespace_of(manifest))
        for manifest in objects
        if (group_of(manifest), manifest["kind"]) == ("networking.istio.io", "DestinationRule")
        and _OWN_TLS & set(_tls_modes(at(manifest, "spec", {})))
    ]


def _tls_modes(spec: Manifest) -> list[str]:
    policies = [spec, *(at(spec, "subsets", []))]
    levels = [at(policy, "trafficPolicy", {}) for policy in policies]
    settings = [*levels, *(port for level in levels for port in level.get("portLevelSettings") or ())]
    return [str(at(setting, "tls.mode", "")) for setting in settings]
