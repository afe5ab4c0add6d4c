"""Environments realise what stands in them, and descriptors differ only where there is something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import World, environment_fault, owner_and_name, team_fault
from pavedroad.descriptor.faults import Fault, Path
from pavedroad.descriptor.sagas import callees
from pavedroad.descriptor.stores import STORE_STAND_INS
from pavedroad.descriptor.team import RESERVED_TEAMS
from pavedroad.descriptor.topics import STAND_INS, StreamSpec
from pavedroad.near_misses import listed, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.team import TeamDescriptor
    from pavedroad.descriptor.workload import ServiceSpec, Workload

BACKED_UP_TIERS = frozenset({"staging", "production"})
"""Tiers in which databases that can be backed up are."""
BACKED_UP_BY_PLACE = {"postgres": "cloudnative-pg", "mysql": "mysql-operator"}
"""Providers, by engine, that keep backups where the environment says; AWS keeps its own."""
_STAND_INS = {**STAND_INS, **STORE_STAND_INS}


def check_environment_teams(world: World) -> Iterator[Fault]:
    """The teams that an environment names exist."""
    for environment, descriptor in world.environments.items():
        for index, team in enumerate(descriptor.teams or ()):
            if team not in world.teams:
                yield environment_fault(
                    environment,
                    ("teams", index),
                    given=f"'{team}'",
                    expected=f"one of the teams {listed(world.teams)}",
                    change=suggestion(team, world.teams),
                )


def check_secret_namespace(world: World) -> Iterator[Fault]:
    """The namespace that stands in for a vault belongs to nobody else."""
    for environment, descriptor in world.environments.items():
        source = descriptor.secrets
        if source.provider != "kubernetes":
            continue
        namespaces = {
            name: f"team {team}" for team, one in world.teams.items() for name in (team, *one.formerly)
        }
        namespaces |= dict.fromkeys(RESERVED_TEAMS, "the platform")
        if holder := namespaces.get(source.namespace):
            yield environment_fault(
                environment,
                ("secrets", "namespace"),
                given=f"'{source.namespace}'",
                change=f"this is a namespace of {holder}; take another",
            )


def check_edges_stand(world: World) -> Iterator[Fault]:
    """What a team uses of another stands in every environment where the team does."""
    for environment, descriptor in world.environments.items():
        standing = dict(world.teams_in(descriptor))
        missing: dict[str, str] = {}
        for team, inside in standing.items():
            for name, reference in _uses(inside):
                owner, _ = owner_and_name(reference, team)
                if owner in world.teams and owner not in standing:
                    missing.setdefault(owner, f"{team}/{name} uses {reference}")
        for owner, use in missing.items():
            change = f"{use}, and {owner} does not stand here; add {owner}"
            yield environment_fault(environment, ("teams",), change=change)


def _uses(team: TeamDescriptor) -> Iterator[tuple[str, str]]:
    """Yield what a team's services and sagas use, with who uses it."""
    for name, workload in team.workloads.items():
        for reference in (*workload.calls, *workload.publishes, *workload.subscribes):
            yield name, reference
    for name, function in team.functions.items():
        yield from ((name, reference) for reference in (*function.publishes, *function.subscribes))
    for name, saga in team.sagas.items():
        yield from ((name, reference) for reference in callees(saga))


def check_providers(world: World) -> Iterator[Fault]:
    """Every engine and broker that stands in an environment has a provider there."""
    for environment, descriptor in world.environments.items():
        for capability, user in _capabilities(world, descriptor).items():
            if getattr(descriptor.providers, capability) is None:
                change = f"{user} needs {capability} and nobody realises it here; add {capability}:"
                if capability in _STAND_INS:
                    change += f", or make it {_STAND_INS[capability]}"
                yield environment_fault(environment, ("providers", capability), change=change)


def check_streams(world: World) -> Iterator[Fault]:
    """Streams stand only where RabbitMQ has some: on Amazon MQ they lose data (developer guide, «Engine versions»)."""
    for environment, descriptor in world.environments.items():
        if descriptor.providers.rabbitmq != "amazon-mq":
            continue
        for team, inside in world.teams_in(descriptor):
            for name, topic in inside.topics.items():
                if isinstance(topic, StreamSpec):
                    change = (
                        f"{team}/topics.{name} is a stream, and amazon-mq has none; make it a Kafka topic"
                    )
                    path: Path = ("providers", "rabbitmq")
                    yield environment_fault(environment, path, given="'amazon-mq'", change=change)


def check_backups(world: World) -> Iterator[Fault]:
    """Where the tier backs up databases, the environment says where to."""
    for environment, descriptor in world.environments.items():
        if descriptor.tier not in BACKED_UP_TIERS or descriptor.backups is not None:
            continue
        used = _capabilities(world, descriptor)
        user = next(
            (
                used[engine]
                for engine, provider in sorted(BACKED_UP_BY_PLACE.items())
                if engine in used and getattr(descriptor.providers, engine) == provider
            ),
            None,
        )
        if user is not None:
            change = (
                f"{user} is backed up in the tier {descriptor.tier}; add backups: with end point and bucket"
            )
            yield environment_fault(environment, ("backups",), given="nothing", change=change)


def check_domains(world: World) -> Iterator[Fault]:
    """Where routes appear, the environment has a domain for them; no two routes are the same."""
    for environment, descriptor in world.environments.items():
        missing: dict[str, str] = {}
        for team, name, workload in _services_in(world, descriptor):
            for route in workload.routes:
                if getattr(descriptor.domains, route.expose) is None:
                    missing.setdefault(route.expose, f"{team}/{name}")
        for exposure, user in missing.items():
            change = f"{user} has {exposure} routes; add {exposure}: with a domain"
            yield environment_fault(environment, ("domains", exposure), given="nothing", change=change)


def check_routes_differ(world: World) -> Iterator[Fault]:
    """No two routes that stand in one environment have the same gateway, host and path."""
    reported: set[tuple[str, str, int]] = set()
    for descriptor in world.environments.values():
        taken: dict[tuple[object, ...], str] = {}
        for team, name, workload in _services_in(world, descriptor):
            for index, route in enumerate(workload.routes):
                host = route.host or name
                key = (route.expose, host, route.path or "/", route.grpc_service, route.grpc_method)
                holder = taken.setdefault(key, f"{team}/{name}")
                place = (team, name, index)
                if taken[key] != f"{team}/{name}" and place not in reported:
                    reported.add(place)
                    change = (
                        f"{holder} has the {route.expose} host {host} with the same path; change one of them"
                    )
                    yield team_fault(team, ("services", name, "routes", index), change=change)


def check_overrides(world: World) -> Iterator[Fault]:
    """What differs by environment names environments that exist."""
    for team, name, workload in (*world.workloads(), *world.functions()):
        for environment in workload.environments:
            path: Path = ("services", name, "environments", environment)
            if environment not in world.environments:
                yield team_fault(
                    team,
                    path,
                    given=f"'{environment}'",
                    expected=f"one of the environments {listed(world.environments) or '(there is none)'}",
                    change=suggestion(environment, world.environments),
                )


def check_store_overrides(world: World) -> Iterator[Fault]:
    """What differs by environment in a store is said of a store that there is, in words that it understands."""
    for team, name, workload in world.workloads():
        for environment, override in workload.environments.items():
            for store in override.stores:
                path: Path = ("services", name, "environments", environment, "stores", store)
                yield from _check_store_override(team, path, workload, environment, store)


def _check_store_override(
    team: str, path: Path, workload: Workload, environment: str, store: str
) -> Iterator[Fault]:
    owned = workload.stores.get(store)
    if owned is None:
        yield team_fault(
            team,
            path,
            given=f"'{store}'",
            expected=f"one of the stores of this workload ({listed(workload.stores) or 'there is none'})",
            change=suggestion(store, workload.stores),
        )
        return
    override = workload.environments[environment].stores[store]
    for word in sorted(override.model_fields_set):
        if word not in type(owned).model_fields:
            yield team_fault(team, (*path, word), change=f"{owned.engine} has no {word}; remove it")


def _capabilities(world: World, environment: EnvironmentDescriptor) -> dict[str, str]:
    """Return who first uses each engine, broker and other capability in an environment."""
    used: dict[str, str] = {}
    for team, descriptor in world.teams_in(environment):
        for name, running in descriptor.services.items():
            if running.type == "function":
                used.setdefault("function", f"{team}/{name}")
            for store, spec in running.stores.items():
                used.setdefault(spec.engine, f"{team}/{name}.stores.{store}")
        for name, topic in descriptor.topics.items():
            used.setdefault(topic.broker, f"{team}/topics.{name}")
    return used


def _services_in(world: World, environment: EnvironmentDescriptor) -> Iterator[tuple[str, str, ServiceSpec]]:
    for team, descriptor in world.teams_in(environment):
        for name, workload in descriptor.workloads.items():
            if workload.type == "service":
                yield team, name, workload
