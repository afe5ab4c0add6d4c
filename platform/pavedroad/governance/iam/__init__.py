"""IAM policy documents as statements, and what they let whom do.

Promise: every form of a document reads as the same statements, a question never improves because a value is not known,
and a document that cannot be read grants everything.
"""

from pavedroad.governance.iam.documents import statements
from pavedroad.governance.iam.questions import PUBLIC_PINS, not_public, refuses_plaintext, withheld_by
from pavedroad.governance.iam.statements import (
    ANYBODY,
    AWS,
    FEDERATED,
    SERVICE,
    Condition,
    Principal,
    Statement,
)

__all__ = [
    "ANYBODY",
    "AWS",
    "FEDERATED",
    "PUBLIC_PINS",
    "SERVICE",
    "Condition",
    "Principal",
    "Statement",
    "not_public",
    "refuses_plaintext",
    "statements",
    "withheld_by",
]
