"""Names: free, distinct once they share a namespace, and not taken back from the past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pavedroad.descriptor.checks.world import (
    World,
    containers,
    environment_variables,
    owner_and_name,
    team_fault,
)
from pavedroad.descriptor.faults import Fault, Path
from pavedroad.descriptor.team import RESERVED_TEAMS
from pavedroad.descriptor.topics import NamedTopicBase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pavedroad.descriptor.stores import Store
    from pavedroad.descriptor.team import TeamDescriptor

RESERVED_VARIABLES = "PAVEDROAD_"
"""Environment variables that start so belong to the platform."""


OPERATOR_SERVICES: dict[str, tuple[str, ...]] = {
    "postgres": ("-r", "-ro", "-rw", "-pooler"),
    "mysql": ("-instances", "-router"),
    "mongodb": ("-svc",),
    "redis": ("-nodes",),
    "cassandra": ("-service", "-all-pods-service", "-seed-service", "-additional-seed-service"),
}
"""What is put behind a store's name to name the further Services that its operator or the platform makes."""


class _Renamed(Protocol):
    @property
    def formerly(self) -> tuple[str, ...]: ...


def check_team_names(world: World) -> Iterator[Fault]:
    """No team has a name that the platform or Kubernetes uses."""
    for team, descriptor in world.teams.items():
        for path, name in ((("team",), team), *((("formerly",), former) for former in descriptor.formerly)):
            if name in RESERVED_TEAMS or name.startswith("kube-"):
                yield team_fault(team, path, given=f"'{name}'", change="this name is reserved; take another")


def check_containers(world: World) -> Iterator[Fault]:
    """The containers of a pod have different names."""
    for team, name, workload in world.workloads():
        seen: set[str] = set()
        for container in containers(name, workload):
            if container.name in seen:
                change = "another container of the pod has this name; take another"
                yield team_fault(team, container.path, given=f"'{container.name}'", change=change)
            seen.add(container.name)


def check_variables(world: World) -> Iterator[Fault]:
    """No variable is both plain and secret, and none belongs to the platform."""
    for team, name, workload in world.workloads():
        for path, variable, _ in environment_variables(name, workload):
            secret = workload.secrets.get(variable)
            if variable.startswith(RESERVED_VARIABLES):
                change = f"names with {RESERVED_VARIABLES} belong to the platform; take another"
                yield team_fault(team, path, given=f"'{variable}'", change=change)
            elif secret is not None and secret.mount is None and path[2] in ("env", "environments"):
                change = "secrets has this name too; keep one of them"
                yield team_fault(team, path, given=f"'{variable}'", change=change)


def check_namespace(world: World) -> Iterator[Fault]:
    """Services, stores and aliases of a team stay apart as names inside its namespace."""
    for team, descriptor in world.teams.items():
        taken = _kept_names(team, descriptor)
        for name, owner, path in _host_names(world, team, descriptor):
            holder = taken.setdefault(name, owner)
            if holder != owner:
                yield team_fault(
                    team,
                    path,
                    given=f"'{name}'",
                    change=f"in the namespace this is the name of {holder}; take another",
                )


def _kept_names(team: str, descriptor: TeamDescriptor) -> dict[str, str]:
    """Return the names that renamed services keep, with the service."""
    return {
        former: f"service {team}/{name}"
        for name, running in descriptor.services.items()
        for former in running.formerly[:1]
        if former not in descriptor.services
    }


def _host_names(world: World, team: str, descriptor: TeamDescriptor) -> Iterator[tuple[str, str, Path]]:
    """Yield host name, what it stands for, and the path that makes it."""
    for name in descriptor.services:
        yield name, f"service {team}/{name}", ("services", name)
    for name, workload in descriptor.workloads.items():
        if getattr(workload, "stable_identity", False):
            yield f"{name}-pods", f"the replicas of {team}/{name}", ("services", name, "stable_identity")
        for store, spec in workload.stores.items():
            yield from _store_names(name, store, spec)
        for reference, call in workload.calls.items():
            if call.alias is not None:
                owner, callee = owner_and_name(reference, team)
                yield call.alias, f"service {owner}/{callee}", ("services", name, "calls", reference, "alias")
        for reference in (*workload.publishes, *workload.subscribes):
            topic = world.topic(*owner_and_name(reference, team))
            if isinstance(topic, NamedTopicBase) and topic.alias is not None:
                yield topic.alias, f"the broker {topic.broker}", ("services", name)


def _store_names(service: str, store: str, spec: Store) -> Iterator[tuple[str, str, Path]]:
    """Yield the host names of a store as :func:`_host_names` does."""
    path: Path = ("services", service, "stores", store)
    for suffix in ("", *OPERATOR_SERVICES.get(spec.engine, ())):
        yield f"{service}-{store}{suffix}", f"store {service}.{store}", path
    alias = getattr(spec, "alias", None)
    if alias is not None and alias != f"{service}-{store}":
        yield alias, f"store {service}.{store}", (*path, "alias")


def check_topic_names(world: World) -> Iterator[Fault]:
    """No two topics have the same name on a broker; Kafka takes ``.`` and ``_`` for the same."""
    taken: dict[tuple[str, str], str] = {}
    for team, descriptor in world.teams.items():
        for name, topic in descriptor.topics.items():
            if not isinstance(topic, NamedTopicBase):
                continue
            physical = topic.name or f"{team}.{name}"
            key = (topic.broker, physical.replace(".", "_") if topic.broker == "kafka" else physical)
            holder = taken.setdefault(key, f"{team}/{name}")
            if holder != f"{team}/{name}":
                path = ("topics", name, "name") if topic.name else ("topics", name)
                change = f"on {topic.broker} this is the name of {holder}; take another"
                yield team_fault(team, path, given=f"'{physical}'", change=change)


def check_former_topics(world: World) -> Iterator[Fault]:
    """A topic whose name on the broker is given needs no former name to keep it."""
    for team, descriptor in world.teams.items():
        for name, topic in descriptor.topics.items():
            if isinstance(topic, NamedTopicBase) and topic.name is not None and topic.formerly:
                change = f"name keeps it {topic.name} on the broker; remove one of them"
                yield team_fault(team, ("topics", name, "formerly"), change=change)


def check_former_names(world: World) -> Iterator[Fault]:
    """A former name belongs to one thing, and to nothing that exists today."""
    yield from _check_former(world.teams, lambda team: (team, ("formerly",)))
    for team, descriptor in world.teams.items():
        yield from _former_in(team, ("services",), descriptor.services)
        yield from _former_in(team, ("topics",), descriptor.topics)
        yield from _former_in(team, ("sagas",), descriptor.sagas)
        for name, running in descriptor.services.items():
            yield from _former_in(team, ("services", name, "stores"), running.stores)
        for name, workload in descriptor.workloads.items():
            yield from _former_in(team, ("services", name, "volumes"), workload.volumes)


def _former_in(team: str, path: Path, things: Mapping[str, _Renamed]) -> Iterator[Fault]:
    return _check_former(things, lambda name: (team, (*path, name, "formerly")))


def _check_former(
    things: Mapping[str, _Renamed], place: Callable[[str], tuple[str, Path]]
) -> Iterator[Fault]:
    holders: dict[str, str] = {}
    for name, thing in things.items():
        for index, former in enumerate(thing.formerly):
            team, path = place(name)
            holder = holders.setdefault(former, name)
            if former in things:
                change = "something has this name today; remove it here or take another name there"
                yield team_fault(team, (*path, index), given=f"'{former}'", change=change)
            elif holder != name:
                change = f"{holder} had this name too; only one can keep what it named"
                yield team_fault(team, (*path, index), given=f"'{former}'", change=change)
