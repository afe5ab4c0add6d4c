"""Policy packs in process: what the engine would say about resources, without the engine.

Any CrossGuard pack written in Python works, found by its PulumiPolicy.yaml; packs whose policies carry a
`pavedroad.governance` rule get exact verdicts where a value is not known yet.
"""

from pavedroad.policy.check import Described, Judged, Judgement, Subject, check
from pavedroad.policy.comparison import lost, mark_old
from pavedroad.policy.configuration import Configuration, read_configuration
from pavedroad.policy.errors import ConfigurationError, PackError, SourceError

__all__ = [
    "Configuration",
    "ConfigurationError",
    "Described",
    "Judged",
    "Judgement",
    "PackError",
    "SourceError",
    "Subject",
    "check",
    "lost",
    "mark_old",
    "read_configuration",
]
