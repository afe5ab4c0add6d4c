"""From descriptors to resources, in one reading: load, resolve, declare."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pulumi

from components.aws.cloud import CloudFoundation
from components.aws.node_pools import NodePools
from components.aws.place import Cloud
from components.foundation import Foundation
from components.team import Team
from pavedroad.descriptor import load_project
from pavedroad.plan.resolve import resolve
from pavedroad.plan.stores.managed.dynamodb import DynamodbPlan
from pavedroad.stack_names import CLOUD_SLICE, PLATFORM_SLICE, head
from stacks.providers import aws_provider, kubernetes_provider

if TYPE_CHECKING:
    from pavedroad.plan.environment import ClusterShare, EnvironmentPlan
    from pavedroad.plan.flows import Labels
    from stacks.settings import StackSettings


def deploy(settings: StackSettings) -> None:
    """Declare the stack's slice of its environment."""
    project = load_project(settings.root)
    environment = project.environments.get(settings.environment)
    if environment is None:
        known = ", ".join(sorted(project.environments))
        raise pulumi.RunError(f"no environment is called {settings.environment!r}; there are: {known}")
    declare(resolve(project.teams, environment, project.files), settings)


def declare(plan: EnvironmentPlan, settings: StackSettings) -> None:
    """Declare the stack's slice of a plan, and what the stack tells others."""
    share = _share(plan, settings)
    _check_slice(settings, plan, share)
    cloud = _cloud(plan, share, settings)
    if settings.slice != CLOUD_SLICE:
        _declare_in_cluster(share, settings, cloud)
    pulumi.export("environment", plan.name)
    pulumi.export("teams", [team.name for team in share.teams if settings.owns_team(team.name)])


def _share(plan: EnvironmentPlan, settings: StackSettings) -> ClusterShare:
    """Return what stands on the stack's cluster: the environment's first where its name says no other."""
    home, *others = plan.shares
    if settings.cluster is None:
        return home
    named = {share.cluster.name: share for share in others}
    if settings.cluster not in named:
        known = ", ".join(named) or "none"
        raise pulumi.RunError(
            f"no cluster of {plan.name} beside the first is called {settings.cluster!r}; there are: {known}"
        )
    return named[settings.cluster]


def _cloud(plan: EnvironmentPlan, share: ClusterShare, settings: StackSettings) -> Cloud | None:
    """Return the account's part: declared here, or as its own slice tells of it; None where there is none."""
    if share.cloud is None:
        return None
    if not settings.owns_cloud:
        told = _told(plan, share)
        return told and replace(told, elsewhere=_elsewhere(plan, share, settings))
    provider = aws_provider("cloud", share.cloud.account, share.platform.tags)
    home = _told(plan, plan.shares[0]) if share in plan.elsewhere else None
    values = CloudFoundation(share.cloud, pulumi.ResourceOptions(providers=[provider]), home).values
    pulumi.export(CLOUD_SLICE, values)
    return Cloud(account=share.cloud.account, values=values)


def _told(plan: EnvironmentPlan, share: ClusterShare) -> Cloud | None:
    """Return the account's part of a cluster as its own slice tells of it; None where there is none."""
    if share.cloud is None:
        return None
    begin = head(plan.name, share.cluster.name if share in plan.elsewhere else None)
    told = pulumi.StackReference(f"organization/{pulumi.get_project()}/{begin}.{CLOUD_SLICE}")
    return Cloud(account=share.cloud.account, values=told.require_output(CLOUD_SLICE))


def _elsewhere(plan: EnvironmentPlan, share: ClusterShare, settings: StackSettings) -> dict[str, Cloud]:
    """Return what other clusters' slices have made that tables of the stack's teams are copied to."""
    stores = (
        store
        for team in share.teams
        if settings.owns_team(team.name)
        for workload in team.workloads
        for store in workload.stores
    )
    copied_to = {
        each.cluster for store in stores if isinstance(store, DynamodbPlan) for each in store.replicas
    }
    found = {
        other.cluster.name: _told(plan, other) for other in plan.shares if other.cluster.name in copied_to
    }
    return {name: told for name, told in found.items() if told is not None}


def _declare_in_cluster(share: ClusterShare, settings: StackSettings, cloud: Cloud | None) -> None:
    """Declare the stack's part of what stands in its cluster, and what its owners have in the account."""
    kubernetes = kubernetes_provider(settings, share.cluster, cloud)

    def options(owner: str, tags: Labels) -> pulumi.ResourceOptions:
        aws = () if cloud is None else (aws_provider(owner, cloud.account, tags),)
        return pulumi.ResourceOptions(providers=[kubernetes, *aws])

    addons: tuple[pulumi.Resource, ...] = ()
    if settings.owns_platform:
        addons = Foundation(share.platform, cloud, options(PLATFORM_SLICE, share.platform.tags)).addons
        _declare_nodes(share, cloud, addons, pulumi.ResourceOptions(providers=[kubernetes]))
    for team in share.teams:
        if settings.owns_team(team.name):
            Team(team, addons, cloud, options(team.namespace, team.tags))


def _declare_nodes(
    share: ClusterShare,
    cloud: Cloud | None,
    addons: tuple[pulumi.Resource, ...],
    options: pulumi.ResourceOptions,
) -> None:
    """Declare what nodes are made of, where the platform has a cluster of its own and installs what makes them."""
    if cloud is not None and share.cloud is not None and share.cloud.cluster is not None and addons:
        NodePools(share.cloud.cluster, cloud, addons, options)


def _check_slice(settings: StackSettings, plan: EnvironmentPlan, share: ClusterShare) -> None:
    """Refuse a slice that nothing is in: a typing slip would otherwise empty a stack."""
    if settings.slice is None:
        if plan.elsewhere:
            raise pulumi.RunError(f"{plan.name} stands on several clusters: {', '.join(plan.stacks)}")
        return
    cloud = [CLOUD_SLICE] if share.cloud else []
    known = [*cloud, PLATFORM_SLICE, *(team.name for team in share.teams)]
    if settings.slice not in known:
        of = head(plan.name, settings.cluster)
        raise pulumi.RunError(f"no slice of {of} is called {settings.slice!r}; there are: {', '.join(known)}")
