"""Rules about being in the mesh, and about what that costs a pod."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import WORKLOADS
from policies.rules.mesh.shapes import BY_DEFAULT, NAMESPACE, takes_in

INJECT: Final = "sidecar.istio.io/inject"
_INJECTED: Final = frozenset({"", "on", "true", "y", "yes"})
"""What Istio's webhook takes for consent; it takes everything else for a refusal (`pkg/kube/inject/inject.go`)."""
_OPENING: Final = frozenset({"NET_ADMIN", "NET_RAW", "CAP_NET_ADMIN", "CAP_NET_RAW", "ALL"})
_REDIRECTING: Final = frozenset({"istio-init", "linkerd-init"})


class Outside(Settings):
    """Which namespaces the mesh leaves out."""

    outside: tuple[str, ...] = setting(
        ("istio-cni", "istio-system", "kube-node-lease", "kube-public", "kube-system"),
        "Namespaces that are not in the mesh: those of the cluster and of the mesh itself.",
    )


def _in_mesh(settings: Outside) -> Callable[[Resource], Iterator[Duty]]:
    def check(namespace: Resource) -> Iterator[Duty]:
        left_out = namespace.properties.text("metadata.name").satisfies(settings.outside.__contains__)
        yield Duty(
            namespace,
            any_of(takes_in(namespace.properties), left_out),
            "metadata.labels must take its pods into the mesh: istio-injection enabled, istio.io/rev, or "
            "istio.io/dataplane-mode ambient",
        )

    return check


IN_MESH: Final = ResourceRule.settable(
    Control(
        identifier="namespaces-in-the-mesh",
        sentence="Every namespace is in the mesh",
        why="Pods outside it have no identity: nobody can tell their calls from an attacker's.",
        severity=Severity.HIGH,
        resource_types=frozenset({NAMESPACE}),
        fix=Fix(descriptor=BY_DEFAULT, pulumi="set the label istio-injection to enabled"),
        rows=(130,),
    ),
    Outside(),
    _in_mesh,
)


def _stays_in(pod: Pod) -> Iterator[Duty]:
    for kind in ("labels", "annotations"):
        choice = pod.metadata.at(kind).entry(INJECT)
        yield Duty(
            pod.workload,
            choice.text().satisfies(lambda value: value.lower() in _INJECTED, absent=True),
            f"{pod.metadata.path}.{kind} must not refuse the sidecar by {INJECT}",
        )
    mode = pod.metadata.at("labels").entry("istio.io/dataplane-mode").text()
    yield Duty(
        pod.workload,
        mode.satisfies(lambda value: value != "none", absent=True),
        f"{pod.metadata.path}.labels must not set istio.io/dataplane-mode to none",
    )


STAYS_IN: Final = PodRule(
    Control(
        identifier="pods-stay-in-the-mesh",
        sentence="No pod leaves the mesh that its namespace is in",
        why="It takes calls in plain text, and what it calls cannot tell who it is.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(descriptor=BY_DEFAULT, pulumi=f"leave {INJECT} out of the pod's labels and annotations"),
        rows=(131,),
    ),
    _stays_in,
)


def _needs_no_network_rights(pod: Pod) -> Iterator[Duty]:
    for container in pod.containers():
        for added in container.items("securityContext.capabilities.add"):
            yield Duty(
                pod.workload,
                added.text().satisfies(lambda name: name not in _OPENING),
                f"{added.path} must not be NET_ADMIN, NET_RAW or ALL",
            )
    for container in pod.spec.items("initContainers"):
        yield Duty(
            pod.workload,
            any_of(
                container.text("name").satisfies(lambda name: name not in _REDIRECTING, absent=True),
                container.number("securityContext.runAsUser").satisfies(lambda user: user != 0),
                container.flag("securityContext.runAsNonRoot").equals(wanted=True),
            ),
            f"{container.path} redirects traffic for the mesh and must not do so as root",
        )


NO_NETWORK_RIGHTS: Final = PodRule(
    Control(
        identifier="mesh-pods-without-network-rights",
        sentence="No pod may change the network of its node, the mesh's own init container included",
        why="With NET_ADMIN or NET_RAW a container redirects and forges traffic; the mesh's CNI plugin does the "
        "redirecting outside of pods.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="the platform runs the mesh with its CNI plugin, so no pod needs any",
            pulumi="install Istio's CNI plugin and remove the init container and the capabilities",
        ),
        rows=(135,),
    ),
    _needs_no_network_rights,
)

RULES: Final = (IN_MESH, STAYS_IN, NO_NETWORK_RIGHTS)
