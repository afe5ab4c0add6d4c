"""The cloud slice: the account's part of an environment, from its descriptor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.plan.brokers.managed.doors import broker_groups
from pavedroad.plan.cloud.boundary import boundary
from pavedroad.plan.cloud.cluster import resolve_cluster
from pavedroad.plan.cloud.foundation import resolve_foundation
from pavedroad.plan.cloud.model import CloudPlan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.cloud.access import Grant
    from pavedroad.plan.context import Context


def resolve_cloud(context: Context, grants: Iterable[Grant]) -> CloudPlan | None:
    """Return what a cluster of an environment stands on in its account; None where that is nothing.

    Args:
        context: The environment, on the cluster.
        grants: Everything that the roles of the cluster are granted.
    """
    account, spec = context.account, context.environment.aws
    if account is None or spec is None:
        return None
    cluster = context.here
    return CloudPlan(
        account=account,
        data_block=context.data_block,
        boundary=boundary(account, grants),
        foundation=resolve_foundation(context, account, spec),
        cluster=resolve_cluster(context, account, cluster) if cluster.kind == "eks" else None,
        brokers=broker_groups(context),
    )
