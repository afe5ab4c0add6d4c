"""Rules about intent: what teams and the platform wrote, judged at its line, before anything is made of it.

Their resources are the elements that `pavedroad.intent` makes of descriptors and environments; no Pulumi program
declares them, so under the engine these rules have nothing to judge.
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.intent import apis, edges, environments, outside, ownership, stores, variables, workloads

RULES: Final[tuple[Rule, ...]] = (
    *workloads.RULES,
    *variables.RULES,
    *edges.RULES,
    *outside.RULES,
    *apis.RULES,
    *stores.RULES,
    *ownership.RULES,
    *environments.RULES,
)

__all__ = ["RULES"]
