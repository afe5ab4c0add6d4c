"""Credentials of a role: pods that have one may ask the node's agent for them, past the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.pods import PAST_THE_SIDE_CAR, pod_template
from pavedroad.plan.edges import IDENTITY_ADDRESS, IDENTITY_AGENT
from pavedroad.plan.resolve import resolve
from tests.support.managed import environment_words
from tests.support.resolving import environment, team

if TYPE_CHECKING:
    from pavedroad.plan.environment import TeamPlan

STORES: dict[str, Any] = {"photos": {"engine": "bucket", "bucket": "photos"}}


def shop() -> TeamPlan:
    """Return a team of which one service has a bucket on S3, and so a role, and the other has nothing."""
    made = team("shop", {"album": {"stores": STORES}, "idle": {}})
    return resolve({"shop": made}, environment(**environment_words(bucket="s3"))).teams[0]


def test_only_pods_with_a_role_reach_the_agent() -> None:
    asking = [flow for flow in shop().flows if flow.destination == IDENTITY_AGENT]
    assert [(flow.source.name, flow.ports, flow.sides) for flow in asking] == [("album", (80,), "source")]


def test_their_side_car_leaves_that_address_alone_which_the_mesh_knows_nothing_of() -> None:
    annotated = {
        plan.name: pod_template(plan, {})["metadata"].get("annotations", {}).get(PAST_THE_SIDE_CAR)
        for plan in shop().workloads
    }
    assert annotated == {"album": IDENTITY_ADDRESS, "idle": None}
