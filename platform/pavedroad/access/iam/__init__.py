"""Who may do what on AWS: an evaluator of IAM policies.

It reads policies as AWS gets them and nothing else, and knows nothing of what renders them, so that it can be a second
opinion. A policy that AWS would refuse is an error, and what is not evaluated is said.
"""

from pavedroad.access.iam.account import Account, Role, ServiceAccount
from pavedroad.access.iam.callers import Caller, CallerKind, Standing
from pavedroad.access.iam.collect import policies_of
from pavedroad.access.iam.declared import Declared, Whereabouts
from pavedroad.access.iam.documents import Document, DocumentKind
from pavedroad.access.iam.errors import PolicyError
from pavedroad.access.iam.evaluate import Decision, Outcome, Policies, decide
from pavedroad.access.iam.requests import Request

__all__ = [
    "Account",
    "Caller",
    "CallerKind",
    "Decision",
    "Declared",
    "Document",
    "DocumentKind",
    "Outcome",
    "Policies",
    "PolicyError",
    "Request",
    "Role",
    "ServiceAccount",
    "Standing",
    "Whereabouts",
    "decide",
    "policies_of",
]
