"""PostgreSQL and MySQL on Aurora: a cluster in the data subnets, and the user that owns its database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.aws.place import late
from components.stores.managed.parts import (
    declare_found,
    declare_logs,
    declare_network,
    declare_parameters,
    declare_watch,
)
from components.stores.managed.relational import CERTIFICATE, common, declare_owner, insights
from components.stores.parts import identity_props, open_outputs
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.managed.database import BACKUP_WINDOW, MAINTENANCE_WINDOW, MASTER

if TYPE_CHECKING:
    from components.aws.place import CloudPlace
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.relational import AuroraPlan


class Aurora(pulumi.ComponentResource):
    """A cluster of Aurora: one instance that writes, and readers that take over where there are several."""

    def __init__(self, plan: AuroraPlan, place: Place) -> None:
        """Declare the cluster, and what its owner needs of it."""
        super().__init__(
            "pavedroad:stores:Aurora",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        here = place.under(self, {STORE_LABEL: plan.name})
        groups, cloud = declare_network(here, plan, "rds")
        group = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
        cloud = declare_parameters(cloud, group, plan, plan.upkeep, plan.machines.release.family)
        cluster = self._declare_cluster(declare_logs(cloud, plan.upkeep), groups)
        self._declare_instances(cloud, cluster)
        declare_watch(cloud, plan.upkeep, cluster)
        host = late(cluster, "endpoint")
        declare_owner(here, plan, cluster, host, declare_found(here, plan, host))
        self.register_outputs(open_outputs(plan))

    def _declare_cluster(self, cloud: CloudPlace, groups: dict[str, Any]) -> pulumi.CustomResource:
        plan = self._plan
        return cloud.declare(
            "aws:rds/cluster:Cluster",
            plan.reach.identifier,
            {
                **common(cloud, plan),
                **groups,
                "clusterIdentifier": plan.reach.identifier,
                "databaseName": plan.login.database,
                "masterUsername": MASTER,
                "dbClusterParameterGroupName": plan.reach.parameters,
                "preferredBackupWindow": BACKUP_WINDOW,
                "preferredMaintenanceWindow": MAINTENANCE_WINDOW,
            },
            late=("endpoint", "masterUserSecrets"),
            protect=plan.identity.protect,
        )

    def _declare_instances(self, cloud: CloudPlace, cluster: pulumi.CustomResource) -> None:
        plan = self._plan
        for order, name in enumerate(plan.machines.names):
            cloud.declare(
                "aws:rds/clusterInstance:ClusterInstance",
                name,
                {
                    **insights(cloud),
                    "identifier": name,
                    "clusterIdentifier": plan.reach.identifier,
                    "engine": plan.machines.engine,
                    "instanceClass": plan.machines.instance_class,
                    "dbSubnetGroupName": plan.reach.subnets,
                    "promotionTier": order,
                    "publiclyAccessible": False,
                    "autoMinorVersionUpgrade": True,
                    "copyTagsToSnapshot": True,
                    "caCertIdentifier": CERTIFICATE,
                    "preferredMaintenanceWindow": MAINTENANCE_WINDOW,
                },
                after=(cluster,),
            )
