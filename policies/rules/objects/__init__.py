"""Rules about any object: where it stands, whose it is, in which API version it is written, and that it is legal."""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.objects import accounts, names, nodes, owners, places, required, versions

RULES: Final[tuple[Rule, ...]] = (
    *places.RULES,
    *nodes.RULES,
    *owners.RULES,
    *accounts.RULES,
    *versions.RULES,
    *names.RULES,
    *required.RULES,
)
