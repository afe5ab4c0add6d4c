"""Security groups of brokers on the account's network: the groups themselves, and who each lets in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from components.aws.place import cloud_place
from components.aws.security_groups import (
    INGRESS_RULE,
    SECURITY_GROUP,
    declare_group,
    declare_membership,
)
from pavedroad.plan.brokers.managed.doors import group_value

if TYPE_CHECKING:
    import pulumi

    from components.aws.place import CloudPlace
    from components.kubernetes import Place
    from pavedroad.plan.brokers.managed.doors import BrokerGroupPlan, DoorPlan, OperatorDoorPlan


def declare_broker_group(
    place: CloudPlace, plan: BrokerGroupPlan, vpc: pulumi.Input[str]
) -> pulumi.Output[str]:
    """Declare the security group of a broker, which lets nobody in yet, and return its id."""
    group = place.declare(
        SECURITY_GROUP,
        plan.name,
        {
            "name": plan.name,
            "description": f"Lets the clients of {plan.broker} in",
            "vpcId": vpc,
            "ingress": [],
            "egress": [],
            "tags": {"Name": plan.name},
        },
        # Each client's rule is a resource of its own: what is listed here would take it away again.
        ignore=("ingress", "egress"),
    )
    return group.id


def declare_door(place: Place, plan: DoorPlan) -> pulumi.CustomResource:
    """Let the pods that carry a place's security group into a broker.

    Raises:
        LookupError: If the place has no group; a plan with doors asks for one.
    """
    if place.group is None:
        raise LookupError(f"{plan.name} comes in by a security group, and has none")
    cloud = cloud_place(place)
    return cloud.declare(
        INGRESS_RULE,
        plan.name,
        {
            "securityGroupId": cloud.cloud.text(group_value(plan.broker)),
            "referencedSecurityGroupId": place.group,
            "ipProtocol": "tcp",
            "fromPort": plan.port,
            "toPort": plan.port,
            "description": "A service that publishes or subscribes",
        },
    )


def declare_operator_door(place: Place, plan: OperatorDoorPlan) -> None:
    """Let an operator of the platform into a broker."""
    there = replace(place, namespace=plan.namespace)
    group = declare_group(cloud_place(there), plan.group, f"Pods of {plan.operator}")
    declare_membership(there, plan.operator, dict(plan.selector), group.id)
    declare_door(replace(there, group=group.id), plan.door)
