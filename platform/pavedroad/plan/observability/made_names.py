"""Names that Kubernetes and operators make up for what a plan asks of them: of pods, volume claims and autoscalers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pavedroad.plan.workload import WorkloadPlan


class Pods(NamedTuple):
    """Names of pods that somebody makes: an anchored regular expression, and one that fits."""

    pattern: str
    sample: str


def _deployed(name: str) -> Pods:
    return Pods(f"{name}-[a-z0-9]+-[a-z0-9]{{5}}", f"{name}-5d9c7b8f6d-x2k4q")


def _numbered(name: str) -> Pods:
    return Pods(f"{name}-[0-9]+", f"{name}-1")


def _cassandra(name: str) -> Pods:
    return Pods(f"([a-z0-9-]+-)?{name}-[a-z0-9-]+-sts-[0-9]+", f"{name}-rack1-sts-0")


def _valkey(name: str) -> Pods:
    return Pods(f"(valkey-)?{name}-[0-9]+-[0-9]+(-[a-z0-9]+)*", f"valkey-{name}-0-0-0")


def _run(name: str) -> Pods:
    return Pods(f"{name}-[a-z0-9]{{5}}", f"{name}-x2k4q")


def _scheduled(name: str) -> Pods:
    return Pods(f"{name}-[0-9]+-[a-z0-9]{{5}}", f"{name}-29800000-x2k4q")


def _versioned(name: str) -> Pods:
    return Pods(
        f"{name}-[0-9]{{5}}-deployment-[a-z0-9]+-[a-z0-9]{{5}}", f"{name}-00001-deployment-5d4f9c7b8-x2k4q"
    )


WORKLOAD_PODS: Final = {
    "Deployment": _deployed,
    "StatefulSet": _numbered,
    "Job": _run,
    "CronJob": _scheduled,
    "Function": _versioned,
}
"""How Kubernetes, and for functions Knative, names the pods of each kind."""

STORE_PODS: Final = {
    "postgres": (_numbered, ""),
    "mysql": (_numbered, "datadir-"),
    "mongodb": (_numbered, "data-volume-"),
    "redis": (_valkey, "data-"),
    "memcached": (_deployed, None),
    "cassandra": (_cassandra, "server-data-"),
    "neo4j": (_numbered, "data-"),
    "dynamodb": (_deployed, None),
}
"""How each engine's operator names pods, and what it puts before a pod's name for its volume claim; None for none."""


def autoscaler_of(workload: WorkloadPlan) -> str:
    """Return the name of a workload's autoscaler: KEDA's, where it grows on what waits for it."""
    return f"keda-hpa-{workload.name}" if workload.scale.triggers else workload.name
