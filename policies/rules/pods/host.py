"""Rules about what a pod shares with its node: namespaces, ports, names, and whom the kubelet calls for it.

What is allowed follows `k8s.io/pod-security-admission/policy`.
"""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Pod,
    PodRule,
    Reference,
    Settings,
    Severity,
    all_of,
    setting,
)
from pavedroad.governance.findings import Check
from policies.rules.pods.shapes import about_pods, in_ranges, versioned

_HANDLERS: Final = (
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle.postStart",
    "lifecycle.preStop",
)
_HOSTS: Final = ("httpGet.host", "tcpSocket.host")


def _must_not_share(field: str) -> Check[Pod]:
    return lambda pod: (
        Duty(
            pod.workload,
            pod.spec.flag(field).equals(wanted=False, absent=True),
            f"{pod.spec.path} must not set {field} to true",
        ),
    )


def _namespace(identifier: str, sentence: str, *, why: str, row: int, field: str) -> Control:
    clause = row + 1
    return about_pods(
        identifier,
        sentence,
        why=why,
        severity=Severity.CRITICAL,
        rows=(row,),
        fix=f"leave {field} out of the pod's spec",
        references=(
            Reference("PSS", "baseline: hostNamespaces"),
            Reference("CIS Kubernetes", f"5.2.{clause}"),
            Reference("CIS EKS", f"4.2.{clause - 1}"),
        ),
    )


NO_HOST_PID: Final = PodRule(
    _namespace(
        "pods-without-host-pid",
        "No pod sees the processes of its node",
        why="Who sees every process of a node reads their environments, secrets included, and can stop or trace them.",
        row=2,
        field="hostPID",
    ),
    _must_not_share("hostPID"),
)

NO_HOST_IPC: Final = PodRule(
    _namespace(
        "pods-without-host-ipc",
        "No pod shares memory and queues with the processes of its node",
        why="Shared memory of other processes can be read and written, whoever they belong to.",
        row=3,
        field="hostIPC",
    ),
    _must_not_share("hostIPC"),
)


class HostNetwork(Settings):
    """What may be set of pods in the network of their node."""

    host_network_allowed: bool = setting(default=False, meaning="Whether a pod may be in its node's network.")


NO_HOST_NETWORK: Final = PodRule.settable(
    _namespace(
        "pods-without-host-network",
        "No pod is in the network of its node",
        why="It passes by every network policy and the mesh, listens to the node's traffic, and reaches what is bound "
        "to the node's own address, the cloud's metadata service among it.",
        row=4,
        field="hostNetwork",
    ),
    HostNetwork(),
    lambda settings: (lambda _: ()) if settings.host_network_allowed else _must_not_share("hostNetwork"),
)


class HostPorts(Settings):
    """What may be set of the node's ports that containers take."""

    allowed_host_ports: tuple[str, ...] = setting(
        (), "The ports of a node that may be taken, each a number or a range as 80-9000."
    )


def _no_host_ports(settings: HostPorts) -> Check[Pod]:
    allowed = in_ranges((*settings.allowed_host_ports, "0"), "allowedHostPorts")

    def check(pod: Pod) -> Iterator[Duty]:
        for container in pod.containers():
            for port in container.items("ports"):
                taken = port.number("hostPort")
                yield Duty(
                    pod.workload,
                    taken.satisfies(allowed, absent=True),
                    f"{port.path} must not take a hostPort that is not allowed",
                )

    return check


NO_HOST_PORTS: Final = PodRule.settable(
    about_pods(
        "containers-without-host-ports",
        "No container takes a port of its node",
        why="A port of the node is open to whoever reaches the node, past Services and policies, and only one pod can "
        "have it.",
        severity=Severity.HIGH,
        rows=(5,),
        fix="remove hostPort, and expose the container by a Service",
        references=(Reference("PSS", "baseline: hostPorts"), Reference("CIS Kubernetes", "5.2.12")),
    ),
    HostPorts(),
    _no_host_ports,
)


def _calls_only_itself(pod: Pod) -> Iterator[Duty]:
    for container in pod.containers():
        for name in _HANDLERS:
            handler = container.at(name)
            if handler.value is not None:
                hosts = (handler.text(host).equals("", absent=True) for host in _HOSTS)
                yield Duty(
                    pod.workload,
                    all_of(*hosts),
                    f"{container.path} must not set httpGet.host or tcpSocket.host in {name}",
                )


NO_PROBE_HOST: Final = versioned(
    about_pods(
        "probes-without-host",
        "Probes and lifecycle handlers call the pod itself, and no other host",
        why="The kubelet makes these calls from the node, so that a pod could have it call what only nodes reach.",
        severity=Severity.MEDIUM,
        rows=(26,),
        fix="remove host from httpGet and tcpSocket in probes and lifecycle handlers",
        references=(Reference("PSS", "baseline: hostProbesAndHostLifecycle"),),
    ),
    {34: _calls_only_itself},
)

NO_HOST_ALIASES: Final = PodRule(
    about_pods(
        "pods-without-host-aliases",
        "No pod writes its own names for addresses",
        why="Names in /etc/hosts win over DNS, go stale unseen, and can lead a name that others trust elsewhere.",
        severity=Severity.LOW,
        rows=(35,),
        fix="remove hostAliases, and use a Service or DNS for the name",
    ),
    lambda pod: (
        Duty(
            pod.workload, pod.spec.empty("hostAliases"), f"{pod.spec.path} must name nothing in hostAliases"
        ),
    ),
)

RULES: Final = (
    NO_HOST_PID,
    NO_HOST_IPC,
    NO_HOST_NETWORK,
    NO_HOST_PORTS,
    NO_PROBE_HOST,
    NO_HOST_ALIASES,
)
