"""Rules about traffic: Services, Ingresses, routes, certificates and network policies.

What an object means follows Kubernetes' own API reference, a NetworkPolicy without `policyTypes` included; which
demands are made follows what the field's scanners ask.
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.traffic import (
    backends,
    certificates,
    claims,
    ingresses,
    isolation,
    load_balancers,
    network,
    nginx,
    services,
    targets,
)

RULES: Final[tuple[Rule, ...]] = (
    *services.RULES,
    *load_balancers.RULES,
    *targets.RULES,
    *ingresses.RULES,
    *claims.RULES,
    *backends.RULES,
    *nginx.RULES,
    *certificates.RULES,
    *isolation.RULES,
    *network.RULES,
)
