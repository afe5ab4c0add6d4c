"""Who makes a request, and by which names policies know them.

Source: IAM User Guide, "AWS JSON policy elements: Principal".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Final

from pavedroad.access.iam.errors import PolicyError

ACCOUNT_DIGITS: Final = 12
_ARN_PARTS: Final = 6


class Standing(IntEnum):
    """By which of its names a policy on a resource knows a caller; a higher one needs less besides."""

    NONE = 0
    ACCOUNT = 1
    """As one of an account, which has to let it as well."""
    ROLE = 2
    """As a role, whose permission boundary and session policies still hold."""
    CALLER = 3
    """As itself: a user, a session, a service, anybody."""


class CallerKind(Enum):
    """What a caller is."""

    ROLE = "role"
    USER = "user"
    ROOT = "root"
    SERVICE = "service"
    FEDERATED = "federated"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a caller, and how well a policy that uses it knows the caller."""

    type: str
    name: str
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who makes a request; made by one of the class methods.

    Attributes:
        kind: What it is.
        name: The ARN of a role, user or account; the name of a service or of an identity provider.
        session: The name of a role's session.
        tags: Tags of the principal and of its session, for `aws:PrincipalTag/…`.
    """

    kind: CallerKind
    name: str
    session: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def role(cls, arn: str, *, session: str = "session", tags: Mapping[str, str] | None = None) -> "Caller":
        """A session of a role.

        Raises:
            PolicyError: the text is no role's ARN.
        """
        _require_arn(arn, "role/")
        return cls(kind=CallerKind.ROLE, name=arn, session=session, tags=tags or {})

    @classmethod
    def user(cls, arn: str, *, tags: Mapping[str, str] | None = None) -> "Caller":
        """A user with keys of its own.

        Raises:
            PolicyError: the text is no user's ARN.
        """
        _require_arn(arn, "user/")
        return cls(kind=CallerKind.USER, name=arn, tags=tags or {})

    @classmethod
    def root(cls, account: str) -> "Caller":
        """The root user of an account."""
        return cls(kind=CallerKind.ROOT, name=f"arn:aws:iam::{account}:root")

    @classmethod
    def service(cls, name: str) -> "Caller":
        """An AWS service that acts in its own name: `sns.amazonaws.com`."""
        return cls(kind=CallerKind.SERVICE, name=name)

    @classmethod
    def federated(cls, provider: str) -> "Caller":
        """Somebody whom an identity provider vouches for: its ARN, or its name where AWS knows it."""
        return cls(kind=CallerKind.FEDERATED, name=provider)

    @classmethod
    def anonymous(cls) -> "Caller":
        """Anybody, without credentials."""
        return cls(kind=CallerKind.ANONYMOUS, name="*")

    @property
    def account(self) -> str | None:
        """The account that the caller belongs to; None for those that belong to none."""
        if self.kind in (CallerKind.ROLE, CallerKind.USER, CallerKind.ROOT):
            return self.name.split(":")[4]
        return None

    @property
    def names(self) -> tuple[Name, ...]:
        """All names by which a policy may know the caller, from the widest down."""
        if self.kind is CallerKind.SERVICE:
            return (Name("Service", self.name, Standing.CALLER),)
        if self.kind is CallerKind.FEDERATED:
            return (Name("Federated", self.name, Standing.CALLER),)
        if self.account is None:
            return ()
        if self.kind is CallerKind.ROOT:
            return (Name("AWS", self.account, Standing.CALLER),)
        account = Name("AWS", self.account, Standing.ACCOUNT)
        if self.kind is CallerKind.USER:
            return (account, Name("AWS", self.name, Standing.CALLER))
        return (
            account,
            Name("AWS", self.name, Standing.ROLE),
            Name("AWS", self._session_arn, Standing.CALLER),
        )

    @property
    def _session_arn(self) -> str:
        """The ARN of a role's session, in which the role's path does not appear."""
        partition, account = self.name.split(":")[1], self.account
        role = self.name.rpartition("/")[2]
        return f"arn:{partition}:sts::{account}:assumed-role/{role}/{self.session}"


def _require_arn(arn: str, resource: str) -> None:
    parts = arn.split(":", _ARN_PARTS - 1)
    well_formed = (
        len(parts) == _ARN_PARTS
        and parts[0] == "arn"
        and parts[2:4] == ["iam", ""]
        and is_account(parts[4])
        and parts[5].startswith(resource)
    )
    if not well_formed:
        raise PolicyError(f"{arn!r} is not the ARN of a {resource.rstrip('/')}")


def is_account(text: str) -> bool:
    """Whether a text is the number of an account."""
    return len(text) == ACCOUNT_DIGITS and text.isdecimal()
