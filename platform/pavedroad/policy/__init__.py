"""Policy packs in process: what the engine would say about resources, without the engine.

Any CrossGuard pack written in Python works, found by its PulumiPolicy.yaml; packs whose policies carry a
`pavedroad.governance` rule get exact verdicts where a value is not known yet.
"""

from pavedroad.policy.check import Configuration, Described, Judged, Judgement, Subject, check
from pavedroad.policy.comparison import lost, mark_old
from pavedroad.policy.errors import PackError, SourceError

__all__ = [
    "Configuration",
    "Described",
    "Judged",
    "Judgement",
    "PackError",
    "SourceError",
    "Subject",
    "check",
    "lost",
    "mark_old",
]
