"""Over all pairs: what the roles of functions, schedules and sagas may do is what their descriptors say.

The evaluator reads the rendered policies and knows nothing of what renders them; who may what is written down here by
hand, for a team whose functions, services and sagas could each take what another owns.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest

from pavedroad.access.iam import Outcome, Whereabouts, policies_of
from pavedroad.descriptor.checks import check_project
from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.plan.resolve import resolve
from pavedroad.testing import Recorder
from stacks.program import declare
from tests.support.declaring import settings
from tests.support.example import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.access.iam import Account
    from pavedroad.testing import RecordedResource

NUMBER: Final = ACCOUNT["aws"]["account"]
REGION: Final = ACCOUNT["aws"]["region"]
HERE: Final = Whereabouts(account=NUMBER, region=REGION)


def _table(stream: str | None) -> dict[str, Any]:
    return {"partition_key": {"name": "id"}, **({"stream": stream} if stream else {})}


def _function(**words: Any) -> dict[str, Any]:
    return {"type": "function", "image": f"{NUMBER}.dkr.ecr.{REGION}.amazonaws.com/shop/app:1.0", **words}


TEAM: Final[dict[str, Any]] = {
    "apiVersion": "pavedroad.dev/v1",
    "kind": "Team",
    "team": "shop",
    "owners": {"email": "shop@example.com"},
    "services": {
        "web": {
            "type": "worker",
            "image": "example/web:1.0",
            "stores": {"own": {"engine": "bucket", "bucket": "own"}},
            "invokes": ["bare"],
            "starts": ["pay"],
        },
        "charge": _function(
            stores={
                "carts": {
                    "engine": "dynamodb",
                    "tables": {"Items": _table("both"), "Read": _table("both"), "Bare": _table(None)},
                },
                "files": {"engine": "bucket", "bucket": "files"},
            },
            changes={"carts": {"Items": {}}},
            objects={"files": {}},
            schedule="0 3 * * *",
        ),
        "refund": _function(
            stores={"slips": {"engine": "dynamodb", "tables": {"Slips": _table("both")}}},
            changes={"slips": {"Slips": {}}},
        ),
        "bare": _function(invokes=("refund",), starts=("note",)),
    },
    "sagas": {
        "pay": {
            "steps": [
                {"name": "charge", "invokes": "charge", "compensation": {"invokes": "refund"}},
                {"name": "note", "invokes": "refund"},
            ]
        },
        "note": {"steps": [{"name": "note", "invokes": "refund"}]},
        "idle": {"steps": [{"name": "note", "invokes": "refund"}]},
    },
}
"""One team whose parts could each take what another owns."""


@cache
def resources() -> tuple[RecordedResource, ...]:
    """Return everything that the team declares in production."""
    teams = {"shop": TeamDescriptor.model_validate(TEAM)}
    environment = EnvironmentDescriptor.model_validate(
        {
            "apiVersion": "pavedroad.dev/v1",
            "kind": "Environment",
            "environment": "prod",
            "tier": "production",
            **ACCOUNT,
            "providers": {"function": "lambda", "bucket": "s3", "dynamodb": "dynamodb"},
        }
    )
    assert check_project(teams, {"prod": environment}) == []
    plan = resolve(teams, environment)
    return tuple(Recorder(preview=True).run(lambda: declare(plan, settings(plan))).resources)


@cache
def account() -> Account:
    """Return the team's account, rendered."""
    return policies_of(resources(), HERE)


def roles() -> Mapping[str, str]:
    """Return the role of each part of the team, by its name without the environment and the team."""
    begin = f"{HERE.arn('iam', 'role/')}prod.shop."
    return {arn.removeprefix(begin): arn for arn in account().roles if arn.startswith(begin)}


def who_may(action: str, resource: str, **keys: str) -> set[str]:
    """Return every part of the team that may do something."""
    given = {"aws:SecureTransport": "true", "aws:ResourceAccount": NUMBER, **keys}
    return {
        name
        for name, arn in roles().items()
        if account().decide(arn, action, resource, {**given, "aws:PrincipalArn": arn}).outcome
        is Outcome.ALLOWED
    }


def table(name: str) -> str:
    """Return the ARN of a table."""
    return HERE.arn("dynamodb", f"table/prod.shop.{name}")


def function(name: str, version: str = ":live") -> str:
    """Return the ARN of a function, under the name by which it is run."""
    return HERE.arn("lambda", f"function:prod_shop_{name}{version}")


def machine(name: str) -> str:
    """Return the ARN of a saga's state machine."""
    return HERE.arn("states", f"stateMachine:prod_shop_{name}_saga")


ITEMS: Final = "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"
READING: Final = "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"
AT: Final = "/stream/2026-11-23T00:00:00.000"

EXPECTED: Final[dict[tuple[str, str], set[str]]] = {
    **{(action, table("charge.carts.Items")): {"charge"} for action in ITEMS},
    **{(action, table("refund.slips.Slips")): {"refund"} for action in ITEMS},
    **{
        (action, table(f"charge.carts.Items{AT}")): {"charge"}
        for action in (*READING, "dynamodb:ListStreams")
    },
    **{(action, table(f"charge.carts.Read{AT}")): {"charge"} for action in READING},
    **{(action, table(f"charge.carts.Bare{AT}")): set() for action in READING},
    **{
        (action, table(f"refund.slips.Slips{AT}")): {"refund"}
        for action in (*READING, "dynamodb:ListStreams")
    },
    ("dynamodb:ListStreams", table(f"charge.carts.Read{AT}")): set(),
    ("dynamodb:ListStreams", "*"): set(),
    ("lambda:InvokeFunction", function("charge")): {"charge.schedule", "pay.saga"},
    ("lambda:InvokeFunction", function("refund")): {"pay.saga", "note.saga", "idle.saga", "bare"},
    ("lambda:InvokeFunction", function("bare")): {"web"},
    ("lambda:InvokeFunction", function("bare", "")): set(),
    ("lambda:InvokeFunctionUrl", function("bare")): set(),
    ("states:StartExecution", machine("pay")): {"web"},
    ("states:StartExecution", machine("note")): {"bare"},
    ("states:StartExecution", machine("idle")): set(),
    **{
        (f"states:{action}", machine(name)): set()
        for name in ("pay", "note", "idle")
        for action in (
            "UpdateStateMachine",
            "DeleteStateMachine",
            "StartSyncExecution",
            "DescribeStateMachine",
        )
    },
    **{
        (f"states:{action}", execution): set()
        for execution in (HERE.arn("states", "execution:prod_shop_pay_saga:7"),)
        for action in ("StopExecution", "GetExecutionHistory", "DescribeExecution", "RedriveExecution")
    },
    ("lambda:InvokeFunction", function("charge", "")): set(),
    ("lambda:InvokeFunction", function("charge", ":7")): set(),
    **{
        (f"sqs:{action}", HERE.arn("sqs", f"prod_shop_{name}_failed")): (
            {name} if action == "SendMessage" else set()
        )
        for name in ("charge", "refund", "bare")
        for action in ("SendMessage", "ReceiveMessage", "DeleteMessage", "PurgeQueue")
    },
}
"""Who may do what, over every pair of a part of the team and a thing that another part has."""


@pytest.mark.parametrize(("action", "resource"), EXPECTED, ids=lambda part: part.rpartition(":")[2])
def test_a_part_of_a_team_may_do_exactly_what_its_descriptor_says(action: str, resource: str) -> None:
    assert who_may(action, resource) == EXPECTED[action, resource]


def test_every_part_of_the_team_is_tried() -> None:
    assert roles().keys() >= {
        "web",
        "charge",
        "charge.schedule",
        "refund",
        "bare",
        "pay.saga",
        "note.saga",
        "idle.saga",
    }


@pytest.mark.parametrize(
    ("token", "service", "kind"),
    [
        ("aws:lambda/function:Function", "lambda", "function:"),
        ("aws:sfn/stateMachine:StateMachine", "states", "stateMachine:"),
        ("aws:dynamodb/table:Table", "dynamodb", "table/"),
    ],
)
def test_everything_that_the_team_has_is_tried(token: str, service: str, kind: str) -> None:
    declared = {HERE.arn(service, f"{kind}{one.inputs['name']}") for one in resources() if one.type == token}
    tried = {resource for _, resource in EXPECTED}
    assert declared
    assert {arn for arn in declared if not any(one.startswith(arn) for one in tried)} == set()


OWNING: Final = (
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "lambda:UpdateAlias",
    "lambda:AddPermission",
    "lambda:DeleteFunction",
    "lambda:PutFunctionConcurrency",
    "lambda:CreateFunctionUrlConfig",
)


@pytest.mark.parametrize("action", OWNING)
def test_nothing_that_runs_may_change_a_function(action: str) -> None:
    tried = [
        who_may(action, function(name, version)) for name in ("charge", "bare") for version in ("", ":live")
    ]
    assert tried == [set()] * 4
