"""The pack's contents: every rule, listed by hand, as CrossGuard policies for one tier.

Importing this starts nothing; `__main__.py` does.
"""

from collections.abc import Iterable
from typing import Final

from pavedroad.governance import Rule, Tier
from policies.adapter import RulePolicy, adapt, level_in
from policies.rules import availability, aws, data, isolation, store, workload

RULES: Final[tuple[Rule, ...]] = (
    *workload.RULES,
    *store.RULES,
    *isolation.RULES,
    *availability.RULES,
    *aws.RULES,
    *data.RULES,
)


def policies_for(tier: Tier) -> list[RulePolicy]:
    """Adapt every rule to CrossGuard, each enforced as its control asks for in ``tier``."""
    policies = [adapt(rule) for rule in RULES]
    hold_to(policies, tier)
    return policies


def hold_to(policies: Iterable[RulePolicy], tier: Tier) -> None:
    """Enforce each policy as its control asks for in ``tier``."""
    for policy in policies:
        policy.enforcement_level = level_in(policy.rule.control, tier)
