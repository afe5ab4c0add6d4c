"""The VPC: subnets in every zone, ways out for those that may, ways to AWS that do not lead over the internet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.aws.logs import declare_log_group
from components.aws.place import late
from components.aws.roles import declare_service_role
from pavedroad.plan.cloud.karpenter_grants import DISCOVERY_TAG
from pavedroad.plan.cloud.vpc import ExistingNetworkPlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.aws.place import CloudPlace
    from pavedroad.plan.cloud.network import ZoneAddresses
    from pavedroad.plan.cloud.vpc import EndpointPlan, NetworkPlan

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
EVERYWHERE = "0.0.0.0/0"
HTTPS = 443

AGGREGATION_SECONDS = 600
"""How long flows are put together before they are written down, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A VPC and its subnets, by id.

    Attributes:
        vpc: The VPC.
        public: Subnets of load balancers.
        private: Subnets of nodes and pods.
        data: Subnets of databases and brokers.
        ready: What nodes need beside: without a way out they find neither images nor the cluster.
    """

    vpc: pulumi.Input[str]
    public: Sequence[pulumi.Input[str]]
    private: Sequence[pulumi.Input[str]]
    data: Sequence[pulumi.Input[str]]
    ready: tuple[pulumi.Resource, ...] = ()


def declare_network(
    place: CloudPlace, plan: NetworkPlan | ExistingNetworkPlan, log_key: pulumi.Input[str]
) -> Network:
    """Declare an environment's network, unless it exists already."""
    if isinstance(plan, ExistingNetworkPlan):
        return Network(vpc=plan.vpc, public=plan.public, private=plan.private, data=plan.data)
    return _OwnNetwork(place, plan).declare(log_key)


class _OwnNetwork:
    """The declaration of a VPC of the environment's own, step by step."""

    def __init__(self, place: CloudPlace, plan: NetworkPlan) -> None:
        self._place = place
        self._plan = plan
        vpc = place.declare(
            VPC,
            plan.name,
            {
                "cidrBlock": plan.cidr,
                "enableDnsHostnames": True,
                "enableDnsSupport": True,
                "tags": {"Name": plan.name},
            },
        )
        self._vpc = late(vpc, "id")

    def declare(self, log_key: pulumi.Input[str]) -> Network:
        self._close_default_group()
        self._log_flows(log_key)
        public = {zone.zone: self._subnet("public", zone, zone.public) for zone in self._plan.zones}
        private = {zone.zone: self._subnet("private", zone, zone.private) for zone in self._plan.zones}
        data = {zone.zone: self._subnet("data", zone, zone.data) for zone in self._plan.zones}
        internet = self._open_public(public)
        gateways = self._gateways(public, internet)
        tables = {zone: self._route_private(zone, private[zone], gateways) for zone in private}
        closed = self._table("data", "data", data)
        self._endpoints([*tables.values(), closed], list(private.values()))
        return Network(
            vpc=self._vpc,
            public=list(public.values()),
            private=list(private.values()),
            data=list(data.values()),
            ready=tuple(gateways.values()),
        )

    def _named(self, *parts: str) -> str:
        return "-".join((self._plan.name, *parts))

    def _close_default_group(self) -> None:
        """Take every rule from the group that AWS makes with the VPC, and that whatever names none gets."""
        name = self._named("default")
        self._place.declare(
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
            name,
            {"vpcId": self._vpc, "tags": {"Name": name}},
        )

    def _log_flows(self, key: pulumi.Input[str]) -> None:
        plan, place = self._plan.flow_log, self._place
        group = declare_log_group(place, plan.group, plan.days, key)
        role, *rights = declare_service_role(place, plan.role)
        place.declare(
            "aws:ec2/flowLog:FlowLog",
            self._plan.name,
            {
                "vpcId": self._vpc,
                "trafficType": plan.traffic,
                "logDestinationType": "cloud-watch-logs",
                "logDestination": place.cloud.account.arn("logs", f"log-group:{plan.group}"),
                "iamRoleArn": late(role, "arn"),
                "maxAggregationInterval": AGGREGATION_SECONDS,
            },
            after=(group, *rights),
        )

    def _subnet(self, role: str, zone: ZoneAddresses, cidr: str) -> pulumi.Output[str]:
        """Declare a subnet, and say what load balancers and Karpenter may use it for."""
        cluster = self._place.cloud.account.cluster
        uses = {
            "public": {"kubernetes.io/role/elb": "1"},
            "private": {"kubernetes.io/role/internal-elb": "1", DISCOVERY_TAG: cluster},
            "data": {},
        }[role]
        name = self._named(role, zone.zone)
        subnet = self._place.declare(
            SUBNET,
            name,
            {
                "vpcId": self._vpc,
                "availabilityZone": zone.zone,
                "cidrBlock": cidr,
                "mapPublicIpOnLaunch": False,
                "tags": {"Name": name, **uses},
            },
        )
        return late(subnet, "id")

    def _table(self, name: str, role: str, subnets: dict[str, pulumi.Output[str]]) -> pulumi.Output[str]:
        """Declare a route table that leads nowhere yet, for some subnets of one role."""
        table = self._place.declare(
            "aws:ec2/routeTable:RouteTable",
            self._named(name),
            {"vpcId": self._vpc, "tags": {"Name": self._named(name)}},
        )
        for zone, subnet in subnets.items():
            self._place.declare(
                "aws:ec2/routeTableAssociation:RouteTableAssociation",
                self._named(role, zone),
                {"routeTableId": late(table, "id"), "subnetId": subnet},
                tagged=False,
            )
        return late(table, "id")

    def _open_public(self, public: dict[str, pulumi.Output[str]]) -> pulumi.CustomResource:
        gateway = self._place.declare(
            "aws:ec2/internetGateway:InternetGateway",
            self._plan.name,
            {"vpcId": self._vpc, "tags": {"Name": self._plan.name}},
        )
        self._place.declare(
            ROUTE,
            self._named("public"),
            {
                "routeTableId": self._table("public", "public", public),
                "destinationCidrBlock": EVERYWHERE,
                "gatewayId": late(gateway, "id"),
            },
            tagged=False,
        )
        return gateway

    def _gateways(
        self, public: dict[str, pulumi.Output[str]], internet: pulumi.CustomResource
    ) -> dict[str, pulumi.CustomResource]:
        """Declare a NAT gateway in each zone that has one, with an address of its own."""
        gateways = {}
        for zone in sorted({through for _, through in self._plan.nat if through}):
            name = self._named("nat", zone)
            address = self._place.declare(
                "aws:ec2/eip:Eip", name, {"domain": "vpc", "tags": {"Name": name}}, after=(internet,)
            )
            gateways[zone] = self._place.declare(
                "aws:ec2/natGateway:NatGateway",
                name,
                {"allocationId": late(address, "id"), "subnetId": public[zone], "tags": {"Name": name}},
                after=(internet,),
            )
        return gateways

    def _route_private(
        self, zone: str, subnet: pulumi.Output[str], gateways: dict[str, pulumi.CustomResource]
    ) -> pulumi.Output[str]:
        table = self._table(f"private-{zone}", "private", {zone: subnet})
        through = dict(self._plan.nat)[zone]
        if through:
            self._place.declare(
                ROUTE,
                self._named("private", zone),
                {
                    "routeTableId": table,
                    "destinationCidrBlock": EVERYWHERE,
                    "natGatewayId": late(gateways[through], "id"),
                },
                tagged=False,
            )
        return table

    def _endpoints(self, tables: Sequence[pulumi.Output[str]], subnets: Sequence[pulumi.Output[str]]) -> None:
        group = self._endpoint_group()
        for plan in self._plan.gateways:
            self._endpoint(plan, {"vpcEndpointType": "Gateway", "routeTableIds": list(tables)})
        for plan in self._plan.interfaces:
            self._endpoint(
                plan,
                {
                    "vpcEndpointType": "Interface",
                    "subnetIds": list(subnets),
                    "securityGroupIds": [group],
                    "privateDnsEnabled": True,
                },
            )

    def _endpoint(self, plan: EndpointPlan, properties: dict[str, object]) -> None:
        name = self._named(plan.service)
        self._place.declare(
            ENDPOINT,
            name,
            {
                "vpcId": self._vpc,
                "serviceName": plan.service_name,
                "policy": json.dumps(plan.policy),
                "tags": {"Name": name},
                **properties,
            },
        )

    def _endpoint_group(self) -> pulumi.Output[str]:
        """Declare who may reach the end points: whatever stands in the VPC, by TLS."""
        name = self._plan.endpoint_group
        group = self._place.declare(
            "aws:ec2/securityGroup:SecurityGroup",
            name,
            {
                "name": name,
                "description": "End points of AWS services in the VPC",
                "vpcId": self._vpc,
                "tags": {"Name": name},
            },
        )
        self._place.declare(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            name,
            {
                "securityGroupId": late(group, "id"),
                "description": "TLS from everything in the VPC",
                "cidrIpv4": self._plan.cidr,
                "ipProtocol": "tcp",
                "fromPort": HTTPS,
                "toPort": HTTPS,
            },
        )
        return late(group, "id")
