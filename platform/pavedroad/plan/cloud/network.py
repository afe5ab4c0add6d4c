"""Addresses of a VPC: which zone gets which, by arithmetic alone.

Every environment names its own address block, because no rule can choose blocks that stay apart for environments
that do not know of each other (a hash collides, and an index moves when an environment is added); ``overlaps``
tells two that meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST: Final = 16
"""Prefix length of the largest block that a VPC can have (AWS, *VPC CIDR blocks*)."""

SMALLEST: Final = 22
"""Prefix length of the smallest block whose public subnets still are a /27, as load balancers demand."""

RESERVED: Final = 5
"""Addresses of each subnet that AWS keeps for itself: the first four and the last (AWS, *Subnet sizing*)."""

MOST_ZONES: Final = 3

_SERVICE_BLOCKS: Final = ("172.20.0.0/16", "10.100.0.0/16")
"""What EKS itself chooses from for the addresses of Services (EKS, *KubernetesNetworkConfigRequest*)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneAddresses:
    """The blocks of one availability zone's subnets.

    Attributes:
        zone: The zone, such as ``eu-central-1a``.
        public: For load balancers and NAT gateways.
        private: For nodes, pods and interface endpoints.
        data: For databases, caches and brokers.
    """

    zone: str
    public: str
    private: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPlan:
    """How a VPC's block is divided.

    Attributes:
        cidr: The whole block.
        data_block: One block that holds every data subnet and nothing else.
        zones: The blocks of each zone, in the order that the zones were named in.
    """

    cidr: str
    data_block: str
    zones: tuple[ZoneAddresses, ...]


def address_plan(cidr: str, zones: Sequence[str]) -> AddressPlan:
    """Divide a block among up to three zones.

    Three quarters are the zones' private subnets, one each: every pod has an address there. Half of the last
    quarter is the data block and half the public one, each cut in four for the zones; the fourth parts stay free,
    as does the quarter of a zone that is not used. Blocks depend on a zone's place in the list alone, so that a
    zone that is added moves no other.

    Raises:
        ValueError: The block is none, is not from /16 to /22, or there are no zones, too many, or one twice.
    """
    if not 1 <= len(zones) <= MOST_ZONES or len(set(zones)) != len(zones):
        raise ValueError(f"expected one to {MOST_ZONES} different zones; got {', '.join(zones) or 'none'}")
    *private, rest = _quarters(cidr)
    data, public = rest.subnets()
    return AddressPlan(
        cidr=cidr,
        data_block=str(data),
        zones=tuple(
            ZoneAddresses(zone=zone, public=str(outside), private=str(inside), data=str(stores))
            for zone, outside, inside, stores in zip(
                zones, public.subnets(2), private, data.subnets(2), strict=False
            )
        ),
    )


def data_block(cidr: str) -> str:
    """Return the block that holds every data subnet of a VPC, and nothing else."""
    *_, rest = _quarters(cidr)
    return str(next(rest.subnets()))


def service_block(cidr: str) -> str:
    """Return the addresses of a cluster's Services, which lie outside of the VPC."""
    return next(block for block in _SERVICE_BLOCKS if not overlaps(block, cidr))


def usable(cidr: str) -> int:
    """Return how many addresses of a subnet can be given to anything."""
    return _block(cidr).num_addresses - RESERVED


def overlaps(one: str, other: str) -> bool:
    """Whether two blocks share an address."""
    return _block(one).overlaps(_block(other))


def _quarters(cidr: str) -> tuple[IPv4Network, ...]:
    whole = _block(cidr)
    if not LARGEST <= whole.prefixlen <= SMALLEST:
        raise ValueError(f"a VPC's block is from /{LARGEST} to /{SMALLEST}, such as 10.40.0.0/16; got {cidr}")
    return tuple(whole.subnets(2))


def _block(cidr: str) -> IPv4Network:
    try:
        return IPv4Network(cidr)
    except ValueError as error:
        raise ValueError(f"expected an address block such as 10.40.0.0/16; got {cidr}: {error}") from error
