"""CPU and memory by hand: limits above requests, and no word that another makes idle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import World, containers, team_fault
from pavedroad.descriptor.values import memory_bytes, millicores
from pavedroad.descriptor.workload import ResourcesSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.faults import Fault, Path
    from pavedroad.descriptor.workload import Size


def check_resources(world: World) -> Iterator[Fault]:
    """No limit is below its request, and no size stands beside CPU and memory by hand."""
    for team, name, workload in world.workloads():
        for container in containers(name, workload):
            resources = container.spec.resources or ResourcesSpec()
            yield from _check_size(team, container.path, container.spec.size, resources)
            yield from _check_limits(team, (*container.path, "resources"), resources)
        base = workload.resources or ResourcesSpec()
        for environment, override in workload.environments.items():
            path: Path = ("services", name, "environments", environment)
            here = override.resources or ResourcesSpec()
            yield from _check_size(team, path, override.size, here)
            if override.size is None:
                here = base.model_copy(update=here.model_dump(exclude_none=True))
            if override.resources is not None:
                yield from _check_limits(team, (*path, "resources"), here)


def _check_size(team: str, path: Path, size: Size | None, resources: ResourcesSpec) -> Iterator[Fault]:
    if size is not None and resources.cpu and resources.memory:
        change = "resources says CPU and memory, so the size has no effect; remove one of them"
        yield team_fault(team, (*path, "size"), given=f"'{size}'", change=change)


def _check_limits(team: str, path: Path, resources: ResourcesSpec) -> Iterator[Fault]:
    if resources.cpu and resources.cpu_limit and millicores(resources.cpu_limit) < millicores(resources.cpu):
        expected = f"at least the request, {resources.cpu}"
        yield team_fault(team, (*path, "cpu_limit"), given=resources.cpu_limit, expected=expected)
    memory, limit = resources.memory, resources.memory_limit
    if memory and limit and memory_bytes(limit) < memory_bytes(memory):
        yield team_fault(
            team, (*path, "memory_limit"), given=limit, expected=f"at least the request, {memory}"
        )
