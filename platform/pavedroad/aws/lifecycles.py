"""When what goes from a bucket. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import LifecycleRuleTypeDef

_LEFTOVER_DAYS: Final = 7
"""How long what nobody reads any more is kept: parts of unfinished uploads, and logs that were deleted."""


def kept_versions(days: int) -> tuple[LifecycleRuleTypeDef, ...]:
    """Let versions go ``days`` after they were overwritten or deleted."""
    return (
        {
            "ID": "old-versions",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"ExpiredObjectDeleteMarker": True},
            "NoncurrentVersionExpiration": {"NoncurrentDays": days},
        },
        _unfinished(),
    )


def kept_days(days: int) -> tuple[LifecycleRuleTypeDef, ...]:
    """Let everything go after ``days``, and soon after what was deleted before."""
    return (
        {
            "ID": "old-objects",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"Days": days},
            "NoncurrentVersionExpiration": {"NoncurrentDays": _LEFTOVER_DAYS},
        },
        _unfinished(),
    )


def _unfinished() -> LifecycleRuleTypeDef:
    return {
        "ID": "unfinished-uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _LEFTOVER_DAYS},
    }
