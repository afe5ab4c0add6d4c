"""Rules about the nodes that pods ask for."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Properties,
    Settings,
    Severity,
    setting,
)
from pavedroad.governance.kubernetes import WORKLOADS
from pavedroad.governance.properties import UNREADABLE, Reading, State

_BY_SCHEDULER: Final = "no descriptor field places pods on nodes; the scheduler does"
_CONTROL_PLANE: Final = frozenset(
    {
        "node-role.kubernetes.io/control-plane",
        "node-role.kubernetes.io/controlplane",
        "node-role.kubernetes.io/etcd",
        "node-role.kubernetes.io/master",
    }
)


def _off_control_plane(pod: Pod) -> Iterator[Duty]:
    for toleration in pod.spec.items("tolerations"):
        yield Duty(
            pod.workload,
            toleration.text("key").satisfies(lambda key: key != "" and key not in _CONTROL_PLANE),
            f"{toleration.path} must name a taint, and not that of control-plane nodes",
        )
    for key in _chosen_labels(pod):
        yield Duty(
            pod.workload,
            key.satisfies(lambda name: name not in _CONTROL_PLANE),
            f"{key.path} must not choose control-plane nodes",
        )


def _chosen_labels(pod: Pod) -> Iterator[Reading[str]]:
    """List the labels of the nodes that the pod asks for, by selector and by affinity."""
    for name, value in pod.spec.entries("nodeSelector"):
        yield _name_of(name, value)
    affinity = pod.spec.at("affinity.nodeAffinity")
    terms = affinity.items("requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms")
    preferred = affinity.items("preferredDuringSchedulingIgnoredDuringExecution")
    for term in (*terms, *(each.at("preference") for each in preferred)):
        for expression in term.items("matchExpressions"):
            avoids = expression.text("operator").satisfies(lambda name: name in ("NotIn", "DoesNotExist"))
            if avoids.holds is not True:
                yield expression.text("key")


def _name_of(name: str, value: Properties) -> Reading[str]:
    """Read a field's own name as a text; that of a mapping that cannot be read is as unknown as the mapping."""
    return value.text() if name == UNREADABLE else Reading(value.path, State.PRESENT, name)


OFF_CONTROL_PLANE: Final = PodRule(
    Control(
        identifier="pods-off-the-control-plane",
        sentence="No pod asks for, or tolerates, nodes of the control plane",
        why="There the keys of the whole cluster are a container's escape away.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor=_BY_SCHEDULER,
            pulumi="name single taints in tolerations, and leave out control-plane nodes",
        ),
        rows=(105,),
    ),
    _off_control_plane,
)


class Placement(Settings):
    """By what pods may choose their nodes."""

    allowed_node_labels: tuple[str, ...] = setting(
        (
            "beta.kubernetes.io/arch",
            "beta.kubernetes.io/os",
            "karpenter.sh/capacity-type",
            "kubernetes.io/arch",
            "kubernetes.io/os",
            "node.kubernetes.io/instance-type",
            "topology.kubernetes.io/region",
            "topology.kubernetes.io/zone",
        ),
        "Labels of nodes that pods may choose by; others set nodes apart for somebody.",
    )


def _scheduled(settings: Placement) -> Callable[[Pod], Iterator[Duty]]:
    def check(pod: Pod) -> Iterator[Duty]:
        yield Duty(
            pod.workload,
            pod.spec.text("nodeName").equals("", absent=True),
            f"{pod.spec.path}.nodeName must be left out",
        )
        for key in _chosen_labels(pod):
            yield Duty(
                pod.workload,
                key.satisfies(settings.allowed_node_labels.__contains__),
                f"{key.path} must choose nodes by the setting `allowedNodeLabels` only",
            )

    return check


SCHEDULED: Final = PodRule.settable(
    Control(
        identifier="pods-placed-by-the-scheduler",
        sentence="Pods choose nodes by what they are, never one by name nor those set apart for others",
        why="A pod that names a node skips the scheduler's checks, and one that picks a node pool breaks its isolation.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor=_BY_SCHEDULER,
            pulumi="leave nodeName out, and use in nodeSelector and nodeAffinity only the allowed labels",
        ),
        rows=(105,),
    ),
    Placement(),
    _scheduled,
)

RULES: Final = (OFF_CONTROL_PLANE, SCHEDULED)
