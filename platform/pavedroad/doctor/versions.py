"""Until when versions of Kubernetes are mended, by its makers and on EKS.

Source: kubernetes.io, *Releases*, read in November 2026. EKS mends longer: its calendar is the plan's.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from pavedroad.doctor.checks import fault, not_checked, ok, warning
from pavedroad.plan.cloud.kubernetes_versions import STANDARD_SUPPORT, support

if TYPE_CHECKING:
    from pavedroad.doctor.checks import Check

END_OF_LIFE: Final = {
    (1, 33): date(2026, 6, 28),
    (1, 34): date(2026, 10, 27),
    (1, 35): date(2027, 2, 28),
    (1, 36): date(2027, 6, 28),
}
"""By minor version, the last day; what is older has none any more."""

_SUBJECT: Final = "Kubernetes version"
_ON_EKS: Final = "-eks-"
"""What the API servers of EKS add to their version."""

_NOTICE_DAYS: Final = 90
"""How long before its end a version is warned of: time to plan an upgrade and to make it."""


def check_version(given: str, today: date) -> Check:
    """Judge the version that an API server says that it is, as `v1.36.3` or `v1.35.3-eks-1a2b3c`."""
    subject = _SUBJECT
    try:
        major, minor = (int(each) for each in given.removeprefix("v").split(".")[:2])
    except ValueError:
        return not_checked(subject, f"the API server calls itself {given!r}", "look it up by hand")
    if _ON_EKS in given:
        return check_eks_version(f"{major}.{minor}", today)
    version = (major, minor)
    if version > max(END_OF_LIFE):
        return not_checked(
            subject, f"{given} is newer than the table here", "look up until when it is mended"
        )
    end = END_OF_LIFE.get(version)
    if end is None or end < today:
        since = f"since {end}" if end else "any more"
        return fault(
            subject, f"{given} is not mended {since}", "upgrade the cluster, one minor version at a time"
        )
    found = f"{given} is mended until {end}"
    if (end - today).days < _NOTICE_DAYS:
        return warning(subject, found, "plan the upgrade")
    return ok(subject, found)


def check_eks_version(version: str, today: date) -> Check:
    """Judge the version of a cluster on EKS, as `1.35`."""
    found = support(version, today)
    if found == "unknown":
        return not_checked(
            _SUBJECT, f"EKS {version} is not in the table here", "look up until when it is mended"
        )
    end = STANDARD_SUPPORT[version]
    upgrade = "upgrade the cluster, one minor version at a time"
    if found == "ended":
        return fault(_SUBJECT, f"EKS {version} is not mended any more", upgrade)
    if found == "extended":
        return warning(_SUBJECT, f"EKS {version} costs six times as much since {end}", upgrade)
    if (end - today).days < _NOTICE_DAYS:
        return warning(_SUBJECT, f"EKS {version} is in standard support until {end}", "plan the upgrade")
    return ok(_SUBJECT, f"EKS {version} is in standard support until {end}")
