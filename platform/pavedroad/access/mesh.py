"""Mesh membership and peer authentication, as Istio's sidecar mode does them.

Sources: Istio documentation, "Installing the Sidecar" (the injection table),
"Resource Annotations" (traffic.sidecar.istio.io/*), and the reference of
``PeerAuthentication``: a workload's policy goes before its namespace's, that
before the mesh's (the root namespace's, without a selector); ``UNSET`` inherits;
without any the mode is ``PERMISSIVE``; ``portLevelMtls`` counts only in a
policy with a selector, and its keys are ports of the workload.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from pavedroad.access.labels import NAMESPACE_NAME_LABEL, LabelSet, Selector
from pavedroad.access.manifests import at, namespace_of, title
from pavedroad.access.model import Capture, Manifest, Pod
from pavedroad.access.ternary import Ternary

INJECTION_LABEL = "istio-injection"
_REVISION_LABEL = "istio.io/rev"
_AMBIENT_LABEL = "istio.io/dataplane-mode"
_POD_LABEL = "sidecar.istio.io/inject"
_TRUE = frozenset(("y", "yes", "true", "on"))
_SYSTEM_NAMESPACES = frozenset(("kube-system", "kube-public", "kube-node-lease", "local-path-storage"))
"""Never injected (Istio, ``pkg/kube/inject``: IgnoredNamespaces)."""
_PROXY_PORTS = frozenset((15020, 15021, 15090))
"""The sidecar's own ports, which it does not capture (Istio, "Ports used by Istio")."""


def injected(
    labels: LabelSet, namespace: LabelSet, annotations: Mapping[str, str], *, host_network: bool
) -> Ternary:
    """Whether a pod gets a sidecar; not known in ambient mode or an unknown namespace."""
    if host_network or namespace.values.get(NAMESPACE_NAME_LABEL) in _SYSTEM_NAMESPACES:
        return False
    if labels.values.get(_POD_LABEL, annotations.get(_POD_LABEL, "true")).lower() not in _TRUE:
        return False
    if namespace.partial or "ambient" in (
        labels.values.get(_AMBIENT_LABEL),
        namespace.values.get(_AMBIENT_LABEL),
    ):
        return None
    if INJECTION_LABEL in namespace.values:
        return namespace.values[INJECTION_LABEL] == "enabled"
    return _POD_LABEL in labels.values or _REVISION_LABEL in (*labels.values, *namespace.values)


def capture_of(annotations: Mapping[str, str], direction: str) -> Capture:
    """What the ``include…Ports`` and ``exclude…Ports`` annotations leave to the sidecar."""
    prefix = "traffic.sidecar.istio.io/"
    only = annotations.get(f"{prefix}include{direction}Ports", "*")
    excluded = _numbers(annotations.get(f"{prefix}exclude{direction}Ports", ""))
    if direction == "Inbound":
        excluded |= _PROXY_PORTS
    return Capture(None if only == "*" or direction == "Outbound" else _numbers(only), excluded)


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.split(",") if part.strip().isdigit())


class Mode(Enum):
    """What a workload takes from other pods."""

    STRICT = "STRICT"
    PERMISSIVE = "PERMISSIVE"
    DISABLE = "DISABLE"


@dataclass(frozen=True, slots=True)
class ModeOfPort:
    """The mode that holds on one port; ``None`` where it cannot be told."""

    mode: Mode | None
    policies: tuple[str, ...]


class PeerAuthentications:
    """All PeerAuthentication objects, by the level at which they hold."""

    def __init__(self, objects: Iterable[Manifest], root_namespace: str) -> None:
        """Read the policies; one with a selector in the root namespace holds nowhere."""
        self._root = root_namespace
        self._wide: dict[str, list[Manifest]] = {}
        self._selective: dict[str, list[Manifest]] = {}
        self._found: dict[tuple[Pod, int], ModeOfPort] = {}
        for manifest in objects:
            selective = bool(at(manifest, "spec.selector.matchLabels"))
            level = self._selective if selective else self._wide
            level.setdefault(namespace_of(manifest), []).append(manifest)

    def on(self, pod: Pod, port: int) -> ModeOfPort:
        """The mode on a port of a pod."""
        if (pod, port) not in self._found:
            self._found[pod, port] = self._find(pod, port)
        return self._found[pod, port]

    def _find(self, pod: Pod, port: int) -> ModeOfPort:
        for policies, number in (
            (self._selecting(pod), port),
            (self._wide.get(pod.namespace, []), None),
            (self._wide.get(self._root, []), None),
        ):
            names = tuple(title(policy) for policy in policies)
            modes = {_mode(policy, number) for policy in policies}
            if len(modes) > 1 or (modes and any(self._certainty(policy, pod) is None for policy in policies)):
                return ModeOfPort(None, names)
            if modes and (mode := modes.pop()) != "UNSET":
                return ModeOfPort(Mode.__members__.get(mode), names)
        return ModeOfPort(Mode.PERMISSIVE, ())

    def _selecting(self, pod: Pod) -> list[Manifest]:
        if pod.namespace == self._root:
            return []
        candidates = self._selective.get(pod.namespace, [])
        return [policy for policy in candidates if self._certainty(policy, pod) is not False]

    @staticmethod
    def _certainty(policy: Manifest, pod: Pod) -> Ternary:
        return Selector.of(at(policy, "spec.selector")).matches(pod.labels)


def _mode(policy: Manifest, port: int | None) -> str:
    by_port = {str(key): value for key, value in at(policy, "spec.portLevelMtls", {}).items()}
    on_port = at(by_port.get(str(port), {}), "mode", "UNSET")
    return str(on_port if on_port != "UNSET" else at(policy, "spec.mtls.mode", "UNSET"))
