"""Who may take a role: one document for each kind of taker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import VERSION
from pavedroad.plan.cloud.regions import service_principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.plan.cloud.access import Document
    from pavedroad.plan.cloud.account import AccountPlan

POD_IDENTITY: Final = "pods.eks.amazonaws.com"
"""The service that hands a pod its role (EKS user guide, «Learn how EKS Pod Identity grants pods access»)."""


def pod_trust(account: AccountPlan) -> Document:
    """Return who may take a pod's role: pods of this environment's cluster, by EKS Pod Identity.

    Source: EKS user guide, «Create IAM role with trust policy required by EKS Pod Identity».
    """
    source = account.arn("eks", f"cluster/{account.cluster}")
    conditions = {
        "StringEquals": {"aws:SourceAccount": account.account},
        "ArnEquals": {"aws:SourceArn": source},
    }
    return _trust("PodsOfTheCluster", {"Service": POD_IDENTITY}, conditions, tags=True)


def role_trust(principal: str) -> Document:
    """Return who may take a role: another role, by its ARN."""
    return _trust("AnotherRole", {"AWS": principal}, tags=True)


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
    principal = {"Service": service_principal(service, account.region)}
    ours = {"StringEquals": {"aws:SourceAccount": account.account}} if ours_only else None
    return _trust("ServiceOfAws", principal, ours, tags=tags)


def people_trust(account: AccountPlan, team: str) -> Document:
    """Return who may take the role of a team's people: whom the account's own policies let, with the team's tag.

    Source: IAM user guide, *Pass session tags*.
    """
    of_team = {"StringEquals": {"aws:PrincipalTag/team": team}}
    return _trust("PeopleOfTheTeam", {"AWS": account.arn("iam", "root")}, of_team)


def _trust(
    sid: str,
    principal: Mapping[str, str],
    conditions: Mapping[str, Mapping[str, str]] | None = None,
    *,
    tags: bool = False,
) -> Document:
    """Return the document that lets one principal take a role, and tag its session where it does."""
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": sid,
                "Effect": "Allow",
                "Principal": dict(principal),
                "Action": ["sts:AssumeRole", *(["sts:TagSession"] if tags else [])],
                **({"Condition": conditions} if conditions else {}),
            }
        ],
    }
