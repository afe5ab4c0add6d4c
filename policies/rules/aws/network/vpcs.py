"""Rules about VPCs: what they come with is closed, what they send is seen, and they reach no more than they need."""

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
    Stack,
    StackRule,
    Tier,
    all_of,
    any_of,
    setting,
)
from policies.rules.aws.joins import Elsewhere, Pointing, completed
from policies.rules.aws.network.addresses import within_one_vpc
from policies.rules.aws.network.openings import DEFAULT_SECURITY_GROUP
from policies.rules.aws.shapes import Demand, both, cis_aws, either, flag, fsbp, left_out, like, one_of, owes

_VPC: Final = "aws:ec2/vpc:Vpc"
_VPCS: Final = frozenset({_VPC})
_DEFAULT_VPC: Final = "aws:ec2/defaultVpc:DefaultVpc"
_SUBNET: Final = "aws:ec2/subnet:Subnet"
_DEFAULT_SUBNET: Final = "aws:ec2/defaultSubnet:DefaultSubnet"
_ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
_ROUTE: Final = "aws:ec2/route:Route"
_ROUTE_TABLES: Final = frozenset(
    {"aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"}
)
_ID: Final = ("id",)

_CLOSED: Final = both(left_out("ingress"), left_out("egress"))

DEFAULT_GROUP_CLOSED: Final = ResourceRule(
    Control(
        identifier="default-security-groups-closed",
        sentence="The default security group lets nothing in and nothing out",
        why="Whatever is started without naming a group gets this one.",
        severity=Severity.HIGH,
        resource_types=frozenset({DEFAULT_SECURITY_GROUP}),
        fix=Fix(pulumi="leave ingress and egress out, and give every resource a group of its own"),
        references=(fsbp("EC2.2"), cis_aws("6.5")),
        rows=(254,),
    ),
    owes(left_out("ingress"), left_out("egress")),
)

DEFAULT_GROUP_TAKEN: Final = completed(
    Control(
        identifier="vpcs-close-their-default-security-group",
        sentence="Every VPC comes with a declaration that closes its default security group",
        why="AWS makes that group with every VPC and lets its members reach each other and everything outside.",
        severity=Severity.HIGH,
        resource_types=_VPCS,
        fix=Fix(pulumi="declare an aws.ec2.DefaultSecurityGroup for the VPC, without ingress and egress"),
        references=(fsbp("EC2.2"), cis_aws("6.5")),
        rows=(254,),
    ),
    "have a DefaultSecurityGroup without ingress and egress",
    Elsewhere(DEFAULT_SECURITY_GROUP, "vpcId", _ID, _CLOSED),
)

DEFAULT_VPC_UNUSED: Final = ResourceRule(
    Control(
        identifier="default-vpc-unused",
        sentence="The default VPC is adopted for nothing but its removal",
        why="All its subnets are public: whatever lands there by mistake is on the internet.",
        severity=Severity.HIGH,
        resource_types=frozenset({_DEFAULT_VPC}),
        fix=Fix(
            pulumi="declare a VPC of your own; adopt the default one only with force_destroy, to remove it"
        ),
        rows=(254,),
    ),
    owes(flag("forceDestroy")),
)

FLOW_LOGS: Final = completed(
    Control(
        identifier="vpcs-log-flows",
        sentence="Every VPC logs at least the traffic that it rejects",
        why="Without it nobody sees who scans the network, nor finds out later what was taken.",
        severity=Severity.MEDIUM,
        resource_types=_VPCS,
        fix=Fix(pulumi="declare an aws.ec2.FlowLog for the VPC with traffic_type ALL or REJECT"),
        references=(fsbp("EC2.6"), cis_aws("4.7")),
        rows=(255,),
    ),
    "have a FlowLog whose trafficType is ALL or REJECT",
    Elsewhere("aws:ec2/flowLog:FlowLog", "vpcId", _ID, one_of("trafficType", "ALL", "REJECT")),
)


def _no_public_addresses(subnet: Resource) -> Iterator[Duty]:
    by_default = subnet.type == _SUBNET
    return owes(flag("mapPublicIpOnLaunch", wanted=False, absent=by_default))(subnet)


NO_PUBLIC_ADDRESSES: Final = ResourceRule(
    Control(
        identifier="subnets-give-no-public-addresses",
        sentence="No subnet gives a public address to whatever starts in it",
        why="A machine becomes reachable from the internet without anybody having said so.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_SUBNET, _DEFAULT_SUBNET}),
        fix=Fix(pulumi="set map_public_ip_on_launch=False; load balancers and NAT gateways do not need it"),
        references=(fsbp("EC2.15"),),
        rows=(256,),
    ),
    _no_public_addresses,
)


class PrivateServices(Settings):
    """Which services of AWS are reached without the internet."""

    services: tuple[str, ...] = setting(
        ("ecr.api", "ecr.dkr", "s3", "sts", "secretsmanager", "logs"),
        "Services that every VPC must have an endpoint for, as the last part of the endpoint's name.",
    )


def _endpoints(stack: Stack) -> Pointing:
    return Pointing(stack.of_types({_ENDPOINT}), "vpcId")


def _for_service(service: str) -> Demand:
    return like("serviceName", lambda name: name.endswith(f".{service}"), f"be for {service}")


def _private_services(wanted: PrivateServices) -> Callable[[Stack], Iterator[Duty]]:
    demands = [(service, _for_service(service)) for service in wanted.services]

    def check(stack: Stack) -> Iterator[Duty]:
        for vpc in stack.of_types(_VPCS):
            found = stack.derived(_endpoints).at(vpc, _ID)
            for service, demand in demands:
                reached = (all_of(belongs, demand.met(each.properties)) for each, belongs in found)
                yield Duty(
                    vpc,
                    any_of(*reached, stack.missing("a VpcEndpoint")),
                    f"it must have a VpcEndpoint for {service}",
                )

    return check


PRIVATE_SERVICES: Final = StackRule.settable(
    Control(
        identifier="vpcs-reach-aws-services-privately",
        sentence="Every VPC reaches the services of AWS that clusters need without the internet",
        why="Images, secrets and logs need no way out; so a subnet can be closed that otherwise could not be.",
        severity=Severity.MEDIUM,
        resource_types=_VPCS,
        fix=Fix(pulumi="declare an aws.ec2.VpcEndpoint in the VPC for each of the services"),
        references=(fsbp("EC2.10"), fsbp("EC2.55"), fsbp("EC2.56"), fsbp("EC2.57"), cis_aws("6.8")),
        advisory_in=frozenset({Tier.STAGING}),
        rows=(258,),
    ),
    PrivateServices(),
    _private_services,
)

ENDPOINT_SERVICE_ASKS: Final = ResourceRule(
    Control(
        identifier="endpoint-services-accept-by-hand",
        sentence="Whoever connects to an endpoint service is accepted one by one",
        why="Every principal that is allowed could otherwise connect any VPC at any time, unseen.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({"aws:ec2/vpcEndpointService:VpcEndpointService"}),
        fix=Fix(pulumi="set acceptance_required=True"),
        rows=(259,),
    ),
    owes(flag("acceptanceRequired")),
)

_NOT_PEERING: Final = left_out("vpcPeeringConnectionId")


def _within(*paths: str) -> Callable[[Resource, str], Iterator[Duty]]:
    narrow = [
        either(
            _NOT_PEERING,
            like(path, within_one_vpc, f"set {path} to no more than a part of the peer", absent=True),
        )
        for path in paths
    ]

    def check(resource: Resource, over: str) -> Iterator[Duty]:
        return owes(*narrow, over=over)(resource)

    return check


_ROUTES: Final = _within("destinationCidrBlock", "destinationIpv6CidrBlock")
_INLINE_ROUTES: Final = _within("cidrBlock", "ipv6CidrBlock")


def _peering(resource: Resource) -> Iterator[Duty]:
    return _ROUTES(resource, "") if resource.type == _ROUTE else _INLINE_ROUTES(resource, "routes[]")


PEERING_NARROW: Final = ResourceRule(
    Control(
        identifier="peering-routes-narrow",
        sentence="A route to a peered VPC covers no more than one VPC can have",
        why="A wide route sends traffic to the peer that was meant for somebody else.",
        severity=Severity.MEDIUM,
        resource_types=_ROUTE_TABLES | {_ROUTE},
        fix=Fix(pulumi="name the subnets of the peer that are needed as the route's destination"),
        references=(cis_aws("6.6"),),
        rows=(260,),
    ),
    _peering,
)

RULES: Final = (
    DEFAULT_GROUP_CLOSED,
    DEFAULT_GROUP_TAKEN,
    DEFAULT_VPC_UNUSED,
    FLOW_LOGS,
    NO_PUBLIC_ADDRESSES,
    PRIVATE_SERVICES,
    ENDPOINT_SERVICE_ASKS,
    PEERING_NARROW,
)
