"""Versions of Kubernetes on EKS: until when each is supported, and the add-ons that go with it.

Upstream ends earlier than EKS does: what the Kubernetes project itself mends is the doctor's table.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from pavedroad.descriptor.cloud import KubernetesVersion

Addon = Literal[
    "aws-ebs-csi-driver",
    "aws-efs-csi-driver",
    "coredns",
    "eks-pod-identity-agent",
    "kube-proxy",
    "metrics-server",
    "snapshot-controller",
    "vpc-cni",
]

Support = Literal["standard", "extended", "ended", "unknown"]
"""How a version is supported: mended, mended at six times the price, not any more, or nothing is known of it."""

STANDARD_SUPPORT: Final = {
    "1.30": date(2025, 7, 23),
    "1.31": date(2025, 11, 26),
    "1.32": date(2026, 3, 23),
    "1.33": date(2026, 7, 29),
    "1.34": date(2026, 12, 2),
    "1.35": date(2027, 3, 27),
}
"""The last day of standard support (EKS user guide, *Kubernetes release calendar*, read in November 2026)."""

EXTENDED_YEARS: Final = 1
"""How long extended support follows, in years (the same page)."""

DEFAULT_VERSION: Final[KubernetesVersion] = "1.35"
"""The newest version that the add-ons below are pinned for."""

_SHARED: Final[dict[Addon, str]] = {
    "aws-ebs-csi-driver": "v1.58.0-eksbuild.1",
    "aws-efs-csi-driver": "v3.2.0-eksbuild.1",
    "coredns": "v1.13.2-eksbuild.4",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
    "metrics-server": "v0.8.1-eksbuild.6",
    "snapshot-controller": "v8.5.0-eksbuild.3",
    "vpc-cni": "v1.21.1-eksbuild.7",
}

ADDONS: Final[dict[KubernetesVersion, dict[Addon, str]]] = {
    "1.34": {**_SHARED, "kube-proxy": "v1.34.6-eksbuild.2"},
    "1.35": {**_SHARED, "kube-proxy": "v1.35.3-eksbuild.2"},
}
"""Add-ons by version of Kubernetes. ``coredns`` and ``kube-proxy`` are documented (EKS user guide, *Manage CoreDNS*
and *Manage kube-proxy*); the others are builds that public configurations of such clusters pin."""


def support(version: str, as_of: date) -> Support:
    """Return how EKS supports a version of Kubernetes on a day."""
    end = STANDARD_SUPPORT.get(version)
    if end is None:
        return "unknown"
    if as_of <= end:
        return "standard"
    return "extended" if as_of <= end.replace(year=end.year + EXTENDED_YEARS) else "ended"
