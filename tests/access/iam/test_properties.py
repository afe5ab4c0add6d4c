"""What holds of every policy: who denies never gives, who allows never takes, order does not matter."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pavedroad.access.iam import Caller, Outcome, Policies, Request, decide
from tests.support.iam import (
    ACCOUNT,
    FOREIGN_ROLE,
    KEY,
    QUEUE,
    ROLE,
    SESSION,
    USER,
    Json,
    on_resource,
    policy,
)

OPERATORS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
ACTIONS = st.sampled_from(["*", "sqs:*", "sqs:SendMessage", "sqs:Send*", "kms:Decrypt", "kms:*"])
RESOURCES = st.sampled_from(["*", QUEUE, KEY, "arn:aws:sqs:*", "arn:aws:kms:*:*:key/*"])
CONDITIONS = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(st.sampled_from(["a:x", "a:y"]), st.sampled_from(["1", "2", "*"]), min_size=1),
    min_size=1,
    max_size=2,
)
PRINCIPALS = st.sampled_from(
    [
        "*",
        {"AWS": ACCOUNT},
        {"AWS": ROLE},
        {"AWS": SESSION},
        {"AWS": FOREIGN_ROLE},
        {"Service": "sns.amazonaws.com"},
    ]
)


@st.composite
def statements(draw: st.DrawFn, effect: st.SearchStrategy[str], *, principals: bool = False) -> Json:
    """A statement of an identity's policy, or of a resource's."""
    statement: dict[str, Any] = {"Effect": draw(effect)}
    statement[draw(st.sampled_from(["Action", "NotAction"]))] = draw(ACTIONS)
    statement[draw(st.sampled_from(["Resource", "NotResource"]))] = draw(RESOURCES)
    if draw(st.booleans()):
        statement["Condition"] = draw(CONDITIONS)
    if principals:
        statement[draw(st.sampled_from(["Principal", "NotPrincipal"]))] = draw(PRINCIPALS)
    return statement


EFFECTS = st.sampled_from(["Allow", "Deny"])
REQUESTS = st.builds(
    Request,
    caller=st.sampled_from(
        [
            Caller.role(ROLE),
            Caller.user(USER),
            Caller.role(FOREIGN_ROLE),
            Caller.service("sns.amazonaws.com"),
            Caller.root(ACCOUNT),
            Caller.anonymous(),
        ]
    ),
    action=st.sampled_from(["sqs:SendMessage", "kms:Decrypt"]),
    resource=st.sampled_from([QUEUE, KEY]),
    keys=st.dictionaries(st.sampled_from(["a:x", "a:y"]), st.sampled_from(["1", "2"])),
)
OF_IDENTITY = st.lists(statements(EFFECTS), min_size=1, max_size=3)
OF_RESOURCE = st.lists(statements(EFFECTS, principals=True), min_size=1, max_size=3)
BOUNDARIES = st.none() | st.lists(statements(EFFECTS), min_size=1, max_size=2)


def _outcome(
    request: Request, identity: list[Json], resource: list[Json], boundary: list[Json] | None
) -> Outcome:
    policies = Policies(
        identity=(policy(*identity),),
        resource=(on_resource(*resource),),
        boundary=policy(*boundary) if boundary else None,
    )
    return decide(request, policies).outcome


def _allowed(*given: Any) -> bool:
    return _outcome(*given) is Outcome.ALLOWED


@given(REQUESTS, OF_IDENTITY, OF_RESOURCE, BOUNDARIES, st.data())
def test_one_more_denial_never_allows_more(
    request: Request,
    identity: list[Json],
    resource: list[Json],
    boundary: list[Json] | None,
    data: st.DataObject,
) -> None:
    denial = data.draw(statements(st.just("Deny")))
    foreign = data.draw(statements(st.just("Deny"), principals=True))
    before = _allowed(request, identity, resource, boundary)
    assert _allowed(request, [*identity, denial], resource, boundary) <= before
    assert _allowed(request, identity, [*resource, foreign], boundary) <= before
    if boundary:
        assert _allowed(request, identity, resource, [*boundary, denial]) <= before


@given(REQUESTS, OF_IDENTITY, OF_RESOURCE, BOUNDARIES, st.data())
def test_one_more_permission_never_allows_less(
    request: Request,
    identity: list[Json],
    resource: list[Json],
    boundary: list[Json] | None,
    data: st.DataObject,
) -> None:
    permission = data.draw(statements(st.just("Allow")))
    foreign = data.draw(statements(st.just("Allow"), principals=True))
    before = _allowed(request, identity, resource, boundary)
    assert _allowed(request, [*identity, permission], resource, boundary) >= before
    assert _allowed(request, identity, [*resource, foreign], boundary) >= before
    if boundary:
        assert _allowed(request, identity, resource, [*boundary, permission]) >= before


@given(REQUESTS, OF_IDENTITY, OF_RESOURCE, BOUNDARIES)
def test_a_boundary_only_ever_takes(
    request: Request, identity: list[Json], resource: list[Json], boundary: list[Json] | None
) -> None:
    assert _allowed(request, identity, resource, boundary) <= _allowed(request, identity, resource, None)


@given(REQUESTS, OF_IDENTITY, OF_RESOURCE, BOUNDARIES, st.randoms())
def test_the_order_of_statements_does_not_matter(
    request: Request,
    identity: list[Json],
    resource: list[Json],
    boundary: list[Json] | None,
    dice: random.Random,
) -> None:
    def shuffled(listed: list[Json]) -> list[Json]:
        return dice.sample(listed, len(listed))

    assert _outcome(request, identity, resource, boundary) is _outcome(
        request, shuffled(identity), shuffled(resource), shuffled(boundary) if boundary else None
    )


@given(REQUESTS, CONDITIONS, st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]))
def test_if_exists_never_holds_less(request: Request, condition: dict[str, Json], quantifier: str) -> None:
    def holds(suffix: str) -> bool:
        written = {f"{quantifier}{operator}{suffix}": keys for operator, keys in condition.items()}
        statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": written}
        return decide(request, Policies(identity=(policy(statement),))).outcome is Outcome.DENIED

    assert holds("IfExists") >= holds("")
