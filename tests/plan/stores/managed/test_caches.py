"""Caches on ElastiCache, resolved: nodes by tier, who may log in, what is watched."""

from typing import Any

import pytest

from pavedroad.plan.stores import ElasticacheMemcachedPlan, ElasticacheValkeyPlan
from pavedroad.plan.values import ConfigKeyRef, SecretKeyRef
from tests.support.managed import managed


def valkey(**words: Any) -> ElasticacheValkeyPlan:
    plan = managed("redis", provider="elasticache", **words)
    assert isinstance(plan, ElasticacheValkeyPlan)
    return plan


def memcached(**words: Any) -> ElasticacheMemcachedPlan:
    plan = managed("memcached", provider="elasticache", **words)
    assert isinstance(plan, ElasticacheMemcachedPlan)
    return plan


def test_the_uri_of_a_cache_is_a_secret_and_speaks_tls() -> None:
    plan = valkey()

    assert plan.outputs == {
        "host": ConfigKeyRef("orders-ledger-endpoint", "host"),
        "port": "6379",
        "uri": SecretKeyRef("orders-ledger-app", "uri"),
    }
    uri = dict(plan.credentials.entries)["uri"]
    assert uri == f"rediss://{plan.user}:{{{{ .password }}}}@<host>:6379"


@pytest.mark.parametrize(("tier", "nodes"), [("development", 1), ("staging", 3), ("production", 3)])
def test_the_tier_decides_how_many_nodes_a_cache_has(tier: Any, nodes: int) -> None:
    assert valkey(tier=tier).nodes.count == nodes
    assert memcached(tier=tier).nodes.count == nodes


def test_the_job_that_hands_over_the_password_may_change_that_user_and_nothing_else() -> None:
    plan = valkey()

    (role,) = plan.roles
    (grant,) = role.grants
    assert grant.actions == ("elasticache:ModifyUser",)
    assert grant.resources == (f"arn:aws:elasticache:eu-central-1:123456789012:user:{plan.user}",)
    assert (role.namespace, role.service_account) == ("shop", plan.job)


def test_only_the_owner_reaches_the_cache_and_only_the_job_reaches_the_service() -> None:
    plan = valkey()

    assert {(flow.source.name, flow.destination.cidr, flow.ports) for flow in plan.flows} == {
        ("orders", "10.40.192.0/19", (6379,)),
        ("orders-ledger-user", "169.254.170.23/32", (80,)),
    }
    assert [(party.name, host) for party, host in plan.outbound] == [
        ("orders-ledger-user", "elasticache.eu-central-1.amazonaws.com:443")
    ]
    assert {flow.ports for flow in memcached().flows} == {(11211,)}


def test_every_node_of_a_cache_is_watched() -> None:
    plan = valkey(spec={"size": "large"})

    watched = {(dict(each.dimensions)["CacheClusterId"][-3:], each.watch.metric) for each in plan.alarms}
    metrics = ("CurrConnections", "DatabaseMemoryUsagePercentage", "ReplicationLag")
    assert watched == {(node, metric) for node in ("001", "002", "003") for metric in metrics}
    assert len({each.name for each in plan.alarms}) == len(plan.alarms)


def test_credit_is_watched_where_a_node_lives_on_it() -> None:
    small = {each.watch.metric for each in memcached(spec={"size": "small"}).alarms}
    large = {each.watch.metric for each in memcached(spec={"size": "large"}).alarms}

    assert small - large == {"CPUCreditBalance"}


def test_a_renamed_cache_keeps_its_names_in_the_account() -> None:
    before, after = valkey(), valkey(name="fast", spec={"formerly": ["ledger"]})

    assert (after.reach, after.user, after.user_group) == (before.reach, before.user, before.user_group)
