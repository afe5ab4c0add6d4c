"""An account as a program declares it: roles and their policies, resources and theirs, and who gets which role."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pavedroad.access.iam.callers import Caller
from pavedroad.access.iam.documents import Document
from pavedroad.access.iam.errors import PolicyError
from pavedroad.access.iam.evaluate import Decision, Policies, decide
from pavedroad.access.iam.requests import Given, Request


class ServiceAccount(NamedTuple):
    """A service account of a cluster."""

    cluster: str
    namespace: str
    name: str


@dataclass(slots=True, kw_only=True)
class Role:
    """A role, and every policy that has a say on what it does.

    Attributes:
        arn: Its ARN.
        trust: Who may assume it; None where the text is not known.
        policies: What it may do.
        boundary: Its permission boundary.
        tags: Its tags.
        unread: Policies whose text is not known: managed by AWS, or made elsewhere.
    """

    arn: str
    trust: Document | None = None
    policies: list[Document] = field(default_factory=list)
    boundary: Document | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Account:
    """Everything declared in an account that decides who may do what.

    Attributes:
        number: The number of the account.
        roles: Roles by ARN.
        resources: The policies of resources by ARN: those of keys with their logical name for an id.
        aliases: Aliases of keys, with their prefix, by the key's ARN.
        service_accounts: The role that each service account gets by EKS Pod Identity, by ARN.
        unread: ARNs of resources with a policy whose text is not known.
    """

    number: str
    roles: dict[str, Role] = field(default_factory=dict)
    resources: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    aliases: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    service_accounts: dict[ServiceAccount, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    def decide(self, role: str, action: str, resource: str, keys: Given | None = None) -> Decision:
        """Whether a role may do something.

        Args:
            role: The role's ARN.
            action: The action, as `sqs:SendMessage`.
            resource: The ARN that it is called on, or `*`.
            keys: Values of condition keys beside those that role and resource give; for a key, its aliases are added.

        Raises:
            PolicyError: there is no such role, or a policy that has a say is not known.
        """
        if role not in self.roles:
            raise PolicyError(f"no role {role} is declared")
        found = self.roles[role]
        if found.unread:
            raise PolicyError(f"{role} has policies whose text is not known: {', '.join(found.unread)}")
        caller = Caller.role(role, tags=found.tags)
        policies = Policies(
            identity=tuple(found.policies),
            resource=self.policies_on(resource, action),
            boundary=found.boundary,
        )
        return decide(self._request(caller, action, resource, keys or {}), policies)

    def decide_for(self, caller: Caller, action: str, resource: str, keys: Given | None = None) -> Decision:
        """Whether somebody without policies of their own may do something: a service, an identity provider, anybody.

        Args:
            caller: Who asks.
            action: The action.
            resource: The ARN that it is called on.
            keys: Values of condition keys.

        Raises:
            PolicyError: a policy that has a say is not known.
        """
        policies = Policies(resource=self.policies_on(resource, action))
        return decide(self._request(caller, action, resource, keys or {}), policies)

    def policies_on(self, resource: str, action: str) -> tuple[Document, ...]:
        """The policies of a resource that have a say on an action: for a role, those on assuming it.

        Raises:
            PolicyError: the text of one is not known.
        """
        owner = resource.partition("/")[0] if ":s3:::" in resource else resource
        trusting = self.roles.get(owner)
        if trusting is not None:
            if not action.lower().startswith("sts:"):
                return ()
            if trusting.trust is None:
                raise PolicyError(f"the trust policy of {owner} is not known")
            return (trusting.trust,)
        if owner in self.unread:
            raise PolicyError(f"a policy of {owner} is not known")
        return tuple(self.resources.get(owner, ()))

    def _request(self, caller: Caller, action: str, resource: str, keys: Given) -> Request:
        aliases = self.aliases.get(resource)
        known: Given = {"kms:ResourceAliases": tuple(aliases), **keys} if aliases else keys
        return Request(
            caller=caller,
            action=action,
            resource=resource,
            resource_account=None if ":s3:::" not in resource else self.number,
            keys=known,
        )
