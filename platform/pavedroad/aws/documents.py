"""Policy documents: who may do what with the buckets, the keys and the role. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pavedroad.aws.target import Repository, Target

Document: TypeAlias = dict[str, Any]
"""A policy in AWS' own JSON."""

_KEY_ADMINISTRATION: Final = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:ListRetirableGrants",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
"""What IAM may let people of the account do about a key: no use of it, no grant of its use."""

_STATE_KEY_USES: Final = ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey")
_SECRETS_KEY_USES: Final = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt")
_OLDEST_TLS: Final = "1.2"


def state_key_policy(target: Target) -> Document:
    """Let IAM say who of the account uses the key, and only through S3."""
    return _key_policy(
        target,
        _STATE_KEY_USES,
        {"kms:CallerAccount": target.account, "kms:ViaService": f"s3.{target.region}.{target.domain}"},
    )


def secrets_key_policy(target: Target) -> Document:
    """Let IAM say who of the account encrypts and decrypts with the key."""
    return _key_policy(target, _SECRETS_KEY_USES, {"kms:CallerAccount": target.account})


def _key_policy(target: Target, uses: Sequence[str], equal: dict[str, str]) -> Document:
    account = {"AWS": target.iam_arn("root")}
    return _document(
        {
            "Sid": "AdministeredByIam",
            "Effect": "Allow",
            "Principal": account,
            "Action": list(_KEY_ADMINISTRATION),
            "Resource": "*",
        },
        {
            "Sid": "UsedByIam",
            "Effect": "Allow",
            "Principal": account,
            "Action": list(uses),
            "Resource": "*",
            "Condition": {"StringEquals": equal},
        },
    )


def state_bucket_policy(target: Target, key: str) -> Document:
    """Refuse what comes without TLS, and what would be kept under another key.

    Args:
        target: Whose bucket.
        key: ARN of the bucket's key.
    """
    puts = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject"}
    objects = f"{target.bucket_arn(target.state_bucket)}/*"
    header = "s3:x-amz-server-side-encryption"
    return _document(
        *_tls_only(target, target.state_bucket),
        puts
        | {
            "Sid": "NoOtherEncryption",
            "Resource": objects,
            "Condition": {"Null": {header: "false"}, "StringNotEquals": {header: "aws:kms"}},
        },
        puts
        | {
            "Sid": "NoOtherKey",
            "Resource": objects,
            "Condition": {
                "Null": {f"{header}-aws-kms-key-id": "false"},
                "ArnNotEquals": {f"{header}-aws-kms-key-id": key},
            },
        },
    )


def log_bucket_policy(target: Target) -> Document:
    """Let S3 write the state bucket's access log, and refuse what comes without TLS."""
    return _document(
        {
            "Sid": "AccessLogOfTheState",
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{target.bucket_arn(target.log_bucket)}/*",
            "Condition": {
                "ArnEquals": {"aws:SourceArn": target.bucket_arn(target.state_bucket)},
                "StringEquals": {"aws:SourceAccount": target.account},
            },
        },
        *_tls_only(target, target.log_bucket),
    )


def _tls_only(target: Target, bucket: str) -> tuple[Document, Document]:
    everything: Document = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [target.bucket_arn(bucket), f"{target.bucket_arn(bucket)}/*"],
    }
    return (
        everything | {"Sid": "NothingWithoutTls", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        everything | {"Sid": "NoOldTls", "Condition": {"NumericLessThan": {"s3:TlsVersion": _OLDEST_TLS}}},
    )


def trust(target: Target, repository: Repository) -> Document:
    """Let CI of one repository become the role: audience and subject are pinned."""
    issuer = repository.issuer
    exactly = {f"{issuer}:aud": repository.audience}
    subject = {f"{issuer}:sub": repository.subject}
    pinned = "*" not in repository.subject
    return _document(
        {
            "Sid": "CiOfTheRepository",
            "Effect": "Allow",
            "Principal": {"Federated": target.iam_arn(f"oidc-provider/{issuer}")},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": exactly | subject}
            if pinned
            else {"StringEquals": exactly, "StringLike": subject},
        }
    )


def ci_policy(target: Target, state_key: str, secrets_key: str) -> Document:
    """Let CI read and write the state, and encrypt and decrypt its secrets; nothing else."""
    bucket = target.bucket_arn(target.state_bucket)
    return _document(
        _allow("ListState", ["s3:ListBucket"], bucket),
        _allow("KeepState", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], f"{bucket}/*"),
        _allow("StateKey", list(_STATE_KEY_USES), state_key),
        _allow("SecretsKey", list(_SECRETS_KEY_USES), secrets_key),
    )


def ci_boundary(target: Target, state_key: str, secrets_key: str) -> Document:
    """Bound the role: its own policy, and finding the clusters that it deploys to."""
    clusters = f"arn:{target.partition}:eks:*:{target.account}:cluster/*"
    own: list[Document] = ci_policy(target, state_key, secrets_key)["Statement"]
    return _document(*own, _allow("FindClusters", ["eks:DescribeCluster"], clusters))


def _allow(sid: str, actions: list[str], resource: str) -> Document:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


def _document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}
