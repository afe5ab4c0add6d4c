"""The VPC of an environment, resolved: its subnets, its ways out, its ways to AWS, and the record of its flows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.cloud import ExistingNetworkSpec
from pavedroad.plan.cloud.access import VERSION, Grant
from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.network import address_plan
from pavedroad.plan.cloud.regions import endpoint_service, zone_names
from pavedroad.plan.cloud.service_roles import ServiceRolePlan
from pavedroad.plan.cloud.trust import service_trust

if TYPE_CHECKING:
    from pavedroad.descriptor.cloud import NetworkSpec
    from pavedroad.plan.cloud.access import Document
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.defaults import CloudDefaults
    from pavedroad.plan.cloud.network import ZoneAddresses

GATEWAY_ENDPOINTS: Final = ("dynamodb", "s3")
"""Services that a route leads to, free of charge."""

INTERFACE_ENDPOINTS: Final = (
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",
    "kms",
    "logs",
    "secretsmanager",
    "sqs",
    "ssm",
    "sts",
)
"""Services that nodes and pods cannot do without: machines and volumes, images, identities, keys, logs, secrets."""

ZONE_LETTERS: Final = "abc"
"""Zones of an environment that names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPlan:
    """A way to a service of AWS that does not lead over the internet.

    Attributes:
        service: The service: ``ecr.api``.
        service_name: What it is asked for as.
        policy: Who may use it, and for what.
    """

    service: str
    service_name: str
    policy: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLogPlan:
    """The record of what was sent in the network.

    Attributes:
        group: Its log group.
        traffic: Which flows are written down.
        days: How long, in days.
        role: The role that writes it.
    """

    group: str
    traffic: Literal["ALL", "REJECT"]
    days: int
    role: ServiceRolePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPlan:
    """A VPC of the environment's own.

    Attributes:
        name: What its parts are called after.
        cidr: Its address block.
        zones: The subnets of each zone.
        nat: How private subnets reach the internet, by zone: the zone whose NAT gateway they use, or None.
        gateways: End points that a route leads to.
        interfaces: End points with addresses in the private subnets.
        endpoint_group: Name of their security group.
        flow_log: The record of what was sent.
    """

    name: str
    cidr: str
    zones: tuple[ZoneAddresses, ...]
    nat: tuple[tuple[str, str | None], ...]
    gateways: tuple[EndpointPlan, ...]
    interfaces: tuple[EndpointPlan, ...]
    endpoint_group: str
    flow_log: FlowLogPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingNetworkPlan:
    """A VPC that somebody else has made, by its ids and its address block."""

    vpc: str
    cidr: str
    public: tuple[str, ...]
    private: tuple[str, ...]
    data: tuple[str, ...]


def resolve_network(
    account: AccountPlan, spec: NetworkSpec | ExistingNetworkSpec, defaults: CloudDefaults
) -> NetworkPlan | ExistingNetworkPlan:
    """Return the network of an environment: one of its own, or one that exists already."""
    if isinstance(spec, ExistingNetworkSpec):
        return ExistingNetworkPlan(
            vpc=spec.vpc, cidr=spec.cidr, public=spec.public, private=spec.private, data=spec.data
        )
    return _own_network(account, spec, defaults)


def _own_network(account: AccountPlan, spec: NetworkSpec, defaults: CloudDefaults) -> NetworkPlan:
    zones = zone_names(account.region, (spec.zone_letters or ZONE_LETTERS)[: spec.zones])
    choice = spec.nat or defaults.nat
    exits: dict[str, tuple[str | None, ...]] = {
        "none": (None,) * len(zones),
        "one": (zones[0],) * len(zones),
        "per-zone": zones,
    }
    return NetworkPlan(
        name=account.realm,
        cidr=spec.cidr,
        zones=address_plan(spec.cidr, zones).zones,
        nat=tuple(zip(zones, exits[choice], strict=True)),
        gateways=tuple(_endpoint(account, service) for service in GATEWAY_ENDPOINTS),
        interfaces=tuple(_endpoint(account, service) for service in INTERFACE_ENDPOINTS),
        endpoint_group=name("ec2-security-group", account.realm, "endpoints"),
        flow_log=_flow_log(account, defaults),
    )


def _endpoint(account: AccountPlan, service: str) -> EndpointPlan:
    """Return an end point that serves identities of the account alone: nothing leaves through it to another one."""
    statements: list[Document] = [
        {
            "Sid": "IdentitiesOfTheAccount",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalAccount": account.account}},
        }
    ]
    if service == "s3":
        layers = account.arn("s3", f"prod-{account.region}-starport-layer-bucket/*")
        statements.append(
            {
                "Sid": "LayersOfImages",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": layers,
            }
        )
    return EndpointPlan(
        service=service,
        service_name=endpoint_service(service, account.region),
        policy={"Version": VERSION, "Statement": statements},
    )


def _flow_log(account: AccountPlan, defaults: CloudDefaults) -> FlowLogPlan:
    group = name("logs-group", account.realm, "vpc", "flows")
    arn = account.arn("logs", f"log-group:{group}")
    writes = ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
    return FlowLogPlan(
        group=group,
        traffic=defaults.flows,
        days=defaults.log_days,
        role=ServiceRolePlan(
            name=name("iam-role", account.realm, "vpc", "flows"),
            trust=service_trust(account, "vpc-flow-logs", ours_only=True),
            grants=(
                Grant(reason="flow-log.write", actions=writes, resources=(arn, f"{arn}:*")),
                Grant(reason="flow-log.find", actions=("logs:DescribeLogGroups",), resources=("*",)),
            ),
        ),
    )
