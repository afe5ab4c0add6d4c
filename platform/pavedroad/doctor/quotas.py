"""What an account may hold, what others hold of it, and what an environment needs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.aws.errors import explained
from pavedroad.aws.parts import found
from pavedroad.doctor.checks import fault, not_checked, ok
from pavedroad.doctor.inventory import is_of_environment
from pavedroad.plan.cloud.vpc import NetworkPlan
from pavedroad.plan.stores.managed.database import KeptPlan
from pavedroad.plan.stores.managed.elasticache import CachePlan
from pavedroad.plan.stores.managed.relational import RdsPlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pavedroad.aws.session import Clients
    from pavedroad.doctor.checks import Check
    from pavedroad.doctor.inventory import Inventory
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.environment import EnvironmentPlan

_VCPUS_OF_FIRST_NODES: Final = 2
"""Of each: an `m7g.large` (EC2, *Instance types*). Those that Karpenter adds are not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """One quota of AWS.

    Attributes:
        subject: What is counted, for each region.
        service: AWS' code of the service.
        code: AWS' code of the quota.
        usual: What an environment over three zones needs, where none is named; nothing of it where 0.
        held: Service, operation and key of the answer that lists what there is; None where it is not counted so.
    """

    subject: str
    service: str
    code: str
    usual: int = 0
    held: tuple[str, str, str] | None = None


VPCS: Final = Quota(
    subject="VPCs", service="vpc", code="L-F678F1CE", usual=2, held=("ec2", "describe_vpcs", "Vpcs")
)
ADDRESSES: Final = Quota(
    subject="Elastic IPs",
    service="ec2",
    code="L-0263D0A3",
    usual=3,
    held=("ec2", "describe_addresses", "Addresses"),
)
NAT_GATEWAYS: Final = Quota(subject="NAT gateways of a zone", service="vpc", code="L-FE5A380F", usual=1)
END_POINTS: Final = Quota(subject="interface end points of a VPC", service="vpc", code="L-29B6F2EB")
CLUSTERS: Final = Quota(
    subject="EKS clusters",
    service="eks",
    code="L-1194D53C",
    usual=1,
    held=("eks", "list_clusters", "clusters"),
)
VCPUS: Final = Quota(subject="vCPUs on demand (standard)", service="ec2", code="L-1216C47A", usual=32)
DATABASES: Final = Quota(
    subject="database instances",
    service="rds",
    code="L-7B6409FD",
    held=("rds", "describe_db_instances", "DBInstances"),
)
DATABASE_CLUSTERS: Final = Quota(
    subject="database clusters",
    service="rds",
    code="L-952B80B8",
    held=("rds", "describe_db_clusters", "DBClusters"),
)
"""RDS manages DocumentDB and Neptune too: its quotas count theirs, and its lists hold them (AWS General Reference,
«Amazon DocumentDB endpoints and quotas», «Amazon Neptune endpoints and quotas»)."""

CACHE_NODES: Final = Quota(subject="cache nodes", service="elasticache", code="L-DFE45DF3")
QUOTAS: Final = (
    VPCS,
    ADDRESSES,
    NAT_GATEWAYS,
    END_POINTS,
    CLUSTERS,
    VCPUS,
    DATABASES,
    DATABASE_CLUSTERS,
    CACHE_NODES,
)
"""Codes: AWS, *Service Quotas*, the quota's own page in the console."""


def usual_needs() -> Mapping[Quota, int]:
    """Return what an environment over three zones needs, whatever stands in it."""
    return {quota: quota.usual for quota in QUOTAS if quota.usual}


def needs_of(plan: EnvironmentPlan) -> Mapping[Quota, int]:
    """Return what an environment needs by its plan; quotas that it needs nothing of are left out."""
    needed = Counter(dict(_of_stores(plan)))
    if plan.cloud and isinstance(network := plan.cloud.foundation.network, NetworkPlan):
        gateways = {zone for _, zone in network.nat if zone}
        needed[VPCS] = 1
        needed[ADDRESSES] = len(gateways)
        needed[NAT_GATEWAYS] = int(bool(gateways))
        needed[END_POINTS] = len(network.interfaces)
    if plan.cloud and (cluster := plan.cloud.cluster):
        needed[CLUSTERS] = 1
        needed[VCPUS] = cluster.nodes.count * _VCPUS_OF_FIRST_NODES
    return {quota: needed[quota] for quota in QUOTAS if needed[quota]}


def _of_stores(plan: EnvironmentPlan) -> Iterator[tuple[Quota, int]]:
    stores = [store for team in plan.teams for workload in team.workloads for store in workload.stores]
    databases = [store for store in stores if isinstance(store, KeptPlan)]
    yield DATABASES, sum(len(store.machines.names) for store in databases)
    yield DATABASE_CLUSTERS, sum(not isinstance(store, RdsPlan) for store in databases)
    yield CACHE_NODES, sum(store.nodes.count for store in stores if isinstance(store, CachePlan))


def check_quota(
    clients: Clients, inventory: Inventory, quota: Quota, needed: int, account: AccountPlan | None
) -> Check:
    """Look whether a quota leaves room for an environment, beside all that is not its own.

    Args:
        clients: Who says what the quota is.
        inventory: Who says what there is.
        quota: The quota.
        needed: What the environment needs of it.
        account: The environment's account; None where no environment is named, so that what there is says nothing.

    Raises:
        AwsError: If AWS refuses, or cannot be reached.
    """
    subject = f"quota: {quota.subject}"
    limit = _limit(clients, quota)
    if limit is None:
        return not_checked(subject, "AWS names no such quota here")
    others = _others(inventory, quota, account) if account else 0
    beside = f", {others} of them in use by others" if others else ""
    said = f"{limit}{beside}"
    if limit - others < needed:
        advice = f"aws service-quotas request-service-quota-increase, for {quota.service} {quota.code}"
        return fault(subject, f"{said}, and the environment needs {needed}", advice)
    return ok(subject, f"{said}; {needed} needed")


def _limit(clients: Clients, quota: Quota) -> int | None:
    """Read a quota: the account's own, else AWS' default, which is not told of as the account's."""
    with explained(f"read the quota of {quota.subject}", "servicequotas"):
        own = found(lambda: clients.quotas.get_service_quota(ServiceCode=quota.service, QuotaCode=quota.code))
        if own is not None:
            return int(own["Quota"]["Value"])
        pages = clients.quotas.get_paginator("list_aws_default_service_quotas")
        defaults = found(lambda: pages.paginate(ServiceCode=quota.service).build_full_result())
    values = {each["QuotaCode"]: int(each["Value"]) for each in (defaults or {}).get("Quotas", ())}
    return values.get(quota.code)


def _others(inventory: Inventory, quota: Quota, account: AccountPlan) -> int:
    """Count what there is of a thing and is not the environment's own; clusters are listed by name, without tags."""
    if quota.held is None:
        return 0
    held = inventory.each(*quota.held)
    if quota is CLUSTERS:
        return sum(name != account.cluster for name in held)
    return sum(not is_of_environment(each, account.environment) for each in held)
