"""PostgreSQL and MySQL that AWS runs, resolved: instances by tier, logins, what is open and what is watched."""

from typing import Any

import pytest

from pavedroad.plan.cloud.sizes import bursts
from pavedroad.plan.stores import AuroraPlan, RdsPlan
from pavedroad.plan.values import ConfigKeyRef, SecretKeyRef
from tests.support.managed import managed

ENGINES = ("postgres", "mysql")
PROVIDERS = ("aurora", "rds")
PORTS = {"postgres": 5433, "mysql": 3307}


def database(engine: str, provider: str, **words: Any) -> AuroraPlan | RdsPlan:
    plan = managed(engine, provider=provider, **words)
    assert isinstance(plan, AuroraPlan | RdsPlan)
    return plan


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_owner_learns_the_host_when_its_pod_starts_and_the_rest_from_the_plan(
    engine: str, provider: str
) -> None:
    assert database(engine, provider).outputs == {
        "host": ConfigKeyRef("orders-ledger-endpoint", "host"),
        "port": str(PORTS[engine]),
        "database": "ledger",
        "username": SecretKeyRef("orders-ledger-app", "username"),
        "password": SecretKeyRef("orders-ledger-app", "password"),
        "uri": SecretKeyRef("orders-ledger-app", "uri"),
    }


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("tier", "instances", "protected"),
    [("development", 1, False), ("staging", 3, True), ("production", 3, True)],
)
def test_the_tier_decides_how_safe_a_database_is(
    engine: str, provider: str, tier: Any, instances: int, protected: bool
) -> None:
    plan = database(engine, provider, tier=tier)

    assert (len(plan.machines.names), plan.machines.several) == (instances, instances > 1)
    assert plan.identity.protect is protected


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("engine", ENGINES)
def test_only_the_owner_and_the_job_that_makes_its_user_reach_the_data_subnets(
    engine: str, provider: str
) -> None:
    plan = database(engine, provider)

    assert {flow.source.name for flow in plan.flows} == {"orders", "orders-ledger-database"}
    assert {(flow.destination.cidr, flow.ports, flow.sides) for flow in plan.flows} == {
        ("10.40.192.0/19", (PORTS[engine],), "source")
    }
    assert (plan.party, plan.egress_host, plan.in_vpc) == (None, None, True)


@pytest.mark.parametrize(
    ("provider", "tag", "kind"), [("aurora", "Cluster", "cluster"), ("rds", "Instance", "db")]
)
def test_the_administrators_secret_is_told_from_all_others_by_the_tag_that_aws_gives_it(
    provider: str, tag: str, kind: str
) -> None:
    plan = database("postgres", provider)

    (reader,) = plan.roles
    secret, key = reader.grants
    assert secret.resources == ("arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!*",)
    (condition,) = secret.conditions
    assert condition.key == f"aws:ResourceTag/aws:rds:primaryDB{tag}Arn"
    assert condition.values == (f"arn:aws:rds:eu-central-1:123456789012:{kind}:prod-shop-orders-ledger",)
    assert key.actions == ("kms:Decrypt",)
    assert plan.grants == ()


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("engine", "parameter"),
    [("postgres", ("rds.force_ssl", "1")), ("mysql", ("require_secure_transport", "ON"))],
)
def test_no_connection_is_taken_without_tls(engine: str, provider: str, parameter: tuple[str, str]) -> None:
    assert parameter in database(engine, provider).upkeep.parameters


def metrics(plan: AuroraPlan | RdsPlan) -> set[str]:
    return {alarm.watch.metric for alarm in plan.upkeep.alarms}


def test_what_kills_a_database_is_watched() -> None:
    assert metrics(database("postgres", "aurora", spec={"size": "large"})) == {
        "AuroraReplicaLagMaximum",
        "DatabaseConnections",
        "FreeLocalStorage",
    }
    assert metrics(database("mysql", "rds", spec={"size": "large"})) == {
        "DatabaseConnections",
        "FreeStorageSpace",
    }


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_credit_is_watched_where_instances_live_on_it(size: str) -> None:
    plan = database("postgres", "aurora", spec={"size": size})

    assert ("CPUCreditBalance" in metrics(plan)) is bursts(plan.machines.instance_class)


def test_lag_is_watched_only_where_there_are_readers() -> None:
    assert "AuroraReplicaLagMaximum" not in metrics(database("postgres", "aurora", tier="development"))


@pytest.mark.parametrize(("storage", "gib"), [("5Gi", 20), ("50Gi", 50), ("1Ti", 1024)])
def test_a_volume_is_as_large_as_asked_and_no_smaller_than_rds_has(storage: str, gib: int) -> None:
    plan = database("postgres", "rds", spec={"storage": storage})

    assert isinstance(plan, RdsPlan)
    assert plan.storage_gib == gib
    (full,) = [alarm for alarm in plan.upkeep.alarms if alarm.watch.metric == "FreeStorageSpace"]
    assert full.watch.limit == gib * 2**30 // 10


@pytest.mark.parametrize(("keep", "days"), [("14d", 14), ("90d", 35)])
def test_backups_are_kept_as_long_as_asked_within_what_rds_does(keep: str, days: int) -> None:
    assert database("postgres", "aurora", spec={"backup": {"keep": keep}}).upkeep.backup_days == days


def test_logs_go_to_groups_that_are_made_before_aws_would() -> None:
    assert database("mysql", "aurora").upkeep.log_groups == (
        "/aws/rds/cluster/prod-shop-orders-ledger/audit",
        "/aws/rds/cluster/prod-shop-orders-ledger/error",
        "/aws/rds/cluster/prod-shop-orders-ledger/slowquery",
    )


def test_a_renamed_store_keeps_its_name_in_the_account() -> None:
    before = database("postgres", "aurora")
    after = database("postgres", "aurora", name="book", spec={"formerly": ["ledger"]})

    assert after.reach == before.reach
    assert after.machines.names == before.machines.names


def test_connection_strings_ask_for_tls() -> None:
    entries = dict(database("postgres", "aurora").login.credentials.entries)

    assert entries["uri"] == "postgresql://app:{{ .password }}@<host>:5433/ledger?sslmode=require"
