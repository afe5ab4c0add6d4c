"""Rules about logs and trails: kept long enough, encrypted, complete, and hard to tamper with."""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws.logs import log_groups, trails

RULES: Final[tuple[Rule, ...]] = (
    *log_groups.RULES,
    *trails.RULES,
)
