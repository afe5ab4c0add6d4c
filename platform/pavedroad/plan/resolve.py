"""``resolve``: descriptors and an environment in, a plan out.

Pure and total: what comes through the checks of :mod:`pavedroad.descriptor` always resolves, and the same
input gives the same plan.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from pavedroad.plan.brokers import AmazonMqPlan, resolve_brokers
from pavedroad.plan.cloud.resolve import resolve_cloud
from pavedroad.plan.connections import edge_flows, route_flows
from pavedroad.plan.context import Context
from pavedroad.plan.crossing import incoming_flows
from pavedroad.plan.environment import ClusterPlan, ClusterShare, EnvironmentPlan
from pavedroad.plan.foundation import resolve_foundation
from pavedroad.plan.functions.knative_platform import resolve_platform
from pavedroad.plan.observability import resolve_observability
from pavedroad.plan.provenance import Scope, Trace
from pavedroad.plan.sagas.resolve import resolve_sagas, saga_flows
from pavedroad.plan.teams import resolve_team
from pavedroad.plan.workloads import resolve_workload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pavedroad.descriptor.environment import Cluster, EnvironmentDescriptor
    from pavedroad.descriptor.team import TeamDescriptor
    from pavedroad.plan.cloud.access import Grant, RolePlan


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
    kept = trace or Trace()
    views = {name: Context.on(name, environment, teams, files or {}, kept) for name in environment.clusters}
    home, *others = (_with_cloud(view, _share(view)) for view in views.values())
    return EnvironmentPlan(
        name=environment.environment,
        tier=environment.tier,
        slices=environment.slices or environment.aws is not None or bool(others),
        cluster=home.cluster,
        cloud=home.cloud,
        platform=home.platform,
        teams=home.teams,
        elsewhere=tuple(others),
    )


def _share(context: Context) -> ClusterShare:
    """Return what stands on the cluster that a context looks at."""
    brokers = resolve_brokers(context)
    workloads = {
        team: tuple(
            resolve_workload(context, brokers, Scope(context.trace, (team, "services", name)), team, name)
            for name in sorted(descriptor.workloads)
        )
        for team, descriptor in context.teams.items()
    }
    sagas = {team: resolve_sagas(context, team) for team in context.teams}
    all_sagas = tuple(chain.from_iterable(sagas.values()))
    knative = resolve_platform(context, workloads, all_sagas)
    observability = resolve_observability(context, brokers, workloads)
    opened = (
        edge_flows(context, workloads),
        saga_flows(context, all_sagas),
        brokers.flows,
        route_flows(workloads),
        observability.flows if observability else (),
        incoming_flows(context),
        knative.flows if knative else (),
    )
    flows = tuple(dict.fromkeys(chain.from_iterable(opened)))
    teams = tuple(
        resolve_team(context, brokers, team, workloads[team], sagas=sagas[team], flows=flows)
        for team in context.teams
    )
    return ClusterShare(
        cluster=_cluster(context.cluster, context.here),
        cloud=None,
        platform=resolve_foundation(context, brokers, teams, observability, flows, knative=knative),
        teams=teams,
    )


def _with_cloud(context: Context, share: ClusterShare) -> ClusterShare:
    """Return what stands on a cluster together with what that stands on in the account."""
    return replace(share, cloud=resolve_cloud(context, _grants(share)))


def _grants(share: ClusterShare) -> Iterator[Grant]:
    """Yield everything that roles of a cluster are granted in the account, the shared ones' first."""
    teams = share.teams
    shared = (*share.platform.roles, *share.platform.readers, *_broker_readers(share))
    readers = (team.reader for team in teams)
    workloads = tuple(workload for team in teams for workload in team.workloads)
    own = (role for workload in workloads for store in workload.stores for role in store.roles)
    functions = (role for team in teams for function in team.functions for role in function.roles)
    sagas = (saga.machine.role for team in teams for saga in team.sagas if saga.machine)
    of_workloads = tuple(workload.role for workload in workloads if workload.role)
    for role in (*shared, *readers, *of_workloads, *own, *functions, *sagas):
        if role is not None:
            yield from role.grants
    yield from chain.from_iterable(role.late for role in of_workloads)


def _broker_readers(share: ClusterShare) -> Iterator[RolePlan]:
    """Yield the roles with which brokers' own secrets are read."""
    if isinstance(share.platform.rabbitmq, AmazonMqPlan):
        yield share.platform.rabbitmq.reader
    yield from (team.topics.msk.reader for team in share.teams if team.topics.msk)


def _cluster(name: str, cluster: Cluster) -> ClusterPlan:
    """Return a cluster."""
    if cluster.kind != "existing":
        return ClusterPlan(name=name, kind=cluster.kind, kubeconfig=None, context=None)
    return ClusterPlan(name=name, kind="existing", kubeconfig=cluster.kubeconfig, context=cluster.context)
