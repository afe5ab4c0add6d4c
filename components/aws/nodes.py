"""Nodes of the cluster: the first ones, and what Karpenter, which makes all others, needs in the account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.aws.identity import ASSOCIATION
from components.aws.place import late
from components.aws.roles import declare_service_role
from pavedroad.plan.cloud.cluster import IMAGE, MACHINE, VOLUME_GIB
from pavedroad.plan.cloud.karpenter import MESSAGE_SECONDS, NAMESPACE, SERVICE_ACCOUNT

if TYPE_CHECKING:
    import pulumi

    from components.aws.network import Network
    from components.aws.place import CloudPlace, Properties
    from pavedroad.plan.cloud.cluster import EksPlan
    from pavedroad.plan.cloud.karpenter import KarpenterPlan

DEVICE = "/dev/xvda"
"""The root volume of Amazon Linux."""

METADATA: Properties = {
    "httpEndpoint": "enabled",
    "httpTokens": "required",
    "httpPutResponseHopLimit": 1,
}
"""How a machine tells about itself: to whoever has a token, and not to pods."""

RECEIVED_MOST = 5
"""How often a notice is tried before it is put aside."""


def declare_nodes(
    place: CloudPlace,
    plan: EksPlan,
    network: Network,
    volume_key: pulumi.Input[str],
    after: tuple[pulumi.Resource, ...],
) -> pulumi.CustomResource:
    """Declare the first nodes and what Karpenter needs in the account.

    Returns:
        The node group.
    """
    nodes = plan.nodes
    role, *rights = declare_service_role(place, nodes.role)
    template = _declare_template(place, plan, volume_key)
    group = place.declare(
        "aws:eks/nodeGroup:NodeGroup",
        nodes.group,
        {
            "clusterName": plan.name,
            "nodeGroupName": nodes.group,
            "nodeRoleArn": late(role, "arn"),
            "subnetIds": list(network.private),
            "amiType": IMAGE,
            "capacityType": "ON_DEMAND",
            "instanceTypes": [MACHINE],
            "launchTemplate": {
                "id": late(template, "id"),
                "version": late(template, "latestVersion").apply(str),
            },
            "scalingConfig": {
                "desiredSize": nodes.count,
                "minSize": nodes.count,
                "maxSize": nodes.count * 2,
            },
            "updateConfig": {"maxUnavailable": 1},
            "nodeRepairConfig": {"enabled": True},
            "version": plan.version,
        },
        after=(*after, *rights),
    )
    place.declare(
        "aws:iam/instanceProfile:InstanceProfile",
        nodes.profile,
        {"name": nodes.profile, "role": nodes.role.name},
        after=(role,),
    )
    _declare_karpenter(place, plan)
    return group


def _declare_template(
    place: CloudPlace, plan: EksPlan, volume_key: pulumi.Input[str]
) -> pulumi.CustomResource:
    """Declare what the first nodes' machines look like."""
    name = plan.nodes.template
    tags = {"Name": name}
    return place.declare(
        "aws:ec2/launchTemplate:LaunchTemplate",
        name,
        {
            "name": name,
            "updateDefaultVersion": True,
            "metadataOptions": {**METADATA, "instanceMetadataTags": "disabled"},
            "blockDeviceMappings": [
                {
                    "deviceName": DEVICE,
                    "ebs": {
                        "volumeSize": VOLUME_GIB,
                        "volumeType": "gp3",
                        "encrypted": "true",
                        "kmsKeyId": volume_key,
                        "deleteOnTermination": "true",
                    },
                }
            ],
            "monitoring": {"enabled": True},
            "tagSpecifications": [
                {"resourceType": made, "tags": tags} for made in ("instance", "network-interface", "volume")
            ],
        },
        late=("latestVersion",),
    )


def _declare_karpenter(place: CloudPlace, plan: EksPlan) -> None:
    """Declare Karpenter's role, its hand-over to the controller, and the queue of notices."""
    karpenter = plan.karpenter
    role, *rights = declare_service_role(place, karpenter.role)
    place.declare(
        ASSOCIATION,
        karpenter.role.name,
        {
            "clusterName": plan.name,
            "namespace": NAMESPACE,
            "serviceAccount": SERVICE_ACCOUNT,
            "roleArn": late(role, "arn"),
        },
        after=tuple(rights),
    )
    _declare_notices(place, karpenter)


def _declare_notices(place: CloudPlace, plan: KarpenterPlan) -> None:
    account = place.cloud.account
    arn, dead = account.arn("sqs", plan.queue), account.arn("sqs", plan.dead_letters)
    put_aside = place.declare(
        "aws:sqs/queue:Queue",
        plan.dead_letters,
        {
            "name": plan.dead_letters,
            "sqsManagedSseEnabled": True,
            "redriveAllowPolicy": json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [arn]}),
        },
    )
    queue = place.declare(
        "aws:sqs/queue:Queue",
        plan.queue,
        {
            "name": plan.queue,
            "sqsManagedSseEnabled": True,
            "messageRetentionSeconds": MESSAGE_SECONDS,
            "policy": json.dumps(plan.queue_policy),
            "redrivePolicy": json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": RECEIVED_MOST}),
        },
        after=(put_aside,),
    )
    for rule in plan.rules:
        made = place.declare(
            "aws:cloudwatch/eventRule:EventRule",
            rule.name,
            {"name": rule.name, "eventPattern": json.dumps(rule.pattern)},
        )
        place.declare(
            "aws:cloudwatch/eventTarget:EventTarget",
            rule.name,
            {"rule": rule.name, "targetId": "karpenter", "arn": arn},
            tagged=False,
            after=(made, queue),
        )
