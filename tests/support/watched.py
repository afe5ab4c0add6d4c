"""Everything that is watched: the environments of the project, and the example that says every word."""

from functools import cache

from pavedroad.descriptor import load_project
from pavedroad.plan.environment import EnvironmentPlan
from pavedroad.plan.resolve import resolve
from tests.support.environments import ROOT
from tests.support.example import FILES, account_example, example

EXAMPLES = ("every word in local", "every word in production", "an account in production")
ENVIRONMENTS = (*sorted(load_project(ROOT).environments), *EXAMPLES)


@cache
def planned(name: str) -> EnvironmentPlan:
    """Return an environment of the project, or the example with every word in a tier, on a cluster or an account."""
    project = load_project(ROOT)
    if name in project.environments:
        return resolve(project.teams, project.environments[name], project.files)
    kind, _, tier = name.partition(" in ")
    made = account_example(tier) if kind == "an account" else example(tier, cloud=tier == "production")
    loaded = made.load()
    assert loaded is not None
    return resolve(*loaded, FILES)
