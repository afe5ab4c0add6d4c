"""Several clusters on EKS: each has a region and a network, and public hosts that they share are answered for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import World, environment_fault, team_fault
from pavedroad.descriptor.cloud import EksCluster
from pavedroad.descriptor.places import places_of, region_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.faults import Fault, Path
    from pavedroad.descriptor.tables import TableSpec

_PARTITIONS = ("cn-", "us-gov-")
"""What the names of regions begin with that are apart from all others."""


def check_first_cluster(world: World) -> Iterator[Fault]:
    """The first cluster stands where the account's first words say."""
    for name, environment in world.environments.items():
        home, account = environment.clusters[environment.home], environment.aws
        if account is None or not isinstance(home, EksCluster):
            continue
        place = ("clusters", environment.home)
        if home.region not in (None, account.region):
            change = f"the first cluster is in the account's region, {account.region}; name it there"
            yield environment_fault(name, (*place, "region"), given=f"'{home.region}'", change=change)
        if home.network is not None:
            change = "the first cluster's network is the account's; say it in aws.network"
            yield environment_fault(name, (*place, "network"), change=change)


def check_further_clusters(world: World) -> Iterator[Fault]:
    """Each cluster on EKS beside the first has a network, in a region that the account reaches."""
    for name, environment in world.environments.items():
        for cluster, spec in _further(environment):
            place = ("clusters", cluster)
            if spec.network is None:
                change = "it stands on a network of its own; add network: with a block that no other has"
                yield environment_fault(name, (*place, "network"), given="nothing", change=change)
            account = environment.aws
            if account is None:
                continue
            if _partition(spec.region or account.region) != _partition(account.region):
                change = f"no role of {account.region} reaches it; choose a region of the same part of AWS"
                yield environment_fault(name, (*place, "region"), given=f"'{spec.region}'", change=change)
            if account.sandbox:
                change = (
                    "the sandbox stands in for one cluster; leave sandbox: true to an environment with one"
                )
                yield environment_fault(name, place, change=change)


def check_spread(world: World) -> Iterator[Fault]:
    """Public hosts are spread by a zone of the account, and to the nearest region only where all have one."""
    for name, environment in world.environments.items():
        spread = environment.domains.spread
        if spread is None:
            continue
        place = ("domains", "spread")
        if environment.aws is None or environment.domains.public is None:
            change = "Route 53 spreads hosts in a zone of the account; say aws: and domains.public"
            yield environment_fault(name, place, given=f"'{spread}'", change=change)
        outside = [one for one in environment.clusters if region_of(environment, one) is None]
        if spread == "latency" and environment.aws is not None and outside:
            change = f"{outside[0]} is in no region that could be the nearest; spread by weight"
            yield environment_fault(name, place, given=f"'{spread}'", change=change)


def check_hosts_of_clusters(world: World) -> Iterator[Fault]:
    """No public route takes the name under which a cluster itself is found."""
    reported: set[tuple[str, str, int]] = set()
    for environment in world.environments.values():
        if environment.domains.spread is None:
            continue
        for team, descriptor in world.teams_in(environment):
            for name, service in descriptor.services.items():
                for index, route in enumerate(getattr(service, "routes", ())):
                    host, place = route.host or name, (team, name, index)
                    if route.expose != "public" or host not in environment.clusters or place in reported:
                        continue
                    reported.add(place)
                    change = f"{environment.environment} finds its cluster {host} by that name; choose another host"
                    yield team_fault(
                        team, ("services", name, "routes", index), given=f"'{host}'", change=change
                    )


def check_replicated_tables(world: World) -> Iterator[Fault]:
    """Tables that several regions hold are paid by the request, and their stream shows what regions tell each other."""
    for environment in world.environments.values():
        if environment.providers.dynamodb != "dynamodb":
            continue
        for team, descriptor in world.teams_in(environment):
            for name, workload in descriptor.workloads.items():
                regions = sorted({str(region_of(environment, at)) for at in places_of(environment, workload)})
                for store, spec in workload.stores.items() if len(regions) > 1 else ():
                    tables = spec.tables if spec.engine == "dynamodb" else {}
                    for table, words in tables.items():
                        path = ("services", name, "stores", store, "tables", table)
                        yield from _unreplicated(
                            team, path, words, f"{' and '.join(regions)} hold this table"
                        )


def _unreplicated(team: str, path: Path, table: TableSpec, why: str) -> Iterator[Fault]:
    """Yield what a table says that none of several regions can have."""
    if table.capacity is not None:
        yield team_fault(
            team, (*path, "capacity"), change=f"{why}; leave capacity out, to pay by the request"
        )
    if table.stream not in (None, "both"):
        change = f"{why}, which tell each other what was and what is; say both"
        yield team_fault(team, (*path, "stream"), given=f"'{table.stream}'", change=change)


def _further(environment: EnvironmentDescriptor) -> Iterator[tuple[str, EksCluster]]:
    """Yield the clusters on EKS beside the first."""
    for name, cluster in environment.clusters.items():
        if name != environment.home and isinstance(cluster, EksCluster):
            yield name, cluster


def _partition(region: str) -> str | None:
    """Return what a region's name begins with where it is apart from all others; None for most."""
    return next((begin for begin in _PARTITIONS if region.startswith(begin)), None)
