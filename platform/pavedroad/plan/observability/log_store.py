"""Where Loki keeps logs in an account: a bucket of its own, and what it may do there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Grant, RolePlan, encrypted_with, pod_role
from pavedroad.plan.cloud.names import name as cloud_name
from pavedroad.plan.observability.stack import OBSERVABILITY

if TYPE_CHECKING:
    from pavedroad.plan.cloud.account import AccountPlan

SERVICE_ACCOUNT: Final = "loki"

OBJECTS: Final = ("s3:DeleteObject", "s3:GetObject", "s3:PutObject")
BUCKET: Final = ("s3:ListBucket",)
"""What it does (Loki, *Configure storage*, «AWS deployment (S3 single store)»)."""

OLD_VERSION_DAYS: Final = 7
"""How long what Loki deleted or wrote over can be had back, in days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStorePlan:
    """The bucket in the account.

    Attributes:
        bucket: Its name, unique in the world.
        region: Its region.
        host: Host and port under which it is reached.
        days: After how many days objects are deleted: when the last of their records is too old.
        role: What Loki may do.
    """

    bucket: str
    region: str
    host: str
    days: int
    role: RolePlan


def resolve_log_store(account: AccountPlan, days: int) -> LogStorePlan:
    """Return where Loki keeps logs for some days."""
    bucket = cloud_name("s3-bucket", account.realm, OBSERVABILITY, "loki", account.account)
    arn = account.arn("s3", bucket)
    reason = "logs"
    role = pod_role(
        account,
        OBSERVABILITY,
        SERVICE_ACCOUNT,
        (
            Grant(reason=f"{reason}.bucket", actions=BUCKET, resources=(arn,)),
            Grant(reason=f"{reason}.objects", actions=OBJECTS, resources=(f"{arn}/*",)),
            encrypted_with(account, "data", "s3", reason),
        ),
    )
    assert role is not None
    return LogStorePlan(
        bucket=bucket,
        region=account.region,
        host=f"{bucket}.{account.host('s3')}:443",
        days=days,
        role=role,
    )
