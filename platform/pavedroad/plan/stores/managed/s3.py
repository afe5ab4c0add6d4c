"""Buckets on S3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Grant, encrypted_with
from pavedroad.plan.cloud.names import name as cloud_name
from pavedroad.plan.stores.model import StorePlan

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import BucketStore
    from pavedroad.plan.stores.request import StoreRequest

OBJECTS: Final = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)
"""What an owner does with objects: read, write, delete, and uploads in parts."""

BUCKETS: Final = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")
"""What an owner does with the bucket itself: find and list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Plan(StorePlan):
    """A bucket.

    Attributes:
        bucket: Its name, unique in the world.
        keep_days: How long overwritten and deleted versions of objects are kept, in days.
    """

    bucket: str
    keep_days: int


def resolve_s3(request: StoreRequest, spec: BucketStore) -> S3Plan:
    """Return a bucket with nothing left to choose; as at an end point, its name is what the descriptor calls it.

    Bucket names are the whole world's, so this one begins with whose it is.
    """
    account = request.account
    bucket = cloud_name("s3-bucket", *request.cloud_parts[:-1], spec.bucket, account.account)
    name = request.name(limit=63)
    where = account.host("s3")
    arn = account.arn("s3", bucket)
    reason = f"stores.{request.store}"
    return S3Plan(
        identity=request.identity(name, where),
        outputs={
            "endpoint": f"https://{where}",
            "bucket": bucket,
            "region": account.region,
            "access_key_id": None,
            "secret_access_key": None,
        },
        egress_host=f"{bucket}.{where}:443",
        grants=(
            Grant(reason=f"{reason}.bucket", actions=BUCKETS, resources=(arn,)),
            Grant(reason=f"{reason}.objects", actions=OBJECTS, resources=(f"{arn}/*",)),
            encrypted_with(account, "data", "s3", reason),
        ),
        bucket=bucket,
        keep_days=request.backup_days(),
    )
