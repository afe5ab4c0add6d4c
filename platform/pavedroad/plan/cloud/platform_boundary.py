"""The most that the platform's own roles may do: control plane, nodes, add-ons, Karpenter, delivery of logs.

It holds what these need, whatever policies they are given later, and gives nothing to a role of any other
environment. Sources: the policies that AWS keeps for EKS (*AWS managed policies for Amazon EKS*), for its EBS and
EFS drivers, and Karpenter's *CloudFormation reference*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Condition, Grant
from pavedroad.plan.cloud.keeping import copying_grants, measuring_grants
from pavedroad.plan.cloud.names import beginning, name
from pavedroad.plan.cloud.regions import service_principal
from pavedroad.plan.cloud.service_roles import node_role
from pavedroad.plan.cloud.volumes import volume_key_grants

if TYPE_CHECKING:
    from pavedroad.plan.cloud.account import AccountPlan

_FIND: Final = (
    "autoscaling:Describe*",
    "ec2:Describe*",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "eks:DescribeCluster",
    "elasticfilesystem:Describe*",
    "elasticloadbalancing:Describe*",
    "kms:DescribeKey",
    "logs:Describe*",
    "pricing:GetProducts",
)

_MACHINES: Final = (
    "autoscaling:UpdateAutoScalingGroup",
    "ec2:AssignPrivateIpAddresses",
    "ec2:AttachNetworkInterface",
    "ec2:AttachVolume",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateFleet",
    "ec2:CreateLaunchTemplate",
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:CreateSecurityGroup",
    "ec2:CreateSnapshot",
    "ec2:CreateTags",
    "ec2:CreateVolume",
    "ec2:DeleteLaunchTemplate",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteSecurityGroup",
    "ec2:DeleteSnapshot",
    "ec2:DeleteTags",
    "ec2:DeleteVolume",
    "ec2:DetachNetworkInterface",
    "ec2:DetachVolume",
    "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:ModifyVolume",
    "ec2:RevokeSecurityGroupIngress",
    "ec2:RunInstances",
    "ec2:TerminateInstances",
    "ec2:UnassignPrivateIpAddresses",
    "elasticfilesystem:CreateAccessPoint",
    "elasticfilesystem:DeleteAccessPoint",
    "elasticfilesystem:TagResource",
)

_LOAD_BALANCERS: Final = (
    "elasticloadbalancing:Add*",
    "elasticloadbalancing:Apply*",
    "elasticloadbalancing:Attach*",
    "elasticloadbalancing:Configure*",
    "elasticloadbalancing:Create*",
    "elasticloadbalancing:Delete*",
    "elasticloadbalancing:Deregister*",
    "elasticloadbalancing:Detach*",
    "elasticloadbalancing:Modify*",
    "elasticloadbalancing:Register*",
)


def platform_boundary_name(account: AccountPlan) -> str:
    """Return the name of the policy that bounds the platform's roles."""
    return name("iam-policy", account.realm, "platform", "boundary")


def platform_boundary(account: AccountPlan) -> tuple[Grant, ...]:
    """Return the statements of the policy that bounds the platform's roles."""
    ours = Condition(
        operator="ArnLike",
        key="aws:PrincipalArn",
        values=(account.arn("iam", f"role/{beginning('iam-role', account.realm)}*"),),
    )
    queue = account.arn("sqs", f"{beginning('sqs-queue', account.realm)}*")
    groups = account.arn("logs", f"log-group:{beginning('logs-group', account.realm)}*")
    to_machines = Condition(
        operator="StringEquals", key="iam:PassedToService", values=(service_principal("ec2", account.region),)
    )
    return (
        Grant(reason="platform.find", actions=_FIND, resources=("*",)),
        Grant(reason="platform.machines", actions=_MACHINES, resources=("*",), conditions=(ours,)),
        Grant(
            reason="platform.load-balancers", actions=_LOAD_BALANCERS, resources=("*",), conditions=(ours,)
        ),
        Grant(
            reason="platform.parameters",
            actions=("ssm:GetParameter",),
            resources=("arn:*:ssm:*::parameter/aws/service/*",),
        ),
        Grant(
            reason="platform.notices",
            actions=("sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"),
            resources=(queue,),
        ),
        Grant(
            reason="platform.logs",
            actions=("logs:CreateLogStream", "logs:PutLogEvents"),
            resources=(groups,),
        ),
        Grant(
            reason="platform.pods",
            actions=("eks-auth:AssumeRoleForPodIdentity",),
            resources=(account.arn("eks", f"cluster/{account.cluster}"),),
        ),
        Grant(
            reason="platform.nodes",
            actions=("iam:PassRole",),
            resources=(account.arn("iam", f"role/{node_role(account)}"),),
            conditions=(to_machines,),
        ),
        Grant(
            reason="platform.profiles",
            actions=("iam:GetInstanceProfile",),
            resources=(account.arn("iam", f"instance-profile/{node_role(account)}"),),
        ),
        *measuring_grants(account),
        *copying_grants(account),
        *volume_key_grants(account, "platform"),
    )
