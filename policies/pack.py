"""The pack's contents: every rule, listed by hand, as CrossGuard policies for one tier.

Importing this starts nothing; `__main__.py` does.
"""

from typing import Final

from pulumi_policy import Policy

from pavedroad.governance import Rule, Tier
from policies.adapter import adapt
from policies.rules import availability, isolation, store, workload

RULES: Final[tuple[Rule, ...]] = (
    workload.RUN_AS_NON_ROOT,
    workload.RUN_AS_USER,
    workload.NOT_PRIVILEGED,
    workload.NO_PRIVILEGE_ESCALATION,
    workload.READ_ONLY_ROOT,
    workload.CAPABILITIES_DROPPED,
    workload.RESOURCES_BOUNDED,
    store.PROTECTED,
    store.BACKED_UP,
    isolation.NAMESPACE_ISOLATED,
    isolation.MTLS_ONLY,
    availability.DISRUPTION_BUDGET,
)


def policies_for(tier: Tier) -> list[Policy]:
    """Adapt every rule to CrossGuard, each enforced as its control asks for in ``tier``."""
    return [adapt(rule, tier) for rule in RULES]
