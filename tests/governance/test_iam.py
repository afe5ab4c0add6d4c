"""Reading IAM policies: every form says the same, a second and naive reading agrees, and nothing unknown excuses."""

import copy
import fnmatch
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pavedroad.governance import Opaque, Properties
from pavedroad.governance.iam import not_public, refuses_plaintext, statements, withheld_by
from pavedroad.testing.policy_documents import policy_document

PATTERNS = ["*", "s3:*", "s3:Get*", "s3:GetObject", "S3:getobject", "iam:Pass?ole", "iam:*Role", "sqs:*"]
ACTIONS = ["s3:GetObject", "s3:PutObject", "iam:PassRole"]
SWEEPING = {
    "*": True,
    "arn:aws:s3:::*": True,
    "arn:aws:iam::111122223333:role/*": True,
    "arn:aws:s3:::shop/*": False,
    "arn:aws:iam::111122223333:role/reader": False,
}
PINNING = {
    ("StringEquals", "aws:ResourceTag/team", "shop"): True,
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1a2b3c4d5e/*"): True,
    ("ArnLike", "AWS:SourceArn", "arn:aws:s3:::shop"): True,
    ("StringLikeIfExists", "aws:ResourceTag/team", "shop"): False,
    ("ForAllValues:StringEquals", "aws:TagKeys", "team"): False,
    ("StringLike", "aws:ResourceTag/team", "*"): False,
    ("StringNotEquals", "aws:ResourceTag/team", "shop"): False,
    ("Bool", "aws:SecureTransport", "true"): False,
}
PUBLIC = {"*": True, "111122223333": False, "arn:aws:iam::111122223333:role/reader": False}

some = st.lists
STATEMENT = st.fixed_dictionaries(
    {
        "effect": st.sampled_from(["Allow", "Allow", "Deny"]),
        "actions": some(st.sampled_from(PATTERNS), min_size=1, max_size=3, unique=True),
        "besides": st.sampled_from([False, False, True]),
        "resources": some(st.sampled_from(list(SWEEPING)), min_size=1, max_size=2, unique=True),
        "principals": some(st.sampled_from(list(PUBLIC)), max_size=2, unique=True),
        "conditions": some(
            st.sampled_from(list(PINNING)), max_size=2, unique_by=lambda each: (each[0], each[1].lower())
        ),
    }
)
POLICY = st.lists(STATEMENT, min_size=1, max_size=3)


def as_object(policy: list[dict[str, Any]], *, bare: bool) -> dict[str, Any]:
    """Write a policy as an object, single values without their list where ``bare``."""

    def listed(values: list[Any]) -> Any:
        return values[0] if bare and len(values) == 1 else values

    written = []
    for each in policy:
        statement: dict[str, Any] = {"Effect": each["effect"], "Resource": listed(each["resources"])}
        statement["NotAction" if each["besides"] else "Action"] = listed(each["actions"])
        if each["principals"]:
            statement["Principal"] = {"AWS": listed(each["principals"])}
        for operator, key, value in each["conditions"]:
            statement.setdefault("Condition", {}).setdefault(operator, {})[key] = listed([value])
        written.append(statement)
    return {"Version": "2012-10-17", "Statement": listed(written)}


def as_arguments(policy: list[dict[str, Any]]) -> dict[str, Any]:
    """Write a policy as the arguments of `getPolicyDocument`."""
    return {
        "statements": [
            {
                "effect": each["effect"],
                "notActions" if each["besides"] else "actions": each["actions"],
                "resources": each["resources"],
                "principals": [{"type": "AWS", "identifiers": each["principals"]}]
                if each["principals"]
                else [],
                "conditions": [
                    {"test": operator, "variable": key, "values": [value]}
                    for operator, key, value in each["conditions"]
                ],
            }
            for each in policy
        ]
    }


def forms(policy: list[dict[str, Any]]) -> Iterator[object]:
    yield as_object(policy, bare=False)
    yield as_object(policy, bare=True)
    yield json.dumps(as_object(policy, bare=True))
    yield as_arguments(policy)
    yield policy_document(as_arguments(policy))["json"]


def answers(document: object) -> list[bool | None]:
    policy = statements(Properties({"policy": document}).at("policy"))
    asked = [withheld_by(policy)(action) for action in ACTIONS]
    return [each.holds for each in (*asked, not_public(policy))]


def naive_answers(policy: list[dict[str, Any]]) -> list[bool]:
    """Answer the same by trying everything out on plain, known values."""

    def about(statement: dict[str, Any], action: str) -> bool:
        fits = any(fnmatch.fnmatchcase(action.lower(), each.lower()) for each in statement["actions"])
        return fits is not statement["besides"]

    def loose(statement: dict[str, Any]) -> bool:
        return not any(PINNING[each] for each in statement["conditions"])

    def gets(action: str) -> bool:
        granted = any(
            each["effect"] == "Allow"
            and about(each, action)
            and any(SWEEPING[name] for name in each["resources"])
            and loose(each)
            for each in policy
        )
        denied = any(
            each["effect"] == "Deny"
            and about(each, action)
            and "*" in each["resources"]
            and not each["conditions"]
            for each in policy
        )
        return granted and not denied

    pins_people = {"aws:principalorgpaths", "aws:sourcearn"}
    public = any(
        each["effect"] == "Allow"
        and any(PUBLIC[name] for name in each["principals"])
        and not any(PINNING[test] and test[1].lower() in pins_people for test in each["conditions"])
        for each in policy
    )
    return [*(not gets(action) for action in ACTIONS), not public]


@settings(max_examples=300, deadline=None)
@given(POLICY)
def test_every_form_reads_as_a_naive_second_reading_does(policy: list[dict[str, Any]]) -> None:
    for document in forms(policy):
        assert answers(document) == naive_answers(policy)


def places(tree: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, part in inside:
        yield from places(part, (*place, name))


@settings(max_examples=200, deadline=None)
@given(policy=POLICY, data=st.data())
def test_what_is_not_known_leaves_an_answer_as_it_is_or_open(
    policy: list[dict[str, Any]], data: st.DataObject
) -> None:
    document: Any = data.draw(st.sampled_from([as_object(policy, bare=True), as_arguments(policy)]))
    clear = answers(document)
    place = data.draw(st.sampled_from(list(places(document))))
    hazy: Any = copy.deepcopy({"policy": document})
    above: Any = hazy
    for name in ("policy", *place)[:-1]:
        above = above[name]
    above[("policy", *place)[-1]] = Opaque.UNKNOWN
    for answer, known in zip(answers(hazy["policy"]), clear, strict=True):
        assert answer in (None, known)


@settings(max_examples=200, deadline=None)
@given(policy=POLICY, more=STATEMENT)
def test_one_more_grant_never_makes_anything_safer(
    policy: list[dict[str, Any]], more: dict[str, Any]
) -> None:
    before = answers(as_object(policy, bare=False))
    after = answers(as_object([*policy, more | {"effect": "Allow"}], bare=False))
    assert not [now for then, now in zip(before, after, strict=True) if now and not then]


@pytest.mark.parametrize(
    "document", [7, "no JSON", '["x"]', [["x"]], {"Statement": "text"}, {"Statement": [None]}]
)
def test_what_is_no_policy_is_taken_to_grant_everything(document: object) -> None:
    assert answers(document) == [False] * 4


@pytest.mark.parametrize("document", [None, {}, {"Statement": []}, "{}"])
def test_a_policy_without_statements_grants_nothing(document: object) -> None:
    assert answers(document) == [True] * 4


def allowing(principal: object, condition: object = None, effect: str = "Allow") -> object:
    return {
        "Statement": [
            {
                "Effect": effect,
                "Principal": principal,
                "Action": "sqs:SendMessage",
                "Resource": "*",
                "Condition": condition,
            }
        ]
    }


def public(document: object) -> bool | None:
    safe = not_public(statements(Properties(document))).holds
    return None if safe is None else not safe


@pytest.mark.parametrize(
    "principal",
    ["*", {"AWS": "*"}, {"AWS": ["111122223333", "*"]}, {"*": "*"}, {"AWS": "arn:aws:iam::*:root"}],
)
def test_everybody_is_the_public(principal: object) -> None:
    assert public(allowing(principal)) is True
    assert public(allowing(principal, effect="Deny")) is False


def test_everybody_but_somebody_is_the_public_too() -> None:
    document = {"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:*"}}
    assert public(document) is True


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": "111122223333"}},
        {"StringEquals": {"AWS:SourceOwner": ["111122223333", "444455556666"]}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::shop-*"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:events:*:111122223333:rule/*"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-1a2b3c4d5e"}},
        {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:sourceVpce": "vpce-1"}},
    ],
)
def test_everybody_under_a_condition_that_names_somebody_is_not_the_public(condition: object) -> None:
    assert public(allowing("*", condition)) is False


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringLike": {"aws:SourceArn": "*"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}},
        {"StringEquals": {"aws:SourceAccount": ["111122223333", ""]}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}},
        {"IpAddress": {"aws:SourceIp": "32.0.0.0/3"}},
        {"StringNotEquals": {"aws:SourceAccount": "111122223333"}},
        {"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}},
        {"StringEquals": {"aws:SourceAccount": []}},
        {"StringEquals": {"s3:prefix": "home/"}},
    ],
)
def test_everybody_under_a_condition_that_lets_everybody_in_is_the_public(condition: object) -> None:
    assert public(allowing("*", condition)) is True


def test_services_and_accounts_are_named() -> None:
    assert public(allowing({"Service": "sns.amazonaws.com", "AWS": "111122223333"})) is False
    assert public(allowing({"AWS": Opaque.UNKNOWN})) is None
    assert public(allowing({"AWS": [Opaque.UNKNOWN, "*"]})) is True


def denying(**changed: object) -> Properties:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return Properties({"Statement": [statement | changed]})


def refuses(document: Properties) -> bool | None:
    return refuses_plaintext(statements(document), "s3:GetObject", "s3:PutObject").holds


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"Principal": {"AWS": "*"}},
        {"Action": ["s3:Get*", "s3:Put*"]},
        {"Action": None, "NotAction": "s3:ListBucket"},
        {"Condition": {"BoolIfExists": {"AWS:securetransport": False}}},
        {"Condition": {"Bool": {"aws:SecureTransport": ["false"]}}},
    ],
)
def test_a_denial_of_plaintext_is_seen(changed: dict[str, object]) -> None:
    assert refuses(denying(**changed)) is True


@pytest.mark.parametrize(
    "changed",
    [
        {"Effect": "Allow"},
        {"Principal": {"AWS": "111122223333"}},
        {"Principal": None, "NotPrincipal": {"AWS": "111122223333"}},
        {"Action": "s3:GetObject"},
        {"Action": None, "NotAction": "s3:PutObject"},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}},
        {"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
    ],
)
def test_a_denial_that_leaves_plaintext_a_way_is_not_enough(changed: dict[str, object]) -> None:
    assert refuses(denying(**changed)) is False


def test_two_denials_may_do_it_together() -> None:
    first, second = (
        denying(Action=action).value["Statement"][0]  # type: ignore[index]  # made as a mapping above
        for action in ("s3:GetObject", "s3:PutObject")
    )
    assert refuses(Properties({"Statement": [first, second]})) is True
