"""Who runs functions and starts sagas: one statement for each edge, and the way to the API that is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pavedroad.plan.resolve import resolve
from tests.support.clouds import AWS
from tests.support.functions import IMAGE, PROVIDERS
from tests.support.resolving import environment, team

if TYPE_CHECKING:
    from pavedroad.plan.environment import TeamPlan
    from pavedroad.plan.workload import WorkloadPlan

ACCOUNT = "arn:aws:{}:eu-central-1:123456789012:{}"


def resolved(**web: Any) -> TeamPlan:
    """Return a team with a renamed function, a renamed saga, and a worker of these words."""
    function = {"type": "function", "image": IMAGE}
    shop = team(
        "shop",
        {"charge": {**function, "formerly": ["debit"]}, "refund": function, "web": web},
        sagas={"pay": {"formerly": ["buy"], "steps": [{"name": "charge", "invokes": "charge"}]}},
    )
    where = environment(
        aws=AWS,
        clusters={"main": {"kind": "eks"}},
        providers=PROVIDERS,
        secrets={"provider": "secrets-manager"},
        backups=None,
    )
    (plan,) = resolve({"shop": shop}, where).teams
    return plan


def worker(plan: TeamPlan) -> WorkloadPlan:
    """Return the plan of the worker."""
    (found,) = plan.workloads
    return found


def test_an_edge_is_one_action_on_one_thing_under_the_name_that_a_rename_keeps() -> None:
    role = worker(resolved(invokes=["charge"], starts=["pay"])).role
    assert role is not None
    assert [(grant.reason, grant.actions, grant.resources) for grant in role.grants] == [
        (
            "invokes.charge",
            ("lambda:InvokeFunction",),
            (ACCOUNT.format("lambda", "function:prod_shop_debit:live"),),
        ),
        (
            "starts.pay",
            ("states:StartExecution",),
            (ACCOUNT.format("states", "stateMachine:prod_shop_buy_saga"),),
        ),
    ]


def test_without_an_edge_there_is_neither_role_nor_way_out() -> None:
    plan = resolved()
    assert worker(plan).role is None
    assert plan.egress == ()


def test_the_way_out_leads_to_the_apis_that_are_asked_and_no_further() -> None:
    assert resolved(invokes=["charge"]).egress == (("lambda.eu-central-1.amazonaws.com", 443),)
    assert resolved(starts=["pay"]).egress == (("states.eu-central-1.amazonaws.com", 443),)


def test_an_edge_named_twice_is_one_statement() -> None:
    role = worker(resolved(invokes=["charge", "charge"])).role
    assert role is not None
    assert len(role.grants) == 1


def test_variables_say_what_is_run_and_started() -> None:
    env = {"CHARGE": "${invokes.charge.arn}", "PAY": "${starts.pay.arn}", "WHERE": "${starts.pay.region}"}
    plan = worker(resolved(invokes=["charge"], starts=["pay"], env=env))
    variables = {one.name: one.value for one in plan.pod.containers[0].env}
    assert variables["CHARGE"] == ACCOUNT.format("lambda", "function:prod_shop_debit:live")
    assert variables["PAY"] == ACCOUNT.format("states", "stateMachine:prod_shop_buy_saga")
    assert variables["WHERE"] == "eu-central-1"
