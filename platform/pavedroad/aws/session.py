"""Connections to AWS, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.aws.errors import AwsError, explained

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient
    from types_boto3_kms import KMSClient
    from types_boto3_s3 import S3Client
    from types_boto3_service_quotas import ServiceQuotasClient
    from types_boto3_sts import STSClient

_ATTEMPTS: Final = 5
_CONNECT_SECONDS: Final = 10
_ANSWER_SECONDS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """One client for each service that is spoken to."""

    iam: IAMClient
    kms: KMSClient
    quotas: ServiceQuotasClient
    s3: S3Client
    sts: STSClient


def connect(region: str, profile: str | None = None) -> Clients:
    """Prepare the clients; nothing is sent yet.

    Args:
        region: The region of everything that has one.
        profile: Profile of AWS' own configuration. Default: as AWS' tools choose it.

    Raises:
        AwsError: If there is no such profile.
    """
    import boto3  # noqa: PLC0415 - half a second that only those who connect wait for
    from botocore.config import Config  # noqa: PLC0415 - as above

    config = Config(
        retries={"mode": "standard", "max_attempts": _ATTEMPTS},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_ANSWER_SECONDS,
    )
    with explained("prepare the connection to AWS", "sts"):
        session = boto3.session.Session(region_name=region, profile_name=profile)
        return Clients(
            iam=session.client("iam", config=config),
            kms=session.client("kms", config=config),
            quotas=session.client("service-quotas", config=config),
            s3=session.client("s3", config=config),
            sts=session.client("sts", config=config),
        )


def confirm_account(clients: Clients, account: str) -> str:
    """Make sure that the credentials are of ``account``.

    Returns:
        ARN of who they are.

    Raises:
        AwsError: If they are of another account, or of none.
    """
    with explained("ask AWS whose the credentials are", "sts"):
        caller = clients.sts.get_caller_identity()
    if caller["Account"] != account:
        raise AwsError(
            f"these credentials are of account {caller['Account']} ({caller['Arn']}), not of {account}; "
            "nothing was done: choose others with AWS_PROFILE or --profile, or correct --account"
        )
    return caller["Arn"]
