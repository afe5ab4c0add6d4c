"""The cloud slice as a whole: what the provider takes, what the policies ask, and what other slices are told."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.governance import Stack, Verdict, judge
from pavedroad.plan.cloud.account import PURPOSES
from policies.areas import RULES
from tests.support.aws_schema import misfits
from tests.support.clouds import ACCOUNT, EXISTING_NETWORK, RecordedCloud, cloud_plan, recorded_cloud

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier

KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/0a1b"

VARIANTS: dict[str, tuple[Tier, dict[str, Any]]] = {
    "production": ("production", {}),
    "staging": ("staging", {}),
    "development": ("development", {}),
    "two zones, no way out": ("production", {"network": {"cidr": "10.9.0.0/22", "zones": 2, "nat": "none"}}),
    "a network that exists": ("production", {"network": EXISTING_NETWORK}),
    "keys that exist": ("production", {"keys": dict.fromkeys(PURPOSES, KEY)}),
    "zones that exist": ("production", {"zones": {"public": "Z012345", "internal": "Z543210"}}),
    "China": ("production", {"region": "cn-north-1"}),
}

MANDATORY_LATER = {"buckets-not-force-destroyed", "log-groups-kept-for-audit", "stateful-resources-protected"}
"""Controls that ask nothing below staging."""


@cache
def cloud(variant: str) -> RecordedCloud:
    tier, words = VARIANTS[variant]
    return recorded_cloud(cloud_plan(tier, **words))


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_provider_takes_every_input(variant: str) -> None:
    faults = {f"{one.type} {one.name}": misfits(one.type, one.inputs) for one in cloud(variant).resources}
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_control_fails(variant: str) -> None:
    findings = judge(RULES, Stack(tuple(cloud(variant).governed()), whole=True))
    failing = {one.control for one in findings if one.verdict is Verdict.FAIL}
    assert failing == (MANDATORY_LATER if variant == "development" else set())


def test_what_is_known_only_with_the_keys_is_all_that_is_not_judged() -> None:
    findings = judge(RULES, Stack(tuple(cloud("production").governed()), whole=True))
    assert {one.control for one in findings if one.verdict is Verdict.NOT_EVALUATED} == {
        "ecr-customer-managed-key",
        "eks-secrets-encrypted",
        "log-groups-encrypted-with-own-key",
        "topics-encrypted",
        "topics-encrypted-with-customer-key",
        "volumes-customer-managed-key",
    }


def test_with_keys_that_exist_everything_is_judged() -> None:
    findings = judge(RULES, Stack(tuple(cloud("keys that exist").governed()), whole=True))
    assert [one for one in findings if one.verdict is Verdict.NOT_EVALUATED] == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_other_slices_are_told_the_same_things_whatever_exists_already(variant: str) -> None:
    told = cloud(variant).values.keys() - {"name_servers"}
    assert told == {
        "vpc",
        "public_subnets",
        "private_subnets",
        "data_subnets",
        "log_bucket",
        "certificates",
        "zone_public",
        "zone_internal",
        "cluster_endpoint",
        "cluster_authority",
        "cluster_security_group",
        *(f"key_{purpose}" for purpose in PURPOSES),
    }


def test_what_much_hangs_on_is_protected_in_production_and_not_in_development() -> None:
    kept = {one.type for one in cloud("production").resources if one.options.protect}
    assert kept == {
        "aws:kms/key:Key",
        "aws:s3/bucket:Bucket",
        "aws:ecr/repository:Repository",
        "aws:route53/zone:Zone",
        "aws:eks/cluster:Cluster",
    }
    assert [one for one in cloud("development").resources if one.options.protect] == []


def test_what_exists_already_is_named_and_not_made() -> None:
    made = cloud("a network that exists").recording.types()
    assert [
        type_ for type_ in made if type_.startswith(("aws:ec2/vpc", "aws:ec2/subnet", "aws:ec2/nat"))
    ] == []
    assert cloud("a network that exists").values["data_subnets"] == ("subnet-0000002a", "subnet-0000002b")
    assert "aws:kms/key:Key" not in cloud("keys that exist").recording.types()
    assert cloud("keys that exist").values["key_data"] == KEY
    assert "aws:route53/zone:Zone" not in cloud("zones that exist").recording.types()


def test_everything_belongs_to_the_slice_and_to_its_provider() -> None:
    resources = cloud("production").resources
    assert len({one.provider for one in resources}) == 1
    assert all(one.name and one.parent and one.parent.endswith("CloudFoundation::prod") for one in resources)
