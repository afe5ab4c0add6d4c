"""What is asked for is refused where AWS would refuse it later, or take it for something else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.aws import Repository, Target, TargetError
from policies.rules.aws.identity.trust import is_one_repository

ACCOUNT = "123456789012"
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


@given(
    name=st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", fullmatch=True).filter(lambda each: len(each) <= 30)
)
def test_every_name_that_is_allowed_makes_names_that_aws_allows(name: str) -> None:
    target = Target(account=ACCOUNT, region="eu-central-1", name=name)
    for bucket in (target.state_bucket, target.log_bucket):
        assert BUCKET_NAME.fullmatch(bucket)
    assert len(target.boundary_policy) <= 128
    assert len(target.role) <= 64


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"account": "12345"}, "twelve digits"),
        ({"region": "frankfurt"}, "no region"),
        ({"name": "Acme"}, "small letters"),
        ({"name": "a" * 31}, "30 characters"),
        ({"name": "a--b"}, "single hyphens"),
        ({"boundary": "arn:aws:iam::999999999999:policy/x"}, "no ARN of a policy of account"),
    ],
)
def test_a_word_that_is_off_is_named(words: dict[str, str], said: str) -> None:
    with pytest.raises(TargetError, match=said):
        Target(**{"account": ACCOUNT, "region": "eu-central-1", **words})  # type: ignore[arg-type]  # texts all


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"path": "acme"}, "no repository"),
        ({"path": "*/*"}, "no repository"),
        ({"path": "acme/shop:ref"}, "no repository"),
        ({"branch": "*"}, "no wildcards"),
        ({"branch": "ma?n"}, "no wildcards"),
        ({"branch": "main", "environment": "production"}, "one of the two"),
        ({"forge": "gitlab", "environment": "production"}, "GitLab does not say"),
        ({"host": "git.example.com"}, "no host of a GitLab"),
        ({"forge": "gitlab", "host": "https://git.example.com"}, "no host of a GitLab"),
    ],
)
def test_a_repository_that_would_trust_somebody_else_is_refused(words: dict[str, str], said: str) -> None:
    with pytest.raises(TargetError, match=said):
        Repository(**{"forge": "github", "path": "acme/shop", **words})  # type: ignore[arg-type]  # texts all


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ({}, "repo:acme/shop:*"),
        ({"branch": "main"}, "repo:acme/shop:ref:refs/heads/main"),
        ({"environment": "production"}, "repo:acme/shop:environment:production"),
        ({"path": "acme@12/shop@34", "branch": "main"}, "repo:acme@12/shop@34:ref:refs/heads/main"),
        ({"forge": "gitlab"}, "project_path:acme/shop:*"),
    ],
)
def test_the_subject_names_the_repository_and_what_was_chosen_of_it(
    words: dict[str, str], subject: str
) -> None:
    repository = Repository(**{"forge": "github", "path": "acme/shop", **words})  # type: ignore[arg-type]  # texts
    assert repository.subject == subject
    assert repository.forge == "gitlab" or is_one_repository(subject)


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        ("eu-central-1", "arn:aws:s3:::b"),
        ("us-gov-west-1", "arn:aws-us-gov:s3:::b"),
        ("cn-north-1", "arn:aws-cn:s3:::b"),
    ],
)
def test_names_are_those_of_the_regions_partition(region: str, arn: str) -> None:
    assert Target(account=ACCOUNT, region=region).bucket_arn("b") == arn
