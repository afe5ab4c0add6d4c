"""The identity of a service account in the cloud: a role of its own, which EKS Pod Identity hands to its pods."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.aws.place import late
from pavedroad.plan.cloud.access import document
from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.trust import pod_trust, role_trust
from pavedroad.plan.secrets_source import CONTROLLER, CONTROLLER_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pulumi

    from components.aws.place import CloudPlace
    from pavedroad.plan.cloud.access import Document, Grant, LateGrant, RolePlan

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"

SESSION_SECONDS = 3600
"""How long credentials of a role last, in seconds: the shortest that IAM offers."""


def declare_boundary(place: CloudPlace, grants: Iterable[Grant]) -> pulumi.CustomResource:
    """Declare the policy beyond which no role of the environment reaches."""
    name = place.cloud.account.boundary
    return place.declare(
        "aws:iam/policy:Policy",
        name,
        {
            "name": name,
            "description": "The most that a role of this environment may do",
            "policy": json.dumps(document(grants)),
        },
    )


def declare_pod_role(
    place: CloudPlace, plan: RolePlan, made: Mapping[str, pulumi.Output[str]] | None = None
) -> pulumi.CustomResource:
    """Declare a service account's role, what it may do, and the association that hands it to the pods.

    Args:
        place: Where it stands.
        plan: The role.
        made: Ids of what it has late grants on, by name.

    Returns:
        The association: pods that start before it get no credentials.
    """
    account = place.cloud.account
    role = declare_role(place, plan.name, pod_trust(account), plan.grants)
    for grant in plan.late:
        _declare_late(place, plan.name, grant, (made or {})[grant.of], role)
    return place.declare(
        ASSOCIATION,
        plan.name,
        {
            "clusterName": account.cluster,
            "namespace": plan.namespace,
            "serviceAccount": plan.service_account,
            "roleArn": late(role, "arn"),
        },
    )


def declare_reader_role(place: CloudPlace, plan: RolePlan) -> pulumi.CustomResource:
    """Declare the role with which External Secrets reads a team's secrets."""
    account = place.cloud.account
    controller = name("iam-role", account.realm, CONTROLLER_NAMESPACE, CONTROLLER)
    trust = role_trust(account.arn("iam", f"role/{controller}"))
    return declare_role(place, plan.name, trust, plan.grants)


def _declare_late(
    place: CloudPlace,
    role_name: str,
    grant: LateGrant,
    identifier: pulumi.Output[str],
    role: pulumi.CustomResource,
) -> None:
    """Declare a policy of a role's own for what is known only once it is made; it goes with its edge."""
    place.declare(
        ROLE_POLICY,
        f"{role_name}/{grant.of}",
        {
            "name": grant.of,
            "role": role_name,
            "policy": identifier.apply(lambda known: json.dumps(document((grant.exact(known),)))),
        },
        tagged=False,
        after=(role,),
    )


def declare_role(
    place: CloudPlace, role_name: str, trust: Document, grants: tuple[Grant, ...]
) -> pulumi.CustomResource:
    """Declare a role with one inline policy, which is deleted with it; with none where nothing is granted.

    Args:
        place: Where it stands.
        role_name: Its name in the account.
        trust: Who may take it.
        grants: What it may do.
    """
    account = place.cloud.account
    role = place.declare(
        ROLE,
        role_name,
        {
            "name": role_name,
            "assumeRolePolicy": json.dumps(trust),
            "permissionsBoundary": account.arn("iam", f"policy/{account.boundary}"),
            "maxSessionDuration": SESSION_SECONDS,
        },
        late=("arn",),
    )
    if grants:
        place.declare(
            ROLE_POLICY,
            role_name,
            {"name": "edges", "role": role_name, "policy": json.dumps(document(grants))},
            tagged=False,
            after=(role,),
        )
    return role
