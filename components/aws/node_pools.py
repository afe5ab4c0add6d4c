"""What Karpenter makes nodes of, as its own kinds of objects, and the class of volumes that pods get on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.aws.nodes import DEVICE, METADATA
from components.kubernetes import OWNED, Kind, Place
from pavedroad.plan.cloud.cluster import VOLUME_GIB
from pavedroad.plan.cloud.karpenter_grants import DISCOVERY_TAG
from pavedroad.plan.cloud.volumes import CLASS

if TYPE_CHECKING:
    from components.aws.place import Cloud
    from components.kubernetes import Body
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.cluster import EksPlan
    from pavedroad.plan.cloud.karpenter import NodePoolPlan

NODE_CLASS = Kind("karpenter.k8s.aws/v1", "EC2NodeClass")
NODE_POOL = Kind("karpenter.sh/v1", "NodePool")
STORAGE_CLASS = Kind("storage.k8s.io/v1", "StorageClass")
NODE_CLASS_NAME = "default"

NODE_AGE = "720h"
"""How old a node becomes: after a month at the latest it is one with the patches of that month."""


class NodePools(pulumi.ComponentResource):
    """What Karpenter makes nodes of, and the class of volumes that pods get on them."""

    def __init__(
        self,
        plan: EksPlan,
        cloud: Cloud,
        addons: tuple[pulumi.Resource, ...],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Declare kinds of nodes and of volumes, after Karpenter whose kinds they are."""
        super().__init__("pavedroad:aws:NodePools", plan.name, {}, opts)
        place = Place(parent=self, namespace=None, labels=OWNED, after=addons, cloud=cloud)
        place.declare(NODE_CLASS, NODE_CLASS_NAME, {"spec": _node_class(plan, cloud.account)})
        for pool in plan.karpenter.pools:
            place.declare(NODE_POOL, pool.name, {"spec": _node_pool(pool)})
        _declare_storage_class(place, cloud.key("data"))
        self.register_outputs({})


def _node_class(plan: EksPlan, account: AccountPlan) -> Body:
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
                    "kmsKeyID": account.existing_key("data") or account.arn("kms", account.key_alias("data")),
                    "deleteOnTermination": True,
                },
            }
        ],
    }


def _node_pool(plan: NodePoolPlan) -> Body:
    """Return a kind of nodes: Graviton of recent generations, put together where they are half empty."""
    requirements = (
        ("kubernetes.io/arch", "In", ["arm64"]),
        ("karpenter.k8s.aws/instance-category", "In", ["c", "m", "r"]),
        ("karpenter.k8s.aws/instance-generation", "Gt", ["6"]),
        ("karpenter.sh/capacity-type", "In", list(plan.capacity)),
    )
    return {
        "template": {
            "spec": {
                "nodeClassRef": {
                    "group": NODE_CLASS.api_version.partition("/")[0],
                    "kind": NODE_CLASS.name,
                    "name": NODE_CLASS_NAME,
                },
                "requirements": [
                    {"key": key, "operator": operator, "values": values}
                    for key, operator, values in requirements
                ],
                "expireAfter": NODE_AGE,
            }
        },
        "disruption": {"consolidationPolicy": "WhenEmptyOrUnderutilized", "consolidateAfter": "5m"},
        "limits": {"cpu": str(plan.cpu)},
    }


def _declare_storage_class(place: Place, volume_key: pulumi.Input[str]) -> None:
    """Declare the class of volumes that pods get: encrypted, in the pod's zone, and free to grow."""
    place.declare(
        STORAGE_CLASS,
        CLASS,
        {
            "provisioner": "ebs.csi.aws.com",
            "parameters": {"type": "gp3", "encrypted": "true", "kmsKeyId": volume_key},
            "volumeBindingMode": "WaitForFirstConsumer",
            "allowVolumeExpansion": True,
            "reclaimPolicy": "Delete",
        },
        annotations={"storageclass.kubernetes.io/is-default-class": "true"},
    )
