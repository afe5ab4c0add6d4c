"""Rules about Lambda functions: who may call them, what they run on, and what they tell."""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws.functions import access, configuration, environment, runtimes

RULES: Final[tuple[Rule, ...]] = (
    *access.RULES,
    *environment.RULES,
    *runtimes.RULES,
    *configuration.RULES,
)
