"""The VPC: who gets out, by which way, and what is closed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.support.clouds import EXISTING_NETWORK, RecordedCloud, cloud_plan, recorded_cloud

if TYPE_CHECKING:
    from pavedroad.descriptor.cloud import Nat
    from pavedroad.descriptor.environment import Tier
    from pavedroad.testing import RecordedResource

ROUTE = "aws:ec2/route:Route"
NAT = "aws:ec2/natGateway:NatGateway"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


@cache
def cloud(tier: Tier = "production", nat: Nat | None = None) -> RecordedCloud:
    return recorded_cloud(cloud_plan(tier, network={"cidr": "10.40.0.0/16", "nat": nat}))


def made_from(resource: RecordedResource, path: str) -> set[str]:
    """Return the logical names of what a property was made from."""
    return {urn.rpartition("::")[2] for urn in resource.property_dependencies.get(path, ())}


def ways_out(found: RecordedCloud) -> dict[str, set[str]]:
    """Return through which NAT gateway each private route leads."""
    return {
        route.name: made_from(route, "natGatewayId")
        for route in found.of(ROUTE).values()
        if "natGatewayId" in route.inputs
    }


def test_in_production_every_zone_has_a_way_out_of_its_own() -> None:
    assert ways_out(cloud()) == {
        f"prod-private-eu-central-1{zone}": {f"prod-nat-eu-central-1{zone}"} for zone in "abc"
    }


def test_in_development_all_zones_share_one_way_out() -> None:
    assert list(cloud("development").of(NAT)) == ["prod-nat-eu-central-1a"]
    assert set(map(tuple, ways_out(cloud("development")).values())) == {("prod-nat-eu-central-1a",)}


def test_without_nat_nothing_private_leads_to_the_internet() -> None:
    found = cloud("production", "none")
    assert found.of(NAT) == {}
    assert found.of("aws:ec2/eip:Eip") == {}
    assert list(found.of(ROUTE)) == ["prod-public"]


def test_only_the_public_table_leads_to_the_internet_gateway() -> None:
    through = {name: made_from(route, "gatewayId") for name, route in cloud().of(ROUTE).items()}
    assert {name for name, gateways in through.items() if gateways} == {"prod-public"}
    associated = cloud().of("aws:ec2/routeTableAssociation:RouteTableAssociation")
    public = {name for name, one in associated.items() if made_from(one, "routeTableId") == {"prod-public"}}
    assert public == {f"prod-public-eu-central-1{zone}" for zone in "abc"}


def test_data_subnets_have_a_table_that_leads_nowhere() -> None:
    associated = cloud().of("aws:ec2/routeTableAssociation:RouteTableAssociation")
    data = {name: made_from(one, "routeTableId") for name, one in associated.items() if "-data-" in name}
    assert set(map(tuple, data.values())) == {("prod-data",)}
    assert all("prod-data" not in made_from(route, "routeTableId") for route in cloud().of(ROUTE).values())


def test_every_subnet_has_a_table_and_gives_no_public_addresses() -> None:
    subnets = cloud().of("aws:ec2/subnet:Subnet")
    assert len(subnets) == 9
    assert {one.inputs["mapPublicIpOnLaunch"] for one in subnets.values()} == {False}
    assert set(cloud().of("aws:ec2/routeTableAssociation:RouteTableAssociation")) == set(subnets)


def test_the_default_group_lets_nothing_in_or_out() -> None:
    group = cloud().one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert "ingress" not in group
    assert "egress" not in group


def test_gateway_end_points_are_in_every_private_table() -> None:
    for service in ("s3", "dynamodb"):
        endpoint = cloud().of(ENDPOINT)[f"prod-{service}"]
        assert endpoint.inputs["vpcEndpointType"] == "Gateway"
        assert made_from(endpoint, "routeTableIds") == {
            "prod-data",
            *(f"prod-private-eu-central-1{zone}" for zone in "abc"),
        }


def test_interface_end_points_answer_in_every_zone_to_the_vpc_alone() -> None:
    interfaces = [
        one for one in cloud().of(ENDPOINT).values() if one.inputs["vpcEndpointType"] == "Interface"
    ]
    assert len(interfaces) > 8
    for one in interfaces:
        assert made_from(one, "subnetIds") == {f"prod-private-eu-central-1{zone}" for zone in "abc"}
        assert made_from(one, "securityGroupIds") == {"prod.endpoints"}
        assert one.inputs["privateDnsEnabled"] is True
    rule = cloud().one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert (rule["cidrIpv4"], rule["fromPort"], rule["toPort"]) == ("10.40.0.0/16", 443, 443)


@pytest.mark.parametrize(
    ("tier", "traffic", "days"), [("production", "ALL", 365), ("development", "REJECT", 30)]
)
def test_flows_are_written_down_and_kept_as_the_tier_says(tier: Tier, traffic: str, days: int) -> None:
    found = cloud(tier)
    log = found.one("aws:ec2/flowLog:FlowLog")
    assert log["trafficType"] == traffic
    assert log["logDestination"].endswith(":log-group:prod/vpc/flows")
    assert found.one("aws:cloudwatch/logGroup:LogGroup", "prod/vpc/flows")["retentionInDays"] == days


def test_the_role_of_flow_logs_writes_to_its_group_alone() -> None:
    account = cloud().account()
    role = "arn:aws:iam::123456789012:role/prod.vpc.flows"
    stream = "arn:aws:logs:eu-central-1:123456789012:log-group:{}:log-stream:x"
    assert account.decide(role, "logs:PutLogEvents", stream.format("prod/vpc/flows")).allowed
    assert not account.decide(role, "logs:PutLogEvents", stream.format("prod/other")).allowed


def test_a_network_that_exists_is_left_alone() -> None:
    found = recorded_cloud(cloud_plan(network=EXISTING_NETWORK))
    assert [one.type for one in found.resources if one.type.startswith("aws:ec2/")] == [
        "aws:ec2/launchTemplate:LaunchTemplate"
    ]
    assert found.one("aws:eks/cluster:Cluster")["vpcConfig"]["subnetIds"] == EXISTING_NETWORK["private"]
