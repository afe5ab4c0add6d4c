"""Rules about images: which one runs, where it comes from, and what is verified of it first (rows 64 to 72)."""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.images import pins, pulling, verified

RULES: Final[tuple[Rule, ...]] = (*pins.RULES, *verified.RULES, *pulling.RULES)
