"""Rules about network ACLs, whether their entries stand inline or in resources of their own.

Each entry is judged by itself, as Security Hub does (EC2.21): an entry that denies and stands before it counts for
nothing, since a number is all that keeps it there.
"""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    any_of,
    setting,
)
from policies.rules.aws.network.openings import (
    DEFAULT_NETWORK_ACL,
    INGRESS,
    NETWORK_ACL,
    NETWORK_ACL_RULE,
    openings,
)
from policies.rules.aws.shapes import cis_aws, fsbp

_ACLS: Final = frozenset({NETWORK_ACL, DEFAULT_NETWORK_ACL, NETWORK_ACL_RULE})


class ClosedPorts(Settings):
    """What a subnet never opens."""

    ports: tuple[int, ...] = setting((20, 21, 22, 3389), "Ports that the internet must never reach.")


def _closed(wanted: ClosedPorts) -> Callable[[Resource], Iterator[Duty]]:
    ports = ", ".join(map(str, wanted.ports))

    def check(resource: Resource) -> Iterator[Duty]:
        for opening in openings(resource, INGRESS):
            yield Duty(
                resource,
                any_of(opening.bounded(), opening.avoids(wanted.ports)),
                f"{opening.name} must not allow the internet any of the ports {ports}",
            )

    return check


NO_ADMIN_PORTS: Final = ResourceRule.settable(
    Control(
        identifier="network-acls-no-public-admin-ports",
        sentence="No network ACL lets the internet reach SSH, remote desktop or FTP",
        why="It is the last wall around a subnet where somebody opens a security group by mistake.",
        severity=Severity.HIGH,
        resource_types=_ACLS,
        fix=Fix(pulumi="name the network that administrators come from, or deny the entry"),
        references=(fsbp("EC2.21"), cis_aws("6.2")),
        rows=(257,),
    ),
    ClosedPorts(),
    _closed,
)


def _names_ports(resource: Resource) -> Iterator[Duty]:
    for opening in openings(resource, INGRESS):
        yield Duty(
            resource,
            any_of(opening.bounded(), opening.names_ports()),
            f"{opening.name} must name the protocol and the ports that it allows the internet",
        )


NAMES_PORTS: Final = ResourceRule(
    Control(
        identifier="network-acls-name-ports",
        sentence="No network ACL allows the internet every port",
        why="A network ACL that lets everything in is no wall at all.",
        severity=Severity.HIGH,
        resource_types=_ACLS,
        fix=Fix(pulumi="allow the ports that the subnet serves, and the range that answers come back to"),
        references=(fsbp("EC2.21"),),
        rows=(257,),
    ),
    _names_ports,
)

RULES: Final = (NO_ADMIN_PORTS, NAMES_PORTS)
