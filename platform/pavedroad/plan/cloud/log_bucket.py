"""The bucket that logs of access and of calls to AWS go to, resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import VERSION
from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.regions import service_principal

if TYPE_CHECKING:
    from pavedroad.plan.cloud.access import Document
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.defaults import CloudDefaults


ACCESS_PREFIX: Final = "s3/"
"""Where logs of access to buckets go; S3 puts them apart by bucket and day itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsPlan:
    """The bucket that logs of access and of calls to AWS go to.

    Attributes:
        bucket: Its name.
        days: How long its objects are kept, in days.
        policy: Which services write there.
    """

    bucket: str
    days: int
    policy: Document


def log_bucket(account: AccountPlan) -> str:
    """Return the name of the bucket that logs go to."""
    return name("s3-bucket", account.realm, "logs", account.account)


def resolve_logs(account: AccountPlan, defaults: CloudDefaults) -> LogsPlan:
    """Return the bucket of logs, ready for S3's access logs, load balancers' and a trail of CloudTrail's.

    Sources: S3, *Enabling server access logging*; CloudTrail, *Bucket policy*; Elastic Load Balancing, *Access logs*.
    """
    bucket = log_bucket(account)
    arn = account.arn("s3", bucket)
    ours = {"aws:SourceAccount": account.account}
    trail = {"aws:SourceArn": account.arn("cloudtrail", f"trail/{account.realm}")}
    owned = {"s3:x-amz-acl": "bucket-owner-full-control"}
    calls = f"{arn}/AWSLogs/{account.account}/*"

    def written_by(sid: str, service: str, action: str, resource: str, pinned: dict[str, str]) -> Document:
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"Service": service_principal(service, account.region)},
            "Action": action,
            "Resource": resource,
            "Condition": {"StringEquals": pinned},
        }

    statements: list[Document] = [
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        written_by("AccessToBuckets", "logging.s3", "s3:PutObject", f"{arn}/{ACCESS_PREFIX}*", ours),
        written_by("CallsFind", "cloudtrail", "s3:GetBucketAcl", arn, trail),
        written_by("CallsWrite", "cloudtrail", "s3:PutObject", calls, {**trail, **owned}),
        written_by("LoadBalancers", "logdelivery.elasticloadbalancing", "s3:PutObject", f"{arn}/lb/*", ours),
    ]
    return LogsPlan(
        bucket=bucket, days=defaults.log_days, policy={"Version": VERSION, "Statement": statements}
    )
