"""The example in two regions, rendered stack by stack: what each slice tells the others stands for itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pavedroad.access.iam import Whereabouts
from pavedroad.descriptor import load_project
from pavedroad.plan.resolve import resolve
from pavedroad.stack_names import CLOUD_SLICE, slice_of
from pavedroad.testing import Recorder
from stacks.program import declare
from stacks.settings import StackSettings
from tests.support.account_access import World
from tests.support.environments import ROOT

if TYPE_CHECKING:
    from pavedroad.plan.environment import EnvironmentPlan
    from pavedroad.testing import RecordedResource

EXAMPLE: Final = ROOT / "examples" / "two-regions"
ENVIRONMENT: Final = "twin"
ACCOUNT: Final = "123456789012"
REGIONS: Final = {"frankfurt": "eu-central-1", "dublin": "eu-west-1"}

_TOLD: Final = (
    *(f"key_{purpose}" for purpose in ("data", "messages", "secrets", "logs", "registry")),
    "cluster_authority",
    "cluster_endpoint",
    "cluster_security_group",
    "log_bucket",
    "vpc",
    "zone_public",
)
_TOLD_AS_LISTS: Final = ("data_subnets", "private_subnets", "public_subnets")


@dataclass(frozen=True)
class TwoRegions:
    """The example's plan, and what each of its stacks declares."""

    plan: EnvironmentPlan
    stacks: dict[str, tuple[RecordedResource, ...]]

    def of(self, stack: str, type_: str) -> dict[str, dict[str, Any]]:
        """Return the properties of a stack's resources of a type, by logical name."""
        return {one.name: one.inputs for one in self.stacks[stack] if one.type == type_}

    def world(self, cluster: str) -> World:
        """Return who may do what of the roles of a cluster, in its region."""
        begin = ENVIRONMENT if cluster == self.plan.cluster.name else f"{ENVIRONMENT}.{cluster}"
        found = [
            one for stack in self.stacks if stack.rpartition(".")[0] == begin for one in self.stacks[stack]
        ]
        return World.of(found, Whereabouts(account=ACCOUNT, region=REGIONS[cluster]))


@cache
def two_regions() -> TwoRegions:
    """Return the example, rendered."""
    project = load_project(EXAMPLE)
    plan = resolve(project.teams, project.environments[ENVIRONMENT], project.files)
    return TwoRegions(plan, {stack: _rendered(plan, stack) for stack in plan.stacks})


def _rendered(plan: EnvironmentPlan, stack: str) -> tuple[RecordedResource, ...]:
    """Return what a stack declares."""
    part = slice_of(stack)
    settings = StackSettings(root=EXAMPLE, environment=plan.name, slice=part.part, cluster=part.cluster)
    recorder = Recorder(project="pavedroad", stack=stack, preview=True)
    for other in (one for one in plan.stacks if slice_of(one).part == CLOUD_SLICE):
        told: dict[str, Any] = {name: f"{name} of {other}" for name in _TOLD}
        told |= {name: [f"{name} of {other}"] for name in _TOLD_AS_LISTS}
        recorder.set_stack_outputs(f"organization/pavedroad/{other}", {CLOUD_SLICE: told})
    return tuple(recorder.run(lambda: declare(plan, settings)).resources)
