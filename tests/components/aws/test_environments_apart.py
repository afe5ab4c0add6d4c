"""Several environments in one account: nothing of one is called as something of another, nor reached from there."""

from __future__ import annotations

from functools import cache

import pytest

from tests.support.clouds import ACCOUNT, RecordedCloud, cloud_plan, may, recorded_cloud

NAMES = ("name", "bucket")
NOT_NAMES_OF_THE_ACCOUNT = {
    "aws:iam/rolePolicy:RolePolicy",  # named within its role
    "aws:route53/record:Record",  # a domain of the environment file
    "aws:route53/zone:Zone",
}
LONGEST = "e" * 40


@cache
def cloud(environment: str) -> RecordedCloud:
    return recorded_cloud(cloud_plan(environment=environment))


def called(environment: str) -> set[tuple[str, str]]:
    """Return what everything of an environment is called in the account, with its type."""
    return {
        (one.type, one.inputs[word])
        for one in cloud(environment).resources
        for word in NAMES
        if word in one.inputs and one.type not in NOT_NAMES_OF_THE_ACCOUNT
    }


@pytest.mark.parametrize(
    ("one", "other"), [("prod", "prod-eu"), ("prod", "production"), (LONGEST, f"{LONGEST[:-1]}f")]
)
def test_no_two_environments_share_a_name(one: str, other: str) -> None:
    assert len(called(one)) > 30
    assert called(one).isdisjoint(called(other))


@pytest.mark.parametrize("other", ["prod-eu", "production"])
def test_roles_of_one_environment_do_nothing_to_another_whose_name_begins_alike(other: str) -> None:
    account, role = cloud("prod").account(), f"arn:aws:iam::{ACCOUNT}:role/prod.karpenter.controller"
    queue = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:{other}_karpenter"
    node = f"arn:aws:iam::{ACCOUNT}:role/{other}.node"
    assert not may(account, role, "sqs:ReceiveMessage", queue)
    assert not may(account, role, "iam:PassRole", node, {"iam:PassedToService": "ec2.amazonaws.com"})
