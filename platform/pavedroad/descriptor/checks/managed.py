"""What a descriptor must say, and must not, where an environment has AWS keep its stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.outputs import config_texts
from pavedroad.descriptor.checks.world import World, containers, owner_and_name, team_fault
from pavedroad.descriptor.faults import Fault, Path, shown
from pavedroad.descriptor.managed import MANAGED_VERSIONS, managed_outputs
from pavedroad.descriptor.references import OutputReference, ReferenceSyntaxError, split_references
from pavedroad.descriptor.stores import DynamodbStore
from pavedroad.near_misses import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.managed import ManagedOutputs
    from pavedroad.descriptor.workload import Workload


def check_tables(world: World) -> Iterator[Fault]:
    """Where AWS keeps tables, a store names them: its owner may use these and no others."""
    reported: set[Path] = set()
    for environment, team, name, workload in _standing(world):
        if environment.providers.dynamodb != "dynamodb":
            continue
        for store, spec in workload.stores.items():
            path: Path = ("services", name, "stores", store)
            if isinstance(spec, DynamodbStore) and not spec.tables and (team, *path) not in reported:
                reported.add((team, *path))
                change = (
                    f"in {environment.environment} AWS keeps it; add tables: with each table's partition_key"
                )
                yield team_fault(team, path, given="no tables", change=change)


def check_versions(world: World) -> Iterator[Fault]:
    """A store's version is one that AWS has, where AWS keeps the store."""
    for environment, team, name, workload in _standing(world):
        for store, spec in workload.stores.items():
            provider = getattr(environment.providers, spec.engine)
            version = getattr(spec, "version", None)
            key = (spec.engine, provider if isinstance(provider, str) else "")
            known = MANAGED_VERSIONS.get(key)
            if known and version is not None and version not in known:
                yield team_fault(
                    team,
                    ("services", name, "stores", store, "version"),
                    given=f"'{version}'",
                    expected=f"one of {listed(known)}",
                    change=f"in {environment.environment} {provider} keeps it",
                )


def check_managed_outputs(world: World) -> Iterator[Fault]:
    """What is known late, or not at all, stands where it can be left to the pod's start, or left out."""
    reported: set[Fault] = set()
    for environment, team, name, workload in _standing(world):
        for path, text in config_texts(world, team, name, workload):
            for reference, managed in _managed(world, environment, team, workload, text):
                if reference.output in managed.late | managed.absent:
                    late = reference.output in managed.late
                    what = "store" if reference.source == "stores" else "broker"
                    reason = f"is known only once the {what} is made" if late else "does not exist"
                    change = f"in {environment.environment} it {reason}; put it in env and read it from there"
                    fault = team_fault(team, path, given=shown(str(reference)), change=change)
                    if fault not in reported:
                        reported.add(fault)
                        yield fault
        yield from _absent_inside(world, environment, team, name, workload)


def _absent_inside(
    world: World, environment: EnvironmentDescriptor, team: str, name: str, workload: Workload
) -> Iterator[Fault]:
    """Yield a fault for what does not exist and stands inside a longer text; alone, its variable is left out."""
    for path, text in _variables(environment.environment, name, workload):
        for reference, managed in _managed(world, environment, team, workload, text):
            if reference.output in managed.absent and text != str(reference):
                change = (
                    f"in {environment.environment} it does not exist; give it a variable of its own, "
                    "which is left out there"
                )
                yield team_fault(team, path, given=shown(str(reference)), change=change)


def _variables(environment: str, name: str, workload: Workload) -> Iterator[tuple[Path, str]]:
    """Yield path and text of each variable that counts in an environment."""
    override = workload.environments.get(environment)
    own = override.env if override else {}
    for container in containers(name, workload):
        main = container.path == ("services", name)
        for variable, text in container.spec.env.items():
            if not (main and variable in own):
                yield (*container.path, "env", variable), text
    for variable, text in own.items():
        yield ("services", name, "environments", environment, "env", variable), text


def _managed(
    world: World, environment: EnvironmentDescriptor, team: str, workload: Workload, text: str
) -> Iterator[tuple[OutputReference, ManagedOutputs]]:
    """Yield the references of a text to stores and topics, with what differs about those here."""
    try:
        pieces = split_references(text)
    except ReferenceSyntaxError:
        return
    for piece in dict.fromkeys(pieces):
        if isinstance(piece, OutputReference):
            capability = _capability(world, team, workload, piece)
            if capability is not None:
                yield piece, managed_outputs(environment, capability)


def _capability(world: World, team: str, workload: Workload, reference: OutputReference) -> str | None:
    """Return the engine or broker behind a reference; None for what is neither."""
    if reference.source == "stores" and reference.name in workload.stores:
        return workload.stores[reference.name].engine
    if reference.source in ("publishes", "subscribes"):
        topic = world.topic(*owner_and_name(reference.name, team))
        return None if topic is None else topic.broker
    return None


def _standing(world: World) -> Iterator[tuple[EnvironmentDescriptor, str, str, Workload]]:
    """Yield every workload in every environment of an account that it stands in."""
    for environment in world.environments.values():
        if environment.aws is not None:
            for team, descriptor in world.teams_in(environment):
                for name, workload in descriptor.workloads.items():
                    yield environment, team, name, workload
