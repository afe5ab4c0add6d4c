"""``resolve``: descriptors and an environment in, a plan out.

Pure and total: what comes through the checks of :mod:`pavedroad.descriptor` always resolves, and the same
input gives the same plan.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pavedroad.plan.brokers import resolve_brokers
from pavedroad.plan.cloud.resolve import resolve_cloud
from pavedroad.plan.connections import edge_flows, route_flows
from pavedroad.plan.context import Context
from pavedroad.plan.environment import ClusterPlan, EnvironmentPlan
from pavedroad.plan.foundation import resolve_foundation
from pavedroad.plan.provenance import Scope, Trace
from pavedroad.plan.sagas.resolve import resolve_sagas, saga_flows
from pavedroad.plan.teams import resolve_team
from pavedroad.plan.workloads import resolve_workload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.team import TeamDescriptor
    from pavedroad.plan.cloud.access import Grant, RolePlan
    from pavedroad.plan.environment import TeamPlan


def resolve(
    teams: Mapping[str, TeamDescriptor],
    environment: EnvironmentDescriptor,
    files: Mapping[tuple[str, str], str] | None = None,
    trace: Trace | None = None,
) -> EnvironmentPlan:
    """Return the plan of an environment.

    Args:
        teams: Every team's descriptor, by name.
        environment: The environment's descriptor.
        files: Text of the configuration files that descriptors name, by team and path.
        trace: Where to write down who decided what; None to throw that away.
    """
    standing = environment.teams if environment.teams is not None else tuple(teams)
    context = Context(
        environment=environment,
        teams={name: teams[name] for name in sorted(standing)},
        files=files or {},
        trace=trace or Trace(),
    )
    brokers = resolve_brokers(context)
    workloads = {
        team: tuple(
            resolve_workload(context, brokers, Scope(context.trace, (team, "services", name)), team, name)
            for name in sorted(descriptor.workloads)
        )
        for team, descriptor in context.teams.items()
    }
    sagas = chain.from_iterable(resolve_sagas(context, team) for team in context.teams)
    opened = (
        edge_flows(context, workloads),
        saga_flows(context, sagas),
        brokers.flows,
        route_flows(workloads),
    )
    flows = tuple(dict.fromkeys(chain.from_iterable(opened)))
    platform = resolve_foundation(context, brokers, workloads, flows)
    standing_teams = tuple(
        resolve_team(context, brokers, team, workloads[team], flows) for team in context.teams
    )
    return EnvironmentPlan(
        name=environment.environment,
        tier=environment.tier,
        slices=environment.slices or environment.aws is not None,
        cluster=_cluster(environment),
        cloud=resolve_cloud(context, _grants((*platform.roles, *brokers.readers), standing_teams)),
        platform=platform,
        teams=standing_teams,
    )


def _grants(shared: tuple[RolePlan, ...], teams: tuple[TeamPlan, ...]) -> Iterator[Grant]:
    """Yield everything that roles of an environment are granted in its account, the shared ones' first."""
    readers = (team.reader for team in teams)
    workloads = tuple(workload for team in teams for workload in team.workloads)
    own = (role for workload in workloads for store in workload.stores for role in store.roles)
    functions = (role for team in teams for function in team.functions for role in function.roles)
    sagas = (saga.machine.role for team in teams for saga in team.sagas if saga.machine)
    for role in (
        *shared,
        *readers,
        *(workload.role for workload in workloads),
        *own,
        *functions,
        *sagas,
    ):
        if role is not None:
            yield from role.grants


def _cluster(environment: EnvironmentDescriptor) -> ClusterPlan:
    """Return the cluster."""
    name, cluster = next(iter(environment.clusters.items()))
    if cluster.kind != "existing":
        return ClusterPlan(name=name, kind=cluster.kind, kubeconfig=None, context=None)
    return ClusterPlan(name=name, kind="existing", kubeconfig=cluster.kubeconfig, context=cluster.context)
