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

LOADS_AGENT: Final = {
    "java": ("JAVA_TOOL_OPTIONS",),
    "python": ("PYTHONPATH",),
    "nodejs": ("NODE_OPTIONS",),
    "dotnet": (
        "CORECLR_PROFILER_PATH",
        "DOTNET_ADDITIONAL_DEPS",
        "DOTNET_SHARED_STORE",
        "DOTNET_STARTUP_HOOKS",
    ),
}
"""Variables to which the agent of a language is added (OpenTelemetry operator: internal/instrumentation)."""


def check_scraping(world: World) -> Iterator[Fault]:
    """What is asked for metrics is there to be asked, and speaks HTTP."""
    for team, name, workload in world.workloads():
        metrics = workload.telemetry.metrics
        if metrics is None:
            continue
        path: Path = ("services", name, "telemetry", METRICS)
        if workload.type == "job":
            change = "a job has ended before it is asked; send its metrics by OTLP and leave this out"
            yield team_fault(team, path, given="type: job", change=change)
        elif change := _unfit(workload, metrics.port):
            yield team_fault(team, (*path, "port"), given=str(metrics.port), change=change)


def check_instrumenting(world: World) -> Iterator[Fault]:
    """Who gets an agent leaves the variable that loads it to be written."""
    for team, name, workload in world.workloads():
        language = workload.telemetry.instrument
        if language is None:
            continue
        for variable in LOADS_AGENT[language]:
            secret = workload.secrets.get(variable)
            if secret is not None and secret.mount is None:
                change = "the agent is loaded by it, and cannot be added to a secret; take another name"
                yield team_fault(team, ("services", name, "secrets", variable), change=change)


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
