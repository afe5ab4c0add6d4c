"""Rules about IAM: what identities may do, who may become a role, and how people get in.

A policy counts wherever it stands: as a resource of its own, inline in a role, or in a permission set; a grant counts
unless it is denied without a condition, names its resources, or stands under a condition that narrows it down.
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws.identity import escalation, grants, people, powers, roles, together, trust, workloads

RULES: Final[tuple[Rule, ...]] = (
    *grants.RULES,
    *escalation.RULES,
    *together.RULES,
    *powers.RULES,
    *trust.RULES,
    *workloads.RULES,
    *people.RULES,
    *roles.RULES,
)
