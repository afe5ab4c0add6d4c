"""Rules about what nodes may do in AWS, and how pods get rights of their own.

Every pod on a node can use the node's role, so that role is for the node alone (EKS Best Practices Guide, Identity
and access management).
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Reading,
    Resource,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.iam import statements
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.properties import State
from pavedroad.governance.references import type_in
from pavedroad.governance.truth import NO, open_at
from policies.rules.aws.clusters.nodes import NODE_GROUP
from policies.rules.aws.joins import Pointing, points_elsewhere
from policies.rules.aws.shapes import cis_eks

_ROLES: Final = frozenset({"aws:iam/role:Role"})
_POLICY: Final = "aws:iam/policy:Policy"
_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_OWN_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
_NAMES: Final = ("name",)
_MANAGED: Final = ":iam::aws:policy/"
_WORKER: Final = frozenset({"AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy"})
_FOR_NODES: Final = _WORKER | {
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEKS_CNI_Policy",
    "AmazonSSMManagedInstanceCore",
    "CloudWatchAgentServerPolicy",
}
"""The policies that AWS manages for what runs on the node itself."""
_WRITES_IMAGES: Final = frozenset(
    {
        "AdministratorAccess",
        "AmazonEC2ContainerRegistryFullAccess",
        "AmazonEC2ContainerRegistryPowerUser",
        "PowerUserAccess",
    }
)
_IMAGE_WRITES: Final = (
    "ecr:BatchDeleteImage",
    "ecr:CreateRepository",
    "ecr:DeleteRepository",
    "ecr:PutImage",
    "ecr:SetRepositoryPolicy",
    "ecr:UploadLayerPart",
)


class _Allowed(NamedTuple):
    """What may be attached to the role of nodes.

    Attributes:
        managed: Says so of a policy that AWS manages, by its name.
        custom: Says so of any other, by where it is named.
        document: Says so of a policy that is written into the role.
    """

    managed: Callable[[str], bool]
    custom: Callable[[str], Truth]
    document: Callable[[Properties], Truth]

    def attached(self, arn: Reading[str], owner: Resource) -> Truth:
        """Whether the policy that ``owner`` names by ``arn`` may be attached."""
        made_from = owner.references.get(arn.path.partition("[")[0], ())
        if arn.state is State.UNKNOWN and any(type_in(urn) == _POLICY for urn in made_from):
            return self.custom(arn.path)
        if arn.value is not None and _MANAGED not in arn.value:
            return self.custom(arn.path)
        return arn.satisfies(lambda text: self.managed(_name_in(text)))


class _Roles(NamedTuple):
    """What the stack says about roles: who takes them, and what is attached to them."""

    nodes: Pointing
    attachments: Pointing
    own_policies: Pointing

    def taken_by_no_node(self, role: Resource) -> Truth:
        """Whether ``role`` is surely not for nodes: no node group takes it, and no node's policy is attached."""
        return all_of(
            *(points_elsewhere(does, "nodeRoleArn") for _, does in self.nodes.at(role, ("arn",))),
            *(
                any_of(points_elsewhere(does, "role"), _is_no_worker(each.properties.text("policyArn")))
                for each, does in self.attachments.at(role, _NAMES)
            ),
            *(_is_no_worker(arn.text()) for arn in role.properties.items("managedPolicyArns")),
        )

    def within(self, role: Resource, allowed: _Allowed) -> Truth:
        """Whether nothing but what is ``allowed`` is attached to ``role``."""
        return all_of(
            *(allowed.attached(arn.text(), role) for arn in role.properties.items("managedPolicyArns")),
            *(allowed.document(each.at("policy")) for each in role.properties.items("inlinePolicies")),
            *(
                any_of(
                    points_elsewhere(does, "role"),
                    allowed.attached(each.properties.text("policyArn"), each),
                )
                for each, does in self.attachments.at(role, _NAMES)
            ),
            *(
                any_of(points_elsewhere(does, "role"), allowed.document(each.properties.at("policy")))
                for each, does in self.own_policies.at(role, _NAMES)
            ),
        )


def _roles(stack: Stack) -> _Roles:
    return _Roles(
        Pointing(stack.of_types({NODE_GROUP}), "nodeRoleArn"),
        Pointing(stack.of_types({_ATTACHMENT}), "role"),
        Pointing(stack.of_types({_OWN_POLICY}), "role"),
    )


def _name_in(arn: str) -> str:
    return arn.rpartition("/")[2]


def _is_no_worker(arn: Reading[str]) -> Truth:
    return arn.satisfies(lambda text: _name_in(text) not in _WORKER)


def _pulls_only(document: Properties) -> Truth:
    """Whether a policy grants nothing that changes images."""
    return all_of(
        *(
            any_of(each.denies, all_of(*(each.spares(action) for action in _IMAGE_WRITES)))
            for each in statements(document)
        )
    )


def _holding(allowed: _Allowed, demand: str) -> Callable[[Stack], Iterator[Duty]]:
    """Make a check of every role that nodes take."""

    def check(stack: Stack) -> Iterator[Duty]:
        roles = stack.derived(_roles)
        for role in stack.of_types(_ROLES):
            yield Duty(role, any_of(roles.taken_by_no_node(role), roles.within(role, allowed)), demand)

    return check


NODES_ONLY: Final = StackRule(
    Control(
        identifier="eks-node-roles-for-nodes-only",
        sentence="The role of EKS nodes holds what nodes need, and no rights that are meant for pods",
        why="Every pod on a node can take the node's role, so each would have the rights of all of them.",
        severity=Severity.HIGH,
        resource_types=_ROLES,
        fix=Fix(
            pulumi="give each service account a role of its own, by eks.PodIdentityAssociation or the "
            "annotation eks.amazonaws.com/role-arn, and leave node roles the policies that AWS names for nodes"
        ),
        references=(cis_eks("5.2.1"),),
        rows=(148,),
    ),
    _holding(
        _Allowed(lambda name: name in _FOR_NODES, lambda _: NO, lambda _: NO),
        "nodes take it, so nothing but what AWS names for nodes must be attached to it",
    ),
)

PULL_ONLY: Final = StackRule(
    Control(
        identifier="eks-node-roles-pull-only",
        sentence="The role of EKS nodes lets them pull images, and neither push nor delete any",
        why="One pod that takes the node's role could replace the image that every other pod runs.",
        severity=Severity.MEDIUM,
        resource_types=_ROLES,
        fix=Fix(pulumi="attach AmazonEC2ContainerRegistryPullOnly and nothing that writes to ECR"),
        references=(cis_eks("5.1.3"),),
        rows=(149,),
    ),
    _holding(
        _Allowed(lambda name: name not in _WRITES_IMAGES, open_at, _pulls_only),
        "nodes take it, so nothing that changes images must be attached to it",
    ),
)

_SERVICE_ACCOUNTS: Final = frozenset({"kubernetes:core/v1:ServiceAccount"})
_ASSOCIATIONS: Final = frozenset({"aws:eks/podIdentityAssociation:PodIdentityAssociation"})
_ANNOTATION: Final = "eks.amazonaws.com/role-arn"


def _network_plugin_has_role(stack: Stack) -> Iterator[Duty]:
    associations = stack.of_types(_ASSOCIATIONS)
    for account in stack.of_types(_SERVICE_ACCOUNTS):
        name, namespace = account.properties.text("metadata.name"), namespace_of(account)
        annotated = account.properties.at("metadata.annotations").entry(_ANNOTATION).text().present()
        if (name.value, namespace.value) != ("aws-node", "kube-system"):
            yield Duty(account, _is_another(name, namespace), "it may be the network plugin's own")
            continue
        associated = (
            all_of(
                each.properties.text("serviceAccount").same_as(name),
                each.properties.text("namespace").same_as(namespace),
            )
            for each in associations
        )
        yield Duty(
            account,
            any_of(annotated, *associated),
            f"it must have the annotation {_ANNOTATION}, or a PodIdentityAssociation must name it",
        )


def _is_another(name: Reading[str], namespace: Reading[str]) -> Truth:
    """Whether a service account is surely not the network plugin's."""
    return any_of(
        name.satisfies(lambda text: text != "aws-node", absent=True),
        namespace.satisfies(lambda text: text != "kube-system"),
    )


NETWORK_PLUGIN: Final = StackRule(
    Control(
        identifier="eks-network-plugin-has-own-role",
        sentence="The network plugin of EKS has a role of its own, not the node's",
        why="Otherwise every pod on the node may attach and detach network interfaces as the plugin does.",
        severity=Severity.HIGH,
        resource_types=_SERVICE_ACCOUNTS,
        fix=Fix(
            pulumi="annotate the service account aws-node with its role, or declare a PodIdentityAssociation"
        ),
        references=(cis_eks("5.2.1"),),
        rows=(148,),
    ),
    _network_plugin_has_role,
)

RULES: Final = (NODES_ONLY, PULL_ONLY, NETWORK_PLUGIN)
