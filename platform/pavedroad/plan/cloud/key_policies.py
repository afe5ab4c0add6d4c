"""Policies of the account's keys: which services may use which key, and for whom.

Nobody uses a key directly: identities of the account do so through the services that keep data under it, as their
own policies let them, and a few services of AWS for themselves. Source: KMS developer guide, *Key policies*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import VERSION
from pavedroad.plan.cloud.regions import service_principal

if TYPE_CHECKING:
    from pavedroad.plan.cloud.access import Document
    from pavedroad.plan.cloud.account import AccountPlan, Purpose

_ADMINISTER: Final = [
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:Delete*",
    "kms:Describe*",
    "kms:Disable*",
    "kms:Enable*",
    "kms:Get*",
    "kms:List*",
    "kms:Put*",
    "kms:Revoke*",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:Update*",
]
"""What administrators do: everything but to encrypt, to decrypt, and to let others do so."""

_USE: Final = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]

_THROUGH: Final[dict[Purpose, tuple[str, ...]]] = {
    "data": ("cassandra", "dynamodb", "ec2", "elasticache", "elasticfilesystem", "rds", "s3"),
    "messages": ("kafka", "mq", "scheduler", "sns", "sqs", "states"),
    "secrets": ("eks", "lambda", "secretsmanager", "ssm"),
    "logs": ("s3",),
    "registry": ("ecr",),
}
"""Services through which identities of the account use each key; DocumentDB and Neptune call themselves ``rds``."""


@dataclass(frozen=True, slots=True)
class _Service:
    """A service of AWS that uses a key on its own account.

    Attributes:
        name: The service.
        decrypts: Whether it reads too, and does not only write.
    """

    name: str
    decrypts: bool = True


_DIRECTLY: Final[dict[Purpose, tuple[_Service, ...]]] = {
    "data": (),
    "messages": (
        _Service("cloudwatch"),
        _Service("events"),
        _Service("s3"),
        _Service("sns"),
    ),
    "secrets": (),
    "logs": (_Service("cloudtrail", decrypts=False), _Service("delivery.logs", decrypts=False)),
    "registry": (),
}
"""Services that put messages of their own into encrypted queues and topics, or deliver logs."""

_MACHINES: Final = (
    "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
    "ec2fleet.amazonaws.com/AWSServiceRoleForEC2Fleet",
    "spot.amazonaws.com/AWSServiceRoleForEC2Spot",
)
"""AWS' own roles that start machines, and so make their volumes (EC2 Auto Scaling, *Required KMS key policy*)."""


def key_policy(account: AccountPlan, purpose: Purpose) -> Document:
    """Return the policy of the key that encrypts something."""
    statements = [
        _statement(account, "Administration", _ADMINISTER),
        _statement(account, "UseThroughServices", _USE, _through(account, purpose)),
        _statement(account, "GrantsToServices", ["kms:CreateGrant"], _grants_to_services()),
        *(_directly(account, service) for service in _DIRECTLY[purpose]),
    ]
    if purpose == "data":
        statements += _machines(account)
    if purpose == "logs":
        statements.append(_log_groups(account))
    return {"Version": VERSION, "Statement": statements}


def _statement(
    account: AccountPlan, sid: str, actions: list[str], conditions: Document | None = None
) -> Document:
    """Let identities of the account do something, as far as their own policies say so too."""
    statement: Document = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": account.arn("iam", "root")},
        "Action": actions,
        "Resource": "*",
    }
    return {**statement, "Condition": conditions} if conditions else statement


def _through(account: AccountPlan, purpose: Purpose) -> Document:
    hosts = [account.host(service) for service in _THROUGH[purpose]]
    return {"StringEquals": {"kms:ViaService": hosts, "kms:CallerAccount": account.account}}


def _grants_to_services() -> Document:
    return {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def _directly(account: AccountPlan, service: _Service) -> Document:
    return {
        "Sid": f"Service{''.join(part.capitalize() for part in service.name.split('.'))}",
        "Effect": "Allow",
        "Principal": {"Service": service_principal(service.name, account.region)},
        "Action": ["kms:DescribeKey", "kms:GenerateDataKey*", *(["kms:Decrypt"] if service.decrypts else [])],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": account.account}},
    }


def _machines(account: AccountPlan) -> list[Document]:
    """Let AWS' own roles encrypt volumes.

    They are named by a condition: a principal has to exist when the policy is written, and these appear with the
    first machine.
    """
    roles = [account.arn("iam", f"role/aws-service-role/{role}") for role in _MACHINES]
    ours: Document = {
        "ArnLike": {"aws:PrincipalArn": roles},
        "StringEquals": {"kms:CallerAccount": account.account},
    }
    shared: Document = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Resource": "*"}
    return [
        {"Sid": "VolumesOfMachines", **shared, "Action": _USE, "Condition": ours},
        {
            "Sid": "GrantsToMachines",
            **shared,
            "Action": ["kms:CreateGrant"],
            "Condition": {**ours, **_grants_to_services()},
        },
    ]


def _log_groups(account: AccountPlan) -> Document:
    """Let CloudWatch Logs encrypt log groups of the account (its user guide, *Encrypt log data using KMS*)."""
    return {
        "Sid": "LogGroups",
        "Effect": "Allow",
        "Principal": {"Service": service_principal("logs", account.region)},
        "Action": [
            "kms:Decrypt*",
            "kms:Describe*",
            "kms:Encrypt*",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ],
        "Resource": "*",
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": account.arn("logs", "log-group:*")}},
    }
