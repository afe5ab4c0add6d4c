"""Nodes: what they look like, what their role may do, and what Karpenter may do in the account."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pytest

from pavedroad.access.iam import Caller
from tests.support import clouds
from tests.support.clouds import ACCOUNT, RecordedCloud, cloud_plan, recorded_cloud

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier

KARPENTER = f"arn:aws:iam::{ACCOUNT}:role/prod.karpenter.controller"
OURS = {
    "aws:RequestTag/kubernetes.io/cluster/prod": "owned",
    "aws:RequestTag/karpenter.sh/nodepool": "general",
    "aws:RequestTag/eks:eks-cluster-name": "prod",
}
MADE_BY_US = {
    "aws:ResourceTag/kubernetes.io/cluster/prod": "owned",
    "aws:ResourceTag/karpenter.sh/nodepool": "general",
}


@cache
def cloud(tier: Tier = "production") -> RecordedCloud:
    return recorded_cloud(cloud_plan(tier))


def ec2(resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:ec2:eu-central-1:{account}:{resource}"


def may(action: str, resource: str, keys: dict[str, str] | None = None) -> bool:
    """Tell whether Karpenter may do something, within its boundary."""
    given = {"aws:RequestedRegion": "eu-central-1", **(keys or {})}
    return clouds.may(cloud().account(), KARPENTER, action, resource, given)


@pytest.mark.parametrize(("tier", "count"), [("production", 3), ("development", 2)])
def test_there_are_as_many_first_nodes_as_the_tier_says(tier: Tier, count: int) -> None:
    scaling = cloud(tier).one("aws:eks/nodeGroup:NodeGroup")["scalingConfig"]
    assert (scaling["desiredSize"], scaling["minSize"]) == (count, count)


def test_machines_are_graviton_and_tell_nothing_to_pods() -> None:
    group = cloud().one("aws:eks/nodeGroup:NodeGroup")
    assert (group["amiType"], group["instanceTypes"]) == ("AL2023_ARM_64_STANDARD", ["m7g.large"])
    metadata = cloud().one("aws:ec2/launchTemplate:LaunchTemplate")["metadataOptions"]
    assert (metadata["httpTokens"], metadata["httpPutResponseHopLimit"]) == ("required", 1)


def test_volumes_are_encrypted_with_the_key_of_data() -> None:
    template = cloud().recording.the("aws:ec2/launchTemplate:LaunchTemplate")
    assert template.inputs["blockDeviceMappings"][0]["ebs"]["encrypted"] == "true"
    (key,) = template.property_dependencies["blockDeviceMappings"]
    assert key.endswith("::alias/prod/data")


def test_the_role_of_nodes_holds_what_nodes_need_and_no_rights_of_pods() -> None:
    attached = cloud().of("aws:iam/rolePolicyAttachment:RolePolicyAttachment").values()
    of_nodes = {
        one.inputs["policyArn"].rpartition("/")[2] for one in attached if one.inputs["role"] == "prod.node"
    }
    assert of_nodes == {"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"}


def test_karpenter_launches_for_this_cluster_alone() -> None:
    assert may("ec2:RunInstances", ec2("instance/i-1"), OURS)
    assert not may("ec2:RunInstances", ec2("instance/i-1"))
    assert not may(
        "ec2:RunInstances", ec2("instance/i-1"), {**OURS, "aws:RequestTag/eks:eks-cluster-name": "other"}
    )


def test_karpenter_launches_in_the_clusters_subnets_and_group_from_images_of_amazon() -> None:
    subnet, group = ec2("subnet/subnet-1"), ec2("security-group/sg-1")
    image = ec2("image/ami-1", "")
    assert may("ec2:RunInstances", subnet, {"aws:ResourceTag/karpenter.sh/discovery": "prod"})
    assert not may("ec2:RunInstances", subnet, {"aws:ResourceTag/karpenter.sh/discovery": "staging"})
    assert may("ec2:RunInstances", group, {"aws:ResourceTag/aws:eks:cluster-name": "prod"})
    assert not may("ec2:RunInstances", group)
    assert may("ec2:RunInstances", image, {"ec2:Owner": "amazon"})
    assert not may("ec2:RunInstances", image, {"ec2:Owner": "999999999999"})


def test_karpenter_ends_what_it_launched_and_nothing_else() -> None:
    assert may("ec2:TerminateInstances", ec2("instance/i-1"), MADE_BY_US)
    assert not may("ec2:TerminateInstances", ec2("instance/i-1"))
    assert not may("ec2:DeleteVolume", ec2("volume/vol-1"), MADE_BY_US)


def test_karpenter_hands_over_the_role_of_nodes_to_machines_and_no_other_role() -> None:
    node, admin = f"arn:aws:iam::{ACCOUNT}:role/prod.node", f"arn:aws:iam::{ACCOUNT}:role/prod.cluster"
    to_machines = {"iam:PassedToService": "ec2.amazonaws.com"}
    assert may("iam:PassRole", node, to_machines)
    assert not may("iam:PassRole", node, {"iam:PassedToService": "lambda.amazonaws.com"})
    assert not may("iam:PassRole", admin, to_machines)
    assert not may("iam:CreateInstanceProfile", f"arn:aws:iam::{ACCOUNT}:instance-profile/x")


def test_karpenter_reads_notices_that_eventbridge_alone_writes() -> None:
    queue = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:prod_karpenter"
    assert may("sqs:ReceiveMessage", queue)
    assert not may("sqs:SendMessage", queue)
    events, rule = Caller.service("events.amazonaws.com"), f"arn:aws:events:eu-central-1:{ACCOUNT}:rule/"
    account = cloud().account()

    def sent(source: str) -> bool:
        return clouds.lets(account, queue, "sqs:SendMessage", events, {"aws:SourceArn": source})

    assert sent(f"{rule}prod.karpenter.spot")
    assert not sent(f"{rule}other")
    assert not clouds.lets(account, queue, "sqs:SendMessage", Caller.anonymous())


def test_notices_that_cannot_be_handled_are_put_aside_by_that_queue_alone() -> None:
    queue = json.loads(cloud().one("aws:sqs/queue:Queue", "prod_karpenter")["redrivePolicy"])
    aside = json.loads(cloud().one("aws:sqs/queue:Queue", "prod_karpenter_dead")["redriveAllowPolicy"])
    assert queue["deadLetterTargetArn"].endswith(":prod_karpenter_dead")
    assert aside["sourceQueueArns"] == [f"arn:aws:sqs:eu-central-1:{ACCOUNT}:prod_karpenter"]


def test_every_interruption_reaches_the_queue() -> None:
    kinds = {
        json.loads(one.inputs["eventPattern"])["detail-type"][0]
        for one in cloud().of("aws:cloudwatch/eventRule:EventRule").values()
    }
    assert len(kinds) == 4
    targets = cloud().of("aws:cloudwatch/eventTarget:EventTarget")
    assert targets.keys() == cloud().of("aws:cloudwatch/eventRule:EventRule").keys()


def test_karpenters_controller_is_handed_its_role() -> None:
    handed = cloud().one("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    assert (handed["namespace"], handed["serviceAccount"]) == ("karpenter", "karpenter")
