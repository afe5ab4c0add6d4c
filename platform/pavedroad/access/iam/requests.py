"""A request as AWS puts it together before any policy is looked at.

Sources: IAM User Guide, "Policy evaluation logic" (request context) and "AWS global condition context keys" (which keys
the caller and the resource give); KMS Developer Guide, "AWS KMS condition keys" (`kms:CallerAccount`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from pavedroad.access.iam.callers import Caller, CallerKind
from pavedroad.access.iam.errors import PolicyError
from pavedroad.access.iam.patterns import Context

Given: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""Values of condition keys: one, or several where the key has several."""

_ACTION: Final = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9]+")
_ANY_RESOURCE: Final = "*"
_ARN_PARTS: Final = 6
_PRINCIPAL_TYPES: Final = {
    CallerKind.ROLE: "AssumedRole",
    CallerKind.USER: "User",
    CallerKind.ROOT: "Account",
    CallerKind.ANONYMOUS: "Anonymous",
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call of one action on one resource.

    Attributes:
        caller: Who calls.
        action: The action, as `sqs:SendMessage`; case does not matter.
        resource: The ARN that it is called on; `*` for an action that is called on none.
        resource_account: Whose the resource is. Default: what its ARN says; the caller's account for `*`.
        keys: What else is known, by the names of condition keys, whose case does not matter. What the caller and the
            resource give by themselves (`aws:PrincipalArn`, `aws:PrincipalTag/…`, `aws:username`, `aws:ResourceAccount`
            and so on) is added; what stands here goes before it.

    Raises:
        PolicyError: the action is no single action, the resource no ARN, or nothing says whose it is.
    """

    caller: Caller
    action: str
    resource: str
    resource_account: str | None = None
    keys: Given = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no request."""
        if not _ACTION.fullmatch(self.action):
            raise PolicyError(f"{self.action!r} is not one action, as sqs:SendMessage")
        if self.resource != _ANY_RESOURCE and len(self._arn) < _ARN_PARTS:
            raise PolicyError(f"{self.resource!r} is neither an ARN nor '*'")
        if not self.owner:
            raise PolicyError(f"nothing says whose {self.resource} is: give resource_account")

    @property
    def owner(self) -> str:
        """The account that the resource belongs to; empty where nothing says so."""
        if self.resource_account is not None:
            return self.resource_account
        if self.resource == _ANY_RESOURCE:
            return self.caller.account or ""
        return self._arn[4]

    @property
    def within_account(self) -> bool:
        """Whether caller and resource belong to the same account."""
        return self.caller.account == self.owner

    @property
    def _arn(self) -> list[str]:
        return self.resource.split(":", _ARN_PARTS - 1)

    @cached_property
    def context(self) -> Context:
        """Every condition key that the request has, in lower case."""
        given = {**self._own_keys(), **{key.lower(): value for key, value in self.keys.items()}}
        return {key: (value,) if isinstance(value, str) else tuple(value) for key, value in given.items()}

    def _own_keys(self) -> dict[str, str]:
        caller = self.caller
        keys = {
            "aws:resourceaccount": self.owner,
            "aws:principalisawsservice": str(caller.kind is CallerKind.SERVICE).lower(),
            **{f"aws:principaltag/{name}".lower(): value for name, value in caller.tags.items()},
        }
        if caller.account is not None:
            keys |= {"aws:principalaccount": caller.account, "aws:principalarn": caller.name}
            keys |= {"kms:calleraccount": caller.account} if self.action.lower().startswith("kms:") else {}
        if caller.kind in _PRINCIPAL_TYPES:
            keys["aws:principaltype"] = _PRINCIPAL_TYPES[caller.kind]
        if caller.kind is CallerKind.USER:
            keys["aws:username"] = caller.name.rpartition("/")[2]
        if caller.kind is CallerKind.SERVICE:
            keys["aws:principalservicename"] = caller.name
        return keys
