"""Rules about keys of KMS, secrets of Secrets Manager and parameters of Systems Manager.

What identities may do with keys is in `policies.rules.aws.identity`.
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws.keys import kms, secret_stores

RULES: Final[tuple[Rule, ...]] = (
    *kms.RULES,
    *secret_stores.RULES,
)
