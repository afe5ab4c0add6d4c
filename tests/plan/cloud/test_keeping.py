"""What AWS keeps of databases beside what they keep themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pavedroad.plan.cloud.keeping import KeepingPlan, monitor_role, resolve_keeping
from tests.support.managed import ACCOUNT, environment_words
from tests.support.resolving import context

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier


def keeping(provider: str, tier: Tier = "production") -> KeepingPlan:
    made = context(tier=tier, **environment_words(postgres=provider))
    return resolve_keeping(made, made.needed_account)


@pytest.mark.parametrize(
    ("tier", "copied"), [("local", False), ("development", False), ("staging", True), ("production", True)]
)
def test_databases_are_copied_to_a_vault_where_the_tier_backs_up(tier: Tier, copied: bool) -> None:
    plan = keeping("aurora", tier)

    assert (plan.copies is not None) is copied
    assert plan.monitor is not None


def test_nothing_is_kept_where_rds_runs_nothing() -> None:
    assert keeping("cloudnative-pg") == KeepingPlan(copies=None, monitor=None)


def test_what_copies_reaches_databases_of_its_own_environment_alone() -> None:
    copies = keeping("aurora").copies

    assert copies is not None
    (databases, *_) = copies.role.grants
    own = [each for each in databases.resources if "awsbackup" not in each]
    assert own == [ACCOUNT.arn("rds", "cluster:prod-*"), ACCOUNT.arn("rds", "db:prod-*")]


def test_instances_name_the_role_that_the_cloud_slice_makes() -> None:
    plan = keeping("rds")

    assert plan.monitor is not None
    assert monitor_role(ACCOUNT) == ACCOUNT.arn("iam", f"role/{plan.monitor.name}")
