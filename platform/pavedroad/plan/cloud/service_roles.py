"""Roles with which services of AWS, and the platform's own parts of a cluster, work in the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.plan.cloud.access import VERSION
from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.regions import service_principal

if TYPE_CHECKING:
    from pavedroad.plan.cloud.access import Document, Grant
    from pavedroad.plan.cloud.account import AccountPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRolePlan:
    """A role of the platform's.

    Attributes:
        name: Its name in the account.
        trust: Who may take it.
        managed: Policies that AWS keeps for what takes it, by ARN.
        grants: What else it may do.
    """

    name: str
    trust: Document
    managed: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()


def node_role(account: AccountPlan) -> str:
    """Return the name of the role that nodes take, which is their instance profile's too."""
    return name("iam-role", account.environment, "node")


def service_trust(
    account: AccountPlan, service: str, *, ours_only: bool = False, tags: bool = False
) -> Document:
    """Return who may take a role that a service of AWS works with.

    Args:
        account: The account.
        service: The service: ``eks``.
        ours_only: Whether the service says for which account it works; not all do.
        tags: Whether the service tags its sessions.
    """
    statement: Document = {
        "Sid": "ServiceOfAws",
        "Effect": "Allow",
        "Principal": {"Service": service_principal(service, account.region)},
        "Action": ["sts:AssumeRole", *(["sts:TagSession"] if tags else [])],
    }
    if ours_only:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account.account}}
    return {"Version": VERSION, "Statement": [statement]}
