"""The EKS cluster: its control plane, who may use it, and the add-ons that EKS keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.aws.logs import declare_log_group
from components.aws.nodes import declare_nodes
from components.aws.place import late
from components.aws.roles import declare_service_role
from pavedroad.plan.cloud.cluster import LOG_TYPES
from pavedroad.plan.cloud.regions import partition

if TYPE_CHECKING:
    import pulumi

    from components.aws.keys import Keys
    from components.aws.network import Network
    from components.aws.place import CloudPlace
    from pavedroad.plan.cloud.cluster import EksPlan, ManagedAddonPlan, ReadersPlan

CLUSTER = "aws:eks/cluster:Cluster"
ADDON = "aws:eks/addon:Addon"
ACCESS_ENTRY = "aws:eks/accessEntry:AccessEntry"
ADMIN_POLICY = "AmazonEKSClusterAdminPolicy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster, as its users need to know it.

    Attributes:
        endpoint: URL of its API.
        authority: Its certificate authority, in base64.
        security_group: The group that EKS makes for its control plane and its nodes.
    """

    endpoint: pulumi.Output[str]
    authority: pulumi.Output[str]
    security_group: pulumi.Output[str]


def declare_cluster(place: CloudPlace, plan: EksPlan, network: Network, keys: Keys) -> Cluster:
    """Declare a cluster with its add-ons and its first nodes."""
    cluster = _declare_control_plane(place, plan, network, keys)
    for admin in plan.admins:
        _declare_admin(place, plan, admin, cluster)
    for readers in plan.readers:
        _declare_readers(place, plan, readers, cluster)
    first = tuple(_declare_addon(place, plan, addon, (cluster,)) for addon in plan.addons if addon.first)
    nodes = declare_nodes(place, plan, network, keys["data"], (cluster, *first, *network.ready))
    for addon in plan.addons:
        if not addon.first:
            _declare_addon(place, plan, addon, (nodes,))
    return Cluster(
        endpoint=late(cluster, "endpoint"),
        authority=late(cluster, "certificateAuthority").apply(lambda held: _part(held, "data")),
        security_group=late(cluster, "vpcConfig").apply(lambda held: _part(held, "clusterSecurityGroupId")),
    )


def _part(held: object, key: str) -> Any:
    """Return a part of what AWS answers with; None of an answer that lacks it."""
    return held.get(key) if isinstance(held, Mapping) else None


def _declare_control_plane(
    place: CloudPlace, plan: EksPlan, network: Network, keys: Keys
) -> pulumi.CustomResource:
    """Declare the control plane: private, encrypted, and writing down everything."""
    group = declare_log_group(place, plan.log_group, plan.log_days, keys["logs"])
    role, *rights = declare_service_role(place, plan.role)
    return place.declare(
        CLUSTER,
        plan.name,
        {
            "name": plan.name,
            "version": plan.version,
            "roleArn": late(role, "arn"),
            "vpcConfig": {
                "subnetIds": list(network.private),
                "endpointPrivateAccess": True,
                "endpointPublicAccess": bool(plan.public_access),
                **({"publicAccessCidrs": list(plan.public_access)} if plan.public_access else {}),
            },
            "kubernetesNetworkConfig": {"serviceIpv4Cidr": plan.service_block, "ipFamily": "ipv4"},
            "accessConfig": {
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": not plan.admins,
            },
            "encryptionConfig": {"resources": ["secrets"], "provider": {"keyArn": keys["secrets"]}},
            "enabledClusterLogTypes": list(LOG_TYPES),
            "upgradePolicy": {"supportType": "EXTENDED" if plan.protect else "STANDARD"},
            "zonalShiftConfig": {"enabled": True},
            "deletionProtection": plan.protect,
            "bootstrapSelfManagedAddons": False,
        },
        late=("endpoint", "certificateAuthority"),
        protect=plan.protect,
        after=(group, *rights),
    )


def _declare_admin(place: CloudPlace, plan: EksPlan, admin: str, cluster: pulumi.CustomResource) -> None:
    """Let a role administer the cluster."""
    entry = place.declare(
        ACCESS_ENTRY,
        admin,
        {"clusterName": plan.name, "principalArn": admin, "type": "STANDARD"},
        after=(cluster,),
    )
    policy = f"arn:{partition(place.cloud.account.region)}:eks::aws:cluster-access-policy/{ADMIN_POLICY}"
    place.declare(
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        admin,
        {
            "clusterName": plan.name,
            "principalArn": admin,
            "policyArn": policy,
            "accessScope": {"type": "cluster"},
        },
        tagged=False,
        after=(entry,),
    )


def _declare_readers(
    place: CloudPlace, plan: EksPlan, readers: ReadersPlan, cluster: pulumi.CustomResource
) -> None:
    """Let the people of a team into the cluster as their group, which the team's namespace knows."""
    role, *rights = declare_service_role(place, readers.role)
    place.declare(
        ACCESS_ENTRY,
        readers.team,
        {
            "clusterName": plan.name,
            "principalArn": late(role, "arn"),
            "type": "STANDARD",
            "kubernetesGroups": [readers.group],
        },
        after=(cluster, *rights),
    )


def _declare_addon(
    place: CloudPlace, plan: EksPlan, addon: ManagedAddonPlan, after: tuple[pulumi.Resource, ...]
) -> pulumi.CustomResource:
    """Declare an add-on, with a role for each of its service accounts that needs one."""
    roles = {account: declare_service_role(place, role) for account, role in addon.identities}
    rights = [right for role in roles.values() for right in role]
    identities = [
        {"serviceAccount": account, "roleArn": late(role, "arn")} for account, (role, *_) in roles.items()
    ]
    return place.declare(
        ADDON,
        addon.name,
        {
            "clusterName": plan.name,
            "addonName": addon.name,
            "addonVersion": addon.version,
            "resolveConflictsOnCreate": "OVERWRITE",
            "resolveConflictsOnUpdate": "OVERWRITE",
            **({"configurationValues": json.dumps(addon.configuration)} if addon.configuration else {}),
            **({"podIdentityAssociations": identities} if identities else {}),
        },
        after=(*after, *rights),
    )
