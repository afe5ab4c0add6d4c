"""Roles with which services of AWS, and the platform's own parts of a cluster, work in the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.plan.cloud.names import name

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
    return name("iam-role", account.realm, "node")
