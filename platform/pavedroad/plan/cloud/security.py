"""Security groups: who may reach a managed store or broker on the network of the account.

Every service that has an edge to one has a security group of its own, which its pods carry beside the cluster's. It
lets nobody in and nothing out: it is what the groups of stores and brokers name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.plan.cloud.names import name

if TYPE_CHECKING:
    from pavedroad.plan.cloud.account import AccountPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceGroupPlan:
    """The security group of a service's pods.

    Attributes:
        name: Its name in the account.
        service: The service, as its pods' label and its object's name have it.
    """

    name: str
    service: str


def service_group(account: AccountPlan, namespace: str, service: str) -> ServiceGroupPlan:
    """Return the security group of a service's pods."""
    group = name("ec2-security-group", account.realm, namespace, service)
    return ServiceGroupPlan(name=group, service=service)
