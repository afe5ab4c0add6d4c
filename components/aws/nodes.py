"""Nodes of the cluster: the first ones, Karpenter that makes all others, and what both look like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.aws.identity import ASSOCIATION
from components.aws.place import late
from components.aws.roles import declare_service_role
from components.kubernetes import Kind
from pavedroad.plan.cloud.cluster import IMAGE, MACHINE, VOLUME_GIB
from pavedroad.plan.cloud.karpenter import DISCOVERY_TAG, MESSAGE_SECONDS, NAMESPACE, SERVICE_ACCOUNT

if TYPE_CHECKING:
    import pulumi

    from components.aws.network import Network
    from components.aws.place import CloudPlace, Properties
    from components.kubernetes import Body, Place
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

NODE_CLASS = Kind("karpenter.k8s.aws/v1", "EC2NodeClass")
NODE_POOL = Kind("karpenter.sh/v1", "NodePool")
STORAGE_CLASS = Kind("storage.k8s.io/v1", "StorageClass")
NODE_CLASS_NAME = "default"


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


def declare_node_pools(place: Place, plan: EksPlan) -> None:
    """Declare which nodes Karpenter makes, as its own kinds of objects."""
    key = place.cloud.account.arn("kms", place.cloud.account.key_alias("data")) if place.cloud else ""
    place.declare(NODE_CLASS, NODE_CLASS_NAME, {"spec": _node_class(plan, key)})
    for pool in plan.karpenter.pools:
        requirements = {
            "kubernetes.io/arch": ["arm64"],
            "karpenter.k8s.aws/instance-category": ["c", "m", "r"],
            "karpenter.sh/capacity-type": list(pool.capacity),
        }
        body: Body = {
            "spec": {
                "template": {
                    "spec": {
                        "nodeClassRef": {
                            "group": "karpenter.k8s.aws",
                            "kind": NODE_CLASS.name,
                            "name": NODE_CLASS_NAME,
                        },
                        "requirements": [
                            {"key": key, "operator": "In", "values": values}
                            for key, values in requirements.items()
                        ]
                        + [
                            {
                                "key": "karpenter.k8s.aws/instance-generation",
                                "operator": "Gt",
                                "values": ["6"],
                            }
                        ],
                        "expireAfter": "720h",
                    }
                },
                "disruption": {"consolidationPolicy": "WhenEmptyOrUnderutilized", "consolidateAfter": "5m"},
                "limits": {"cpu": str(pool.cpu)},
            }
        }
        place.declare(NODE_POOL, pool.name, body)


def _node_class(plan: EksPlan, key: str) -> Body:
    """Return what Karpenter's machines look like: as the first nodes', with the newest patches of the system."""
    return {
        "amiSelectorTerms": [{"alias": "al2023@latest"}],
        "instanceProfile": plan.nodes.profile,
        "subnetSelectorTerms": [{"tags": {DISCOVERY_TAG: plan.name}}],
        "securityGroupSelectorTerms": [{"tags": {"aws:eks:cluster-name": plan.name}}],
        "metadataOptions": METADATA,
        "blockDeviceMappings": [
            {
                "deviceName": DEVICE,
                "ebs": {
                    "volumeSize": f"{VOLUME_GIB}Gi",
                    "volumeType": "gp3",
                    "encrypted": True,
                    "kmsKeyID": key,
                    "deleteOnTermination": True,
                },
            }
        ],
    }


def declare_storage_class(place: Place, name: str, volume_key: pulumi.Input[str]) -> None:
    """Declare the class of volumes that pods get: encrypted, in the pod's zone, and free to grow."""
    place.declare(
        STORAGE_CLASS,
        name,
        {
            "provisioner": "ebs.csi.aws.com",
            "parameters": {"type": "gp3", "encrypted": "true", "kmsKeyId": volume_key},
            "volumeBindingMode": "WaitForFirstConsumer",
            "allowVolumeExpansion": True,
            "reclaimPolicy": "Delete",
        },
        annotations={"storageclass.kubernetes.io/is-default-class": "true"},
    )
