"""Alerts about what runs: pods that do not start, do not stay, or have too little."""

from __future__ import annotations

from typing import Final

from pavedroad.plan.observability.alerts.model import AlertKind, Feed, Subject, Trial

HERE: Final = 'namespace="<namespace>"'
PODS: Final = 'namespace="<namespace>", pod=~"<pods>"'
POD: Final = 'namespace="<namespace>", pod="<pod>"'

UNAVAILABLE: Final = AlertKind(
    name="WorkloadUnavailable",
    severity="page",
    hold="5m",
    expression="max(<available>) == 0 and max(<wanted>) > 0",
    summary="<workload>: no replica is available",
    description="Of <workload> in <namespace> no replica has been ready for 5 minutes: whoever calls it fails.",
    checks=(
        "See whether pods are missing, pending, crash looping or not ready: each has events that say why.",
        "See whether a release just went out; undo it if so.",
        "See whether a store or broker that it needs is unavailable as well.",
    ),
    trial=Trial(
        feeds=(Feed("<available>", "0x20 2x30", "1x50"), Feed("<wanted>", "2x50", "2x50")),
        early="4m",
        fires="6m",
        over="25m",
    ),
)

SERVING: Final = (
    UNAVAILABLE,
    AlertKind(
        name="WorkloadReplicasMissing",
        severity="ticket",
        hold="15m",
        expression="max(<available>) < max(<wanted>)",
        summary="<workload>: replicas are missing",
        description="Only {{ $value }} replicas of <workload> in <namespace> have been available for 15 minutes.",
        checks=(
            "See whether a release is stuck, or pods do not fit on any node.",
            "See whether a quota of the namespace is used up.",
        ),
        trial=Trial(
            feeds=(Feed("<available>", "2x30 3x30", "3x60"), Feed("<wanted>", "3x60", "3x60")),
            early="14m",
            fires="16m",
            over="40m",
            value="2",
        ),
    ),
)
"""Of what should run all the time."""

ANY: Final = (
    AlertKind(
        name="WorkloadCrashLooping",
        severity="ticket",
        hold="10m",
        expression=(
            "sum(max_over_time(kube_pod_container_status_waiting_reason"
            f'{{{PODS}, reason="CrashLoopBackOff"}}[5m])) > 0'
        ),
        summary="<workload>: containers crash again and again",
        description="{{ $value }} containers of <workload> in <namespace> have been crash looping for 10 minutes.",
        checks=(
            "Read the last lines of the container that crashed: `kubectl logs --previous`.",
            "See whether a release or a change of a secret or configuration went before.",
        ),
        trial=Trial(
            feeds=(
                Feed(
                    f'kube_pod_container_status_waiting_reason{{{POD}, container="<container>", reason="CrashLoopBackOff"}}',
                    "1x30 0x30",
                    "0x60",
                ),
            ),
            early="9m",
            fires="20m",
            over="45m",
            value="1",
        ),
    ),
    AlertKind(
        name="WorkloadPending",
        severity="ticket",
        hold="15m",
        expression=f'sum(kube_pod_status_phase{{{PODS}, phase="Pending"}}) > 0',
        summary="<workload>: pods do not start",
        description="{{ $value }} pods of <workload> in <namespace> have been pending for 15 minutes.",
        checks=(
            "Read the pod's events: it fits on no node, its image cannot be pulled, a volume or secret is missing.",
            "See whether the cluster can grow: node groups at their maximum, quota of the account.",
        ),
        trial=Trial(
            feeds=(Feed(f'kube_pod_status_phase{{{POD}, phase="Pending"}}', "1x30 0x30", "0x60"),),
            early="14m",
            fires="16m",
            over="40m",
            value="1",
        ),
    ),
    AlertKind(
        name="WorkloadOutOfMemory",
        severity="ticket",
        hold=None,
        expression=(
            f"sum(increase(kube_pod_container_status_restarts_total{{{PODS}}}[10m]) > 0"
            " and on (namespace, pod, container)"
            f' kube_pod_container_status_last_terminated_reason{{{PODS}, reason="OOMKilled"}} == 1)'
        ),
        summary="<workload>: a container ran out of memory",
        description="A container of <workload> in <namespace> was killed at its memory limit within 10 minutes.",
        checks=(
            "Compare its memory with its limit over the last days: a leak grows, a limit too low is hit under load.",
            "Raise `size` or `memory_limit` in the descriptor where the load is right.",
        ),
        trial=Trial(
            feeds=(
                Feed(
                    f'kube_pod_container_status_restarts_total{{{POD}, container="<container>"}}',
                    "0x20 1x60",
                    "0x20 1x60",
                ),
                Feed(
                    f'kube_pod_container_status_last_terminated_reason{{{POD}, container="<container>", reason="OOMKilled"}}',
                    "0x20 1x60",
                    "0x80",
                ),
            ),
            early="15m",
            fires="25m",
            over="40m",
        ),
    ),
    AlertKind(
        name="WorkloadMemoryNearLimit",
        severity="ticket",
        hold="15m",
        expression=(
            f'max(container_memory_working_set_bytes{{{PODS}, container="<container>"}}'
            " / on (namespace, pod, container)"
            f' kube_pod_container_resource_limits{{{PODS}, container="<container>", resource="memory"}}) > 0.95'
        ),
        summary="<workload>: memory is nearly at its limit",
        description="A pod of <workload> in <namespace> has used {{ $value | humanizePercentage }} of its memory limit for 15 minutes.",
        checks=("See whether it grows from day to day, or with the load.",),
        trial=Trial(
            feeds=(
                Feed(
                    f'container_memory_working_set_bytes{{{POD}, container="<container>"}}',
                    "98x30 50x30",
                    "95x60",
                ),
                Feed(
                    f'kube_pod_container_resource_limits{{{POD}, container="<container>", resource="memory"}}',
                    "100x60",
                    "100x60",
                ),
            ),
            early="14m",
            fires="16m",
            over="40m",
            value="98%",
        ),
    ),
)
"""Of everything that runs in pods."""

THROTTLED: Final = AlertKind(
    name="WorkloadThrottled",
    severity="info",
    hold="15m",
    expression=(
        f'sum(rate(container_cpu_cfs_throttled_periods_total{{{PODS}, container="<container>"}}[5m]))'
        f' / sum(rate(container_cpu_cfs_periods_total{{{PODS}, container="<container>"}}[5m])) > 0.25'
    ),
    summary="<workload>: its CPU limit holds it back",
    description="<workload> in <namespace> has been throttled in {{ $value | humanizePercentage }} of its periods for 15 minutes.",
    checks=("Raise or drop `cpu_limit` in the descriptor: a limit only costs latency where CPU is free.",),
    trial=Trial(
        feeds=(
            Feed(
                f'container_cpu_cfs_throttled_periods_total{{{POD}, container="<container>"}}',
                "0+300x30 9000x30",
                "0+150x60",
            ),
            Feed(
                f'container_cpu_cfs_periods_total{{{POD}, container="<container>"}}', "0+600x60", "0+600x60"
            ),
        ),
        early="14m",
        fires="20m",
        over="45m",
        value="50%",
    ),
)
"""Of what has a CPU limit."""

AT_MAXIMUM: Final = AlertKind(
    name="WorkloadAtMaximum",
    severity="ticket",
    hold="30m",
    expression=(
        f'max(kube_horizontalpodautoscaler_status_current_replicas{{{HERE}, horizontalpodautoscaler="<autoscaler>"}})'
        f' >= max(kube_horizontalpodautoscaler_spec_max_replicas{{{HERE}, horizontalpodautoscaler="<autoscaler>"}})'
    ),
    summary="<workload>: it cannot grow any further",
    description="<workload> in <namespace> has run {{ $value }} replicas, the most that it may, for 30 minutes.",
    checks=("Raise `scale.max` in the descriptor, or find what makes the load.",),
    trial=Trial(
        feeds=(
            Feed(
                f'kube_horizontalpodautoscaler_status_current_replicas{{{HERE}, horizontalpodautoscaler="<autoscaler>"}}',
                "10x45 9x45",
                "9x90",
            ),
            Feed(
                f'kube_horizontalpodautoscaler_spec_max_replicas{{{HERE}, horizontalpodautoscaler="<autoscaler>"}}',
                "10x90",
                "10x90",
            ),
        ),
        early="29m",
        fires="31m",
        over="60m",
        value="10",
    ),
)
"""Of what scales."""

JOB_FAILED: Final = AlertKind(
    name="JobFailed",
    severity="ticket",
    hold="1m",
    expression=f'sum(kube_job_failed{{{HERE}, job_name=~"<jobs>", condition="true"}}) > 0',
    summary="<workload>: a run has failed",
    description="{{ $value }} runs of the job <workload> in <namespace> have failed and are not tried again.",
    checks=(
        "Read the logs of the failed run's pods.",
        "Run it again once the cause is gone: a failed run stays, and this alert with it, until it is removed.",
    ),
    trial=Trial(
        feeds=(Feed(f'kube_job_failed{{{HERE}, job_name="<job>", condition="true"}}', "1x20 0x20", "0x40"),),
        early="0m",
        fires="2m",
        over="30m",
        value="1",
    ),
)
"""Of jobs."""

JOB_LATE: Final = AlertKind(
    name="ScheduledJobLate",
    severity="ticket",
    hold="5m",
    expression=f'time() - max(kube_cronjob_next_schedule_time{{{HERE}, cronjob="<workload>"}}) > 3600',
    summary="<workload>: a run is overdue",
    description="The job <workload> in <namespace> should have started {{ $value | humanizeDuration }} ago.",
    checks=(
        "See whether the run before it is still going: `concurrency: forbid` waits for it.",
        "See whether pods can be made at all: quota, admission, the controller manager.",
    ),
    trial=Trial(
        feeds=(
            Feed(
                f'kube_cronjob_next_schedule_time{{{HERE}, cronjob="<workload>"}}',
                "0x90 86400x90",
                "-3600+60x180",
            ),
        ),
        early="62m",
        fires="70m",
        over="100m",
        value="1h 10m 0s",
    ),
)
"""Of jobs with a schedule."""

WORKLOADS: Final = Subject(
    name="workloads",
    title="services, workers and jobs",
    exporters="kube-state-metrics (docs/metrics) and the kubelet's cAdvisor (docs/storage/prometheus.md)",
    commands=(
        "kubectl -n NAMESPACE get pods -l pavedroad.dev/service=SERVICE -o wide",
        "kubectl -n NAMESPACE describe pods -l pavedroad.dev/service=SERVICE",
        "kubectl -n NAMESPACE logs -l pavedroad.dev/service=SERVICE --previous --tail=50",
        "paved status ENVIRONMENT",
    ),
    kinds=(*SERVING, *ANY, THROTTLED, AT_MAXIMUM, JOB_FAILED, JOB_LATE),
)
