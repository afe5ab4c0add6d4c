"""What stands on several clusters: every label leads somewhere, and what is used from elsewhere can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.environments import BACKED_UP_BY_PLACE, BACKED_UP_TIERS
from pavedroad.descriptor.checks.world import World, environment_fault, owner_and_name, team_fault
from pavedroad.descriptor.cloud import AwsSecrets
from pavedroad.descriptor.environment import OF_AWS, EndpointSpec
from pavedroad.descriptor.places import places_of
from pavedroad.descriptor.sagas import callees
from pavedroad.near_misses import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.faults import Fault, Path
    from pavedroad.descriptor.stores import Store
    from pavedroad.descriptor.workload import Workload

SPANS_CLUSTERS: Final = "dynamodb"
"""The provider whose stores stand in every region of their owner."""

Placed = tuple[str, str, "Workload", tuple[str, ...]]
"""Team, name and definition of something that runs, and the clusters that it runs on."""


def check_labels(world: World) -> Iterator[Fault]:
    """Every label that a placement asks for is carried by a cluster of each environment."""
    for environment in world.environments.values():
        for team, name, workload, places in _placed(world, environment):
            if not places:
                overridden = workload.environments.get(environment.environment)
                own = overridden is not None and overridden.placement is not None
                place = ("environments", environment.environment, "placement") if own else ("placement",)
                chosen = overridden.placement if overridden and overridden.placement else workload.placement
                yield team_fault(
                    team,
                    ("services", name, *place, "clusters"),
                    given=_labels(chosen.clusters),
                    expected=f"labels of a cluster of {environment.environment}: {_clusters(environment)}",
                )


def check_stores_reached(world: World) -> Iterator[Fault]:
    """A store stands where its one owner does; owners on several clusters have theirs outside of them all."""
    for environment in _of_several(world):
        for team, name, workload, places in _placed(world, environment):
            for store, spec in workload.stores.items():
                if change := _unreached(environment, spec, places):
                    yield team_fault(team, ("services", name, "stores", store), change=change)
            for volume in workload.volumes if len(places) > 1 else ():
                change = f"it would be another on each of {listed(places)}; keep what is shared in a store"
                yield team_fault(team, ("services", name, "volumes", volume), change=change)


def check_topics_reached(world: World) -> Iterator[Fault]:
    """Topics are used at home, where the brokers are."""
    for environment in _of_several(world):
        for team, name, workload, places in _placed(world, environment):
            away = [place for place in places if place != environment.home]
            uses: list[tuple[Path, str]] = [
                (("publishes", index), topic) for index, topic in enumerate(workload.publishes)
            ]
            uses += [(("subscribes", topic), topic) for topic in workload.subscribes]
            for path, topic in uses if away else ():
                change = (
                    f"in {environment.environment} topics are used on {environment.home} alone, where the brokers "
                    f"are, and {name} runs on {listed(away)}; call a service on {environment.home} instead"
                )
                yield team_fault(team, ("services", name, *path), given=f"'{topic}'", change=change)


def check_sagas_reached(world: World) -> Iterator[Fault]:
    """Sagas run at home, and so does what their steps call."""
    for environment in _of_several(world):
        for team, descriptor in world.teams_in(environment):
            for name, saga in descriptor.sagas.items():
                for reference in dict.fromkeys(callees(saga)):
                    callee = world.service(*owner_and_name(reference, team))
                    if callee is not None and environment.home not in places_of(environment, callee):
                        change = (
                            f"sagas run on {environment.home} in {environment.environment}, and {reference} "
                            f"runs on {listed(places_of(environment, callee))}; place it there too"
                        )
                        yield team_fault(team, ("sagas", name), change=change)


def check_secrets_reached(world: World) -> Iterator[Fault]:
    """Secrets of the account are read by roles of its own clusters alone."""
    for environment in _of_several(world):
        if not isinstance(environment.secrets, AwsSecrets):
            continue
        provider = environment.secrets.provider
        for team, name, workload, places in _placed(world, environment):
            away = [place for place in places if environment.clusters[place].kind != "eks"]
            for path in _secrets(world, environment, team, name, workload) if away else ():
                change = (
                    f"its values are in {provider}, which only clusters on EKS read, and {name} runs on "
                    f"{listed(away)} in {environment.environment}; keep secrets in a vault"
                )
                yield team_fault(team, path, change=change)


def check_calls_reached(world: World) -> Iterator[Fault]:
    """Who calls a service on another cluster finds a gateway there, under a name."""
    for environment in _of_several(world):
        asked: dict[str, str] = {}
        for team, name, workload, places in _placed(world, environment):
            for reference, call in workload.calls.items():
                callee = world.service(*owner_and_name(reference, team))
                there = () if callee is None else places_of(environment, callee)
                away = [place for place in places if there and place not in there]
                if not away:
                    continue
                if call.alias is not None:
                    change = (
                        f"in {environment.environment} {reference} runs on {listed(there)} and {name} on "
                        f"{listed(away)}, where no second name leads to it; take ${{calls.{reference}.host}}"
                    )
                    yield team_fault(team, ("services", name, "calls", reference, "alias"), change=change)
                if not any(gateway_of(environment, place) for place in there):
                    asked.setdefault(there[0], f"{team}/{name} on {away[0]} calls {reference}")
        yield from _without_gateway(environment, asked)


def gateway_of(environment: EnvironmentDescriptor, cluster: str) -> bool:
    """Return whether services on other clusters can reach those of a cluster."""
    return getattr(environment.clusters[cluster], "east_west", None) is not None


def _without_gateway(environment: EnvironmentDescriptor, asked: dict[str, str]) -> Iterator[Fault]:
    """Yield what an environment does not say about gateways that are called."""
    for cluster, use in asked.items():
        change = f"{use} here; add east_west: with addresses and clients"
        yield environment_fault(
            environment.environment, ("clusters", cluster, "east_west"), given="nothing", change=change
        )
    gateways = any(gateway_of(environment, cluster) for cluster in environment.clusters)
    if gateways and environment.domains.internal is None:
        change = "gateways between clusters have names under it; add internal: with a domain"
        yield environment_fault(
            environment.environment, ("domains", "internal"), given="nothing", change=change
        )


def _unreached(environment: EnvironmentDescriptor, spec: Store, places: tuple[str, ...]) -> str | None:
    """Return why an owner on these clusters cannot have a store; None where it can."""
    provider = getattr(environment.providers, spec.engine)
    if provider is None or isinstance(provider, EndpointSpec):
        return None
    if provider in OF_AWS:
        away = [place for place in places if environment.clusters[place].kind != "eks"]
        if away:
            where = f"{listed(away)} in {environment.environment}"
            return f"{provider} is reached by roles of clusters on EKS, not from {where}"
        if len(places) > 1 and provider != SPANS_CLUSTERS:
            return (
                f"{provider} stands on the network of one cluster, and its owner runs on {listed(places)} in "
                f"{environment.environment}; place it on one of them, or keep what they share in {SPANS_CLUSTERS}"
            )
        return None
    if len(places) > 1:
        return (
            f"{provider} would be another on each of {listed(places)} in {environment.environment}; place its owner "
            "on one cluster, or have it realised by an end point or by AWS"
        )
    return None


def _secrets(
    world: World, environment: EnvironmentDescriptor, team: str, name: str, workload: Workload
) -> Iterator[Path]:
    """Yield what of a workload reads the environment's secret source."""
    yield from (("services", name, "secrets", variable) for variable in workload.secrets)
    yield from (("registries", registry) for registry in world.teams[team].registries)
    for store, spec in workload.stores.items():
        provider = getattr(environment.providers, spec.engine)
        kept = environment.tier in BACKED_UP_TIERS and provider == BACKED_UP_BY_PLACE.get(spec.engine)
        if kept or isinstance(provider, EndpointSpec):
            yield "services", name, "stores", store


def _of_several(world: World) -> Iterator[EnvironmentDescriptor]:
    """Yield the environments with several clusters."""
    for environment in world.environments.values():
        if len(environment.clusters) > 1:
            yield environment


def _placed(world: World, environment: EnvironmentDescriptor) -> Iterator[Placed]:
    """Yield everything that runs in pods in an environment, with its clusters."""
    for team, descriptor in world.teams_in(environment):
        for name, workload in descriptor.workloads.items():
            yield team, name, workload, places_of(environment, workload)


def _labels(labels: dict[str, str]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in labels.items())


def _clusters(environment: EnvironmentDescriptor) -> str:
    """Return each cluster with its labels."""
    return "; ".join(
        f"{name} ({_labels(cluster.labels) or 'none'})" for name, cluster in environment.clusters.items()
    )
