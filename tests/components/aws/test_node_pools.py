"""What Karpenter makes nodes of: objects that its own kinds take, and names that stand in the account."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from components.aws.node_pools import NodePools
from components.aws.place import Cloud
from pavedroad.plan.addons import resolve_addons
from pavedroad.testing import Recorder, Recording
from tests.support.clouds import ACCOUNT, ADMIN, AWS, RecordedCloud, cloud_plan, recorded_cloud
from tests.support.crds import faults, require_crds
from tests.support.resolving import context

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier

NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/0a1b"


@cache
def pools(tier: Tier = "production") -> Recording:
    plan = cloud_plan(tier)
    assert plan.cluster is not None
    cluster = plan.cluster

    def program() -> None:
        cloud = Cloud(account=plan.account, values=pulumi.Output.from_input({"key_data": KEY}))
        provider = pulumi.ProviderResource("kubernetes", "main", {})
        NodePools(cluster, cloud, (), pulumi.ResourceOptions(providers=[provider]))

    return Recorder().run(program)


@cache
def cloud() -> RecordedCloud:
    return recorded_cloud(cloud_plan())


def spec(type_: str, tier: Tier = "production") -> dict[str, Any]:
    return dict(pools(tier).the(type_).inputs["spec"])


def test_the_api_server_takes_every_object() -> None:
    require_crds()
    declared = [one for one in pools().resources if one.type in (NODE_CLASS, NODE_POOL, STORAGE_CLASS)]
    assert len(declared) == 3
    assert [fault for one in declared for fault in faults(dict(one.inputs))] == []


def test_nodes_take_a_profile_subnets_and_a_group_that_stand_in_the_account() -> None:
    made = spec(NODE_CLASS)
    (tags,) = (one["tags"] for one in made["subnetSelectorTerms"])
    subnets = cloud().of("aws:ec2/subnet:Subnet")
    chosen = {name for name, one in subnets.items() if tags.items() <= one.inputs["tags"].items()}
    assert chosen == {f"prod-private-eu-central-1{zone}" for zone in "abc"}
    assert made["instanceProfile"] == cloud().one("aws:iam/instanceProfile:InstanceProfile")["name"]
    assert made["securityGroupSelectorTerms"] == [{"tags": {"aws:eks:cluster-name": "prod"}}]


def test_their_volumes_are_encrypted_with_the_key_of_data() -> None:
    (disk,) = spec(NODE_CLASS)["blockDeviceMappings"]
    assert disk["ebs"]["encrypted"] is True
    assert disk["ebs"]["kmsKeyID"].endswith(cloud().one("aws:kms/alias:Alias", "alias/prod/data")["name"])


def test_machines_tell_nothing_to_pods() -> None:
    assert spec(NODE_CLASS)["metadataOptions"]["httpPutResponseHopLimit"] == 1


@pytest.mark.parametrize(
    ("tier", "capacity"), [("production", ["on-demand"]), ("development", ["spot", "on-demand"])]
)
def test_machines_that_aws_may_take_back_are_for_development(tier: Tier, capacity: list[str]) -> None:
    requirements = spec(NODE_POOL, tier)["template"]["spec"]["requirements"]
    asked = {one["key"]: one["values"] for one in requirements}
    assert asked["karpenter.sh/capacity-type"] == capacity
    assert asked["kubernetes.io/arch"] == ["arm64"]


def test_volumes_of_pods_are_encrypted_with_the_key_of_data_too() -> None:
    volumes = pools().the(STORAGE_CLASS).inputs
    assert volumes["parameters"] == {"type": "gp3", "encrypted": "true", "kmsKeyId": KEY}
    assert volumes["metadata"]["annotations"] == {"storageclass.kubernetes.io/is-default-class": "true"}


def test_karpenter_is_told_its_cluster_and_its_queue_by_their_names_in_the_account() -> None:
    made = context(aws=AWS, clusters={"main": {"kind": "eks", "admins": [ADMIN]}})
    settings = next(one for one in resolve_addons(made) if one.name == "karpenter").values["settings"]
    assert settings["clusterName"] == cloud().one("aws:eks/cluster:Cluster")["name"]
    assert settings["interruptionQueue"] in cloud().of("aws:sqs/queue:Queue")


def test_other_clusters_get_no_karpenter() -> None:
    assert "karpenter" not in {one.name for one in resolve_addons(context())}
