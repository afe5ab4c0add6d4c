"""Examples of the controls about AWS networks: security groups and network ACLs."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ACL = "aws:ec2/networkAcl:NetworkAcl"
ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"

_EVERYBODY = "0.0.0.0/0"


def _inline(port: int, block: str, **more: Any) -> dict[str, Any]:
    return {
        "protocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "cidrBlocks": [block],
        "description": "what it is for",
        **more,
    }


def _group(port: int = 443, block: str = _EVERYBODY) -> Declared:
    return Declared(
        type=GROUP,
        properties={
            "vpcId": "vpc-1",
            "description": "the shop",
            "ingress": [_inline(port, block)],
            "egress": [_inline(443, _EVERYBODY)],
        },
    )


def _separate(port: int = 443, block: str = _EVERYBODY) -> Declared:
    return Declared(
        type=RULE, properties={"type": "ingress", "securityGroupId": "sg-1", **_inline(port, block)}
    )


def _of_one_block(port: int = 443, block: str = _EVERYBODY, type_: str = INGRESS_RULE) -> Declared:
    return Declared(
        type=type_,
        properties={
            "securityGroupId": "sg-1",
            "ipProtocol": "tcp",
            "fromPort": port,
            "toPort": port,
            "cidrIpv4": block,
            "description": "what it is for",
        },
    )


_OWN = "10.0.0.0/8"
_ACL = Declared(
    type=ACL,
    properties={
        "vpcId": "vpc-1",
        "ingress": [
            {
                "ruleNo": 100,
                "action": "allow",
                "protocol": "tcp",
                "fromPort": 443,
                "toPort": 443,
                "cidrBlock": _EVERYBODY,
            }
        ],
    },
)
_ACL_RULE = Declared(
    type=ACL_RULE,
    properties={
        "networkAclId": "acl-1",
        "egress": False,
        "ruleNumber": 100,
        "ruleAction": "allow",
        "protocol": "6",
        "fromPort": 22,
        "toPort": 22,
        "ipv6CidrBlock": "2001:db8::/32",
    },
)

_ADMIN = "security-groups-no-public-admin-ports"
_PUBLIC = "security-groups-only-public-ports"
_NAMES = "security-groups-ingress-names-ports"
_EGRESS = "security-groups-egress-restricted"
_DESCRIBED = "security-groups-described"
_ACL_ADMIN = "network-acls-no-public-admin-ports"
_ACL_NAMES = "network-acls-name-ports"

EXAMPLES = (
    Example(control=_ADMIN, declared=(_group(22, _OWN),), breaks="ingress.0.cidrBlocks.0", to="0.0.0.0/1"),
    Example(control=_ADMIN, declared=(_group(443),), breaks="ingress.0.fromPort", to=0),
    Example(control=_ADMIN, declared=(_group(443),), breaks="ingress.0.protocol", to="-1"),
    Example(control=_ADMIN, declared=(_separate(3389, _OWN),), breaks="cidrBlocks.0", to=_EVERYBODY),
    Example(
        control=_ADMIN, declared=(_separate(443),), breaks="toPort", to=65535, settings={"ports": [8443]}
    ),
    Example(control=_ADMIN, declared=(_of_one_block(22, _OWN),), breaks="cidrIpv4", to=_EVERYBODY),
    Example(control=_ADMIN, declared=(_of_one_block(22, _OWN),), breaks="cidrIpv6", to="::/0"),
    Example(control=_PUBLIC, declared=(_group(443),), breaks="ingress.0.toPort", to=444),
    Example(control=_PUBLIC, declared=(_separate(8080, _OWN),), breaks="cidrBlocks.0", to="128.0.0.0/1"),
    Example(control=_PUBLIC, declared=(_of_one_block(443),), breaks="ipProtocol", to="-1"),
    Example(
        control=_PUBLIC,
        declared=(_of_one_block(443),),
        breaks="fromPort",
        to=80,
        settings={"allowedPorts": [443]},
    ),
    Example(control=_NAMES, declared=(_group(8080, _OWN),), breaks="ingress.0.protocol", to="-1"),
    Example(
        control=_NAMES,
        declared=(Declared(type=RULE, properties={**_separate(0, _OWN).properties, "toPort": 1024}),),
        breaks="toPort",
        to=65535,
    ),
    Example(
        control="security-groups-no-public-http",
        declared=(_of_one_block(80, _OWN),),
        breaks="cidrIpv4",
        to=_EVERYBODY,
    ),
    Example(control=_EGRESS, declared=(_group(),), breaks="egress.0.protocol", to="-1"),
    Example(control=_EGRESS, declared=(_of_one_block(443, type_=EGRESS_RULE),), breaks="ipProtocol", to=-1),
    Example(control=_DESCRIBED, declared=(_group(),), breaks="description", to="Managed by Pulumi"),
    Example(control=_DESCRIBED, declared=(_group(),), breaks="ingress.0.description", to=REMOVED),
    Example(control=_DESCRIBED, declared=(_group(),), breaks="egress.0.description", to=""),
    Example(control=_DESCRIBED, declared=(_separate(),), breaks="description", to=REMOVED),
    Example(control=_DESCRIBED, declared=(_of_one_block(),), breaks="description", to=" "),
    Example(
        control="security-group-rules-in-one-place",
        declared=(
            Declared(type=GROUP, properties={"id": "sg-1", "ingress": [_inline(443, _EVERYBODY)]}),
            Declared(type=INGRESS_RULE, properties={"securityGroupId": "sg-2", "ipProtocol": "tcp"}),
        ),
        of=1,
        breaks="securityGroupId",
        to="sg-1",
    ),
    Example(
        control="prefix-lists-name-networks",
        declared=(Declared(type=PREFIX_LIST, properties={"entries": [{"cidr": "10.1.0.0/16"}]}),),
        breaks="entries.0.cidr",
        to="::/1",
    ),
    Example(control=_ACL_ADMIN, declared=(_ACL,), breaks="ingress.0.fromPort", to=22),
    Example(control=_ACL_ADMIN, declared=(_ACL,), breaks="ingress.0.protocol", to="-1"),
    Example(control=_ACL_ADMIN, declared=(_ACL_RULE,), breaks="ipv6CidrBlock", to="::/0"),
    Example(
        control=_ACL_ADMIN,
        declared=(
            Declared(
                type=ACL_RULE,
                properties={**_ACL_RULE.properties, "ipv6CidrBlock": "::/0", "ruleAction": "deny"},
            ),
        ),
        breaks="ruleAction",
        to="allow",
    ),
    Example(control=_ACL_NAMES, declared=(_ACL,), breaks="ingress.0.protocol", to="-1"),
)
