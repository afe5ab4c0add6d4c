"""The EKS cluster: closed, watched, and open to whom it is meant for."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.access.iam import Caller
from pavedroad.plan.cloud.kubernetes_versions import ADDONS, DEFAULT_VERSION
from tests.support.clouds import ACCOUNT, ADMIN, RecordedCloud, cloud_plan, lets, recorded_cloud

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier

CLUSTER = "aws:eks/cluster:Cluster"
ADDON = "aws:eks/addon:Addon"
ENTRY = "aws:eks/accessEntry:AccessEntry"


@cache
def cloud(tier: Tier = "production") -> RecordedCloud:
    return recorded_cloud(cloud_plan(tier))


def control_plane(tier: Tier = "production", **cluster: Any) -> dict[str, Any]:
    found = recorded_cloud(cloud_plan(tier, cluster=cluster)) if cluster else cloud(tier)
    return dict(found.one(CLUSTER))


def test_nobody_outside_of_the_vpc_reaches_the_api_unless_the_environment_names_them() -> None:
    assert control_plane()["vpcConfig"]["endpointPublicAccess"] is False
    assert "publicAccessCidrs" not in control_plane()["vpcConfig"]
    opened = control_plane(public_access=["192.0.2.0/24"])["vpcConfig"]
    assert (opened["endpointPublicAccess"], opened["publicAccessCidrs"]) == (True, ["192.0.2.0/24"])
    assert opened["endpointPrivateAccess"] is True


def test_it_writes_down_everything_into_an_encrypted_group_that_is_there_first() -> None:
    assert set(control_plane()["enabledClusterLogTypes"]) == {
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    }
    group = cloud().recording.the("aws:cloudwatch/logGroup:LogGroup", "/aws/eks/prod/cluster")
    assert group.inputs["retentionInDays"] == 365
    assert group.property_dependencies["kmsKeyId"]
    assert group.urn in cloud().recording.the(CLUSTER).depends_on


def test_secrets_are_encrypted_with_the_key_of_secrets() -> None:
    cluster = cloud().recording.the(CLUSTER)
    assert cluster.inputs["encryptionConfig"]["resources"] == ["secrets"]
    (key,) = cluster.property_dependencies["encryptionConfig"]
    assert key.endswith("::alias/prod/secrets")


def test_only_named_roles_administer_it() -> None:
    assert control_plane()["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }
    policy = cloud().one("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    assert policy["principalArn"] == ADMIN
    assert policy["policyArn"].endswith("/AmazonEKSClusterAdminPolicy")


def test_where_nobody_is_named_whoever_makes_it_may_go_on() -> None:
    assert control_plane(admins=[])["accessConfig"]["bootstrapClusterCreatorAdminPermissions"] is True


def test_people_of_a_team_come_in_as_their_group_and_nobody_else_does() -> None:
    entry = cloud().one(ENTRY, "shop")
    assert entry["kubernetesGroups"] == ["shop"]
    account, role = cloud().account(), f"arn:aws:iam::{ACCOUNT}:role/prod.people.shop"
    assert account.decide(
        role, "eks:DescribeCluster", f"arn:aws:eks:eu-central-1:{ACCOUNT}:cluster/prod"
    ).allowed
    insider = Caller.role(f"arn:aws:iam::{ACCOUNT}:role/sso", tags={"team": "shop"})
    outsider = Caller.role(f"arn:aws:iam::{ACCOUNT}:role/sso", tags={"team": "other"})
    assert lets(account, role, "sts:AssumeRole", insider)
    assert not lets(account, role, "sts:AssumeRole", outsider)


@pytest.mark.parametrize(("tier", "support"), [("production", "EXTENDED"), ("development", "STANDARD")])
def test_in_production_nothing_upgrades_itself(tier: Tier, support: str) -> None:
    assert control_plane(tier)["upgradePolicy"] == {"supportType": support}
    assert control_plane(tier)["deletionProtection"] is (tier == "production")


def test_the_version_is_pinned_and_nodes_and_add_ons_are_of_it() -> None:
    assert control_plane()["version"] == DEFAULT_VERSION
    assert cloud().one("aws:eks/nodeGroup:NodeGroup")["version"] == DEFAULT_VERSION
    assert {name: one.inputs["addonVersion"] for name, one in cloud().of(ADDON).items()} == ADDONS[
        DEFAULT_VERSION
    ]


def test_a_version_without_pinned_add_ons_is_refused() -> None:
    with pytest.raises(ValueError, match=r"clusters.main.eks.version\n.*'1.34' or '1.35'"):
        cloud_plan(cluster={"version": "1.29"})


def test_nodes_wait_for_the_network_and_identities_and_other_add_ons_for_nodes() -> None:
    nodes = cloud().recording.the("aws:eks/nodeGroup:NodeGroup")
    addons = cloud().of(ADDON)
    first = {name for name, one in addons.items() if one.urn in nodes.depends_on}
    assert first == {"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}
    assert {name for name, one in addons.items() if nodes.urn in one.depends_on} == addons.keys() - first


def test_nodes_wait_for_their_way_out() -> None:
    nodes = cloud().recording.the("aws:eks/nodeGroup:NodeGroup")
    gateways = {one.urn for one in cloud().of("aws:ec2/natGateway:NatGateway").values()}
    assert gateways <= set(nodes.depends_on)


def test_network_policies_are_on_and_pods_can_have_security_groups() -> None:
    configured = json.loads(cloud().one(ADDON, "vpc-cni")["configurationValues"])
    assert configured["enableNetworkPolicy"] == "true"
    assert configured["env"]["ENABLE_POD_ENI"] == "true"


def test_each_add_on_that_calls_aws_has_a_role_of_its_own() -> None:
    with_roles = {
        name: [identity["serviceAccount"] for identity in one.inputs["podIdentityAssociations"]]
        for name, one in cloud().of(ADDON).items()
        if "podIdentityAssociations" in one.inputs
    }
    assert with_roles == {
        "aws-ebs-csi-driver": ["ebs-csi-controller-sa"],
        "aws-efs-csi-driver": ["efs-csi-controller-sa"],
        "vpc-cni": ["aws-node"],
    }
