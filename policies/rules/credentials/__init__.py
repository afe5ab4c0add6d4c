"""Rules about secrets in workloads: none in clear, each from a store, and each for its owner alone (rows 73 to 78)."""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.credentials import literals, objects, reading

RULES: Final[tuple[Rule, ...]] = (*literals.RULES, *objects.RULES, *reading.RULES)
