"""What AWS would refuse is an error that names the place."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.access.iam import Document, Policies, PolicyError, Request, decide
from pavedroad.access.iam.callers import Caller
from tests.support.iam import QUEUE, ROLE, SEND, VERSION, allow, to


def _whole(**elements: Any) -> dict[str, Any]:
    return {"Version": VERSION, "Statement": [allow(**elements)]}


MALFORMED: list[tuple[Any, str]] = [
    ("{", "is not JSON"),
    ("[" * 100_000, "is not JSON"),
    ("[]", "is not an object"),
    ('{"Statement": [], "Statement": []}', "says 'Statement' twice"),
    ({}, "has no Statement"),
    ({"Statement": []}, "has no Statement"),
    ({"Statement": ["Allow"]}, r"Statement\[0\] is not an object"),
    ({"Version": "2026-01-01", "Statement": [allow()]}, "Version is not one of"),
    ({"Comment": "", "Statement": [allow()]}, "no element 'Comment'"),
    (_whole(Effects="Allow"), "no element 'Effects'"),
    ({"Statement": {"Action": SEND, "Resource": "*"}}, "Effect is neither"),
    (_whole(Effect="allow"), "Effect is neither"),
    (_whole(Effect=["Allow"]), "Effect is neither"),
    (_whole(NotAction="iam:*"), "has both Action and NotAction"),
    (_whole(NotResource=QUEUE), "has both Resource and NotResource"),
    ({"Statement": {"Effect": "Allow", "Resource": "*"}}, "has neither Action nor NotAction"),
    ({"Statement": {"Effect": "Allow", "Action": SEND}}, "has neither Resource nor NotResource"),
    (_whole(action=[]), "Action is an empty list"),
    (_whole(action="SendMessage"), "'SendMessage' is not an action"),
    (_whole(action={"a": 1}), "Action is neither a text nor"),
    (_whole(resource="orders"), "'orders' is neither an ARN"),
    (_whole(resource="arn:aws:sqs:${aws:region}:1:x"), "only after the fifth colon"),
    (_whole(resource="arn:aws:s3:::${a b}"), "is no variable"),
    (_whole(Principal="*"), "Principal: an identity's policy"),
    (_whole(Sid=1), "Sid is not a text"),
    (_whole(Condition={}), "Condition is not a mapping with entries"),
    (_whole(Condition={"StringEquals": "x"}), "Condition.StringEquals is not a mapping"),
    (
        _whole(Condition={"StringMatches": {"a:b": "x"}}),
        "Condition.StringMatches: there is no such condition operator",
    ),
    (_whole(Condition={"ForSome:StringLike": {"a:b": "x"}}), "no such condition operator"),
    (_whole(Condition={"NullIfExists": {"a:b": "true"}}), "no such condition operator"),
    (_whole(Condition={"StringEquals": {"a:b": []}}), "a:b is an empty list"),
    (_whole(Condition={"NumericEquals": {"a:b": "ten"}}), "'ten' is not a number"),
    (_whole(Condition={"DateLessThan": {"a:b": "tomorrow"}}), "is not a date"),
    (_whole(Condition={"Bool": {"a:b": "yes"}}), "'yes' is not true or false"),
    (_whole(Condition={"Null": {"a:b": "yes"}}), "'yes' is not true or false"),
    (_whole(Condition={"BinaryEquals": {"a:b": "?"}}), "is not base64"),
    (_whole(Condition={"IpAddress": {"a:b": "10.0.0.0/33"}}), "is not an address"),
    ({"Statement": [allow(Sid="A"), allow(Sid="A")]}, "two statements are called"),
]


@pytest.mark.parametrize(("source", "told"), MALFORMED, ids=[row[1] for row in MALFORMED])
def test_a_malformed_policy_is_refused(source: Any, told: str) -> None:
    with pytest.raises(PolicyError, match=f"^orders' policy: .*{told}"):
        Document.identity(source, "orders' policy")


PRINCIPALS: list[tuple[Any, str]] = [
    (None, "is neither '\\*' nor a mapping"),
    (ROLE, "is neither '\\*' nor a mapping"),
    ({}, "is neither '\\*' nor a mapping"),
    ({"CanonicalUser": "79a5"}, "principals of type CanonicalUser are not evaluated"),
    ({"AWS": "arn:aws:iam::111122223333:role/*"}, "a principal has no wildcards"),
    ({"Service": "*"}, "only AWS takes '\\*' alone"),
    ({"AWS": []}, "Principal.AWS is an empty list"),
]


@pytest.mark.parametrize(("principal", "told"), PRINCIPALS)
def test_a_malformed_principal_is_refused(principal: Any, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        Document.resource({"Statement": to(principal, allow())})


def test_a_resources_policy_says_for_whom() -> None:
    with pytest.raises(PolicyError, match="has neither Principal nor NotPrincipal"):
        Document.resource({"Statement": allow()})


def test_text_and_object_read_the_same() -> None:
    request = Request(caller=Caller.role(ROLE), action=SEND, resource=QUEUE)
    for source in (_whole(), json.dumps(_whole())):
        assert decide(request, Policies(identity=(Document.identity(source),))).allowed


def test_before_2012_variables_are_plain_text() -> None:
    statement = allow(resource=QUEUE.replace("orders", "${aws:PrincipalTag/team}"))
    caller = Caller.role(ROLE, tags={"team": "sales"})
    request = Request(caller=caller, action=SEND, resource=QUEUE.replace("orders", "sales"))
    for version, allowed in ((VERSION, True), ("2008-10-17", False)):
        document = Document.identity({"Version": version, "Statement": statement})
        assert decide(request, Policies(identity=(document,))).allowed is allowed


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["Allow", "*", SEND, QUEUE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
STATEMENTS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition"),
        ANY_JSON,
    ),
)


@given(st.fixed_dictionaries({"Statement": STATEMENTS | ANY_JSON}) | ANY_JSON)
def test_whatever_is_given_is_read_or_refused(source: Any) -> None:
    for read in (Document.identity, Document.resource):
        with suppress(PolicyError):
            assert read(source).statements
