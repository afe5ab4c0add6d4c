"""Condition operators, one row each: what is written, what the request says, whether it holds."""

from typing import Any

import pytest

from pavedroad.access.iam import PolicyError
from tests.support.iam import allow, ask, deny

ARN = "arn:aws:sns:eu-central-1:111122223333:orders"
ONE_VALUE = [
    ("StringEquals", "a", "a", True),
    ("StringEquals", "a", "A", False),
    ("StringEquals", "a*", "ab", False),
    ("StringEquals", ["a", "b"], "b", True),
    ("StringNotEquals", "a", "b", True),
    ("StringNotEquals", ["a", "b"], "b", False),
    ("StringEqualsIgnoreCase", "Straße", "sTRAßE", True),
    ("StringNotEqualsIgnoreCase", "a", "A", False),
    ("StringLike", "a*c?", "abbcd", True),
    ("StringLike", "a*", "A", False),
    ("StringLike", "", "", True),
    ("StringNotLike", "a*", "b", True),
    ("StringNotLike", ["b*", "a*"], "ab", False),
    ("NumericEquals", "10", "10.0", True),
    ("NumericEquals", 10, "10", True),
    ("NumericEquals", "10", "ten", False),
    ("NumericNotEquals", "10", "11", True),
    ("NumericNotEquals", "10", "1e1", False),
    ("NumericLessThan", "10", "10", False),
    ("NumericLessThan", "10", "9", True),
    ("NumericLessThanEquals", "10", "10", True),
    ("NumericGreaterThan", "9", "10", True),
    ("NumericGreaterThan", "10", "10", False),
    ("NumericGreaterThanEquals", "10", "10", True),
    ("DateEquals", "2026-01-01", "2026-01-01T00:00:00Z", True),
    ("DateEquals", "2026", "1767225600", True),
    ("DateNotEquals", "2026-01", "2026-01-01T01:00:00+01:00", False),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59.9Z", True),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False),
    ("DateLessThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True),
    ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", True),
    ("DateGreaterThanEquals", "2026-01-01T00:00Z", "2025-12-31T23:59:59Z", False),
    ("Bool", "true", "true", True),
    ("Bool", True, "True", True),
    ("Bool", "false", "true", False),
    ("BinaryEquals", "cm9hZA==", "cm9hZA==", True),
    ("BinaryEquals", "cm9hZA==", "cGF2ZQ==", False),
    ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
    ("IpAddress", "203.0.113.0/24", "203.0.114.9", False),
    ("IpAddress", "203.0.113.9", "203.0.113.9", True),
    ("IpAddress", ["203.0.113.0/24", "2001:db8::/32"], "2001:db8::1", True),
    ("NotIpAddress", "203.0.113.0/24", "203.0.114.9", True),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", False),
    ("ArnEquals", ARN, ARN, True),
    ("ArnEquals", "arn:aws:sns:*:*:orders", ARN, True),
    ("ArnLike", "arn:aws:sns:*:orders", ARN, False),
    ("ArnLike", "arn:aws:sns:*", ARN, False),
    ("ArnLike", "arn:aws:sns:*:*:*", ARN, True),
    ("ArnLike", ARN, ARN.replace("orders", "Orders"), False),
    ("ArnNotEquals", "arn:aws:sns:*:*:orders", ARN, False),
    ("ArnNotLike", "arn:aws:sns:*:*:stock", ARN, True),
    ("Null", "true", "a", False),
    ("Null", "false", "a", True),
]


@pytest.mark.parametrize(("operator", "written", "said", "holds"), ONE_VALUE)
def test_an_operator_compares(operator: str, written: Any, said: str, *, holds: bool) -> None:
    condition = {operator: {"aws:SourceArn": written}}
    assert ask(allow(Condition=condition), keys={"AWS:sourcearn": said}) is holds


POSITIVE = [
    ("StringEquals", "a"),
    ("StringLike", "*"),
    ("NumericLessThan", "10"),
    ("DateGreaterThan", "2026"),
    ("Bool", "true"),
    ("BinaryEquals", "cm9hZA=="),
    ("IpAddress", "0.0.0.0/0"),
    ("ArnLike", "arn:*:*:*:*:*"),
]
NEGATED = [
    ("StringNotEquals", "a"),
    ("StringNotEqualsIgnoreCase", "a"),
    ("StringNotLike", "*"),
    ("NumericNotEquals", "10"),
    ("DateNotEquals", "2026"),
    ("NotIpAddress", "0.0.0.0/0"),
    ("ArnNotLike", "arn:*:*:*:*:*"),
]


@pytest.mark.parametrize(("operator", "written"), POSITIVE)
def test_without_the_key_an_operator_does_not_hold_unless_it_says_if_exists(
    operator: str, written: str
) -> None:
    assert not ask(allow(Condition={operator: {"aws:SourceArn": written}}))
    assert ask(allow(Condition={f"{operator}IfExists": {"aws:SourceArn": written}}))


@pytest.mark.parametrize(("operator", "written"), NEGATED)
def test_without_the_key_a_negated_operator_holds(operator: str, written: str) -> None:
    assert ask(allow(Condition={operator: {"aws:SourceArn": written}}))
    assert ask(allow(Condition={f"{operator}IfExists": {"aws:SourceArn": written}}))


def test_if_exists_asks_where_the_key_is_there() -> None:
    assert not ask(
        allow(Condition={"StringEqualsIfExists": {"ec2:InstanceType": "t4g.nano"}}),
        keys={"ec2:InstanceType": "x"},
    )


def test_null_asks_whether_the_key_is_there() -> None:
    assert ask(allow(Condition={"Null": {"aws:TokenIssueTime": "true"}}))
    assert not ask(allow(Condition={"Null": {"aws:TokenIssueTime": "false"}}))


TAGS = [
    ("ForAllValues:StringEquals", ["a", "b"], ("a",), True),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "c"), False),
    ("ForAllValues:StringEquals", ["a", "b"], (), True),
    ("ForAllValues:StringEquals", ["a"], ("",), True),
    ("ForAllValues:StringNotEquals", ["a"], ("b", "c"), True),
    ("ForAllValues:StringNotEquals", ["a"], ("a", "c"), False),
    ("ForAllValues:StringLike", "team-*", ("team-a", "team-b"), True),
    ("ForAnyValue:StringEquals", ["a", "b"], ("c", "b"), True),
    ("ForAnyValue:StringEquals", ["a", "b"], ("c", "d"), False),
    ("ForAnyValue:StringEquals", ["a"], (), False),
    ("ForAnyValue:StringEquals", [""], ("",), False),
    ("ForAnyValue:StringNotEquals", ["a"], ("a", "c"), True),
    ("ForAnyValue:StringNotEquals", ["a"], ("a",), False),
    ("ForAnyValue:StringNotEquals", ["a"], (), False),
    ("ForAnyValue:StringEqualsIfExists", ["a"], (), False),
    ("ForAllValues:StringEqualsIfExists", ["a"], (), True),
]


@pytest.mark.parametrize(("operator", "written", "said", "holds"), TAGS)
def test_a_set_operator_compares_many_values(
    operator: str, written: Any, said: tuple[str, ...], *, holds: bool
) -> None:
    assert ask(allow(Condition={operator: {"aws:TagKeys": written}}), keys={"aws:TagKeys": said}) is holds


def test_a_key_is_found_by_its_aliases_condition() -> None:
    statement = allow(
        "kms:Decrypt", Condition={"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/data"}}
    )
    assert ask(statement, action="kms:Decrypt", keys={"kms:ResourceAliases": ("alias/data", "alias/old")})
    assert not ask(statement, action="kms:Decrypt", keys={"kms:ResourceAliases": ("alias/logs",)})


def test_several_values_without_a_set_operator_are_an_error() -> None:
    with pytest.raises(
        PolicyError, match=r"aws:tagkeys: the request has 2 values, which takes ForAllValues: or"
    ):
        ask(allow(Condition={"StringEquals": {"aws:TagKeys": "a"}}), keys={"aws:TagKeys": ("a", "b")})


def test_all_conditions_of_a_statement_have_to_hold() -> None:
    condition = {"StringEquals": {"a:x": "1", "a:y": "2"}, "Bool": {"a:z": "true"}}
    assert ask(allow(Condition=condition), keys={"a:x": "1", "a:y": "2", "a:z": "true"})
    assert not ask(allow(Condition=condition), keys={"a:x": "1", "a:y": "3", "a:z": "true"})
    assert not ask(allow(Condition=condition), keys={"a:x": "1", "a:y": "2", "a:z": "false"})


def test_a_denial_whose_condition_does_not_hold_denies_nothing() -> None:
    plaintext = deny("*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert ask(allow(), plaintext, keys={"aws:SecureTransport": "true"})
    assert not ask(allow(), plaintext, keys={"aws:SecureTransport": "false"})


def test_a_negated_denial_without_the_key_denies() -> None:
    outside = deny("*", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})
    assert not ask(allow(), outside)
    assert ask(allow(), outside, keys={"aws:SourceVpce": "vpce-1"})


def test_a_variable_in_a_condition_is_filled() -> None:
    own = {"StringEquals": {"aws:ResourceTag/owner": "${aws:PrincipalArn}"}}
    assert ask(
        allow(Condition=own),
        keys={"aws:ResourceTag/owner": "arn:aws:iam::111122223333:role/pavedroad/orders"},
    )
    assert not ask(
        allow(Condition=own), keys={"aws:ResourceTag/owner": "arn:aws:iam::111122223333:role/stock"}
    )


@pytest.mark.parametrize("operator", ["StringEquals", "StringNotEquals", "ArnLike", "ArnNotLike"])
def test_what_is_compared_with_a_variable_that_nothing_fills_does_not_hold(operator: str) -> None:
    assert not ask(allow(Condition={operator: {"a:x": "${a:missing}"}}), keys={"a:x": "${a:missing}"})
