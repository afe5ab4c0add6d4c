"""Versions of Kubernetes on EKS: what is pinned is supported, and what is not is said."""

from __future__ import annotations

import typing
from datetime import date, timedelta

import pytest

from pavedroad.descriptor.cloud import KubernetesVersion
from pavedroad.plan.cloud.kubernetes_versions import (
    ADDONS,
    DEFAULT_VERSION,
    STANDARD_SUPPORT,
    Addon,
    support,
)


def test_support_ends_on_the_day_that_the_calendar_says() -> None:
    end = STANDARD_SUPPORT["1.34"]
    assert support("1.34", end) == "standard"
    assert support("1.34", end + timedelta(days=1)) == "extended"
    assert support("1.34", date(2027, 12, 2)) == "extended"
    assert support("1.34", date(2027, 12, 3)) == "ended"


def test_of_other_versions_nothing_is_claimed() -> None:
    assert support("1.99", date(2026, 11, 1)) == "unknown"


def test_the_default_is_the_newest_with_pinned_add_ons_and_is_supported_longest() -> None:
    assert list(ADDONS)[-1] == DEFAULT_VERSION
    assert STANDARD_SUPPORT[DEFAULT_VERSION] == max(STANDARD_SUPPORT[version] for version in ADDONS)


@pytest.mark.parametrize("version", ADDONS)
def test_every_add_on_is_pinned_and_kube_proxy_is_of_the_clusters_version(version: KubernetesVersion) -> None:
    pinned = ADDONS[version]
    assert set(pinned) == set(typing.get_args(Addon))
    assert pinned["kube-proxy"].startswith(f"v{version}.")
    assert all("-eksbuild." in each for each in pinned.values())


def test_an_environment_can_name_the_versions_that_add_ons_are_pinned_for_and_no_others() -> None:
    assert typing.get_args(KubernetesVersion) == tuple(ADDONS)
