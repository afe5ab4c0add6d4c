"""What identities may do in the account: grants in, IAM documents out.

Every grant comes of one edge of a descriptor, or of one row of a table of the platform's own needs. A role holds
the grants of its edges and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.names import name
from pavedroad.plan.naming import slug

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.cloud.account import AccountPlan, Purpose

Document = dict[str, object]
"""An IAM policy document, as JSON data."""

VERSION: Final = "2012-10-17"
"""Version of the policy language (IAM user guide, «IAM JSON policy elements: Version»)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of a statement.

    Attributes:
        operator: The operator, with its qualifier: ``ForAnyValue:StringEquals``.
        key: The condition key.
        values: What it is compared with.
    """

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One statement that allows something.

    Attributes:
        reason: The edge that it comes of, as a path in the descriptor: ``stores.ledger``.
        actions: What is allowed.
        resources: On what, by ARN.
        conditions: When; empty for always.
    """

    reason: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LateGrant(Grant):
    """A grant on something whose id AWS decides when it makes it.

    Its resources are the narrowest that are known before: with a pattern in the place of the id. The environment's
    boundary goes as far; what the role holds names the id.

    Attributes:
        of: What is made: a store, by its physical name.
        pattern: What stands for the id in the resources until then.
    """

    of: str
    pattern: str

    def exact(self, identifier: str) -> Grant:
        """Return the grant once the id is known."""
        return Grant(
            reason=self.reason,
            actions=self.actions,
            resources=tuple(resource.replace(self.pattern, identifier) for resource in self.resources),
            conditions=self.conditions,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePlan:
    """The role of one service account.

    Attributes:
        name: Its name in the account.
        namespace: Namespace of the service account.
        service_account: The service account.
        grants: What it may do.
        late: What else it may do, on things whose ids are known once they are made.
    """

    name: str
    namespace: str
    service_account: str
    grants: tuple[Grant, ...]
    late: tuple[LateGrant, ...] = ()

    @property
    def everything(self) -> tuple[Grant, ...]:
        """All that it may do, as far as it is known before anything is made."""
        return (*self.grants, *self.late)


def pod_role(
    account: AccountPlan,
    namespace: str,
    service_account: str,
    grants: Iterable[Grant],
    late: tuple[LateGrant, ...] = (),
) -> RolePlan | None:
    """Return the role of a service account; None where it is granted nothing.

    Args:
        account: The account.
        namespace: Namespace of the service account.
        service_account: The service account.
        grants: What its edges grant.
        late: What they grant on things whose ids are known once they are made.
    """
    given = tuple(grants)
    if not given and not late:
        return None
    return RolePlan(
        name=name("iam-role", account.realm, namespace, service_account),
        namespace=namespace,
        service_account=service_account,
        grants=given,
        late=late,
    )


def document(grants: Iterable[Grant]) -> Document:
    """Return the policy document of some grants, one statement for each."""
    return {"Version": VERSION, "Statement": [_statement(grant) for grant in grants]}


def _statement(grant: Grant) -> Document:
    statement: Document = {
        "Sid": "".join(part.capitalize() for part in slug(grant.reason, 60).split("-")),
        "Effect": "Allow",
        "Action": list(grant.actions),
        "Resource": list(grant.resources),
    }
    if grant.conditions:
        statement["Condition"] = _conditions(grant.conditions)
    return statement


def _conditions(conditions: Iterable[Condition]) -> Document:
    """Return conditions as a document has them: by operator, then by key."""
    block: dict[str, dict[str, list[str]]] = {}
    for one in conditions:
        block.setdefault(one.operator, {})[one.key] = list(one.values)
    return dict(block)


def encrypted_with(
    account: AccountPlan, purpose: Purpose, service: str, reason: str, *, write: bool = True
) -> Grant:
    """Return the grant to use a key through the service that encrypts with it.

    The id of a key is known only once it is made, so it is named by its alias (KMS developer guide, «Use aliases to
    control access to KMS keys»), one that exists already by its ARN. Only calls through the service may use it.

    Args:
        account: The account.
        purpose: What the key encrypts.
        service: The service: ``dynamodb``.
        reason: The edge that it comes of.
        write: Whether new data is encrypted too.
    """
    existing = account.existing_key(purpose)
    through = Condition(operator="StringEquals", key="kms:ViaService", values=(account.host(service),))
    by_alias = Condition(
        operator="ForAnyValue:StringEquals", key="kms:ResourceAliases", values=(account.key_alias(purpose),)
    )
    return Grant(
        reason=f"{reason}.key",
        actions=("kms:Decrypt", "kms:GenerateDataKey") if write else ("kms:Decrypt",),
        resources=(existing or account.arn("kms", "key/*"),),
        conditions=(through,) if existing else (by_alias, through),
    )
