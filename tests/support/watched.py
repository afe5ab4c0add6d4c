"""Everything that is watched: the environments of the project, and the example that says every word."""

from collections.abc import Callable
from functools import cache

from pavedroad.descriptor import load_project
from pavedroad.plan.environment import EnvironmentPlan
from pavedroad.plan.resolve import resolve
from tests.support.environments import ROOT
from tests.support.example import FILES, Example, account_example, example, managed_example

EXAMPLES = (
    "every word in local",
    "every word in production",
    "an account in production",
    "all of AWS in production",
    "aws-sandbox",
)
ENVIRONMENTS = tuple(dict.fromkeys((*sorted(load_project(ROOT).environments), *EXAMPLES)))

MADE: dict[str, Callable[[str], Example]] = {"an account": account_example, "all of AWS": managed_example}
"""Examples that stand in an account: with what the cluster runs as well, and with all that AWS can."""


@cache
def planned(name: str) -> EnvironmentPlan:
    """Return an environment of the project, or the example with every word in a tier, on a cluster or an account."""
    project = load_project(ROOT)
    if name in project.environments:
        return resolve(project.teams, project.environments[name], project.files)
    kind, _, tier = name.partition(" in ")
    made = MADE[kind](tier) if kind in MADE else example(tier, cloud=tier == "production")
    loaded = made.load()
    assert loaded is not None
    return resolve(*loaded, FILES)
