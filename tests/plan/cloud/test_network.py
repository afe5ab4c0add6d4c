"""Addresses of a VPC: everybody gets some, nobody gets another's."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.plan.cloud.network import address_plan, data_block, overlaps, service_block, usable

ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")


@st.composite
def blocks(draw: st.DrawFn) -> str:
    length = draw(st.integers(16, 22))
    return str(IPv4Network((draw(st.integers(0, 2**32 - 1)) >> (32 - length) << (32 - length), length)))


counts = st.integers(1, 3)


def subnets(cidr: str, count: int) -> list[IPv4Network]:
    plan = address_plan(cidr, ZONES[:count])
    return [IPv4Network(each) for zone in plan.zones for each in (zone.public, zone.private, zone.data)]


@given(blocks(), counts)
def test_every_subnet_lies_inside_the_vpc_and_none_in_another(cidr: str, count: int) -> None:
    parts = subnets(cidr, count)
    assert len(parts) == 3 * count
    assert all(part.subnet_of(IPv4Network(cidr)) for part in parts)
    assert not any(one.overlaps(other) for one, other in combinations(parts, 2))


@given(blocks(), counts)
def test_the_data_block_holds_data_subnets_and_no_others(cidr: str, count: int) -> None:
    plan = address_plan(cidr, ZONES[:count])
    block = IPv4Network(plan.data_block)
    assert plan.data_block == data_block(cidr)
    assert all(IPv4Network(zone.data).subnet_of(block) for zone in plan.zones)
    assert not any(block.overlaps(IPv4Network(each)) for z in plan.zones for each in (z.public, z.private))


@given(blocks(), counts)
def test_pods_get_the_largest_subnet_and_load_balancers_the_27_that_they_need(cidr: str, count: int) -> None:
    for zone in address_plan(cidr, ZONES[:count]).zones:
        assert usable(zone.private) > usable(zone.public)
        assert usable(zone.private) > usable(zone.data)
        assert IPv4Network(zone.public).prefixlen <= 27


@given(blocks())
def test_a_zone_that_is_added_moves_no_other(cidr: str) -> None:
    three = address_plan(cidr, ZONES).zones
    assert address_plan(cidr, ZONES[:2]).zones == three[:2]
    assert address_plan(cidr, ZONES[:1]).zones == three[:1]


@given(blocks())
def test_services_have_addresses_outside_of_the_vpc(cidr: str) -> None:
    assert not overlaps(service_block(cidr), cidr)


@given(blocks(), blocks())
def test_two_blocks_overlap_exactly_if_they_share_an_address(one: str, other: str) -> None:
    a, b = IPv4Network(one), IPv4Network(other)
    shared = a.network_address in b or b.network_address in a
    assert overlaps(one, other) == overlaps(other, one) == shared


def test_a_block_is_divided_as_it_always_was() -> None:
    plan = address_plan("10.40.0.0/16", ZONES)
    assert [zone.private for zone in plan.zones] == ["10.40.0.0/18", "10.40.64.0/18", "10.40.128.0/18"]
    assert [zone.data for zone in plan.zones] == ["10.40.192.0/21", "10.40.200.0/21", "10.40.208.0/21"]
    assert [zone.public for zone in plan.zones] == ["10.40.224.0/21", "10.40.232.0/21", "10.40.240.0/21"]
    assert (plan.data_block, service_block(plan.cidr)) == ("10.40.192.0/19", "172.20.0.0/16")


def test_aws_keeps_five_addresses_of_every_subnet() -> None:
    assert usable("10.40.192.0/21") == 2048 - 5


@pytest.mark.parametrize(
    ("cidr", "zones", "message"),
    [
        ("10.0.0.0/15", ZONES, "from /16 to /22"),
        ("10.0.0.0/23", ZONES, "from /16 to /22"),
        ("10.0.0.1/16", ZONES, "has host bits set"),
        ("ten", ZONES, "expected an address block"),
        ("10.0.0.0/16", (), "one to 3 different zones; got none"),
        ("10.0.0.0/16", (*ZONES, "eu-central-1d"), "one to 3 different zones"),
        ("10.0.0.0/16", ("a", "a"), "one to 3 different zones; got a, a"),
    ],
)
def test_what_cannot_be_divided_is_refused(cidr: str, zones: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        address_plan(cidr, zones)
