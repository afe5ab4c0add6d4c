"""Openings: what one rule of a firewall lets through, in whichever of AWS's forms it is written.

A security group's rules stand inline, in a `SecurityGroupRule`, or in a resource per direction; a network ACL's
inline or in a `NetworkAclRule`. Each becomes the same here, so that no rule judges one form and overlooks another.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from pavedroad.governance import Properties, Reading, Resource, Truth, all_of, any_of
from pavedroad.governance.truth import NO
from policies.rules.aws.network.addresses import bounded
from policies.rules.aws.shapes import amount, boolean, scalar

SECURITY_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_SECURITY_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
SECURITY_GROUPS: Final = frozenset({SECURITY_GROUP, DEFAULT_SECURITY_GROUP})
SECURITY_GROUP_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
NETWORK_ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_NETWORK_ACL: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
NETWORK_ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"

INGRESS: Final = "ingress"
EGRESS: Final = "egress"

_OPPOSITE: Final = {INGRESS: EGRESS, EGRESS: INGRESS}
_RULE_OF: Final = {INGRESS_RULE: INGRESS, EGRESS_RULE: EGRESS}
_WITH_PORTS: Final = frozenset({"tcp", "6", "udp", "17", "dccp", "33", "sctp", "132", "udplite", "136"})
_ANY_PROTOCOL: Final = frozenset({"-1", "all"})
_CONTROL_MESSAGES: Final = frozenset({"icmp", "1", "icmpv6", "58"})
_LAST_PORT: Final = 65535


class Opening(NamedTuple):
    """What one rule of a firewall lets through.

    Attributes:
        part: The rule, as it is written.
        blocks: The blocks of addresses on the other side; none where that is a group or a list with a name.
        protocol: Its protocol, by name or number.
        lowest: The first port.
        highest: The last port.
        idle: Whether it opens nothing at all in the direction that is asked about, because it denies, or is about
            the other direction.
    """

    part: Properties
    blocks: tuple[Reading[str], ...]
    protocol: Reading[str]
    lowest: Reading[float]
    highest: Reading[float]
    idle: Truth

    @property
    def name(self) -> str:
        """Say which rule it is."""
        return self.part.path or "it"

    def bounded(self) -> Truth:
        """Whether it opens nothing, or to less than the internet."""
        return any_of(self.idle, all_of(*(block.satisfies(bounded, absent=True) for block in self.blocks)))

    def for_groups(self) -> Truth:
        """Whether it opens nothing, or only to what has a name: security groups and lists of prefixes."""
        return any_of(
            self.idle, all_of(*(block.satisfies(lambda _: False, absent=True) for block in self.blocks))
        )

    def avoids(self, ports: Iterable[int]) -> Truth:
        """Whether it lets nothing through to any of ``ports``."""
        apart = (any_of(self._above(port), self._below(port)) for port in ports)
        return any_of(self._portless(), all_of(self._with_ports(), *apart))

    def keeps_to(self, ranges: Iterable[tuple[int, int]]) -> Truth:
        """Whether all its ports are within one of ``ranges``; control messages have none and are let through."""
        within = (
            all_of(*(number.satisfies(_between(first, last)) for number in (self.lowest, self.highest)))
            for first, last in ranges
        )
        return any_of(self._control_messages(), all_of(self._with_ports(), any_of(*within)))

    def names_ports(self) -> Truth:
        """Whether it is about less than every port; of protocols that have none, about one."""
        narrower = any_of(self._above(1), self._below(_LAST_PORT))
        return any_of(self._portless(), all_of(self._with_ports(), narrower))

    def _above(self, port: int) -> Truth:
        return self.lowest.satisfies(lambda number: number > port)

    def _below(self, port: int) -> Truth:
        return self.highest.satisfies(lambda number: number < port)

    def _with_ports(self) -> Truth:
        return self.protocol.satisfies(_one_of(_WITH_PORTS))

    def _control_messages(self) -> Truth:
        return self.protocol.satisfies(_one_of(_CONTROL_MESSAGES))

    def _portless(self) -> Truth:
        return self.protocol.satisfies(lambda name: name.lower() not in _WITH_PORTS | _ANY_PROTOCOL)


def openings(resource: Resource, direction: str) -> list[Opening]:
    """List what a security group, a network ACL, or a rule of one lets through in ``direction``."""
    whole = resource.properties
    if resource.type == SECURITY_GROUP_RULE:
        return [_listing(whole, whole.text("type").equals(_OPPOSITE[direction]))]
    if resource.type in _RULE_OF:
        return [_of_one_block(whole)] if _RULE_OF[resource.type] == direction else []
    if resource.type == NETWORK_ACL_RULE:
        return [_numbered(whole, "ruleAction", boolean(whole, "egress").equals(direction == INGRESS))]
    if resource.type in (NETWORK_ACL, DEFAULT_NETWORK_ACL):
        return [_numbered(part, "action", NO) for part in whole.items(direction)]
    return [_listing(part, NO) for part in whole.items(direction)]


def _listing(part: Properties, idle: Truth) -> Opening:
    blocks = (*part.items("cidrBlocks"), *part.items("ipv6CidrBlocks"))
    return _opening(part, tuple(each.text() for each in blocks), "protocol", idle)


def _of_one_block(part: Properties) -> Opening:
    return _opening(part, (part.text("cidrIpv4"), part.text("cidrIpv6")), "ipProtocol", NO)


def _numbered(part: Properties, action: str, elsewhere: Truth) -> Opening:
    idle = any_of(elsewhere, part.text(action).satisfies(lambda does: does.lower() == "deny"))
    return _opening(part, (part.text("cidrBlock"), part.text("ipv6CidrBlock")), "protocol", idle)


def _opening(part: Properties, blocks: tuple[Reading[str], ...], protocol: str, idle: Truth) -> Opening:
    return Opening(
        part=part,
        blocks=blocks,
        protocol=scalar(part, protocol),
        lowest=amount(part, "fromPort"),
        highest=amount(part, "toPort"),
        idle=idle,
    )


def _one_of(names: frozenset[str]) -> Callable[[str], bool]:
    return lambda name: name.lower() in names


def _between(first: int, last: int) -> Callable[[float], bool]:
    return lambda number: first <= number <= last
