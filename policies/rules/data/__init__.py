"""Rules about data, whoever keeps it: not lost by mistake, tagged, and credentials kept secret."""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.data import credentials, keeping, tags

RULES: Final[tuple[Rule, ...]] = (
    *keeping.RULES,
    *credentials.RULES,
    *tags.RULES,
)
