"""Controls: what governance demands, as data."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from pavedroad.governance.remedies import Remedy
from pavedroad.governance.tiers import Enforcement, Tier

EVERY_OBJECT: Final = "kubernetes:*"
"""Stands among resource types for every Kubernetes object, custom resources included."""

_NO_OBJECTS: Final = (
    "kubernetes:helm.sh/",
    "kubernetes:kustomize/",
    "kubernetes:kustomize:",
    "kubernetes:yaml/",
    "kubernetes:yaml:",
)
"""What the Kubernetes provider has beside objects: charts and files, whose objects are resources of their own."""

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Severity(StrEnum):
    """How bad it is when the control is broken."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Reference(NamedTuple):
    """Where a published framework demands the same.

    Attributes:
        framework: Its short name, as `PSS`, `CIS Kubernetes` or `NSA`.
        clause: Its own name or number for the demand.
    """

    framework: str
    clause: str


class Fix(NamedTuple):
    """What to change so that the control holds.

    Attributes:
        pulumi: What to set in a plain Pulumi program, or in a manifest.
        descriptor: What a team writes in its descriptor, or what the platform does for it without being asked;
            empty where no descriptor leads to such a resource.
    """

    pulumi: str
    descriptor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One demand, whichever way it is checked.

    Attributes:
        identifier: Stable, in kebab-case; exemptions and reports name it.
        sentence: The demand, as one sentence that is true where it is met.
        why: What goes wrong otherwise.
        severity: How bad that is.
        resource_types: The Pulumi type tokens that it speaks about; `EVERY_OBJECT` stands for all of Kubernetes.
        fix: What to change.
        references: Where published frameworks demand the same.
        off_in: The tiers where it is not demanded at all.
        mandatory_in: The tiers where breaking it stops an update whatever the severity says; for a demand that
            is met by default and costs nothing, or that nobody should learn to live without.
        advisory_in: The tiers where it is only said; for a demand that the field does not agree on.
        remedies: Settings that keep the control and can harm nobody; made only where an environment asks for it.
        rows: Rows of the field's catalogue that it holds, whole or in part (docs/controls.md).
    """

    identifier: str
    sentence: str
    why: str
    severity: Severity
    resource_types: frozenset[str]
    fix: Fix
    references: tuple[Reference, ...] = ()
    off_in: frozenset[Tier] = frozenset()
    mandatory_in: frozenset[Tier] = frozenset()
    advisory_in: frozenset[Tier] = frozenset()
    remedies: tuple[Remedy, ...] = ()
    rows: tuple[int, ...] = ()

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

    def speaks_about(self, type_: str) -> bool:
        """Whether it gives a verdict on resources of ``type_``."""
        return type_ in self.resource_types or (EVERY_OBJECT in self.resource_types and is_object(type_))

    def enforcement(self, tier: Tier) -> Enforcement:
        """Decide what happens in ``tier`` when the control is broken.

        Unless the control says otherwise, local and development only advise, staging enforces all but the low
        ones, and production enforces all.
        """
        if tier in self.off_in:
            return Enforcement.OFF
        if tier in self.mandatory_in:
            return Enforcement.MANDATORY
        if tier in self.advisory_in:
            return Enforcement.ADVISORY
        if tier in (Tier.LOCAL, Tier.DEVELOPMENT):
            return Enforcement.ADVISORY
        if tier is Tier.STAGING and self.severity is Severity.LOW:
            return Enforcement.ADVISORY
        return Enforcement.MANDATORY


@cache
def is_object(type_: str) -> bool:
    """Whether ``type_`` is a Kubernetes object, not a chart, a file or another provider's resource."""
    return type_.startswith("kubernetes:") and not type_.startswith(_NO_OBJECTS)
