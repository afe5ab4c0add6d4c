"""Which patterns of actions change nothing that could have been named: by their verbs, and by a table."""

from typing import Final

from policies.rules.aws.identity.unrestrictable import UNRESTRICTABLE, WHOLE_SERVICES

_VERBS: Final = (
    "batchcheck",
    "batchdescribe",
    "batchget",
    "conditioncheck",
    "count",
    "describe",
    "detect",
    "discover",
    "download",
    "estimate",
    "filter",
    "get",
    "head",
    "list",
    "lookup",
    "partiqlselect",
    "preview",
    "query",
    "read",
    "retrieve",
    "scan",
    "search",
    "select",
    "simulate",
    "validate",
    "view",
)
"""How the names of actions that only read begin."""

_OTHERS: Final = frozenset(
    {
        "bedrock:applyguardrail",
        "bedrock:invokemodel",
        "bedrock:invokemodelwithresponsestream",
        "eks:accesskubernetesapi",
        "kinesis:subscribetoshard",
        "logs:startlivetail",
        "logs:startquery",
        "logs:stoplivetail",
        "logs:stopquery",
        "sqs:receivemessage",
    }
)
"""Actions that AWS counts as reading, whatever their names say."""


def changes_nothing(pattern: str) -> bool:
    """Whether a pattern of actions takes in only what reads, or what AWS grants on every resource only."""
    pattern = pattern.lower()
    service, _, name = pattern.partition(":")
    literal = name.partition("*")[0].partition("?")[0]
    return (
        literal.startswith(_VERBS)
        or pattern in UNRESTRICTABLE
        or pattern in _OTHERS
        or service in WHOLE_SERVICES
    )
