"""The cloud slice of an environment, resolved: what everything else in the account stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pavedroad.plan.brokers.managed.doors import BrokerGroupPlan
    from pavedroad.plan.cloud.access import Grant
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.cluster import EksPlan
    from pavedroad.plan.cloud.foundation import FoundationPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudPlan:
    """The account's part of an environment.

    Attributes:
        account: Where it stands.
        data_block: The addresses of databases and brokers in the VPC.
        boundary: The most that any role of the environment may ever do.
        foundation: Network, keys, registries, domains, logs.
        cluster: The cluster; None where it is somebody else's.
        brokers: Security groups of the brokers that stand on its network.
    """

    account: AccountPlan
    data_block: str
    boundary: tuple[Grant, ...]
    foundation: FoundationPlan
    cluster: EksPlan | None
    brokers: tuple[BrokerGroupPlan, ...]
