"""Security groups of services, and of the stores that let exactly one of them in.

Pods that carry a group of their own carry the cluster's too: it is how they reach the cluster's DNS and one another,
and how the kubelet reaches them (EKS user guide, «Assign security groups to individual Pods»).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from components.aws.place import cloud_place
from components.kubernetes import Kind
from pavedroad.plan.naming import SERVICE_LABEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.aws.place import CloudPlace
    from components.kubernetes import Place
    from pavedroad.plan.cloud.security import ServiceGroupPlan

SECURITY_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
SECURITY_GROUP_POLICY: Final = Kind("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy")


def declare_service_group(place: Place, plan: ServiceGroupPlan) -> Place:
    """Declare the security group of a service, and that its pods carry it.

    Returns:
        The same place with the group, for whatever waits for it: only pods that are made after this carry it.
    """
    cloud = cloud_place(place)
    group = declare_group(cloud, plan.name, f"Pods of {plan.service}")
    policy = declare_membership(place, plan.service, {SERVICE_LABEL: plan.service}, group.id)
    return replace(place, after=(*place.after, policy), group=group.id)


def declare_membership(
    place: Place, name: str, selector: Mapping[str, str], group: pulumi.Output[str]
) -> pulumi.CustomResource:
    """Declare that some pods carry a security group beside the cluster's own."""
    groups = [group, cloud_place(place).cloud.text("cluster_security_group")]
    spec = {"podSelector": {"matchLabels": dict(selector)}, "securityGroups": {"groupIds": groups}}
    return place.declare(SECURITY_GROUP_POLICY, name, {"spec": spec})


def declare_group(place: CloudPlace, name: str, description: str) -> pulumi.CustomResource:
    """Declare a security group that lets nobody in and nothing out."""
    return place.declare(
        SECURITY_GROUP,
        name,
        {
            "name": name,
            "description": description,
            "vpcId": place.cloud.text("vpc"),
            "ingress": [],
            "egress": [],
            "tags": {"Name": name},
        },
        # Rules are resources of their own: what is listed here would take theirs away again.
        ignore=("ingress", "egress"),
    )


def declare_store_group(place: Place, name: str, port: int) -> pulumi.CustomResource:
    """Declare the security group of a store, which its owner's group alone may enter.

    Args:
        place: Where the store stands, with its owner's group.
        name: Name of the group in the account.
        port: The store's port.

    Raises:
        LookupError: If the place has no group; its owner's plan asks for none.
    """
    if place.group is None:
        raise LookupError(f"{name} lets its owner in by a security group, and its owner has none")
    cloud = cloud_place(place)
    group = declare_group(cloud, name, "Lets its owner in")
    cloud.declare(
        INGRESS_RULE,
        name,
        {
            "securityGroupId": group.id,
            "referencedSecurityGroupId": place.group,
            "ipProtocol": "tcp",
            "fromPort": port,
            "toPort": port,
            "description": "The service that owns it",
        },
    )
    return group
