"""What Karpenter may do in the account: launch for its cluster, end what it launched, look around.

Source: Karpenter documentation, *CloudFormation reference*. Subnets and the security group are those of the cluster
alone, images those of Amazon, and nothing of IAM is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Condition, Grant
from pavedroad.plan.cloud.regions import arn, service_principal
from pavedroad.plan.cloud.service_roles import node_role

if TYPE_CHECKING:
    from pavedroad.plan.cloud.account import AccountPlan

DISCOVERY_TAG: Final = "karpenter.sh/discovery"
"""Tag of the subnets that nodes stand in; its value is the cluster."""

_POOL_TAG: Final = "karpenter.sh/nodepool"

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


def karpenter_grants(account: AccountPlan, queue: str) -> tuple[Grant, ...]:
    """Return what the controller may do, with the name of the queue that it is told of interruptions by."""
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
