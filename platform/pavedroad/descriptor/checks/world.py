"""What every check can see, and how it names places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.descriptor.faults import Fault, Path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.functions import FunctionSpec
    from pavedroad.descriptor.sagas import SagaSpec
    from pavedroad.descriptor.team import TeamDescriptor
    from pavedroad.descriptor.topics import Topic
    from pavedroad.descriptor.workload import CallSpec, ContainerSpec, PortSpec, ProbesSpec, Workload

TEAMS_FOLDER = "stacks/teams"
ENVIRONMENTS_FOLDER = "stacks/environments"


@dataclass(frozen=True, slots=True)
class World:
    """All descriptors of a project."""

    teams: Mapping[str, TeamDescriptor]
    environments: Mapping[str, EnvironmentDescriptor]
    files: Mapping[tuple[str, str], str]
    """Texts of configuration files, by team and the path that the descriptor names."""

    def workloads(self) -> Iterator[tuple[str, str, Workload]]:
        """Yield team, name and definition of everything that runs in pods."""
        for team, descriptor in self.teams.items():
            for name, workload in descriptor.workloads.items():
                yield team, name, workload

    def service(self, team: str, name: str) -> Workload | None:
        """Return what runs in pods under a name, or None where nothing does."""
        descriptor = self.teams.get(team)
        return None if descriptor is None else descriptor.workloads.get(name)

    def functions(self) -> Iterator[tuple[str, str, FunctionSpec]]:
        """Yield team, name and definition of every function."""
        for team, descriptor in self.teams.items():
            for name, function in descriptor.functions.items():
                yield team, name, function

    def sagas(self) -> Iterator[tuple[str, str, SagaSpec]]:
        """Yield team, name and definition of every saga."""
        for team, descriptor in self.teams.items():
            for name, saga in descriptor.sagas.items():
                yield team, name, saga

    def stands(self, team: str, name: str) -> bool:
        """Return whether a team has something of this name that can call others: a service or a saga."""
        descriptor = self.teams.get(team)
        return descriptor is not None and (name in descriptor.services or name in descriptor.sagas)

    def topic(self, team: str, name: str) -> Topic | None:
        """Return a topic, or None where there is none of that name."""
        descriptor = self.teams.get(team)
        return None if descriptor is None else descriptor.topics.get(name)

    def teams_in(self, environment: EnvironmentDescriptor) -> Iterator[tuple[str, TeamDescriptor]]:
        """Yield the teams that stand in an environment."""
        for team, descriptor in self.teams.items():
            if environment.teams is None or team in environment.teams:
                yield team, descriptor


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a pod and where it stands in the descriptor."""

    name: str
    path: Path
    spec: ContainerSpec
    listens: Mapping[str, PortSpec]
    probes: ProbesSpec | None


def team_fault(
    team: str, path: Path, *, given: str | None = None, expected: str = "", change: str = ""
) -> Fault:
    """Return a fault in a team's descriptor."""
    file = f"{TEAMS_FOLDER}/{team}.yaml"
    return Fault(file=file, path=path, given=given, expected=expected, change=change)


def environment_fault(
    environment: str, path: Path, *, given: str | None = None, expected: str = "", change: str = ""
) -> Fault:
    """Return a fault in an environment's file."""
    file = f"{ENVIRONMENTS_FOLDER}/{environment}.yaml"
    return Fault(file=file, path=path, given=given, expected=expected, change=change)


def containers(name: str, workload: Workload) -> Iterator[Container]:
    """Yield the main container, the side-cars and the init steps of a workload."""
    root: Path = ("services", name)
    listens = {} if workload.type == "job" else workload.listens
    probes = None if workload.type == "job" else workload.probes
    yield Container(name, root, workload, listens, probes)
    for sidecar, spec in workload.sidecars.items():
        yield Container(sidecar, (*root, "sidecars", sidecar), spec, spec.listens, spec.probes)
    for index, step in enumerate(workload.init):
        yield Container(step.name, (*root, "init", index), step, {}, None)


def environment_variables(name: str, workload: Workload) -> Iterator[tuple[Path, str, str]]:
    """Yield path, name and value of every environment variable that a workload writes down."""
    for container in containers(name, workload):
        for variable, value in container.spec.env.items():
            yield (*container.path, "env", variable), variable, value
    for environment, override in workload.environments.items():
        for variable, value in override.env.items():
            yield ("services", name, "environments", environment, "env", variable), variable, value


def owner_and_name(reference: str, team: str) -> tuple[str, str]:
    """Return the team and the name that a reference of a team means."""
    owner, slash, name = reference.partition("/")
    return (owner, name) if slash else (team, owner)


def called_port(callee: Workload, call: CallSpec) -> PortSpec | None:
    """Return the port of the callee that a call means; None where it is not clear."""
    ports = ports_of(callee)
    if call.port is not None:
        return ports.get(call.port)
    return next(iter(ports.values())) if len(ports) == 1 else None


def ports_of(workload: Workload) -> dict[str, PortSpec]:
    """Return every port of a workload's pod that others can call, by name."""
    if workload.type == "job":
        return {}
    ports = dict(workload.listens)
    for sidecar in workload.sidecars.values():
        for port, spec in sidecar.listens.items():
            ports.setdefault(port, spec)
    return ports
