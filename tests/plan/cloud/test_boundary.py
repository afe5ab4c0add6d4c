"""The boundary of an environment's roles: wide enough for its own things, and none of another environment's."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pavedroad.descriptor.values import NAME_PATTERN
from pavedroad.plan.cloud.access import Condition, Grant
from pavedroad.plan.cloud.account import AccountPlan
from pavedroad.plan.cloud.boundary import NAMINGS, boundary
from pavedroad.plan.cloud.names import name
from pavedroad.plan.resolve import resolve
from tests.support.example import FILES, account_example

THINGS: Final[dict[str, str]] = {
    "cassandra": "/keyspace/{}/table/*",
    "dynamodb": "table/{}/index/*",
    "elasticache": "user:{}",
    "iam": "role/{}",
    "kafka": "topic/{}/*/orders",
    "lambda": "function:{}:live",
    "logs": "log-group:/aws/lambda/{}:*",
    "rds": "cluster:{}",
    "s3": "{}/*",
    "secretsmanager": "secret:{}-??????",
    "sns": "{}",
    "sqs": "{}",
    "ssm": "parameter/{}",
    "states": "stateMachine:{}",
}
"""What stands in an ARN of each service, where its name is left out."""

READS_LIKE_AN_ARN: Final = ("arn", "aws", "sqs", "table", "keyspace", "user", "function", "cluster", "eu")

environments = st.one_of(
    st.sampled_from(READS_LIKE_AN_ARN),
    st.text(alphabet="xz02-", max_size=38).map(lambda rest: f"x{rest}x"),
    st.from_regex(NAME_PATTERN, fullmatch=True),
)
services = st.sampled_from(sorted(NAMINGS))


def arn(service: str, environment: str) -> str:
    """Return the ARN of something of an environment."""
    thing = THINGS[service].format(name(NAMINGS[service].kind, environment, "orders", "order-items"))
    return account(environment).arn(service, thing)


def account(environment: str) -> AccountPlan:
    return AccountPlan(environment=environment, account="123456789012", region="eu-central-1", sandbox=False)


def allowed(environment: str, service: str) -> str:
    """Return the one pattern of a boundary over one thing."""
    grant = Grant(reason="edge", actions=(f"{service}:Use",), resources=(arn(service, environment),))
    ((pattern,),) = (one.resources for one in boundary(account(environment), [grant]))
    return pattern


def test_every_service_that_is_widened_is_tried() -> None:
    assert THINGS.keys() == NAMINGS.keys()


@given(environments, environments, services)
@example("x", "x2", "s3")
@example("x", "x-2", "s3")
@example("x", "x-2", "rds")
@example("x", "x-2", "cassandra")
@example("a" * 40, "a" * 39, "elasticache")
@example("a" * 9, "a" * 40, "elasticache")
@example("table", "tables", "dynamodb")
def test_a_boundary_holds_everything_of_its_environment_and_nothing_of_another(
    one: str, other: str, service: str
) -> None:
    assume(one != other)
    pattern = allowed(one, service)
    assert pattern.endswith("*")
    assert "order-items" not in pattern, "it is widened"
    assert fnmatchcase(arn(service, one), pattern)
    assert not fnmatchcase(arn(service, other), pattern)


@pytest.mark.parametrize("environment", [*READS_LIKE_AN_ARN, "system"])
def test_what_is_no_thing_of_an_environment_stays_what_it_is(environment: str) -> None:
    things = (
        account(environment).arn("cassandra", "/keyspace/system/*"),
        account(environment).arn("kms", "key/*"),
    )
    grant = Grant(reason="edge", actions=("cassandra:Select",), resources=things)
    assert boundary(account(environment), [grant])[0].resources == things


def test_conditions_on_things_are_widened_too() -> None:
    def only(*values: str) -> Grant:
        tagged = Condition(operator="StringEquals", key="aws:ResourceTag/cluster", values=values)
        return Grant(reason="edge", actions=("rds:Use",), resources=("*",), conditions=(tagged,))

    (widened,) = boundary(account("x-2"), [only(arn("rds", "x-2")), only("none")])
    (condition,) = widened.conditions
    assert condition.operator == "StringLike"
    assert condition.values == (account("x-2").arn("rds", "cluster:xz02-*"), "none")
    (same,) = boundary(account("x-2"), [only("none")])
    assert same.conditions[0].operator == "StringEquals"


@pytest.mark.parametrize("existing", [False, True])
def test_a_store_more_does_not_change_the_boundary(existing: bool) -> None:
    found = account_example("production", existing=existing).load()
    assert found is not None
    cloud = resolve(*found, FILES).cloud
    assert cloud is not None
    held = [
        text
        for grant in cloud.boundary
        for text in (*grant.resources, *(value for one in grant.conditions for value in one.values))
    ]
    assert any("showcase" in text for text in held)
    named = {text for text in held if "showcase" in text and not text.endswith("*")}
    assert named <= {f"alias/showcase/{purpose}" for purpose in ("data", "messages", "secrets")}
