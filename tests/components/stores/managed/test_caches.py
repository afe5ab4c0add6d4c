"""Caches on ElastiCache, on the recorder: what each is made of, and what keeps it safe."""

import json
from typing import Any

import pytest

from tests.support.managed import ACCOUNT, OWNER_GROUP, declared, managed, of_type

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
CLUSTER = "aws:elasticache/cluster:Cluster"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def cache(engine: str, token: str, **words: Any) -> dict[str, Any]:
    (found,) = of_type(declared(managed(engine, provider="elasticache", **words)), token)
    return found


def test_a_cache_in_production_is_encrypted_copied_and_asks_for_a_login() -> None:
    made = cache("redis", GROUP)

    wanted = {
        "atRestEncryptionEnabled": True,
        "kmsKeyId": ACCOUNT.arn("kms", "key/data"),
        "transitEncryptionEnabled": True,
        "transitEncryptionMode": "required",
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "numCacheClusters": 3,
        "snapshotRetentionLimit": 30,
    }
    assert {name: made[name] for name in wanted} == wanted
    assert len(made["userGroupIds"]) == 1


@pytest.mark.parametrize(("tier", "protected"), [("development", False), ("production", True)])
@pytest.mark.parametrize(("engine", "token"), [("redis", GROUP), ("memcached", CLUSTER)])
def test_the_engine_protects_a_cache_as_the_tier_says(
    engine: str, token: str, tier: Any, protected: bool
) -> None:
    recording = declared(managed(engine, provider="elasticache", tier=tier))

    assert [each.type for each in recording.resources if each.options.protect] == (
        [token] if protected else []
    )


@pytest.mark.parametrize(("engine", "port"), [("redis", 6379), ("memcached", 11211)])
def test_a_caches_security_group_lets_exactly_its_owner_in(engine: str, port: int) -> None:
    rule = cache(engine, RULE)

    assert (rule["referencedSecurityGroupId"], rule["fromPort"], rule["toPort"]) == (OWNER_GROUP, port, port)


def test_the_users_password_never_stands_in_what_the_engine_keeps() -> None:
    recording = declared(managed("redis", provider="elasticache"))

    (user,) = of_type(recording, "aws:elasticache/user:User")
    assert user["authenticationMode"] == {"type": "iam"}
    assert user["userId"] == user["userName"]
    assert "passwords" not in json.dumps([dict(each.inputs) for each in recording.resources])


def test_the_password_that_the_job_sets_is_left_alone() -> None:
    recording = declared(managed("redis", provider="elasticache"))

    (user,) = [each for each in recording.resources if each.type == "aws:elasticache/user:User"]
    assert user.options.ignore_changes == ("authenticationMode",)


def test_the_job_tells_aws_the_password_from_a_file_so_that_no_command_line_shows_it() -> None:
    recording = declared(managed("redis", provider="elasticache"))

    (job,) = [each for each in recording.resources if each.type == "kubernetes:batch/v1:Job"]
    (container,) = job.inputs["spec"]["template"]["spec"]["containers"]
    assert "--cli-input-json file:///tmp/user.json" in container["command"][-1]
    assert {each["name"] for each in container["env"] if "valueFrom" in each} == {"APP_USER", "APP_PASSWORD"}


@pytest.mark.parametrize(("tier", "mode"), [("development", "single-az"), ("production", "cross-az")])
def test_memcached_spreads_over_zones_where_there_are_several_nodes(tier: Any, mode: str) -> None:
    made = cache("memcached", CLUSTER, tier=tier)

    assert (made["azMode"], made["transitEncryptionEnabled"]) == (mode, True)
