"""Roles of the platform's own, which services of AWS and add-ons of the cluster take."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.aws.identity import ROLE, ROLE_POLICY, SESSION_SECONDS
from pavedroad.plan.cloud.access import document
from pavedroad.plan.cloud.platform_boundary import platform_boundary, platform_boundary_name

if TYPE_CHECKING:
    import pulumi

    from components.aws.place import CloudPlace
    from pavedroad.plan.cloud.service_roles import ServiceRolePlan

ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def declare_platform_boundary(place: CloudPlace) -> pulumi.CustomResource:
    """Declare the policy beyond which no role of the platform's reaches."""
    account = place.cloud.account
    name = platform_boundary_name(account)
    return place.declare(
        "aws:iam/policy:Policy",
        name,
        {
            "name": name,
            "description": "The most that a role of the platform may do",
            "policy": json.dumps(document(platform_boundary(account))),
        },
    )


def declare_service_role(place: CloudPlace, plan: ServiceRolePlan) -> tuple[pulumi.CustomResource, ...]:
    """Declare a role with what it may do.

    Returns:
        The role, and after it all of its rights: whatever takes it waits for them.
    """
    account = place.cloud.account
    role = place.declare(
        ROLE,
        plan.name,
        {
            "name": plan.name,
            "assumeRolePolicy": json.dumps(plan.trust),
            "permissionsBoundary": account.arn("iam", f"policy/{platform_boundary_name(account)}"),
            "maxSessionDuration": SESSION_SECONDS,
        },
        late=("arn",),
    )
    attached = [
        place.declare(
            ATTACHMENT,
            f"{plan.name}/{policy.rpartition('/')[2]}",
            {"role": plan.name, "policyArn": policy},
            tagged=False,
            after=(role,),
        )
        for policy in plan.managed
    ]
    own = [
        place.declare(
            ROLE_POLICY,
            plan.name,
            {"name": "grants", "role": plan.name, "policy": json.dumps(document(plan.grants))},
            tagged=False,
            after=(role,),
        )
        for _ in plan.grants[:1]
    ]
    return (role, *attached, *own)
