"""Containers, resolved: sizes, probes, ports and mounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.values import memory_bytes, millicores, seconds
from pavedroad.descriptor.workload import ProbeSpec
from pavedroad.plan.workload import PortPlan, ProbeKind, ProbePlan, ProbesPlan, ResourcesPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.descriptor.environment import EnvironmentDescriptor, SizeSpec
    from pavedroad.descriptor.workload import (
        PortSpec,
        ProbesSpec,
        ResourcesSpec,
        Size,
    )
    from pavedroad.plan.provenance import Scope

SIZES: Final[dict[Size, tuple[str, str]]] = {
    "nano": ("25m", "64Mi"),
    "small": ("100m", "256Mi"),
    "medium": ("250m", "512Mi"),
    "large": ("500m", "1Gi"),
    "xlarge": ("1", "2Gi"),
}
"""CPU request, and memory request and limit, of each size class."""

PROBE_PERIOD = "10s"
PROBE_TIMEOUT = "1s"
PROBE_FAILURES = 3

ANSWERS = ProbeSpec(tcp=True)
"""How a container with ports is asked whether it is ready where its descriptor does not say: by a connection."""


def resolve_resources(  # noqa: PLR0913 each keyword is one source of the choice
    scope: Scope,
    environment: EnvironmentDescriptor,
    *,
    size: Size | None,
    resources: ResourcesSpec | None,
    override_size: Size | None = None,
    override: ResourcesSpec | None = None,
    default_size: Size = "small",
) -> ResourcesPlan:
    """Return CPU and memory of a container.

    What stands in ``resources`` wins over the size; what one environment says wins over both. A size asks for no
    more than a limit by hand allows.
    """
    chosen: Size = scope.choose("size", override=override_size, given=size, default=default_size)
    special: SizeSpec | None = environment.sizes.get(chosen)
    cpu, memory = SIZES[chosen]
    by_hand = scope.at("resources")

    def choose(name: str, default: str, by_environment: str | None) -> str:
        value: str = by_hand.choose(
            name,
            override=getattr(override, name, None),
            given=None if override_size else getattr(resources, name, None),
            environment=by_environment,
            environment_path=(environment.environment, "sizes", chosen, name),
            default=default,
        )
        return value

    given = None if override_size else resources
    cpu_limit = (override.cpu_limit if override else None) or (given.cpu_limit if given else None)
    cpu_request = choose("cpu", cpu, special.cpu if special else None)
    memory_request = choose("memory", memory, special.memory if special else None)
    memory_limit = choose("memory_limit", memory_request, None)
    return ResourcesPlan(
        cpu=min(cpu_request, cpu_limit or cpu_request, key=millicores),
        memory=min(memory_request, memory_limit, key=memory_bytes),
        cpu_limit=cpu_limit,
        memory_limit=memory_limit,
    )


def resolve_ports(listens: Mapping[str, PortSpec]) -> tuple[PortPlan, ...]:
    """Return the ports of a container, in the descriptor's order."""
    return tuple(
        PortPlan(
            name=name,
            port=spec.port,
            service_port=spec.service_port or spec.port,
            protocol=spec.protocol,
        )
        for name, spec in listens.items()
    )


def resolve_probes(scope: Scope, probes: ProbesSpec | None, ports: tuple[PortPlan, ...]) -> ProbesPlan:
    """Return what a container is asked; one with ports is ready no sooner than the first takes connections."""
    readiness = probes.readiness if probes else None
    return ProbesPlan(
        readiness=_resolve_probe(scope.at("readiness"), readiness or (ANSWERS if ports else None), ports),
        liveness=_resolve_probe(scope.at("liveness"), probes.liveness if probes else None, ports),
        startup=_resolve_probe(scope.at("startup"), probes.startup if probes else None, ports),
    )


def _resolve_probe(scope: Scope, probe: ProbeSpec | None, ports: tuple[PortPlan, ...]) -> ProbePlan | None:
    """Return a probe with every timing chosen; None where there is none."""
    if probe is None:
        return None
    port = None
    if not probe.exec:
        port = next((known.port for known in ports if known.name == probe.port), None) or ports[0].port
    kind, target = _question(probe)
    return ProbePlan(
        kind=kind,
        port=port,
        target=target,
        headers=tuple(sorted(probe.headers.items())),
        command=probe.exec,
        initial_delay=seconds(probe.initial_delay) if probe.initial_delay else 0,
        period=seconds(scope.choose("period", given=probe.period, default=PROBE_PERIOD)),
        timeout=seconds(scope.choose("timeout", given=probe.timeout, default=PROBE_TIMEOUT)),
        successes=scope.choose("success_threshold", given=probe.success_threshold, default=1),
        failures=scope.choose("failure_threshold", given=probe.failure_threshold, default=PROBE_FAILURES),
    )


def _question(probe: ProbeSpec) -> tuple[ProbeKind, str | None]:
    """Return how a probe asks, and for what."""
    if probe.http is not None:
        return "http", probe.http
    if probe.grpc:
        return "grpc", probe.grpc_service
    return ("exec", None) if probe.exec else ("tcp", None)
