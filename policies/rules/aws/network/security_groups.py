"""Rules about security groups, whether their rules stand inline or in resources of their own.

Which ports may be open to the internet, and which never are, follows AWS Security Hub (EC2.13, EC2.14, EC2.18).
A list of prefixes that has a name is judged where it is declared: it must name networks, not the internet.
"""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Reference,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Tier,
    Truth,
    any_of,
    setting,
)
from policies.rules.aws.network.addresses import bounded
from policies.rules.aws.network.openings import (
    EGRESS,
    EGRESS_RULE,
    INGRESS,
    INGRESS_RULE,
    SECURITY_GROUP_RULE,
    SECURITY_GROUPS,
    Opening,
    openings,
)
from policies.rules.aws.shapes import cis_aws, fsbp, like, owes

_OPENING_IN: Final = SECURITY_GROUPS | {SECURITY_GROUP_RULE, INGRESS_RULE}
_OPENING_OUT: Final = SECURITY_GROUPS | {SECURITY_GROUP_RULE, EGRESS_RULE}
_PREFIX_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
_PREFIX_LIST_ENTRY: Final = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"


class AdminPorts(Settings):
    """Where administrators get in."""

    ports: tuple[int, ...] = setting((22, 3389), "Ports that the internet must never reach.")


class PublicPorts(Settings):
    """What is meant for everybody."""

    allowed_ports: tuple[int, ...] = setting((80, 443), "Ports that may be open to the internet.")


def _every_opening(
    direction: str, met: Callable[[Opening], Truth], words: str
) -> Callable[[Resource], Iterator[Duty]]:
    """Make a check that asks the same of everything that opens a group in ``direction``."""

    def check(resource: Resource) -> Iterator[Duty]:
        for opening in openings(resource, direction):
            yield Duty(resource, met(opening), f"{opening.name} must {words}")

    return check


def _no_admin_ports(wanted: AdminPorts) -> Callable[[Resource], Iterator[Duty]]:
    ports = ", ".join(map(str, wanted.ports))
    return _every_opening(
        INGRESS,
        lambda opening: any_of(opening.bounded(), opening.avoids(wanted.ports)),
        f"not open any of the ports {ports} to the internet",
    )


NO_ADMIN_PORTS: Final = ResourceRule.settable(
    Control(
        identifier="security-groups-no-public-admin-ports",
        sentence="No security group lets the internet reach SSH or remote desktop",
        why="Whoever guesses or steals one password is inside; such ports are tried all day long.",
        severity=Severity.CRITICAL,
        resource_types=_OPENING_IN,
        fix=Fix(
            pulumi="leave the rule out and use Session Manager, or name the network that administrators come from"
        ),
        references=(fsbp("EC2.13"), fsbp("EC2.14"), cis_aws("6.3"), cis_aws("6.4")),
        rows=(249,),
    ),
    AdminPorts(),
    _no_admin_ports,
)


def _only_public_ports(wanted: PublicPorts) -> Callable[[Resource], Iterator[Duty]]:
    ranges = [(port, port) for port in wanted.allowed_ports]
    ports = ", ".join(map(str, wanted.allowed_ports))
    return _every_opening(
        INGRESS,
        lambda opening: any_of(opening.bounded(), opening.keeps_to(ranges)),
        f"open nothing to the internet but {ports or 'control messages'}",
    )


ONLY_PUBLIC_PORTS: Final = ResourceRule.settable(
    Control(
        identifier="security-groups-only-public-ports",
        sentence="A security group opens to the internet only the ports that are meant for it",
        why="A database or an admin page that the internet reaches is only as safe as its own login.",
        severity=Severity.CRITICAL,
        resource_types=_OPENING_IN,
        fix=Fix(pulumi="name the networks or the security groups that may reach the port"),
        references=(fsbp("EC2.18"), fsbp("EC2.19")),
        rows=(250,),
    ),
    PublicPorts(),
    _only_public_ports,
)

NAMES_PORTS: Final = ResourceRule(
    Control(
        identifier="security-groups-ingress-names-ports",
        sentence="A rule that lets a network in names the ports that it is about",
        why="A rule about every port also opens what somebody starts tomorrow.",
        severity=Severity.MEDIUM,
        resource_types=_OPENING_IN,
        fix=Fix(pulumi="set the protocol, fromPort and toPort to what the service listens on"),
        references=(fsbp("EC2.18"),),
        rows=(250,),
    ),
    _every_opening(
        INGRESS,
        lambda opening: any_of(opening.for_groups(), opening.names_ports()),
        "name its protocol and fewer than all ports",
    ),
)

NO_PUBLIC_HTTP: Final = ResourceRule(
    Control(
        identifier="security-groups-no-public-http",
        sentence="No security group lets the internet reach port 80",
        why="What is sent there can be read and changed on its way; browsers can be told to begin with HTTPS.",
        severity=Severity.LOW,
        resource_types=_OPENING_IN,
        fix=Fix(
            pulumi="leave port 80 out; where old clients need the redirect, exempt the load balancer's group"
        ),
        references=(Reference("PCI DSS", "4.2.1"),),
        advisory_in=frozenset(Tier),
        rows=(250,),
    ),
    _every_opening(
        INGRESS,
        lambda opening: any_of(opening.bounded(), opening.avoids((80,))),
        "not open port 80 to the internet",
    ),
)

EGRESS_RESTRICTED: Final = ResourceRule(
    Control(
        identifier="security-groups-egress-restricted",
        sentence="No security group lets everything out to everywhere",
        why="Whoever gets in can take the data anywhere and fetch whatever tools are needed.",
        severity=Severity.MEDIUM,
        resource_types=_OPENING_OUT,
        fix=Fix(pulumi="name the ports, or the networks, groups and prefix lists that are talked to"),
        advisory_in=frozenset(Tier),
        rows=(251,),
    ),
    _every_opening(
        EGRESS,
        lambda opening: any_of(opening.bounded(), opening.names_ports()),
        "name the ports that may be reached on the internet, or what else may be reached",
    ),
)

_NAMES_NETWORKS: Final = like("cidr", bounded, "set cidr to a network that is smaller than the internet")


def _prefixes_bounded(resource: Resource) -> Iterator[Duty]:
    return owes(_NAMES_NETWORKS, over="entries[]" if resource.type == _PREFIX_LIST else "")(resource)


PREFIX_LISTS_BOUNDED: Final = ResourceRule(
    Control(
        identifier="prefix-lists-name-networks",
        sentence="A prefix list names networks, and never the internet",
        why="A security group that refers to the list looks closed, and lets everybody in.",
        severity=Severity.HIGH,
        resource_types=frozenset({_PREFIX_LIST, _PREFIX_LIST_ENTRY}),
        fix=Fix(
            pulumi="list the networks that are meant; write a rule for everybody into the security group itself"
        ),
        rows=(249, 250),
    ),
    _prefixes_bounded,
)

RULES: Final = (
    NO_ADMIN_PORTS,
    ONLY_PUBLIC_PORTS,
    NAMES_PORTS,
    NO_PUBLIC_HTTP,
    EGRESS_RESTRICTED,
    PREFIX_LISTS_BOUNDED,
)
