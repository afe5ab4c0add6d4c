"""A bucket with everything that AWS keeps apart from it: encrypted, versioned, closed to the public, over TLS alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.aws.logs import CLOSED, UPLOAD_DAYS, access_log
from pavedroad.plan.cloud.access import VERSION

if TYPE_CHECKING:
    from components.aws.place import CloudPlace


def declare_bucket(
    place: CloudPlace, name: str, *, old_versions: int, protect: bool, expires: int | None = None
) -> None:
    """Declare a bucket for data, encrypted with the environment's key for data.

    Args:
        place: Where it stands.
        name: Its name, unique in the world.
        old_versions: How long versions that were deleted or written over are kept, in days.
        protect: Whether the engine refuses to delete it, and it is never emptied.
        expires: After how many days objects are deleted; None for never.
    """
    bucket = place.declare(
        "aws:s3/bucket:Bucket", name, {"bucket": name, "forceDestroy": not protect}, protect=protect
    )

    def declare(token: str, properties: dict[str, object]) -> None:
        place.declare(token, name, {"bucket": name, **properties}, tagged=False, after=(bucket,))

    encryption = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": place.cloud.key("data")}
    declare(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {"rules": [{"applyServerSideEncryptionByDefault": encryption, "bucketKeyEnabled": True}]},
    )
    declare("aws:s3/bucketVersioning:BucketVersioning", {"versioningConfiguration": {"status": "Enabled"}})
    declare(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
    )
    declare("aws:s3/bucketLogging:BucketLogging", access_log(place.cloud.text("log_bucket")))
    rule = {
        "id": "old-versions",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrentVersionExpiration": {"noncurrentDays": old_versions},
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": UPLOAD_DAYS},
        **({} if expires is None else {"expiration": {"days": expires}}),
    }
    declare("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {"rules": [rule]})
    closed = place.declare(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        name,
        {"bucket": name, **CLOSED},
        tagged=False,
        after=(bucket,),
    )
    place.declare(
        "aws:s3/bucketPolicy:BucketPolicy",
        name,
        {"bucket": name, "policy": json.dumps(_over_tls(place.cloud.account.arn("s3", name)))},
        tagged=False,
        after=(closed,),
    )


def _over_tls(arn: str) -> dict[str, object]:
    """Refuse whoever comes without TLS (S3 user guide, «Enforce encryption of data in transit»)."""
    statement = {
        "Sid": "OverTlsAlone",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": VERSION, "Statement": [statement]}
