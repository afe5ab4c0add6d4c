"""DocumentDB, on the recorder: what a cluster is made of, and who makes its owner's user."""

from typing import Any

import pytest

from tests.support.managed import ACCOUNT, declared, managed, of_type

CLUSTER = "aws:docdb/cluster:Cluster"


def cluster(**words: Any) -> dict[str, Any]:
    (found,) = of_type(declared(managed("mongodb", provider="documentdb", **words)), CLUSTER)
    return found


def test_a_cluster_in_production_is_encrypted_backed_up_and_not_deleted_by_mistake() -> None:
    made = cluster()

    wanted = {
        "storageEncrypted": True,
        "kmsKeyId": ACCOUNT.arn("kms", "key/data"),
        "manageMasterUserPassword": True,
        "enabledCloudwatchLogsExports": ["audit", "profiler"],
        "backupRetentionPeriod": 30,
        "deletionProtection": True,
        "skipFinalSnapshot": False,
        "finalSnapshotIdentifier": "prod-shop-orders-ledger-last",
    }
    assert {name: made[name] for name in wanted} == wanted


@pytest.mark.parametrize(("tier", "members"), [("development", 1), ("production", 3)])
def test_the_tier_decides_how_many_instances_there_are(tier: Any, members: int) -> None:
    recording = declared(managed("mongodb", provider="documentdb", tier=tier))

    assert len(of_type(recording, "aws:docdb/clusterInstance:ClusterInstance")) == members


def test_the_owners_user_reads_and_writes_its_own_database() -> None:
    recording = declared(managed("mongodb", provider="documentdb"))

    (job,) = [each for each in recording.resources if each.type == "kubernetes:batch/v1:Job"]
    script = job.inputs["spec"]["template"]["spec"]["containers"][0]["command"][-1]
    assert "roles: [{role: 'readWrite', db: env.DATABASE}]" in script
    assert "tls=true" in script
