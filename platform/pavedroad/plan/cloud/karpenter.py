"""Karpenter, resolved: what it may do in the account, what tells it of interruptions, and the nodes that it makes.

Source: Karpenter documentation, *CloudFormation reference* and *NodeClasses*. Nodes get an instance profile that
exists already, so that Karpenter needs no right to write to IAM.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.plan.cloud.access import VERSION, Condition, Grant, pod_trust
from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.regions import arn, service_principal
from pavedroad.plan.cloud.service_roles import ServiceRolePlan, node_role
from pavedroad.plan.cloud.volumes import volume_key_grants

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.cloud.access import Document
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.defaults import CloudDefaults

NAMESPACE: Final = "karpenter"
SERVICE_ACCOUNT: Final = "karpenter"
DISCOVERY_TAG: Final = "karpenter.sh/discovery"
"""Tag of the subnets that nodes stand in; its value is the cluster."""

MESSAGE_SECONDS: Final = 300
"""How long a notice of an interruption is worth something, in seconds."""

_POOL_TAG: Final = "karpenter.sh/nodepool"

_EVENTS: Final = (
    ("health", "aws.health", "AWS Health Event"),
    ("rebalance", "aws.ec2", "EC2 Instance Rebalance Recommendation"),
    ("spot", "aws.ec2", "EC2 Spot Instance Interruption Warning"),
    ("state", "aws.ec2", "EC2 Instance State-change Notification"),
)
"""What EventBridge tells Karpenter of: name of the rule, source, and type."""

_LAUNCHED: Final = (
    "fleet",
    "instance",
    "launch-template",
    "network-interface",
    "spot-instances-request",
    "volume",
)
"""What comes about when machines are launched."""

_FOUND: Final = (
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeCapacityReservations",
    "ec2:DescribeImages",
    "ec2:DescribeInstances",
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSpotPriceHistory",
    "ec2:DescribeSubnets",
)
"""What Karpenter looks up; none of these can be restricted to a resource (*Service Authorization Reference*)."""

Capacity = Literal["on-demand", "spot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePoolPlan:
    """A kind of nodes that Karpenter makes.

    Attributes:
        name: Its name.
        capacity: How its machines are paid for, in the order of preference.
        cpu: The most processor cores of all its nodes together.
    """

    name: str
    capacity: tuple[Capacity, ...]
    cpu: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRulePlan:
    """Events that are put into Karpenter's queue: the rule's name, and which events."""

    name: str
    pattern: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class KarpenterPlan:
    """Karpenter's part of an account.

    Attributes:
        role: The role of its controller.
        queue: The queue of notices.
        dead_letters: The queue of those that it could not handle.
        queue_policy: Who puts notices there.
        rules: Which notices.
        pools: The nodes that it makes.
    """

    role: ServiceRolePlan
    queue: str
    dead_letters: str
    queue_policy: Document
    rules: tuple[EventRulePlan, ...]
    pools: tuple[NodePoolPlan, ...]


def resolve_karpenter(account: AccountPlan, defaults: CloudDefaults) -> KarpenterPlan:
    """Return Karpenter's part of an account.

    Args:
        account: The account.
        defaults: What the tier says.
    """
    queue = name("sqs-queue", account.environment, "karpenter")
    rules = tuple(
        EventRulePlan(
            name=name("events-rule", account.environment, "karpenter", event),
            pattern={"source": [source], "detail-type": [kind]},
        )
        for event, source, kind in _EVENTS
    )
    capacity: tuple[Capacity, ...] = ("spot", "on-demand") if defaults.spot else ("on-demand",)
    return KarpenterPlan(
        role=ServiceRolePlan(
            name=name("iam-role", account.environment, NAMESPACE, "controller"),
            trust=pod_trust(account),
            grants=(
                *_grants(account, queue),
                *volume_key_grants(account, "karpenter"),
            ),
        ),
        queue=queue,
        dead_letters=name("sqs-queue", account.environment, "karpenter", "dead"),
        queue_policy=_queue_policy(account, queue, rules),
        rules=rules,
        pools=(NodePoolPlan(name="general", capacity=capacity, cpu=1_000),),
    )


def _queue_policy(account: AccountPlan, queue: str, rules: Iterable[EventRulePlan]) -> Document:
    target = account.arn("sqs", queue)
    sources = [account.arn("events", f"rule/{rule.name}") for rule in rules]
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "Notices",
                "Effect": "Allow",
                "Principal": {"Service": service_principal("events", account.region)},
                "Action": "sqs:SendMessage",
                "Resource": target,
                "Condition": {"ArnEquals": {"aws:SourceArn": sources}},
            },
            {
                "Sid": "OnlyOverTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": target,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }


def _grants(account: AccountPlan, queue: str) -> tuple[Grant, ...]:
    """Return what the controller may do: launch for this cluster, end what it launched, look around."""
    owned = f"kubernetes.io/cluster/{account.cluster}"

    def equals(key: str, *values: str) -> Condition:
        return Condition(operator="StringEquals", key=key, values=values)

    def tagged(prefix: str) -> tuple[Condition, ...]:
        return (
            equals(f"aws:{prefix}/{owned}", "owned"),
            Condition(operator="StringLike", key=f"aws:{prefix}/{_POOL_TAG}", values=("*",)),
        )

    def of(*kinds: str) -> tuple[str, ...]:
        return tuple(account.arn("ec2", f"{kind}/*") for kind in kinds)

    launch = ("ec2:CreateFleet", "ec2:RunInstances")
    asked = (*tagged("RequestTag"), equals("aws:RequestTag/eks:eks-cluster-name", account.cluster))
    parameters = arn("ssm", account.region, "", "parameter/aws/service/*")
    return (
        Grant(
            reason="karpenter.launch-from-images",
            actions=launch,
            resources=(
                arn("ec2", account.region, "", "image/*"),
                arn("ec2", account.region, "", "snapshot/*"),
            ),
            conditions=(equals("ec2:Owner", "amazon"),),
        ),
        Grant(
            reason="karpenter.launch-in-subnets",
            actions=launch,
            resources=of("subnet"),
            conditions=(equals(f"aws:ResourceTag/{DISCOVERY_TAG}", account.cluster),),
        ),
        Grant(
            reason="karpenter.launch-in-group",
            actions=launch,
            resources=of("security-group"),
            conditions=(equals("aws:ResourceTag/aws:eks:cluster-name", account.cluster),),
        ),
        Grant(
            reason="karpenter.launch-by",
            actions=launch,
            resources=of("launch-template"),
            conditions=tagged("ResourceTag"),
        ),
        Grant(
            reason="karpenter.launch",
            actions=(*launch, "ec2:CreateLaunchTemplate"),
            resources=of(*_LAUNCHED),
            conditions=asked,
        ),
        Grant(
            reason="karpenter.tag-launched",
            actions=("ec2:CreateTags",),
            resources=of(*_LAUNCHED),
            conditions=(
                *asked,
                equals("ec2:CreateAction", "CreateFleet", "CreateLaunchTemplate", "RunInstances"),
            ),
        ),
        Grant(
            reason="karpenter.tag-nodes",
            actions=("ec2:CreateTags",),
            resources=of("instance"),
            conditions=(
                *tagged("ResourceTag"),
                Condition(
                    operator="ForAllValues:StringEquals",
                    key="aws:TagKeys",
                    values=("Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"),
                ),
            ),
        ),
        Grant(
            reason="karpenter.end",
            actions=("ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"),
            resources=of("instance", "launch-template"),
            conditions=tagged("ResourceTag"),
        ),
        Grant(
            reason="karpenter.find",
            actions=_FOUND,
            resources=("*",),
            conditions=(equals("aws:RequestedRegion", account.region),),
        ),
        Grant(reason="karpenter.images", actions=("ssm:GetParameter",), resources=(parameters,)),
        Grant(reason="karpenter.prices", actions=("pricing:GetProducts",), resources=("*",)),
        Grant(
            reason="karpenter.notices",
            actions=("sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"),
            resources=(account.arn("sqs", queue),),
        ),
        Grant(
            reason="karpenter.node-role",
            actions=("iam:PassRole",),
            resources=(account.arn("iam", f"role/{node_role(account)}"),),
            conditions=(equals("iam:PassedToService", service_principal("ec2", account.region)),),
        ),
        Grant(
            reason="karpenter.instance-profile",
            actions=("iam:GetInstanceProfile",),
            resources=(account.arn("iam", f"instance-profile/{node_role(account)}"),),
        ),
        Grant(
            reason="karpenter.cluster",
            actions=("eks:DescribeCluster",),
            resources=(account.arn("eks", f"cluster/{account.cluster}"),),
        ),
    )
