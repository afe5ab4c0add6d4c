"""What of an environment stands on which of its clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.placing import clusters_with

if TYPE_CHECKING:
    from pavedroad.descriptor.cloud import ExistingNetworkSpec, NetworkSpec
    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.workload import Workload


def places_of(environment: EnvironmentDescriptor, workload: Workload) -> tuple[str, ...]:
    """Return the clusters of an environment that something runs on; empty where none carries its labels."""
    here = workload.environments.get(environment.environment)
    chosen = here.placement if here is not None and here.placement is not None else workload.placement
    labels = {name: cluster.labels for name, cluster in environment.clusters.items()}
    return clusters_with(chosen.clusters, labels)


def team_on(team: TeamDescriptor, environment: EnvironmentDescriptor, cluster: str) -> TeamDescriptor | None:
    """Return what of a team stands on a cluster, as a descriptor of that alone; None where nothing does.

    Topics, functions and sagas are at home.
    """
    if len(environment.clusters) == 1:
        return team
    at_home = cluster == environment.home
    services = {
        name: service
        for name, service in team.services.items()
        if (at_home if service.type == "function" else cluster in places_of(environment, service))
    }
    topics, sagas = (team.topics, team.sagas) if at_home else ({}, {})
    if not (services or topics or sagas):
        return None
    words = {name: getattr(team, name) for name in TeamDescriptor.model_fields}
    return TeamDescriptor.model_construct(
        team.model_fields_set, **{**words, "services": services, "topics": topics, "sagas": sagas}
    )


def region_of(environment: EnvironmentDescriptor, cluster: str) -> str | None:
    """Return the region of a cluster; None for one that is in none of AWS."""
    here, account = environment.clusters[cluster], environment.aws
    if account is None or here.kind != "eks":
        return None
    return here.region or account.region


def network_of(environment: EnvironmentDescriptor, cluster: str) -> NetworkSpec | ExistingNetworkSpec:
    """Return the network in the account that a cluster stands on: its own, or the environment's first one.

    Raises:
        LookupError: If the environment stands in no account.
    """
    here, account = environment.clusters[cluster], environment.aws
    if account is None:
        raise LookupError("a network of AWS in an environment that names no account")
    own = here.network if here.kind == "eks" else None
    return own or account.network
