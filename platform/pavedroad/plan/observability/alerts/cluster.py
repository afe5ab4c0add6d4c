"""Alerts about what everything stands on: nodes, the cluster, a namespace's share of it."""

from __future__ import annotations

from typing import Final

from pavedroad.plan.observability.alerts.model import AlertKind, Feed, Subject, Trial
from pavedroad.plan.observability.oncall import CLUSTER_DOWN

NODE: Final = (("node", "node-1"),)
INSTANCE: Final = (("instance", "10.0.0.1:9100"),)
MACHINE: Final = 'instance="10.0.0.1:9100"'

NODES: Final = Subject(
    name="nodes",
    title="nodes",
    exporters="kube-state-metrics (node metrics) and node_exporter (filesystem, meminfo, cpu, timex)",
    commands=(
        "kubectl get nodes -o wide",
        "kubectl describe node NODE",
        "kubectl get pods -A --field-selector spec.nodeName=NODE",
    ),
    kinds=(
        AlertKind(
            name="NodeNotReady",
            severity="ticket",
            hold="5m",
            expression='max by (node) (kube_node_status_condition{condition="Ready", status="true"}) == 0',
            summary="node {{ $labels.node }}: it is not ready",
            description="It has not been ready for 5 minutes; its pods are being moved elsewhere.",
            checks=("See whether the machine is gone or its kubelet is; drain and replace it.",),
            trial=Trial(
                feeds=(
                    Feed(
                        'kube_node_status_condition{node="node-1", condition="Ready", status="true"}',
                        "0x20 1x20",
                        "1x40",
                    ),
                ),
                early="4m",
                fires="6m",
                over="30m",
                labels=NODE,
            ),
        ),
        AlertKind(
            name="NodeUnderPressure",
            severity="ticket",
            hold="10m",
            expression=(
                "max by (node, condition) (kube_node_status_condition"
                '{condition=~"MemoryPressure|DiskPressure|PIDPressure", status="true"}) == 1'
            ),
            summary="node {{ $labels.node }}: {{ $labels.condition }}",
            description="It has been short for 10 minutes, takes no new pods and evicts some.",
            checks=("See which pods use most of it: memory above its request goes first.",),
            trial=Trial(
                feeds=(
                    Feed(
                        'kube_node_status_condition{node="node-1", condition="DiskPressure", status="true"}',
                        "1x20 0x30",
                        "0x50",
                    ),
                ),
                early="9m",
                fires="12m",
                over="35m",
                labels=(*NODE, ("condition", "DiskPressure")),
            ),
        ),
        AlertKind(
            name="NodeDiskFillingUp",
            severity="ticket",
            hold="30m",
            expression=(
                'min by (instance, mountpoint) (node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'
                ' / node_filesystem_size_bytes{fstype!~"tmpfs|overlay"}) < 0.15'
            ),
            summary="node {{ $labels.instance }}: {{ $labels.mountpoint }} is filling up",
            description="{{ $value | humanizePercentage }} is left.",
            checks=("See what fills it: images, logs, or scratch space of pods.",),
            trial=Trial(
                feeds=(
                    Feed(
                        f'node_filesystem_avail_bytes{{{MACHINE}, mountpoint="/", fstype="xfs"}}',
                        "10x40 50x40",
                        "15x80",
                    ),
                    Feed(
                        f'node_filesystem_size_bytes{{{MACHINE}, mountpoint="/", fstype="xfs"}}',
                        "100x80",
                        "100x80",
                    ),
                ),
                early="29m",
                fires="31m",
                over="60m",
                value="10%",
                labels=(*INSTANCE, ("mountpoint", "/")),
            ),
        ),
        AlertKind(
            name="NodeMemoryFull",
            severity="ticket",
            hold="15m",
            expression="1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > 0.95",
            summary="node {{ $labels.instance }}: memory is nearly full",
            description="{{ $value | humanizePercentage }} has been used for 15 minutes.",
            checks=("See which pods use more than they request.",),
            trial=Trial(
                feeds=(
                    Feed(f"node_memory_MemAvailable_bytes{{{MACHINE}}}", "2x30 50x30", "6x60"),
                    Feed(f"node_memory_MemTotal_bytes{{{MACHINE}}}", "100x60", "100x60"),
                ),
                early="14m",
                fires="16m",
                over="40m",
                value="98%",
                labels=INSTANCE,
            ),
        ),
        AlertKind(
            name="NodeCpuBusy",
            severity="info",
            hold="30m",
            expression='1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.95',
            summary="node {{ $labels.instance }}: its CPUs are busy",
            description="They have been {{ $value | humanizePercentage }} busy for 30 minutes.",
            checks=("See which pods use more than they request; requests too low put too much on one node.",),
            trial=Trial(
                feeds=(
                    Feed(
                        f'node_cpu_seconds_total{{{MACHINE}, cpu="0", mode="idle"}}',
                        "0+1.2x50 60+60x40",
                        "0+3x90",
                    ),
                ),
                early="29m",
                fires="40m",
                over="70m",
                value="98%",
                labels=INSTANCE,
            ),
        ),
        AlertKind(
            name="NodeClockWrong",
            severity="ticket",
            hold="10m",
            expression="abs(node_timex_offset_seconds) > 0.05",
            summary="node {{ $labels.instance }}: its clock is wrong",
            description="It is off by {{ $value | humanizeDuration }}; tokens and certificates are refused when it is far off.",
            checks=("See whether the time service of the machine runs.",),
            trial=Trial(
                feeds=(Feed(f"node_timex_offset_seconds{{{MACHINE}}}", "2x20 0x30", "0.05x50"),),
                early="9m",
                fires="12m",
                over="35m",
                value="2s",
                labels=INSTANCE,
            ),
        ),
    ),
)

CLUSTER: Final = Subject(
    name="cluster",
    title="the cluster",
    exporters="kube-state-metrics; the API server (Kubernetes, «Metrics reference»)",
    commands=(
        "kubectl get --raw '/readyz?verbose'",
        "kubectl get nodes",
        "kubectl -n kube-system get pods",
    ),
    kinds=(
        AlertKind(
            name=CLUSTER_DOWN,
            severity="page",
            hold="3m",
            expression=(
                'sum(kube_node_status_condition{condition="Ready", status="true"}) / count(kube_node_info) < 0.5'
            ),
            summary="cluster: most nodes are not ready",
            description="Only {{ $value | humanizePercentage }} of the nodes have been ready for 3 minutes. Every other alert is held back: it follows from this.",
            checks=(
                "See whether the control plane answers, and whether nodes can reach it.",
                "See whether the account or the machines below have an outage.",
            ),
            trial=Trial(
                feeds=(
                    Feed(
                        'kube_node_status_condition{node="node-1", condition="Ready", status="true"}',
                        "1x40",
                        "1x40",
                    ),
                    Feed(
                        'kube_node_status_condition{node="node-2", condition="Ready", status="true"}',
                        "0x20 1x20",
                        "1x40",
                    ),
                    Feed(
                        'kube_node_status_condition{node="node-3", condition="Ready", status="true"}',
                        "0x20 1x20",
                        "0x40",
                    ),
                    Feed(
                        'kube_node_status_condition{node="node-4", condition="Ready", status="true"}',
                        "0x20 1x20",
                        "0x40",
                    ),
                    *(
                        Feed(f'kube_node_info{{node="node-{index}"}}', "1x40", "1x40")
                        for index in range(1, 5)
                    ),
                ),
                early="2m",
                fires="5m",
                over="30m",
                value="25%",
            ),
        ),
        AlertKind(
            name="ApiServerErrors",
            severity="page",
            hold="10m",
            expression=(
                'sum(rate(apiserver_request_total{code=~"5.."}[5m])) / sum(rate(apiserver_request_total[5m])) > 0.05'
            ),
            summary="cluster: the API server answers with errors",
            description="{{ $value | humanizePercentage }} of its answers have been errors for 10 minutes: nothing new starts reliably.",
            checks=("See whether etcd is slow or full, or a webhook does not answer.",),
            trial=Trial(
                feeds=(
                    Feed('apiserver_request_total{code="500"}', "0+60x30 1800x30", "0+30x60"),
                    Feed('apiserver_request_total{code="200"}', "0+540x60", "0+570x60"),
                ),
                early="9m",
                fires="20m",
                over="45m",
                value="10%",
            ),
        ),
    ),
)

QUOTA_NEARLY_USED: Final = AlertKind(
    name="QuotaNearlyUsed",
    severity="ticket",
    hold="30m",
    expression=(
        'max by (resource) (kube_resourcequota{namespace="<namespace>", type="used"})'
        ' / max by (resource) (kube_resourcequota{namespace="<namespace>", type="hard"} > 0) > 0.9'
    ),
    summary="<namespace>: its quota of {{ $labels.resource }} is nearly used up",
    description="{{ $value | humanizePercentage }} of it is in use; beyond it no pod starts, and no release goes through.",
    checks=("See what asks for much and uses little; else ask the platform for more.",),
    trial=Trial(
        feeds=(
            Feed(
                'kube_resourcequota{namespace="<namespace>", resource="pods", type="used"}',
                "95x40 10x40",
                "90x80",
            ),
            Feed(
                'kube_resourcequota{namespace="<namespace>", resource="pods", type="hard"}',
                "100x80",
                "100x80",
            ),
        ),
        early="29m",
        fires="31m",
        over="60m",
        value="95%",
        labels=(("resource", "pods"),),
    ),
)

QUOTAS: Final = Subject(
    name="quotas",
    title="a team's share of the cluster",
    exporters="kube-state-metrics (resource quotas)",
    commands=("kubectl -n NAMESPACE describe resourcequota", "kubectl -n NAMESPACE top pods"),
    kinds=(QUOTA_NEARLY_USED,),
)
