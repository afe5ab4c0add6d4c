"""Volumes of nodes and pods: what whoever makes them may do with the key that encrypts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Condition, Grant

if TYPE_CHECKING:
    from pavedroad.plan.cloud.account import AccountPlan

CLASS: Final = "encrypted"
"""The storage class of an EKS cluster, which the account's slice makes beside its nodes."""


def volume_key_grants(account: AccountPlan, reason: str) -> tuple[Grant, ...]:
    """Return the grants to make encrypted volumes (EBS user guide, *How Amazon EBS encryption works*).

    Args:
        account: The account.
        reason: Who makes them.
    """
    existing = account.existing_key("data")
    keys = (existing or account.arn("kms", "key/*"),)
    named = Condition(
        operator="ForAnyValue:StringEquals", key="kms:ResourceAliases", values=(account.key_alias("data"),)
    )
    only = () if existing else (named,)
    for_services = Condition(operator="Bool", key="kms:GrantIsForAWSResource", values=("true",))
    return (
        Grant(
            reason=f"{reason}.volumes",
            actions=(
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
            ),
            resources=keys,
            conditions=(
                *only,
                Condition(operator="StringEquals", key="kms:ViaService", values=(account.host("ec2"),)),
            ),
        ),
        Grant(
            reason=f"{reason}.attach",
            actions=("kms:CreateGrant",),
            resources=keys,
            conditions=(*only, for_services),
        ),
    )
