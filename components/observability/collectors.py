"""OpenTelemetry collectors: node agents, the gateway tier, the tier that samples traces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.observability.programs import Port, Program, Volume, declare_program
from pavedroad.plan.observability.collectors.agent import KUBELET, LOG_FOLDER, STATE_FOLDER
from pavedroad.plan.observability.collectors.model import (
    CONFIG_FILE,
    HEALTH,
    IMAGE,
    NODE_AGENT,
    OTLP_GRPC,
    OWN_METRICS,
    SAMPLER,
    TELEMETRY,
)

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.observability.collectors.model import CollectorPlan

POD_READER: Final[tuple[Body, ...]] = (
    {"apiGroups": [""], "resources": ["namespaces", "pods"], "verbs": ["get", "list", "watch"]},
    {"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": ["get", "list", "watch"]},
)
"""What it takes to say which service a pod belongs to (k8s_attributes: README, *Cluster-scoped RBAC*)."""

KUBELET_READER: Final[tuple[Body, ...]] = (
    {"apiGroups": [""], "resources": ["nodes/stats"], "verbs": ["get"]},
)
"""What it takes to read a kubelet's measurements (kubelet_stats: README, *Role-based access control*)."""

RULES: Final = {TELEMETRY: POD_READER, NODE_AGENT: KUBELET_READER}
"""What each collector may do on the Kubernetes API; the others nothing."""

NODE_FOLDERS: Final = (
    Volume(
        name="logs",
        path=LOG_FOLDER,
        source={"hostPath": {"path": LOG_FOLDER, "type": "Directory"}},
        read_only=True,
    ),
    Volume(
        name="state",
        path=STATE_FOLDER,
        source={"hostPath": {"path": STATE_FOLDER, "type": "DirectoryOrCreate"}},
    ),
)
"""What the node agent sees of its node: what containers print, and where it keeps how far it has read."""

FACTS: Final = {
    "K8S_NODE_NAME": "spec.nodeName",
    "K8S_NODE_IP": "status.hostIP",
    "K8S_POD_NAME": "metadata.name",
}
"""What configurations name of the pod that they run in."""


class Collector(pulumi.ComponentResource):
    """One collector: a program with a rendered configuration, as large as its tier."""

    def __init__(self, plan: CollectorPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare it in its namespace."""
        super().__init__("pavedroad:observability:Collector", plan.party.name, {}, opts)
        declare_program(place.under(self), _program(plan))
        self.register_outputs({})


def _program(plan: CollectorPlan) -> Program:
    """Return the collector as a program."""
    served = tuple(
        Port(name=name, number=number, protocol="grpc" if number == OTLP_GRPC else "http")
        for name, number in plan.ports
    )
    facts = tuple(
        {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}} for name, path in FACTS.items()
    )
    return Program(
        party=plan.party,
        kind="DaemonSet" if plan.per_node else "Deployment",
        image=IMAGE,
        args=("--config={config}",),
        size=plan.size,
        config=(CONFIG_FILE, plan.config),
        ports=(
            *served,
            Port(name="health", number=HEALTH, served=False),
            Port(name="own-metrics", number=OWN_METRICS, served=False),
        ),
        ready=("/", HEALTH),
        env=({"name": "GOMEMLIMIT", "value": plan.go_memory_limit}, *facts),
        volumes=NODE_FOLDERS if plan.per_node else (),
        rules=RULES.get(plan.party, ()),
        spread=plan.spread,
        spread_required=plan.spread_required,
        user=0 if plan.per_node else 10_001,
        # Which replica gets a trace its sender decides, so it must see them all.
        headless=plan.party == SAMPLER,
        # The kubelet stands outside the mesh and speaks TLS of its own.
        annotations=(("traffic.sidecar.istio.io/excludeOutboundPorts", str(KUBELET)),)
        if plan.per_node
        else (),
        grace=60,
    )
