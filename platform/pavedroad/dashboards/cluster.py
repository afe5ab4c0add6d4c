"""The dashboard of the cluster: nodes, what is asked of them, and what does not run.

The metrics are those of node exporter, kube-state-metrics and the kubelet.
"""

from __future__ import annotations

from pavedroad.dashboards.curves import Curve, panels
from pavedroad.dashboards.model import Dashboard, Row, Variable
from pavedroad.dashboards.queries import alerts
from pavedroad.dashboards.uids import CLUSTER

NODES = (
    Curve(
        title="CPU",
        unit="percentunit",
        description="Share of each node's CPUs that is busy.",
        expression="1 - avg by (instance) ("
        'rate(node_cpu_seconds_total{mode="idle", instance=~"$instance"}[$__rate_interval]))',
        legend="{{instance}}",
        alarm=0.9,
    ),
    Curve(
        title="Memory",
        unit="percentunit",
        description="Share of each node's memory that cannot be given to anything else.",
        expression='1 - node_memory_MemAvailable_bytes{instance=~"$instance"}'
        ' / node_memory_MemTotal_bytes{instance=~"$instance"}',
        legend="{{instance}}",
        alarm=0.9,
    ),
    Curve(
        title="Disk",
        unit="percentunit",
        description="Share of each node's root file system that is in use.",
        expression='1 - node_filesystem_avail_bytes{mountpoint="/", instance=~"$instance"}'
        ' / node_filesystem_size_bytes{mountpoint="/", instance=~"$instance"}',
        legend="{{instance}}",
        alarm=0.85,
    ),
    Curve(
        title="Pressure",
        unit="percentunit",
        description="Share of time in which something waited for a CPU.",
        expression='rate(node_pressure_cpu_waiting_seconds_total{instance=~"$instance"}[$__rate_interval])',
        legend="{{instance}}",
    ),
)

ROOM = (
    Curve(
        title="CPU asked for",
        unit="percentunit",
        description="CPU that pods request, as a share of what nodes can give; at 1 nothing more is scheduled.",
        expression='sum(kube_pod_container_resource_requests{resource="cpu"})'
        ' / sum(kube_node_status_allocatable{resource="cpu"})',
        legend="requested",
        alarm=0.9,
    ),
    Curve(
        title="Memory asked for",
        unit="percentunit",
        description="Memory that pods request, as a share of what nodes can give.",
        expression='sum(kube_pod_container_resource_requests{resource="memory"})'
        ' / sum(kube_node_status_allocatable{resource="memory"})',
        legend="requested",
        alarm=0.9,
    ),
    Curve(
        title="Nodes that are ready",
        unit="short",
        description="Nodes that take pods.",
        expression='sum(kube_node_status_condition{condition="Ready", status="true"})',
        legend="ready",
    ),
)

PODS = (
    Curve(
        title="Pods that wait",
        unit="short",
        description="Pods that no node has taken, or that have not started, by namespace.",
        expression='sum by (namespace) (kube_pod_status_phase{phase="Pending"})',
        legend="{{namespace}}",
    ),
    Curve(
        title="Restarts",
        unit="short",
        description="Restarts of containers in each interval, by namespace.",
        expression="sum by (namespace) (increase(kube_pod_container_status_restarts_total[$__rate_interval]))",
        legend="{{namespace}}",
    ),
    Curve(
        title="Killed for memory",
        unit="short",
        description="Containers whose last end was that they wanted more memory than their limit, by namespace.",
        expression="sum by (namespace) ("
        'kube_pod_container_status_last_terminated_reason{reason="OOMKilled"})',
        legend="{{namespace}}",
    ),
)


def cluster_dashboard() -> Dashboard:
    """Return the dashboard of the cluster."""
    return Dashboard(
        uid=CLUSTER,
        title="Cluster",
        description="Nodes, room on them, and pods that do not run as they should.",
        tags=("cluster",),
        variables=(Variable(name="instance", label="Node", metric="node_uname_info", value="instance"),),
        rows=(
            Row(title="Nodes", panels=panels(NODES, {})),
            Row(title="Room", panels=panels(ROOM, {})),
            Row(title="Pods", panels=panels(PODS, {})),
            Row(title="Alerts", panels=(alerts({}, {"subject": "cluster|nodes|quotas"}),)),
        ),
    )
