"""Over all pairs: who may do what with a graph, whose id AWS decides; before that, nobody can say."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest

from pavedroad.access.iam import Outcome, PolicyError, Whereabouts, policies_of
from pavedroad.descriptor.checks import check_project
from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.plan.resolve import resolve
from pavedroad.testing import Recorder
from stacks.program import declare
from tests.support.declaring import declared, settings
from tests.support.example import ACCOUNT

if TYPE_CHECKING:
    from pavedroad.access.iam import Account
    from pavedroad.plan.environment import EnvironmentPlan
    from pavedroad.testing import RecordedResource

WHERE: Final = Whereabouts(account=ACCOUNT["aws"]["account"], region=ACCOUNT["aws"]["region"])
OWNERS: Final = ("api", "mill")
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"


@cache
def plan() -> EnvironmentPlan:
    """Return a team of which two services own a graph each, and one owns none."""
    services: dict[str, Any] = {
        name: {"type": "worker", "image": "example/app:1.0", "stores": {"routes": {"engine": "neptune"}}}
        for name in OWNERS
    }
    services["bare"] = {"type": "worker", "image": "example/app:1.0"}
    head = {"apiVersion": "pavedroad.dev/v1"}
    team = TeamDescriptor.model_validate(
        {
            **head,
            "kind": "Team",
            "team": "orders",
            "owners": {"email": "orders@example.com"},
            "services": services,
        }
    )
    environment = EnvironmentDescriptor.model_validate(
        {
            **head,
            "kind": "Environment",
            "environment": "prod",
            "tier": "production",
            **ACCOUNT,
            "providers": {"neptune": "neptune"},
        }
    )
    assert check_project({"orders": team}, {"prod": environment}) == []
    return resolve({"orders": team}, environment)


@cache
def previewed() -> tuple[RecordedResource, ...]:
    """Return what is declared before anything is made."""
    return tuple(Recorder(preview=True).run(lambda: declare(plan(), settings(plan()))).resources)


@cache
def made() -> Account:
    """Return the account once the clusters are made; each has an id that tells which it is."""
    known = declared(plan())
    resources = (
        replace(one, inputs={**one.inputs, "policy": _with_ids(known[one.type, one.name]["policy"])})
        if one.type == ROLE_POLICY
        else one
        for one in previewed()
    )
    return policies_of(resources, WHERE)


def _with_ids(policy: str) -> str:
    """Return a policy with ids as AWS gives them, in the place of texts that say where each comes from."""
    for owner in OWNERS:
        policy = policy.replace(
            f"cluster-prod-orders-{owner}-routes's clusterResourceId", f"cluster-{owner.upper()}"
        )
    return policy


def graph(owner: str) -> str:
    """Return the ARN of what is in an owner's graph."""
    return WHERE.arn("neptune-db", f"cluster-{owner.upper()}/database")


def role(service: str) -> str:
    """Return the ARN of a service's role."""
    return WHERE.arn("iam", f"role/prod.orders.{service}")


@pytest.mark.parametrize("of", OWNERS)
@pytest.mark.parametrize("by", OWNERS)
@pytest.mark.parametrize("action", ["ReadDataViaQuery", "WriteDataViaQuery", "DeleteDataViaQuery"])
def test_a_graphs_data_are_its_owners_alone(by: str, of: str, action: str) -> None:
    decision = made().decide(role(by), f"neptune-db:{action}", graph(of))

    assert (decision.outcome is Outcome.ALLOWED) == (by == of)


@pytest.mark.parametrize("action", ["ResetDatabase", "StartLoaderJob", "ManageStatistics"])
def test_nobody_resets_or_loads_a_graph(action: str) -> None:
    assert made().decide(role("api"), f"neptune-db:{action}", graph("api")).outcome is not Outcome.ALLOWED


def test_what_owns_no_graph_has_no_role() -> None:
    assert role("bare") not in made().roles
    assert role("api") in made().roles


def test_before_a_cluster_is_made_no_answer_is_given() -> None:
    with pytest.raises(PolicyError, match="policies whose text is not known"):
        policies_of(previewed(), WHERE).decide(role("api"), "neptune-db:ReadDataViaQuery", graph("api"))
