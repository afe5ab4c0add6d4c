"""Rules about workloads: what they ask for and may use, and whether they stay up while nodes come and go.

They hold rows 37 to 63 of the field's catalogue. What Kubernetes takes where nothing is said is as in its API
reference; where scanners disagree the control is only advisory, and says so in its *why*.
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.workloads import (
    budgets,
    disk,
    lifetime,
    placement,
    probes,
    quotas,
    resources,
    rollouts,
    scaling,
    selecting,
    storage,
    targets,
)

RULES: Final[tuple[Rule, ...]] = (
    *resources.RULES,
    *disk.RULES,
    *quotas.RULES,
    *probes.RULES,
    *scaling.RULES,
    *targets.RULES,
    *budgets.RULES,
    *placement.RULES,
    *rollouts.RULES,
    *lifetime.RULES,
    *selecting.RULES,
    *storage.RULES,
)
