"""From a rendering to an account: which role has which policies, which resource, and which service account which role."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeGuard

from pavedroad.access.iam.account import Account, Role, ServiceAccount
from pavedroad.access.iam.declared import KEY, POLICY, ROLE, Declared, Directory, Whereabouts
from pavedroad.access.iam.documents import Document
from pavedroad.access.iam.errors import PolicyError

_ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_ALIAS: Final = "aws:kms/alias:Alias"
_ASSOCIATION: Final = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
_OWN_POLICY: Final = frozenset(
    {KEY, "aws:sqs/queue:Queue", "aws:sns/topic:Topic", "aws:secretsmanager/secret:Secret"}
)
"""Types of resources that take their policy as an input of their own."""
_POLICY_OF: Final = {
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "repository",
    "aws:kms/keyPolicy:KeyPolicy": "keyId",
    "aws:s3/bucketPolicy:BucketPolicy": "bucket",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "secretArn",
    "aws:sns/topicPolicy:TopicPolicy": "arn",
    "aws:sqs/queuePolicy:QueuePolicy": "queueUrl",
}
"""Types of resources that are another one's policy, and the input that says whose."""


def policies_of(
    resources: Iterable[Declared],
    whereabouts: Whereabouts,
    managed: Mapping[str, str | Mapping[str, Any]] | None = None,
) -> Account:
    """Collect from a rendering who has which policies.

    Args:
        resources: Everything that is declared, of one stack or several.
        whereabouts: The account and region.
        managed: Texts of policies that are not declared, by ARN.

    Raises:
        PolicyError: a policy is malformed, or nothing says what it belongs to.
    """
    return _Collector(tuple(resources), whereabouts, managed or {}).collect()


class _Collector:
    """Goes over a rendering once for what can be attached, and once for what is."""

    def __init__(
        self,
        resources: tuple[Declared, ...],
        whereabouts: Whereabouts,
        managed: Mapping[str, str | Mapping[str, Any]],
    ) -> None:
        self._resources = resources
        self._directory = Directory(resources, whereabouts)
        self._whereabouts = whereabouts
        self._account = Account(number=whereabouts.account)
        self._managed = {arn: Document.identity(text, arn) for arn, text in managed.items()}

    def collect(self) -> Account:
        for each in self._resources:
            arn = self._directory.arn(each)
            if each.type == POLICY and arn and _known(each.inputs.get("policy")):
                self._managed[arn] = Document.identity(each.inputs["policy"], each.name)
        for each in self._resources:
            if each.type == ROLE:
                self._read_role(each)
        for each in self._resources:
            self._read_attached(each)
        self._give_keys_their_default()
        return self._account

    def _read_role(self, resource: Declared) -> None:
        arn = self._directory.arn(resource)
        if arn is None:
            raise PolicyError(f"{resource.type} {resource.name}: its name is not known")
        role = Role(arn=arn, tags=_tags(resource.inputs.get("tags")))
        trust = resource.inputs.get("assumeRolePolicy")
        if _known(trust):
            role.trust = Document.resource(trust, f"{resource.name}, trust policy")
        boundary = resource.inputs.get("permissionsBoundary")
        if boundary is not None:
            role.boundary = self._attached(role, boundary)
        for inline in resource.inputs.get("inlinePolicies", ()):
            _add(role, inline.get("policy"), f"{resource.name}, {inline.get('name')}")
        for managed in resource.inputs.get("managedPolicyArns", ()):
            self._attach(role, managed)
        self._account.roles[arn] = role

    def _read_attached(self, resource: Declared) -> None:
        """Read what belongs to another resource, or is a resource with a policy of its own."""
        inputs = resource.inputs
        if resource.type == _ROLE_POLICY:
            _add(self._role(resource, "role"), inputs.get("policy"), f"{resource.name}, {inputs.get('name')}")
        elif resource.type == _ATTACHMENT:
            self._attach(self._role(resource, "role"), self._directory.referred(resource, "policyArn"))
        elif resource.type == _ALIAS:
            key = self._directory.referred(resource, "targetKeyId")
            self._account.aliases[key].append(inputs["name"])
        elif resource.type == _ASSOCIATION:
            account = ServiceAccount(inputs["clusterName"], inputs["namespace"], inputs["serviceAccount"])
            self._account.service_accounts[account] = self._role(resource, "roleArn").arn
        elif resource.type in _POLICY_OF:
            self._on(self._directory.referred(resource, _POLICY_OF[resource.type]), resource)
        elif resource.type in _OWN_POLICY and "policy" in inputs:
            self._on(self._directory.arn(resource) or resource.name, resource)

    def _role(self, resource: Declared, field: str) -> Role:
        arn = self._directory.referred(resource, field)
        if arn not in self._account.roles:
            raise PolicyError(f"{resource.type} {resource.name}: {field} is {arn}, which is not declared")
        return self._account.roles[arn]

    def _on(self, arn: str, resource: Declared) -> None:
        policy = resource.inputs.get("policy")
        if _known(policy):
            self._account.resources[arn].append(Document.resource(policy, resource.name))
        else:
            self._account.unread.add(arn)

    def _attach(self, role: Role, arn: object) -> None:
        document = self._attached(role, arn)
        if document is not None:
            role.policies.append(document)

    def _attached(self, role: Role, arn: object) -> Document | None:
        document = self._managed.get(arn) if isinstance(arn, str) else None
        if document is None:
            role.unread.append(str(arn))
        return document

    def _give_keys_their_default(self) -> None:
        """Leave keys without a policy to the account, as KMS does (KMS Developer Guide, "Default key policy")."""
        root = f"arn:{self._whereabouts.partition}:iam::{self._whereabouts.account}:root"
        default = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
        for resource in self._resources:
            arn = self._directory.arn(resource)
            known = arn in self._account.resources or arn in self._account.unread
            if resource.type == KEY and arn is not None and not known:
                self._account.resources[arn].append(
                    Document.resource({"Statement": default}, "default key policy")
                )


def _add(role: Role, policy: object, name: str) -> None:
    if _known(policy):
        role.policies.append(Document.identity(policy, name))
    else:
        role.unread.append(name)


def _known(policy: object) -> TypeGuard[str | Mapping[str, Any]]:
    return isinstance(policy, str | Mapping)


def _tags(given: object) -> dict[str, str]:
    """Keep the tags whose values are known."""
    if not isinstance(given, Mapping):
        return {}
    return {name: value for name, value in given.items() if isinstance(value, str)}
