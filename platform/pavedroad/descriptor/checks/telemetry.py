"""Telemetry: what a service asks for can be had of what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.world import World, ports_of, team_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.faults import Fault, Path
    from pavedroad.descriptor.workload import Workload

SIDE_CAR_PORTS: Final = range(15000, 15100)
"""What the mesh's side-car keeps for itself (Istio, *Ports used by Istio*)."""

METRICS: Final = "metrics"
"""Name of the port that is added where no container listens on it otherwise."""

SHORT_LIVED: Final = {
    "job": "a job has ended before it is asked; send its metrics by OTLP and leave this out",
    "function": "instances of a function come and go; send its metrics by OTLP and leave this out",
}
"""Who cannot be asked, and what to do instead."""


def check_scraping(world: World) -> Iterator[Fault]:
    """What is asked for metrics is there to be asked, and speaks HTTP."""
    for team, name, workload in world.workloads():
        metrics = workload.telemetry.metrics
        if metrics is None:
            continue
        path: Path = ("services", name, "telemetry", METRICS)
        if workload.type in SHORT_LIVED:
            yield team_fault(team, path, given=f"type: {workload.type}", change=SHORT_LIVED[workload.type])
        elif change := _unfit(workload, metrics.port):
            yield team_fault(team, (*path, "port"), given=str(metrics.port), change=change)


def _unfit(workload: Workload, port: int) -> str:
    """Return why a port cannot be asked for metrics, and what to do; empty where it can."""
    if port in SIDE_CAR_PORTS:
        return f"ports {SIDE_CAR_PORTS.start} to {SIDE_CAR_PORTS.stop - 1} belong to the mesh; take another"
    listens = ports_of(workload)
    for name, spec in listens.items():
        if spec.port == port and spec.protocol != "http":
            return f"port '{name}' speaks {spec.protocol} there; take one that speaks http"
    if METRICS in listens and port not in {spec.port for spec in listens.values()}:
        return f"port '{METRICS}' is {listens[METRICS].port}; name that one, or give it another name"
    return ""
