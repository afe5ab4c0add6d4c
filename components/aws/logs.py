"""Log groups, and the bucket that AWS puts logs of its own into."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pavedroad.plan.cloud.access import VERSION
from pavedroad.plan.cloud.log_bucket import ACCESS_PREFIX
from pavedroad.plan.functions.model import APIS_LOGS
from pavedroad.plan.sagas.model import STATES_LOGS

if TYPE_CHECKING:
    import pulumi

    from components.aws.place import CloudPlace, Properties
    from pavedroad.plan.cloud.log_bucket import LogsPlan

CLOSED = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}
"""Nothing of a bucket is ever public."""

UPLOAD_DAYS = 7
"""After how long the parts of an upload that was never finished are removed, in days."""

OLD_VERSION_DAYS = 30
"""How long a log can be had back that somebody deleted or wrote over, in days."""


def declare_log_group(
    place: CloudPlace, name: str, days: int, key: pulumi.Input[str]
) -> pulumi.CustomResource:
    """Declare an encrypted log group whose events are kept for some days."""
    return place.declare(
        "aws:cloudwatch/logGroup:LogGroup",
        name,
        {"name": name, "retentionInDays": days, "kmsKeyId": key},
    )


def declare_delivered_logs(place: CloudPlace) -> None:
    """Let AWS's delivery of logs write what the environment's state machines and APIs do into their groups alone.

    A region has room for ten such policies, so it is one for all (CloudWatch Logs, *Quotas*).
    """
    account = place.cloud.account
    name = f"{account.realm}-delivered"
    statement = {
        "Sid": "DeliveredLogs",
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [
            account.arn("logs", f"log-group:{begin}{account.environment}_*")
            for begin in (APIS_LOGS, STATES_LOGS)
        ],
        "Condition": {"StringEquals": {"aws:SourceAccount": account.account}},
    }
    place.declare(
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        name,
        {"policyName": name, "policyDocument": json.dumps({"Version": VERSION, "Statement": [statement]})},
        tagged=False,
    )


def declare_log_bucket(place: CloudPlace, plan: LogsPlan, *, protect: bool) -> None:
    """Declare the bucket of logs.

    It is encrypted with S3's own key: S3 delivers access logs into no bucket with another one (S3 user guide,
    *Enabling Amazon S3 server access logging*). Access to it is logged into itself.
    """
    bucket = place.declare(
        "aws:s3/bucket:Bucket",
        plan.bucket,
        {"bucket": plan.bucket, "forceDestroy": not protect, "tags": {"data-class": "internal"}},
        protect=protect,
    )

    def complete(kind: str, properties: Properties, *after: pulumi.CustomResource) -> pulumi.CustomResource:
        return place.declare(
            f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}",
            plan.bucket,
            {"bucket": plan.bucket, **properties},
            tagged=False,
            after=(bucket, *after),
        )

    closed = complete(
        "BucketPublicAccessBlock",
        CLOSED,
    )
    complete("BucketOwnershipControls", {"rule": {"objectOwnership": "BucketOwnerEnforced"}})
    complete(
        "BucketServerSideEncryptionConfiguration",
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
    )
    versions = complete("BucketVersioning", {"versioningConfiguration": {"status": "Enabled"}})
    complete("BucketLifecycleConfiguration", {"rules": [_expiry(plan.days)]}, versions)
    policy = complete("BucketPolicy", {"policy": json.dumps(plan.policy)}, closed)
    complete("BucketLogging", access_log(plan.bucket), policy)


def access_log(bucket: pulumi.Input[str]) -> Properties:
    """Return how access to a bucket is logged into the environment's bucket of logs."""
    return {
        "targetBucket": bucket,
        "targetPrefix": ACCESS_PREFIX,
        "targetObjectKeyFormat": {"partitionedPrefix": {"partitionDateSource": "EventTime"}},
    }


def _expiry(days: int) -> Properties:
    return {
        "id": "expire",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "expiration": {"days": days},
        "noncurrentVersionExpiration": {"noncurrentDays": OLD_VERSION_DAYS},
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": UPLOAD_DAYS},
    }
