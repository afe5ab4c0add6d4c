"""Blocks of addresses: which ones are the internet.

Nobody's own network is larger than what a registry gives to one organisation. So a block that is larger is the
internet, or a part of it: whoever writes `0.0.0.0/1` and `128.0.0.0/1` means the same as `0.0.0.0/0`.
"""

import ipaddress
from functools import lru_cache
from typing import Final

_LARGEST_OWN_IPV4: Final = 8
"""The prefix of the largest blocks that one organisation has: `10.0.0.0/8`, and the early assignments."""
_LARGEST_OWN_IPV6: Final = 16
"""Registries give organisations longer prefixes than this."""
_OWN_IPV6: Final = (ipaddress.IPv6Network("fc00::/7"), ipaddress.IPv6Network("fe80::/10"))
"""Addresses that the internet does not route, whatever the size of the block."""

_LARGEST_VPC_IPV4: Final = 16
_LARGEST_VPC_IPV6: Final = 44
"""The prefixes of the largest blocks that AWS lets a VPC have (Amazon VPC User Guide, "VPC CIDR blocks")."""


def bounded(block: str) -> bool:
    """Whether ``block`` is CIDR notation for less than the internet, or any wide part of it."""
    network = _network(block)
    if network is None:
        return False
    if isinstance(network, ipaddress.IPv4Network):
        return network.prefixlen >= _LARGEST_OWN_IPV4
    return network.prefixlen >= _LARGEST_OWN_IPV6 or any(map(network.subnet_of, _OWN_IPV6))


def within_one_vpc(block: str) -> bool:
    """Whether ``block`` is CIDR notation for no more than a single VPC can have."""
    network = _network(block)
    if network is None:
        return False
    largest = _LARGEST_VPC_IPV4 if isinstance(network, ipaddress.IPv4Network) else _LARGEST_VPC_IPV6
    return network.prefixlen >= largest


@lru_cache(maxsize=4096)
def _network(block: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(block, strict=False)
    except ValueError:
        return None
