"""Neptune, declared: who may enter, what is encrypted, what stays when the store goes."""

import json
from typing import Any

import pulumi
import pytest

from components.aws.identity import declare_pod_role
from components.aws.place import Cloud, CloudPlace
from pavedroad.descriptor.environment import Tier
from pavedroad.plan.cloud.access import pod_role
from pavedroad.testing import Recorder
from tests.support.managed import ACCOUNT, CLOUD_VALUES, LATE, declared, managed, of_type

CLUSTER = "aws:neptune/cluster:Cluster"
KNOWN = "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def cluster(tier: Tier = "production") -> dict[str, Any]:
    (found,) = of_type(declared(managed("neptune", tier=tier)), CLUSTER)
    return found


def test_it_is_encrypted_and_asks_for_a_role() -> None:
    found = cluster()

    assert (found["storageEncrypted"], found["kmsKeyArn"]) == (True, CLOUD_VALUES["key_data"])
    assert found["iamDatabaseAuthenticationEnabled"] is True
    assert found["enableCloudwatchLogsExports"] == ["audit"]


@pytest.mark.parametrize(("tier", "kept"), [("production", True), ("development", False)])
def test_the_tier_says_what_stays_when_the_store_goes(tier: Tier, kept: bool) -> None:
    found = cluster(tier)

    assert (found["deletionProtection"], found["skipFinalSnapshot"]) == (kept, not kept)
    assert ("finalSnapshotIdentifier" in found) == kept


def test_instances_stand_in_the_data_subnets_and_have_no_public_address() -> None:
    recording = declared(managed("neptune"))

    instances = of_type(recording, "aws:neptune/clusterInstance:ClusterInstance")
    assert len(instances) == 3
    assert {one["publiclyAccessible"] for one in instances} == {False}
    (subnets,) = of_type(recording, "aws:neptune/subnetGroup:SubnetGroup")
    assert {one["neptuneSubnetGroupName"] for one in instances} == {subnets["name"]}


def policies(*, made: bool) -> list[dict[str, Any]]:
    """Return the policies of the owner's role, before or after AWS has made the cluster."""
    plan = managed("neptune")
    role = pod_role(ACCOUNT, "shop", "orders", plan.grants, plan.late_grants)
    assert role is not None

    def program() -> None:
        root = pulumi.ComponentResource("test:place:Place", "place")
        cloud = Cloud(account=ACCOUNT, values=CLOUD_VALUES)
        place = CloudPlace(parent=root, cloud=cloud, tags={})
        graph = pulumi.CustomResource(CLUSTER, "graph", {"clusterResourceId": None})
        declare_pod_role(place, role, {"orders-ledger": vars(graph)["clusterResourceId"]})

    recorder = Recorder(preview=not made)
    if made:
        for token, outputs in LATE.items():
            recorder.set_outputs(token, outputs)
    return of_type(recorder.run(program), "aws:iam/rolePolicy:RolePolicy")


def test_the_owners_role_names_the_one_cluster_once_it_is_made() -> None:
    (policy,) = policies(made=True)

    (statement,) = json.loads(policy["policy"])["Statement"]
    assert policy["name"] == "orders-ledger"
    assert statement["Resource"] == [f"arn:aws:neptune-db:eu-central-1:123456789012:{KNOWN}/*"]


def test_before_that_nobody_knows_what_the_role_may_do() -> None:
    (policy,) = policies(made=False)

    assert not isinstance(policy.get("policy"), str)
