"""Policy packs in process: what the engine would say about a program's resources, without the engine.

Any CrossGuard pack written in Python works, found by its PulumiPolicy.yaml; packs whose policies carry a
`pavedroad.governance` rule get exact verdicts where a value is not known yet.
"""

from pavedroad.policy.check import Judgement, check
from pavedroad.policy.errors import PackError
from pavedroad.policy.recorded import resources_of
from pavedroad.policy.report import as_json, as_lines

__all__ = ["Judgement", "PackError", "as_json", "as_lines", "check", "resources_of"]
