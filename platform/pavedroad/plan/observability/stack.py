"""Where the stack that watches everything stands, who its parts are, and how large they are in each tier.

Two namespaces: ``observability``, closed and restricted as a team's, and ``node-agents`` for what must see the node
that it runs on and nothing else. Names, ports and identities stand here once, for flows, for those who connect, and
for the components that declare the parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.flows import Party, labels

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier
    from pavedroad.plan.context import Context

OBSERVABILITY: Final = "observability"
"""Namespace of everything that stores, shows and routes what is observed."""

NODE_AGENTS: Final = "node-agents"
"""Namespace of what runs on every node because it must see it."""

PROMETHEUS_VERSION: Final = "3.13.2"
"""prometheus-operator/kube-prometheus: jsonnet/kube-prometheus/versions.json."""

ALERTMANAGER_VERSION: Final = "0.33.1"
GRAFANA_VERSION: Final = "13.1.3"
KUBE_STATE_METRICS_IMAGE: Final = "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.19.1"
NODE_EXPORTER_IMAGE: Final = "quay.io/prometheus/node-exporter:v1.12.1"

PROMETHEUS_PORT: Final = 9090
ALERTMANAGER_PORT: Final = 9093
GOSSIP_PORT: Final = 9094
GRAFANA_PORT: Final = 3000
KUBE_STATE_METRICS_PORT: Final = 8080
NODE_EXPORTER_PORT: Final = 9100

SCRAPE_SECONDS: Final = 30
"""How often targets are asked, and rules evaluated."""

INSTANCE: Final = "main"
"""Name of the Prometheus and of the Alertmanager; their operator makes ``prometheus-main`` and ``alertmanager-main``."""

PROMETHEUS: Final = Party(
    name="prometheus",
    namespace=OBSERVABILITY,
    selector=(("app.kubernetes.io/name", "prometheus"),),
    service_account="prometheus",
)
"""Keeps metrics and evaluates rules (Prometheus Operator: pkg/prometheus/server/statefulset.go)."""

ALERTMANAGER: Final = Party(
    name="alertmanager",
    namespace=OBSERVABILITY,
    selector=(("app.kubernetes.io/name", "alertmanager"),),
    service_account="alertmanager",
)
"""Groups alerts and tells people (Prometheus Operator: pkg/alertmanager/statefulset.go)."""

GRAFANA: Final = Party(
    name="grafana",
    namespace=OBSERVABILITY,
    selector=labels(app="grafana"),
    service_account="grafana-sa",
)
"""Shows it all (Grafana Operator: controllers/model/grafana_resources.go names what it makes of a Grafana)."""

KUBE_STATE_METRICS: Final = Party(
    name="kube-state-metrics",
    namespace=OBSERVABILITY,
    selector=(("app.kubernetes.io/name", "kube-state-metrics"),),
    service_account="kube-state-metrics",
)
"""Tells the state of the cluster's objects."""

NODE_EXPORTER: Final = Party(
    name="node-exporter",
    namespace=NODE_AGENTS,
    selector=(("app.kubernetes.io/name", "node-exporter"),),
    service_account="node-exporter",
)
"""Tells the state of its node."""

PROMETHEUS_OPERATOR: Final = Party(
    name="prometheus-operator",
    namespace="prometheus-operator",
    selector=labels(app="kube-prometheus-stack-operator"),
    service_account="prometheus-operator",
)
"""Makes Prometheus and Alertmanager of their resources (its chart: templates/prometheus-operator/deployment.yaml)."""

GRAFANA_OPERATOR: Final = Party(
    name="grafana-operator",
    namespace="grafana-operator",
    selector=(("app.kubernetes.io/name", "grafana-operator"),),
    service_account="grafana-operator",
)
"""Makes Grafana, and tells it data sources, folders and dashboards by its API (its chart: templates/_helpers.tpl)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSize:
    """How large one part of the stack is.

    Attributes:
        replicas: How many run.
        cpu: CPU request of each.
        memory: Memory request and limit of each.
        storage: Volume of each; empty where it keeps nothing.
    """

    replicas: int
    cpu: str
    memory: str
    storage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where parts of the stack run, and how safe they are from being lost.

    Attributes:
        spread: How far replicas keep apart: by ``zone``, by ``node``, or ``none``.
        spread_required: Whether a replica rather waits than lies beside another.
        storage_class: Class of their volumes; None for the cluster's own.
        protect: Whether what keeps state refuses to be deleted or replaced.
    """

    spread: str
    spread_required: bool
    storage_class: str | None
    protect: bool


def placement(context: Context) -> Placement:
    """Return where parts of the stack run in an environment."""
    return Placement(
        spread=context.tier.spread,
        spread_required=context.tier.spread_required,
        storage_class=context.storage_class,
        protect=context.tier.protect,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSize:
    """How large the stack is in a tier.

    Attributes:
        prometheus: Prometheus; where two run, each has everything.
        alertmanager: Alertmanager; where three run, they agree on who has been told.
        grafana: Grafana.
        kube_state_metrics: kube-state-metrics, which knows every object of the cluster.
        node_exporter: The exporter of one node.
    """

    prometheus: PartSize
    alertmanager: PartSize
    grafana: PartSize
    kube_state_metrics: PartSize
    node_exporter: PartSize


SIZES: Final[dict[Tier, StackSize]] = {
    "local": StackSize(
        prometheus=PartSize(replicas=1, cpu="100m", memory="512Mi", storage="2Gi"),
        alertmanager=PartSize(replicas=1, cpu="20m", memory="64Mi", storage="1Gi"),
        grafana=PartSize(replicas=1, cpu="50m", memory="256Mi"),
        kube_state_metrics=PartSize(replicas=1, cpu="10m", memory="64Mi"),
        node_exporter=PartSize(replicas=1, cpu="20m", memory="64Mi"),
    ),
    "development": StackSize(
        prometheus=PartSize(replicas=1, cpu="250m", memory="2Gi", storage="20Gi"),
        alertmanager=PartSize(replicas=1, cpu="20m", memory="64Mi", storage="1Gi"),
        grafana=PartSize(replicas=1, cpu="100m", memory="512Mi"),
        kube_state_metrics=PartSize(replicas=1, cpu="20m", memory="128Mi"),
        node_exporter=PartSize(replicas=1, cpu="20m", memory="64Mi"),
    ),
    "staging": StackSize(
        prometheus=PartSize(replicas=2, cpu="500m", memory="4Gi", storage="50Gi"),
        alertmanager=PartSize(replicas=3, cpu="50m", memory="128Mi", storage="1Gi"),
        grafana=PartSize(replicas=1, cpu="100m", memory="512Mi"),
        kube_state_metrics=PartSize(replicas=2, cpu="50m", memory="256Mi"),
        node_exporter=PartSize(replicas=1, cpu="20m", memory="64Mi"),
    ),
    "production": StackSize(
        prometheus=PartSize(replicas=2, cpu="2", memory="16Gi", storage="200Gi"),
        alertmanager=PartSize(replicas=3, cpu="50m", memory="256Mi", storage="2Gi"),
        grafana=PartSize(replicas=1, cpu="250m", memory="1Gi"),
        kube_state_metrics=PartSize(replicas=2, cpu="100m", memory="1Gi"),
        node_exporter=PartSize(replicas=1, cpu="20m", memory="64Mi"),
    ),
}
"""The stack in each tier: in production for some two million active series (8 KiB of memory each)."""
