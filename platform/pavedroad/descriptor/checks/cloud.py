"""Environments in AWS accounts keep out of each other's way, and ask of an account only what it can give."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.world import World, environment_fault
from pavedroad.descriptor.cloud import EksCluster
from pavedroad.descriptor.faults import shown
from pavedroad.near_misses import listed
from pavedroad.rds_authorities import rds_authority

_RDS_PROVIDERS: Final = frozenset({"aurora", "documentdb", "rds"})
"""Providers whose databases have certificates of RDS' own authorities."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.cloud import ExistingNetworkSpec, NetworkSpec
    from pavedroad.descriptor.faults import Fault, Path


def check_networks(world: World) -> Iterator[Fault]:
    """No two networks overlap, of one environment or of several: whoever joins them could not tell them apart."""
    found = ((holder, place, IPv4Network(spec.cidr)) for holder, place, spec in _networks(world))
    for (first, there, taken), (second, here, block) in combinations(found, 2):
        if taken.overlaps(block):
            holder = there[1] if first == second and there[0] == "clusters" else first
            yield environment_fault(
                second,
                (*here, "cidr"),
                given=f"'{block}'",
                change=f"{holder} has {taken}; take a block that it does not touch",
            )


def check_data_block(world: World) -> Iterator[Fault]:
    """The addresses of an existing network's databases lie within the network."""
    for name, place, network in _networks(world):
        data = getattr(network, "data_cidr", None)
        if data and not IPv4Network(data).subnet_of(IPv4Network(network.cidr)):
            yield environment_fault(
                name, (*place, "data_cidr"), given=f"'{data}'", expected=f"a block within {network.cidr}"
            )


def _networks(world: World) -> Iterator[tuple[str, Path, NetworkSpec | ExistingNetworkSpec]]:
    """Yield every network in an account: its environment, where that says it, and what it says."""
    for name, environment in sorted(world.environments.items()):
        if environment.aws is not None:
            yield name, ("aws", "network"), environment.aws.network
        for cluster, spec in environment.clusters.items():
            if isinstance(spec, EksCluster) and spec.network is not None:
                yield name, ("clusters", cluster, "network"), spec.network


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
