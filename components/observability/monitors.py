"""Monitors: what Prometheus asks, as its operator's resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import Body, Kind, Place
from pavedroad.plan.naming import SERVICE_LABEL, STORE_LABEL, TEAM_LABEL
from pavedroad.plan.observability.scraping import KUBELET_PORT

if TYPE_CHECKING:
    from pavedroad.plan.environment import TeamPlan
    from pavedroad.plan.observability.scraping import ScrapingPlan
    from pavedroad.plan.observability.targets import TargetPlan

POD_MONITOR = Kind("monitoring.coreos.com/v1", "PodMonitor")
SCRAPE_CONFIG = Kind("monitoring.coreos.com/v1alpha1", "ScrapeConfig")

IDENTITY: Final = {"team": TEAM_LABEL, "service": SERVICE_LABEL, "store": STORE_LABEL}
"""Labels of series that say whose a pod is, and the pod's labels that know."""

KUBELET_PATHS: Final = {"kubelet": "/metrics", "containers": "/metrics/cadvisor"}
"""What a kubelet tells: of itself and its volumes, and of every container on its node."""

KEPT_OF_KUBELETS: Final = {
    "kubelet": "kubelet_(volume_stats|running|node|pod_start|pleg_relist).*",
    "containers": "container_(cpu|memory_(working_set|rss|usage)|fs_(reads|writes|usage)|network_(receive|transmit)|oom).*",
}
"""Which of it is kept: what alerts and dashboards ask for, a tenth of the whole."""

KUBELET_SERIES: Final = 50_000
"""The most series of one kubelet."""


class Monitors(pulumi.ComponentResource):
    """Everything that Prometheus asks: one monitor for each kind of pods, and the kubelets."""

    def __init__(self, plan: ScrapingPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare them in the stack's namespace."""
        super().__init__("pavedroad:observability:Monitors", "monitors", {}, opts)
        place = place.under(self)
        for target in plan.targets:
            place.declare(POD_MONITOR, target.name, {"spec": pod_monitor(target)})
        for name, path in KUBELET_PATHS.items():
            place.declare(SCRAPE_CONFIG, name, {"spec": kubelet(name, path)})
        self.register_outputs({})


def declare_application_monitors(place: Place, plan: TeamPlan) -> None:
    """Declare what Prometheus asks of a team's applications, in the team's namespace."""
    for workload in plan.workloads:
        if workload.metrics is not None:
            place.declare(POD_MONITOR, workload.name, {"spec": pod_monitor(workload.metrics)})


def pod_monitor(target: TargetPlan) -> Body:
    """Return the spec of a monitor."""
    endpoint: Body = {
        "portNumber": target.port,
        "path": target.path,
        "scheme": "https" if target.manner == "mesh" else "http",
        "honorLabels": target.own_labels,
        "relabelings": [*_identity(target), {"targetLabel": "job", "replacement": target.name}],
    }
    if target.parameters:
        endpoint["params"] = {name: list(values) for name, values in target.parameters}
    if target.keep:
        endpoint["metricRelabelings"] = [_kept(target.keep)]
    selector: Body = {"matchLabels": dict(target.labels)} if target.labels else {}
    if target.present:
        selector["matchExpressions"] = [{"key": key, "operator": "Exists"} for key in target.present]
    return {
        "scrapeClass": target.manner,
        "namespaceSelector": {"matchNames": [target.namespace]} if target.namespace else {"any": True},
        "selector": selector,
        "sampleLimit": target.series,
        "podMetricsEndpoints": [endpoint],
    }


def kubelet(name: str, path: str) -> Body:
    """Return how every node's kubelet is asked: by its own TLS, with Prometheus' service account."""
    return {
        "jobName": name,
        "scrapeClass": "kubelet",
        "kubernetesSDConfigs": [{"role": "Node"}],
        "scheme": "HTTPS",
        "metricsPath": path,
        "honorLabels": True,
        "sampleLimit": KUBELET_SERIES,
        "relabelings": [
            {
                "sourceLabels": ["__address__"],
                "regex": "([^:]+)(:.*)?",
                "replacement": f"$1:{KUBELET_PORT}",
                "targetLabel": "__address__",
            },
            {"sourceLabels": ["__meta_kubernetes_node_name"], "targetLabel": "node"},
            {"targetLabel": "job", "replacement": name},
        ],
        "metricRelabelings": [_kept(KEPT_OF_KUBELETS[name])],
    }


def _identity(target: TargetPlan) -> list[Body]:
    """Return how the labels of a pod that say whose it is become labels of its series."""
    if target.own_labels:
        return []
    return [
        {"sourceLabels": [f"__meta_kubernetes_pod_label_{_meta(label)}"], "targetLabel": name}
        for name, label in IDENTITY.items()
    ]


def _meta(label: str) -> str:
    """Return a label as Prometheus' discovery spells it."""
    return "".join(letter if letter.isalnum() else "_" for letter in label)


def _kept(pattern: str) -> Body:
    """Return which metrics are kept."""
    return {"sourceLabels": ["__name__"], "regex": pattern, "action": "Keep"}
