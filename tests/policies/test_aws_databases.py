"""Judgements about AWS databases that one changed field cannot show: engines, replicas, outputs of others."""

from dataclasses import replace
from typing import Any

import pulumi
import pytest

from pavedroad.governance import Opaque, Resource, Verdict
from pavedroad.policy.sources import recorded
from pavedroad.preview.project import SECRET_PLACEHOLDER
from pavedroad.testing import Recorder
from tests.support.planned import planned, urn, verdict

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
MEMBER = "aws:rds/clusterInstance:ClusterInstance"
GROUP = "aws:rds/parameterGroup:ParameterGroup"
SNAPSHOT = "aws:rds/snapshot:Snapshot"
SELECTION = "aws:backup/selection:Selection"
TABLE = "aws:dynamodb/table:Table"
TARGET = "aws:appautoscaling/target:Target"
PASSWORD = "random:index/randomPassword:RandomPassword"
UNKNOWN = Opaque.UNKNOWN


def group(name: str, **parameters: str) -> Resource:
    listed = [{"name": each.replace("__", "."), "value": value} for each, value in parameters.items()]
    return planned(GROUP, name, family="postgres16", parameters=listed)


def using(group_name: str) -> Resource:
    return planned(
        INSTANCE,
        "ledger",
        made_from={"parameterGroupName": (urn(GROUP, group_name),)},
        engine="postgres",
        parameterGroupName=UNKNOWN,
    )


def test_a_database_is_judged_by_the_group_whose_output_it_names() -> None:
    groups = group("strict", rds__force_ssl="1"), group("lax", rds__force_ssl="0")
    assert verdict("rds-databases-force-tls", using("strict"), *groups) is Verdict.PASS
    assert verdict("rds-databases-force-tls", using("lax"), *groups) is Verdict.FAIL


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"engine": "oracle-ee"}, Verdict.PASS),
        ({"engine": "postgres"}, Verdict.FAIL),
        ({"engine": "postgres", "parameterGroupName": "default.postgres16"}, Verdict.FAIL),
        ({"engine": "postgres", "parameterGroupName": "made-by-hand"}, Verdict.NOT_EVALUATED),
        ({"engine": "postgres", "parameterGroupName": UNKNOWN}, Verdict.NOT_EVALUATED),
        ({"replicateSourceDb": "ledger"}, Verdict.PASS),
    ],
)
def test_without_a_group_in_the_stack_the_engine_and_the_name_decide(
    given: dict[str, Any], said: Verdict
) -> None:
    assert verdict("rds-databases-force-tls", planned(INSTANCE, "ledger", **given)) is said


@pytest.mark.parametrize("family", ["oracle-ee-19", "db2-se-11.5"])
def test_a_family_that_has_no_such_parameter_need_not_set_it(family: str) -> None:
    assert verdict("rds-parameter-groups-force-tls", planned(GROUP, "tls", family=family)) is Verdict.PASS


def replica(source: object, **made_from: str) -> Resource:
    references = {field: (each,) for field, each in made_from.items()}
    return planned(INSTANCE, "reader", made_from=references, replicateSourceDb=source)


def test_a_replica_is_encrypted_as_its_source_is() -> None:
    sources = planned(INSTANCE, "safe", storageEncrypted=True), planned(INSTANCE, "open")
    of_safe = replica(UNKNOWN, replicateSourceDb=urn(INSTANCE, "safe"))
    of_open = replica(UNKNOWN, replicateSourceDb=urn(INSTANCE, "open"))
    assert verdict("rds-storage-encrypted", of_safe, *sources) is Verdict.PASS
    assert verdict("rds-storage-encrypted", of_open, *sources) is Verdict.FAIL
    assert verdict("rds-storage-encrypted", replica("elsewhere")) is Verdict.NOT_EVALUATED


@pytest.mark.parametrize(
    "control",
    [
        "rds-backups-kept",
        "rds-instances-multi-az",
        "rds-customer-managed-key",
        "rds-port-not-default",
        "database-passwords-managed",
    ],
)
def test_a_replica_need_not_repeat_what_its_source_says(control: str) -> None:
    assert verdict(control, replica("ledger")) is Verdict.PASS
    assert verdict(control, planned(INSTANCE, "reader")) is Verdict.FAIL


def test_a_serverless_cluster_of_the_first_kind_is_always_encrypted() -> None:
    cluster = planned(CLUSTER, "carts", engineMode="serverless")
    assert verdict("rds-storage-encrypted", cluster) is Verdict.PASS


@pytest.mark.parametrize(
    ("engine", "logs", "said"),
    [
        ("mysql", ["error", "slowquery"], Verdict.FAIL),
        ("mysql", ["audit", "error"], Verdict.PASS),
        ("mariadb", ["audit"], Verdict.FAIL),
        ("postgres", ["upgrade"], Verdict.FAIL),
        ("aurora-postgresql", ["postgresql"], Verdict.PASS),
        ("oracle-ee", ["alert", "audit", "listener", "trace"], Verdict.PASS),
        ("oracle-ee", ["alert"], Verdict.FAIL),
        ("sqlserver-se", ["error", "agent"], Verdict.PASS),
        ("engine-of-tomorrow", ["anything"], Verdict.PASS),
        (UNKNOWN, ["error"], Verdict.NOT_EVALUATED),
        (UNKNOWN, [], Verdict.FAIL),
    ],
)
def test_each_engine_has_its_own_logs(engine: object, logs: list[str], said: Verdict) -> None:
    database = planned(INSTANCE, "ledger", engine=engine, enabledCloudwatchLogsExports=logs)
    assert verdict("rds-logs-exported", database) is said


@pytest.mark.parametrize("engine", ["oracle-ee", "sqlserver-se", "db2-se"])
def test_an_engine_that_knows_no_iam_login_need_not_have_it(engine: str) -> None:
    assert verdict("rds-iam-authentication", planned(INSTANCE, "ledger", engine=engine)) is Verdict.PASS


def test_one_instance_in_a_cluster_is_not_enough_and_none_here_is_no_matter() -> None:
    cluster = planned(CLUSTER, "carts")

    def member(name: str) -> Resource:
        return planned(
            MEMBER, name, made_from={"clusterIdentifier": (cluster.urn,)}, clusterIdentifier=UNKNOWN
        )

    assert verdict("rds-clusters-span-zones", cluster) is Verdict.PASS
    assert verdict("rds-clusters-span-zones", cluster, member("a")) is Verdict.FAIL
    assert verdict("rds-clusters-span-zones", cluster, member("a"), member("b")) is Verdict.PASS


def test_a_password_that_another_resource_makes_is_no_literal() -> None:
    references = {"password": (urn(PASSWORD, "ledger"),)}
    made = planned(INSTANCE, "ledger", made_from=references, password="made-and-known")
    assert verdict("database-passwords-not-literal", made) is Verdict.PASS
    unmade = planned(INSTANCE, "ledger", made_from=references, password=UNKNOWN)
    assert verdict("database-passwords-not-literal", unmade) is Verdict.NOT_EVALUATED
    assert verdict("database-passwords-managed", made) is Verdict.FAIL


def test_a_withheld_password_is_known_to_be_there_but_not_where_it_comes_from() -> None:
    database = planned(INSTANCE, "ledger", password=Opaque.SECRET)
    assert verdict("database-passwords-not-literal", database) is Verdict.NOT_EVALUATED
    assert verdict("database-passwords-managed", database) is Verdict.FAIL


@pytest.mark.parametrize(
    ("secrets", "said"),
    [(frozenset({"password"}), Verdict.NOT_EVALUATED), (frozenset(), Verdict.FAIL), (None, Verdict.FAIL)],
)
def test_a_mark_of_a_secret_does_not_say_where_a_password_comes_from(
    secrets: frozenset[str] | None, said: Verdict
) -> None:
    database = replace(planned(INSTANCE, "ledger", password="canary-hunter2"), secrets=secrets)
    assert verdict("database-passwords-not-literal", database) is said


def test_a_program_that_is_recorded_shows_which_passwords_are_written_in_it() -> None:
    aws = pytest.importorskip("pulumi_aws", reason="the package pulumi_aws is not installed")

    def program() -> None:
        made = pulumi.CustomResource(PASSWORD, "ledger")
        for name, password in {
            "written": "canary-hunter2",
            "left-out": None,
            "made": made.id,
            "configured": pulumi.Config("shop").require_secret("password"),
            "put-together": pulumi.Output.concat("x-", pulumi.Config("shop").require_secret("password")),
        }.items():
            aws.rds.Instance(name, instance_class="db.t4g.small", password=password)

    recorder = Recorder(preview=False)
    recorder.set_config("shop:password", SECRET_PLACEHOLDER, secret=True)
    found = {each.name: each for each in recorded(recorder.run(program).resources)}
    assert {
        name: verdict("database-passwords-not-literal", each)
        for name, each in found.items()
        if each.type == INSTANCE
    } == {
        "written": Verdict.FAIL,
        "left-out": Verdict.PASS,
        "made": Verdict.PASS,
        "configured": Verdict.PASS,
        "put-together": Verdict.PASS,
    }


def test_a_database_that_is_restored_keeps_the_password_that_it_had() -> None:
    restored = planned(INSTANCE, "ledger", snapshotIdentifier="monday")
    assert verdict("database-passwords-managed", restored) is Verdict.PASS
    anew = planned(INSTANCE, "ledger", snapshotIdentifier="monday", password="correct-horse")
    assert verdict("database-passwords-managed", anew) is Verdict.FAIL


def test_a_snapshot_says_itself_whether_it_is_encrypted_once_it_is_there() -> None:
    taken = planned(SNAPSHOT, "monday", dbInstanceIdentifier="ledger", encrypted=True)
    assert verdict("database-snapshots-encrypted", taken) is Verdict.PASS
    of_unknown = planned(SNAPSHOT, "monday", dbInstanceIdentifier="elsewhere")
    assert verdict("database-snapshots-encrypted", of_unknown) is Verdict.NOT_EVALUATED


def test_a_selection_takes_in_the_database_whose_arn_it_lists() -> None:
    database, other = planned(INSTANCE, "ledger"), planned(INSTANCE, "carts")
    selection = planned(SELECTION, "daily", made_from={"resources": (database.urn,)}, resources=[UNKNOWN])
    assert verdict("rds-in-backup-plan", database, other, selection) is Verdict.PASS
    assert verdict("rds-in-backup-plan", planned(INSTANCE, "carts")) is Verdict.FAIL
    assert verdict("rds-in-backup-plan", planned(INSTANCE, "carts"), whole=False) is Verdict.NOT_EVALUATED


def test_a_selection_of_everything_takes_in_every_database() -> None:
    selection = planned(SELECTION, "daily", resources=["*"])
    assert verdict("rds-in-backup-plan", planned(INSTANCE, "ledger"), selection) is Verdict.PASS


def test_autoscaling_is_found_by_the_output_that_it_names() -> None:
    table = planned(TABLE, "sessions")
    scaled = [
        planned(
            TARGET,
            dimension,
            made_from={"resourceId": (table.urn,)},
            resourceId=UNKNOWN,
            scalableDimension=f"dynamodb:table:{dimension}CapacityUnits",
        )
        for dimension in ("Read", "Write")
    ]
    assert verdict("dynamodb-capacity-follows-demand", table, *scaled) is Verdict.PASS
    assert verdict("dynamodb-capacity-follows-demand", table, scaled[0]) is Verdict.FAIL


@pytest.mark.parametrize("written", [7, "7", 7.0])
def test_a_number_may_be_written_as_a_text(written: object) -> None:
    database = planned(INSTANCE, "ledger", backupRetentionPeriod=written, storageEncrypted="true")
    assert verdict("rds-backups-kept", database) is Verdict.PASS
    assert verdict("rds-storage-encrypted", database) is Verdict.PASS


def test_the_default_of_valkey_is_encrypted_and_that_of_redis_is_not() -> None:
    cache = "aws:elasticache/replicationGroup:ReplicationGroup"
    assert verdict("elasticache-storage-encrypted", planned(cache, "shop", engine="valkey")) is Verdict.PASS
    assert verdict("elasticache-storage-encrypted", planned(cache, "shop", engine="redis")) is Verdict.FAIL
    assert verdict("elasticache-storage-encrypted", planned(cache, "shop")) is Verdict.FAIL


def test_documentdb_requires_tls_unless_a_parameter_says_otherwise() -> None:
    parameters = "aws:docdb/clusterParameterGroup:ClusterParameterGroup"
    silent = planned(
        parameters, "docs", family="docdb5.0", parameters=[{"name": "ttl_monitor", "value": "x"}]
    )
    assert verdict("documentdb-tls-required", silent) is Verdict.PASS
    unnamed = planned(parameters, "docs", parameters=[{"name": UNKNOWN, "value": "disabled"}])
    assert verdict("documentdb-tls-required", unnamed) is Verdict.NOT_EVALUATED
