"""Rules about AWS networks: who may reach what, and that it is seen."""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws.network import (
    certificates,
    group_upkeep,
    listeners,
    load_balancers,
    network_acls,
    security_groups,
    vpcs,
)

RULES: Final[tuple[Rule, ...]] = (
    *security_groups.RULES,
    *group_upkeep.RULES,
    *network_acls.RULES,
    *vpcs.RULES,
    *listeners.RULES,
    *load_balancers.RULES,
    *certificates.RULES,
)
