"""Rules about who may do what to the cluster: roles, and bindings to them.

Which powers are dangerous follows CIS Kubernetes 5.1 and what the field's scanners ask; what a rule of a role grants
follows the API server's own evaluation. A role is judged by its own rules and by those that it aggregates.
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.rbac import bindings, contents, escalation, reach, wildcards

RULES: Final[tuple[Rule, ...]] = (
    *wildcards.RULES,
    *bindings.RULES,
    *contents.RULES,
    *reach.RULES,
    *escalation.RULES,
)
