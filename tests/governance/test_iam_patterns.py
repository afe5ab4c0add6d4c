"""What texts in IAM policies stand for: patterns of actions, names of resources, accounts and addresses."""

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.governance.iam.patterns import (
    account_of,
    is_every_action,
    is_every_resource,
    is_everybody,
    is_narrow,
    is_sweeping,
    is_whole_account,
    is_whole_service,
    matches,
)


@given(pattern=st.text("abAB*?:", max_size=8), text=st.text("abAB:", max_size=8))
def test_patterns_fit_as_those_of_files_do_in_any_case(pattern: str, text: str) -> None:
    assert matches(pattern, text) is fnmatch.fnmatchcase(text.lower(), pattern.lower())


@pytest.mark.parametrize("pattern", ["*", "**", "*:*", "?*"])
def test_every_action_is_a_whole_service_too(pattern: str) -> None:
    assert is_every_action(pattern)
    assert is_whole_service(pattern)


@pytest.mark.parametrize(
    ("pattern", "whole"),
    [
        ("s3:*", True),
        ("S3:**", True),
        ("s3:?*", True),
        ("s3*", True),
        ("s3:Get*", False),
        ("s3:GetObject", False),
    ],
)
def test_a_whole_service_is_told_from_a_part_of_it(pattern: str, *, whole: bool) -> None:
    assert is_whole_service(pattern) is whole
    assert not is_every_action(pattern)


@pytest.mark.parametrize("name", ["*", "**", "arn:*", "arn:aws:*", "arn:aws:*:*:*:*"])
def test_everything_is_sweeping(name: str) -> None:
    assert is_every_resource(name)
    assert is_sweeping(name)


@pytest.mark.parametrize(
    "name",
    [
        "arn:aws:s3:::*",
        "arn:aws:s3:::*/*",
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:kms:*:111122223333:key/*",
        "arn:aws:logs:eu-west-1:111122223333:*",
        "arn:aws:logs:eu-west-1:111122223333:log-group:*",
        "arn:aws:sqs:eu-west-1:111122223333:*",
    ],
)
def test_all_of_a_kind_is_sweeping_but_not_everything(name: str) -> None:
    assert is_sweeping(name)
    assert not is_every_resource(name)


@pytest.mark.parametrize(
    "name",
    [
        "arn:aws:s3:::orders",
        "arn:aws:s3:::orders/*",
        "arn:aws:s3:::orders-*",
        "arn:aws:iam::111122223333:role/orders-*",
        "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/orders:*",
        "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/*",
        "${aws:username}",
    ],
)
def test_a_part_of_a_name_is_a_name(name: str) -> None:
    assert not is_sweeping(name)


@pytest.mark.parametrize(
    ("principal", "account"),
    [
        ("111122223333", "111122223333"),
        ("arn:aws:iam::111122223333:root", "111122223333"),
        ("arn:aws-cn:sts::111122223333:assumed-role/a/b", "111122223333"),
        ("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1", None),
        ("arn:aws:s3:::orders", None),
        ("*", None),
        ("sns.amazonaws.com", None),
    ],
)
def test_the_account_of_a_principal_is_found(principal: str, account: str | None) -> None:
    assert account_of(principal) == account


@pytest.mark.parametrize(
    ("principal", "whole"),
    [
        ("111122223333", True),
        ("arn:aws:iam::111122223333:root", True),
        ("arn:aws:iam::111122223333:role/root", False),
        ("*", False),
    ],
)
def test_a_whole_account_is_told_from_somebody_in_it(principal: str, *, whole: bool) -> None:
    assert is_whole_account(principal) is whole


@pytest.mark.parametrize(
    ("principal", "everybody"),
    [
        ("*", True),
        ("arn:aws:iam::*:root", True),
        ("arn:aws:iam::111122223333:root", False),
        ("arn:aws:iam::cloudfront:user/E1", False),
        ("sns.amazonaws.com", False),
    ],
)
def test_everybody_is_told_from_somebody(principal: str, *, everybody: bool) -> None:
    assert is_everybody(principal) is everybody


@pytest.mark.parametrize(
    ("value", "narrow"),
    [
        ("203.0.113.7", True),
        ("10.0.0.0/8", True),
        ("32.0.0.0/3", False),
        ("2001:db8::/32", True),
        ("::/0", False),
        ("o-1a2b3c4d5e", True),
        ("o-1a2b3c4d5e/r-ab12/*", True),
        ("o-*", False),
        ("*", False),
        ("", False),
        ("arn:aws:s3:::orders*", True),
        ("arn:aws:*:*:111122223333:*", True),
        ("arn:aws:sns:*:*:*", False),
    ],
)
def test_a_value_of_a_condition_leaves_somebody_out_or_not(value: str, *, narrow: bool) -> None:
    assert is_narrow(value) is narrow
