"""Environments in AWS accounts keep out of each other's way, and ask of an account only what it can give."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.world import World, environment_fault
from pavedroad.descriptor.faults import shown
from pavedroad.near_misses import listed
from pavedroad.rds_authorities import rds_authority

_RDS_PROVIDERS: Final = frozenset({"aurora", "documentdb", "rds"})
"""Providers whose databases have certificates of RDS' own authorities."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.faults import Fault


def check_networks(world: World) -> Iterator[Fault]:
    """No two environments' networks overlap: whoever joins them later could not tell them apart."""
    blocks = {
        name: IPv4Network(environment.aws.network.cidr)
        for name, environment in world.environments.items()
        if environment.aws is not None
    }
    for first, second in combinations(sorted(blocks), 2):
        if blocks[first].overlaps(blocks[second]):
            yield environment_fault(
                second,
                ("aws", "network", "cidr"),
                given=f"'{blocks[second]}'",
                change=f"{first} has {blocks[first]}; take a block that it does not touch",
            )


def check_data_block(world: World) -> Iterator[Fault]:
    """The addresses of an existing network's databases lie within the network."""
    for name, environment in world.environments.items():
        network = environment.aws.network if environment.aws else None
        data = getattr(network, "data_cidr", None)
        if network is not None and data and not IPv4Network(data).subnet_of(IPv4Network(network.cidr)):
            yield environment_fault(
                name,
                ("aws", "network", "data_cidr"),
                given=f"'{data}'",
                expected=f"a block within {network.cidr}",
            )


def check_authorities(world: World) -> Iterator[Fault]:
    """Where AWS runs databases, it is known who signs their certificates."""
    for name, environment in world.environments.items():
        if environment.aws is None or rds_authority(environment.aws.region) is not None:
            continue
        kept = [
            f"{engine}: {provider}"
            for engine, provider in environment.providers
            if isinstance(provider, str) and provider in _RDS_PROVIDERS
        ]
        if kept:
            region = environment.aws.region
            yield environment_fault(
                name,
                ("aws", "region"),
                given=shown(region),
                change=f"nothing here tells who signs the certificates of databases there ({listed(kept)}); add the "
                f"region's rds-ca-rsa2048-g1 as platform/pavedroad/rds_authorities/{region}.pem, or choose other "
                "providers",
            )
