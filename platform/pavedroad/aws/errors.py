"""What can go wrong between this project and AWS, each in one line: what was tried, what AWS said, what to do.

AwsError            AWS refused, or cannot be reached
└── UnusableError   AWS holds something that must not be touched
TargetError         what is asked for cannot be: a name, an account or a region that is none
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.exceptions import BotoCoreError, ClientError

_DENIED: Final = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403", "AuthorizationError"}
)
_UNKNOWN_CREDENTIALS: Final = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
)
_EXPIRED_CREDENTIALS: Final = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
)
_BUSY: Final = frozenset(
    {"Throttling", "ThrottlingException", "TooManyRequestsException", "SlowDown", "RequestLimitExceeded"}
)
_NAMED_ACTION: Final = re.compile(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)")

_ACTIONS: Final = {
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "HeadBucket": "s3:ListBucket",
    "PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
"""Permissions that are not called like the operation (AWS, *Actions, resources, and condition keys for Amazon S3*)."""


class AwsError(Exception):
    """AWS refused, or cannot be reached."""


class UnusableError(AwsError):
    """AWS holds something of that name that must not be touched: somebody meant it so, or it is somebody else's."""


class TargetError(ValueError):
    """What is asked for cannot be; the message says which word is off."""


@contextmanager
def explained(attempt: str, service: str) -> Iterator[None]:
    """Turn what boto3 raises in the block into one clear line.

    Args:
        attempt: What is tried in the block, to follow *could not*.
        service: The prefix of the service's permissions, as `s3`.

    Raises:
        AwsError: In place of any error of boto3's.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only those who connect wait for it

    try:
        yield
    except ClientError as error:
        raise AwsError(f"could not {attempt}: {_refusal(error, service)}") from error
    except BotoCoreError as error:
        raise AwsError(f"could not {attempt}: {_no_answer(error)}") from error


def code_of(error: ClientError) -> str:
    """Return the code by which AWS calls an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_denied(error: ClientError) -> bool:
    """Whether AWS says that a permission is missing."""
    return code_of(error) in _DENIED


def _refusal(error: ClientError, service: str) -> str:
    """Say why AWS refused, and what to do about it."""
    code = code_of(error)
    said = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    if is_denied(error):
        named = _NAMED_ACTION.search(said)
        action = named[1] if named else _action(error.operation_name, service)
        return f"AWS said {code} ({said}); whoever runs this needs the permission {action}"
    if code in _EXPIRED_CREDENTIALS:
        return f"AWS said {code}; the credentials have expired: sign in again"
    if code in _UNKNOWN_CREDENTIALS:
        return (
            f"AWS said {code}; it does not know these credentials: look at AWS_PROFILE and AWS_ACCESS_KEY_ID"
        )
    if code in _BUSY:
        return f"AWS said {code}, over and over; run this again in a minute: what is done already is kept"
    return f"AWS said {code} to {error.operation_name} ({said}); run this again once that is put right"


def _action(operation: str, service: str) -> str:
    """Name the permission that an operation needs."""
    return _ACTIONS.get(operation, f"{service}:{operation}")


def _no_answer(error: BotoCoreError) -> str:
    """Say why AWS could not be asked, and what to do about it."""
    kind = type(error).__name__
    if kind in ("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"):
        return "there are no complete credentials: set AWS_PROFILE, or sign in (aws sso login)"
    if kind == "ProfileNotFound":
        return "there is no such profile in the configuration of AWS: look at --profile and AWS_PROFILE"
    if kind in (
        "EndpointConnectionError",
        "ConnectTimeoutError",
        "ConnectionClosedError",
        "ReadTimeoutError",
    ):
        return f"no answer ({kind}): is the region right, and the network there?"
    return f"{kind}: {' '.join(str(error).split())}"
