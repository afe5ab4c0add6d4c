"""An environment's network in its account: whether another overlaps it, or whether what it names is there."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from pavedroad.doctor.checks import fault, ok, warning
from pavedroad.doctor.inventory import is_of_environment
from pavedroad.plan.cloud.vpc import NetworkPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.doctor.checks import Check
    from pavedroad.doctor.inventory import Held, Inventory
    from pavedroad.plan.cloud.model import CloudPlan
    from pavedroad.plan.cloud.vpc import ExistingNetworkPlan

_FEWEST_ZONES = 2
"""What databases and clusters must span at least (RDS, *Working with a DB subnet group*; EKS, *Network requirements*)."""


def check_network(plan: CloudPlan, inventory: Inventory) -> list[Check]:
    """Look at the VPCs that stand in the environment's region.

    Raises:
        AwsError: If AWS refuses, or cannot be reached.
    """
    vpcs = inventory.each("ec2", "describe_vpcs", "Vpcs")
    network = plan.foundation.network
    if isinstance(network, NetworkPlan):
        return [_overlaps(network.cidr, plan.account.environment, vpcs)]
    return _named(network, vpcs, inventory)


def _overlaps(cidr: str, environment: str, vpcs: list[Held]) -> Check:
    """Look whether a block is free of all others, so that networks can be joined one day."""
    subject = "address block"
    taken = sorted(
        f"{vpc['VpcId']} ({block})"
        for vpc in vpcs
        if not is_of_environment(vpc, environment)
        for block in _blocks(vpc)
        if IPv4Network(cidr).overlaps(IPv4Network(block))
    )
    if taken:
        advice = (
            "networks that overlap can never be joined: choose another aws.network.cidr before the first up"
        )
        return warning(subject, f"{cidr} overlaps {', '.join(taken)}", advice)
    return ok(subject, f"{cidr} overlaps no other of {len(vpcs)} VPCs here")


def _blocks(vpc: Held) -> list[str]:
    """List the address blocks that a VPC has; those that were taken from it are still told of."""
    return [
        one["CidrBlock"]
        for one in vpc.get("CidrBlockAssociationSet") or ()
        if one["CidrBlockState"]["State"] in {"associating", "associated"}
    ]


def _named(network: ExistingNetworkPlan, vpcs: list[Held], inventory: Inventory) -> list[Check]:
    """Look whether a VPC that somebody else has made is as the environment says."""
    found = next((vpc for vpc in vpcs if vpc["VpcId"] == network.vpc), None)
    if found is None:
        there = ", ".join(sorted(vpc["VpcId"] for vpc in vpcs)) or "none"
        return [
            fault("VPC", f"there is no {network.vpc} here; there are: {there}", "correct aws.network.vpc")
        ]
    blocks = _blocks(found)
    vpc = (
        ok("VPC", f"{network.vpc} is there")
        if network.cidr in blocks
        else fault(
            "VPC", f"{network.vpc} has {', '.join(blocks)}, not {network.cidr}", "correct aws.network.cidr"
        )
    )
    return [vpc, *_subnets(network, inventory)]


def _subnets(network: ExistingNetworkPlan, inventory: Inventory) -> Iterator[Check]:
    held = inventory.each(
        "ec2", "describe_subnets", "Subnets", Filters=[{"Name": "vpc-id", "Values": [network.vpc]}]
    )
    zones = {each["SubnetId"]: each["AvailabilityZone"] for each in held}
    for word in ("public", "private", "data"):
        named: tuple[str, ...] = getattr(network, word)
        subject, advice = f"{word} subnets", f"correct aws.network.{word}"
        if missing := [subnet for subnet in named if subnet not in zones]:
            yield fault(subject, f"{network.vpc} has no {', '.join(missing)}", advice)
        elif word != "public" and len({zones[subnet] for subnet in named}) < _FEWEST_ZONES:
            yield fault(subject, f"all in {zones[named[0]]}, and {_FEWEST_ZONES} zones are needed", advice)
        else:
            yield ok(subject, f"{len(named)} in {', '.join(sorted({zones[subnet] for subnet in named}))}")
