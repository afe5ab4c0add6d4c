"""Rules about AWS resources, as the Pulumi provider `aws` declares them.

Their types and properties are those of pulumi-aws 7.51, spelled as on the wire; a package or module of this folder is
one area, and lists its own rules.
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws import (
    apis,
    buckets,
    clusters,
    databases,
    functions,
    identity,
    keys,
    logs,
    messaging,
    network,
)

RULES: Final[tuple[Rule, ...]] = (
    *apis.RULES,
    *buckets.RULES,
    *clusters.RULES,
    *databases.RULES,
    *functions.RULES,
    *identity.RULES,
    *keys.RULES,
    *logs.RULES,
    *messaging.RULES,
    *network.RULES,
)
