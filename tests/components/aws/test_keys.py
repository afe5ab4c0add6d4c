"""Keys: rotated, hard to lose, and used through services alone."""

from __future__ import annotations

from functools import cache

import pytest

from pavedroad.access.iam import Account, Caller
from pavedroad.plan.cloud.account import PURPOSES, Purpose
from tests.support import clouds
from tests.support.clouds import ACCOUNT, RecordedCloud, cloud_plan, recorded_cloud

EC2 = "ec2.eu-central-1.amazonaws.com"


@cache
def cloud() -> RecordedCloud:
    return recorded_cloud(cloud_plan())


@cache
def account() -> Account:
    return cloud().account()


def key(purpose: Purpose) -> str:
    return f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/alias/prod/{purpose}"


def lets(purpose: Purpose, action: str, caller: Caller, **keys: str) -> bool:
    """Tell whether a key's policy lets somebody do something; double underscores stand for colons."""
    given = {name.replace("__", ":"): value for name, value in keys.items()}
    return clouds.lets(account(), key(purpose), action, caller, given)


POD = Caller.role(f"arn:aws:iam::{ACCOUNT}:role/prod.orders.orders")
STRANGER = Caller.role("arn:aws:iam::999999999999:role/prod.orders.orders")


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose_has_a_rotated_key_with_an_alias(purpose: Purpose) -> None:
    made = cloud().one("aws:kms/key:Key", f"alias/prod/{purpose}")
    assert (made["enableKeyRotation"], made["deletionWindowInDays"]) == (True, 30)
    assert cloud().one("aws:kms/alias:Alias", f"alias/prod/{purpose}")["name"] == f"alias/prod/{purpose}"


@pytest.mark.parametrize("purpose", PURPOSES)
def test_nobody_decrypts_with_a_key_directly(purpose: Purpose) -> None:
    assert not lets(purpose, "kms:Decrypt", POD, kms__CallerAccount=ACCOUNT)
    assert lets(purpose, "kms:DescribeKey", POD)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_no_other_account_uses_a_key(purpose: Purpose) -> None:
    for action in ("kms:Decrypt", "kms:DescribeKey", "kms:PutKeyPolicy"):
        assert not lets(purpose, action, STRANGER, kms__ViaService=EC2, kms__CallerAccount="999999999999")


@pytest.mark.parametrize(
    ("purpose", "service", "other"),
    [
        ("data", "dynamodb", "sqs"),
        ("messages", "sqs", "dynamodb"),
        ("secrets", "secretsmanager", "s3"),
        ("registry", "ecr", "s3"),
    ],
)
def test_identities_use_a_key_through_the_services_of_its_purpose(
    purpose: Purpose, service: str, other: str
) -> None:
    def through(name: str) -> bool:
        return lets(
            purpose,
            "kms:Decrypt",
            POD,
            kms__CallerAccount=ACCOUNT,
            kms__ViaService=f"{name}.eu-central-1.amazonaws.com",
        )

    assert through(service)
    assert not through(other)


def test_topics_of_the_account_write_into_its_encrypted_queues_and_no_others_do() -> None:
    sns = Caller.service("sns.amazonaws.com")
    assert lets("messages", "kms:GenerateDataKey", sns, aws__SourceAccount=ACCOUNT)
    assert not lets("messages", "kms:GenerateDataKey", sns, aws__SourceAccount="999999999999")
    assert not lets("data", "kms:GenerateDataKey", sns, aws__SourceAccount=ACCOUNT)


def test_log_groups_of_the_account_are_encrypted() -> None:
    logs = Caller.service("logs.eu-central-1.amazonaws.com")
    group = "arn:aws:logs:eu-central-1:{}:log-group:prod/vpc/flows"
    context = "kms__EncryptionContext__aws__logs__arn"
    assert lets("logs", "kms:Encrypt", logs, **{context: group.format(ACCOUNT)})
    assert not lets("logs", "kms:Encrypt", logs, **{context: group.format("999999999999")})


def test_roles_of_aws_that_start_machines_encrypt_their_volumes_and_no_role_of_ours_does_directly() -> None:
    scaling = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    own = Caller.role(f"arn:aws:iam::{ACCOUNT}:role/{scaling}")
    alike = Caller.role(f"arn:aws:iam::{ACCOUNT}:role/AWSServiceRoleForAutoScaling")
    keys = {"kms__CallerAccount": ACCOUNT}
    assert lets("data", "kms:GenerateDataKeyWithoutPlaintext", own, **keys)
    assert lets("data", "kms:CreateGrant", own, kms__GrantIsForAWSResource="true", **keys)
    assert not lets("data", "kms:CreateGrant", own, kms__GrantIsForAWSResource="false", **keys)
    assert not lets("data", "kms:GenerateDataKeyWithoutPlaintext", alike, **keys)
    assert not lets("secrets", "kms:GenerateDataKeyWithoutPlaintext", own, **keys)
