"""Rules about API Gateway: who may call, how much, over what, and that it is seen."""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws.apis import authorization, cors, endpoints, limits, stages

RULES: Final[tuple[Rule, ...]] = (
    *authorization.RULES,
    *cors.RULES,
    *endpoints.RULES,
    *stages.RULES,
    *limits.RULES,
)
