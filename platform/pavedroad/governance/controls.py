"""Controls: what governance demands, as data."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pavedroad.governance.tiers import Enforcement, Tier

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Severity(StrEnum):
    """How bad it is when the control is broken."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a published framework demands the same.

    Attributes:
        framework: Its short name, as `PSS`, `CIS Kubernetes` or `NSA`.
        clause: Its own name or number for the demand.
    """

    framework: str
    clause: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What to change so that the control holds.

    Attributes:
        descriptor: What a team writes in its descriptor, or what the platform does for it without being asked.
        pulumi: What to set in a plain Pulumi program.
    """

    descriptor: str
    pulumi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One demand, whichever way it is checked.

    Attributes:
        identifier: Stable, in kebab-case; exemptions and reports name it.
        sentence: The demand, as one sentence that is true where it is met.
        why: What goes wrong otherwise.
        severity: How bad that is.
        resource_types: The Pulumi type tokens that it speaks about.
        fix: What to change.
        references: Where published frameworks demand the same.
        off_in: The tiers where it is not demanded at all.
    """

    identifier: str
    sentence: str
    why: str
    severity: Severity
    resource_types: frozenset[str]
    fix: Fix
    references: tuple[Reference, ...] = ()
    off_in: frozenset[Tier] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what could not be named or would never be checked.

        Raises:
            ValueError: If the identifier is not kebab-case or no resource type is named.
        """
        if not _IDENTIFIER.fullmatch(self.identifier):
            raise ValueError(
                f"control {self.identifier!r} is not kebab-case, as 'containers-run-as-non-root'"
            )
        if not self.resource_types:
            raise ValueError(
                f"control {self.identifier!r} names no resource type, so nothing would be checked"
            )

    def enforcement(self, tier: Tier) -> Enforcement:
        """Decide what happens in ``tier`` when the control is broken.

        Local and development only advise; staging enforces all but the low ones; production enforces all.
        """
        if tier in self.off_in:
            return Enforcement.OFF
        if tier in (Tier.LOCAL, Tier.DEVELOPMENT):
            return Enforcement.ADVISORY
        if tier is Tier.STAGING and self.severity is Severity.LOW:
            return Enforcement.ADVISORY
        return Enforcement.MANDATORY
