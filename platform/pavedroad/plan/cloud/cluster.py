"""The EKS cluster of an environment, resolved: control plane, add-ons, first nodes, and who may use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Grant
from pavedroad.plan.cloud.defaults import CLOUD_TIERS
from pavedroad.plan.cloud.karpenter import KarpenterPlan, resolve_karpenter
from pavedroad.plan.cloud.kubernetes_versions import ADDONS, DEFAULT_VERSION
from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.network import service_block
from pavedroad.plan.cloud.regions import managed_policy
from pavedroad.plan.cloud.service_roles import ServiceRolePlan, node_role
from pavedroad.plan.cloud.trust import people_trust, pod_trust, service_trust
from pavedroad.plan.cloud.volumes import volume_key_grants

if TYPE_CHECKING:
    from pavedroad.descriptor.cloud import EksCluster
    from pavedroad.plan.cloud.access import Document
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.kubernetes_versions import Addon
    from pavedroad.plan.context import Context

LOG_TYPES: Final = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""Everything that a control plane can write down (EKS user guide, *Control plane logging*)."""

BEFORE_NODES: Final[frozenset[Addon]] = frozenset({"eks-pod-identity-agent", "kube-proxy", "vpc-cni"})
"""Add-ons without which no node becomes ready; the others wait for nodes to run on."""

MACHINE: Final = "m7g.large"
IMAGE: Final = "AL2023_ARM_64_STANDARD"
"""Of the first nodes: Graviton, and the operating system that AWS keeps for it."""

VOLUME_GIB: Final = 50

_CONFIGURATION: Final[dict[Addon, Document]] = {
    "coredns": {"autoScaling": {"enabled": True}},
    "vpc-cni": {
        "enableNetworkPolicy": "true",
        "env": {
            "ENABLE_POD_ENI": "true",
            "ENABLE_PREFIX_DELEGATION": "true",
            "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",
        },
    },
}
"""What differs from an add-on's own defaults: network policies, security groups for pods, more pods on a node."""

_IDENTITIES: Final[dict[Addon, tuple[tuple[str, str], ...]]] = {
    "aws-ebs-csi-driver": (("ebs-csi-controller-sa", "service-role/AmazonEBSCSIDriverPolicy"),),
    "aws-efs-csi-driver": (("efs-csi-controller-sa", "service-role/AmazonEFSCSIDriverPolicy"),),
    "vpc-cni": (("aws-node", "AmazonEKS_CNI_Policy"),),
}
"""Service accounts of add-ons that need rights in the account, and the policy that AWS keeps for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedAddonPlan:
    """An add-on that EKS installs.

    Attributes:
        name: Its name.
        version: Its exact version.
        configuration: What differs from its defaults; empty for nothing.
        identities: Its service accounts that need rights in the account, with their roles.
        first: Whether nodes wait for it, and not it for nodes.
    """

    name: Addon
    version: str
    configuration: Document
    identities: tuple[tuple[str, ServiceRolePlan], ...]
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NodesPlan:
    """The nodes that run what all others need: the network, names, Karpenter.

    Attributes:
        group: Name of the node group.
        template: Name of its launch template.
        profile: Name of the instance profile of nodes that Karpenter makes.
        role: The role of every node.
        count: How many run.
    """

    group: str
    template: str
    profile: str
    role: ServiceRolePlan
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadersPlan:
    """The people of a team, who may look at what is their team's.

    Attributes:
        team: The team.
        group: The group that the cluster knows them by.
        role: The role that they take.
    """

    team: str
    group: str
    role: ServiceRolePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class EksPlan:
    """A cluster on EKS.

    Attributes:
        name: Its name.
        version: Its version of Kubernetes.
        role: The role of its control plane.
        public_access: Who reaches its API from outside the VPC; empty for nobody.
        service_block: Addresses of its Services.
        log_group: Where its control plane writes.
        log_days: How long that is kept, in days.
        protect: Whether AWS refuses to delete it.
        admins: Roles that administer it, by ARN.
        readers: People of the teams.
        addons: What EKS installs.
        nodes: Its first nodes.
        karpenter: What makes all others.
    """

    name: str
    version: str
    role: ServiceRolePlan
    public_access: tuple[str, ...]
    service_block: str
    log_group: str
    log_days: int
    protect: bool
    admins: tuple[str, ...]
    readers: tuple[ReadersPlan, ...]
    addons: tuple[ManagedAddonPlan, ...]
    nodes: NodesPlan
    karpenter: KarpenterPlan


def resolve_cluster(context: Context, account: AccountPlan, cluster: EksCluster) -> EksPlan:
    """Return the cluster of an environment, with nothing left to choose."""
    defaults = CLOUD_TIERS[context.environment.tier]
    version = cluster.version or DEFAULT_VERSION
    return EksPlan(
        name=account.cluster,
        version=version,
        role=ServiceRolePlan(
            name=name("iam-role", account.realm, "cluster"),
            trust=service_trust(account, "eks", tags=True),
            managed=_managed(account, "AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController"),
        ),
        public_access=cluster.public_access,
        service_block=service_block(context.network.cidr),
        log_group=f"/aws/eks/{account.cluster}/cluster",
        log_days=defaults.log_days,
        protect=defaults.protect,
        admins=cluster.admins,
        readers=tuple(
            _readers(account, team, descriptor.owners.group or team)
            for team, descriptor in context.teams.items()
        ),
        addons=tuple(_addon(account, addon, pinned) for addon, pinned in ADDONS[version].items()),
        nodes=_nodes(account, defaults.nodes),
        karpenter=resolve_karpenter(account, defaults),
    )


def _nodes(account: AccountPlan, count: int) -> NodesPlan:
    role = node_role(account)
    return NodesPlan(
        group=name("eks-node-group", account.realm, "system"),
        template=name("ec2-launch-template", account.realm, "system"),
        profile=role,
        role=ServiceRolePlan(
            name=role,
            trust=service_trust(account, "ec2"),
            managed=_managed(account, "AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"),
        ),
        count=count,
    )


def _addon(account: AccountPlan, addon: Addon, version: str) -> ManagedAddonPlan:
    return ManagedAddonPlan(
        name=addon,
        version=version,
        configuration=_CONFIGURATION.get(addon, {}),
        identities=tuple(
            (
                service_account,
                ServiceRolePlan(
                    name=name("iam-role", account.realm, "kube-system", service_account),
                    trust=pod_trust(account),
                    managed=_managed(account, policy),
                    grants=volume_key_grants(account, addon) if addon == "aws-ebs-csi-driver" else (),
                ),
            )
            for service_account, policy in _IDENTITIES.get(addon, ())
        ),
        first=addon in BEFORE_NODES,
    )


def _readers(account: AccountPlan, team: str, group: str) -> ReadersPlan:
    """Return the people of a team: whom the identity provider says to be of it, by the tag ``team`` of their session.

    What they may do in the cluster is said there, to their group.
    """
    find = Grant(
        reason="cluster.find",
        actions=("eks:DescribeCluster",),
        resources=(account.arn("eks", f"cluster/{account.cluster}"),),
    )
    role = ServiceRolePlan(
        name=name("iam-role", account.realm, "people", team),
        trust=people_trust(account, team),
        grants=(find,),
    )
    return ReadersPlan(team=team, group=group, role=role)


def _managed(account: AccountPlan, *policies: str) -> tuple[str, ...]:
    return tuple(managed_policy(account.region, policy) for policy in policies)
