"""A bucket on S3: encrypted with the environment's key, versioned, closed to the public, reached over TLS alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi

from components.aws.logs import access_log
from components.aws.place import cloud_place
from components.stores.parts import identity_props, open_outputs
from pavedroad.plan.cloud.access import VERSION
from pavedroad.plan.naming import STORE_LABEL

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.s3 import S3Plan


class S3(pulumi.ComponentResource):
    """One bucket, with everything that AWS keeps apart from it."""

    def __init__(self, plan: S3Plan, place: Place) -> None:
        """Declare the bucket."""
        super().__init__(
            "pavedroad:stores:S3",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        self._place = cloud_place(place).under(self, {STORE_LABEL: plan.name})
        bucket = self._place.declare(
            "aws:s3/bucket:Bucket",
            plan.bucket,
            {"bucket": plan.bucket, "forceDestroy": not plan.identity.protect},
            protect=plan.identity.protect,
        )
        closed = self._declare_around(bucket)
        self._declare_policy(closed)
        self.register_outputs(open_outputs(plan))

    def _declare_around(self, bucket: pulumi.CustomResource) -> pulumi.CustomResource:
        """Declare encryption, versions and their end, who reads and writes, and that nothing is ever public."""
        name, place = self._plan.bucket, self._place
        of_bucket = {"bucket": name}

        def declare(token: str, properties: dict[str, object]) -> pulumi.CustomResource:
            return place.declare(token, name, {**of_bucket, **properties}, tagged=False, after=(bucket,))

        encryption = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": place.cloud.key("data")}
        declare(
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            {"rules": [{"applyServerSideEncryptionByDefault": encryption, "bucketKeyEnabled": True}]},
        )
        declare(
            "aws:s3/bucketVersioning:BucketVersioning", {"versioningConfiguration": {"status": "Enabled"}}
        )
        declare(
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        )
        declare("aws:s3/bucketLogging:BucketLogging", access_log(place.cloud.text("log_bucket")))
        expiry = {
            "id": "old-versions",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "noncurrentVersionExpiration": {"noncurrentDays": self._plan.keep_days},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        }
        declare("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {"rules": [expiry]})
        return declare(
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            {
                "blockPublicAcls": True,
                "blockPublicPolicy": True,
                "ignorePublicAcls": True,
                "restrictPublicBuckets": True,
            },
        )

    def _declare_policy(self, closed: pulumi.CustomResource) -> None:
        """Refuse whoever comes without TLS (S3 user guide, «Enforce encryption of data in transit»)."""
        arn = self._place.cloud.account.arn("s3", self._plan.bucket)
        statement = {
            "Sid": "OverTlsAlone",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        self._place.declare(
            "aws:s3/bucketPolicy:BucketPolicy",
            self._plan.bucket,
            {
                "bucket": self._plan.bucket,
                "policy": json.dumps({"Version": VERSION, "Statement": [statement]}),
            },
            tagged=False,
            after=(closed,),
        )
