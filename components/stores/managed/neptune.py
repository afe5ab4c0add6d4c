"""Graphs on Neptune: a cluster in the data subnets, which asks for a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.aws.place import late
from components.stores.managed.database import Database, declare_instances, declare_watch, kept
from components.stores.managed.parts import declare_found
from components.stores.parts import open_outputs
from pavedroad.plan.stores.managed.database import BACKUP_WINDOW, MAINTENANCE_WINDOW

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes import Place
    from components.stores.managed.database import Ground
    from pavedroad.plan.stores.managed.neptune import NeptunePlan


class Neptune(Database):
    """A cluster of Neptune: one instance that writes, and readers that take over where there are several.

    Attributes:
        resource_id: What the cluster is called in grants; AWS decides it.
    """

    resource_id: pulumi.Output[str]

    def __init__(self, plan: NeptunePlan, place: Place) -> None:
        """Declare the cluster, and what its owner needs of it."""
        super().__init__(plan, place, service="neptune", parameters="clusterParameterGroup")
        cluster = _declare_cluster(self.ground, plan)
        own = {"neptuneSubnetGroupName": plan.reach.subnets, "publiclyAccessible": False}
        declare_instances(self.ground.cloud, plan, "neptune", own, cluster)
        declare_watch(self.ground, plan, cluster)
        declare_found(self.ground.place, plan, late(cluster, "endpoint"))
        self.resource_id = late(cluster, "clusterResourceId")
        self.register_outputs(open_outputs(plan))


def _declare_cluster(ground: Ground, plan: NeptunePlan) -> pulumi.CustomResource:
    return ground.cloud.declare(
        "aws:neptune/cluster:Cluster",
        plan.reach.identifier,
        {
            **kept(ground.cloud, plan),
            **ground.groups,
            "clusterIdentifier": plan.reach.identifier,
            "neptuneSubnetGroupName": plan.reach.subnets,
            "neptuneClusterParameterGroupName": plan.reach.parameters,
            "kmsKeyArn": ground.cloud.cloud.key("data"),
            "iamDatabaseAuthenticationEnabled": True,
            "enableCloudwatchLogsExports": list(plan.upkeep.logs),
            "copyTagsToSnapshot": True,
            "preferredBackupWindow": BACKUP_WINDOW,
            "preferredMaintenanceWindow": MAINTENANCE_WINDOW,
        },
        late=("endpoint", "clusterResourceId"),
        protect=plan.identity.protect,
    )
