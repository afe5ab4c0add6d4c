"""Rules about the service mesh (Istio): who callers are, what they may do, and that policies take effect.

What a policy means follows Istio's API reference and the messages of its own analyzers (IST0102 to IST0175).
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.mesh import (
    ambient,
    attachment,
    authentication,
    authorization,
    credentials,
    isolation,
    membership,
    routing,
    tokens,
)

RULES: Final[tuple[Rule, ...]] = (
    *isolation.RULES,
    *authentication.RULES,
    *authorization.RULES,
    *tokens.RULES,
    *attachment.RULES,
    *ambient.RULES,
    *membership.RULES,
    *routing.RULES,
    *credentials.RULES,
)
