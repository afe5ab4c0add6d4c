"""PostgreSQL and MySQL on Aurora: a cluster in the data subnets, and the user that owns its database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.aws.place import late
from components.stores.managed.database import Database, declare_instances
from components.stores.managed.relational import common, declare_open, insights
from components.stores.parts import open_outputs
from pavedroad.plan.stores.managed.database import BACKUP_WINDOW, MAINTENANCE_WINDOW, MASTER
from pavedroad.rds_authorities import CERTIFICATE

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes import Place
    from components.stores.managed.database import Ground
    from pavedroad.plan.stores.managed.relational import AuroraPlan


class Aurora(Database):
    """A cluster of Aurora: one instance that writes, and readers that take over where there are several."""

    def __init__(self, plan: AuroraPlan, place: Place) -> None:
        """Declare the cluster, and what its owner needs of it."""
        super().__init__(plan, place, service="rds", parameters="clusterParameterGroup")
        cluster = _declare_cluster(self.ground, plan)
        own = {
            **insights(self.ground.cloud),
            "dbSubnetGroupName": plan.reach.subnets,
            "publiclyAccessible": False,
            "copyTagsToSnapshot": True,
            "caCertIdentifier": CERTIFICATE,
        }
        declare_instances(self.ground.cloud, plan, "rds", own, cluster)
        declare_open(self.ground, plan, cluster, late(cluster, "endpoint"))
        self.register_outputs(open_outputs(plan))


def _declare_cluster(ground: Ground, plan: AuroraPlan) -> pulumi.CustomResource:
    return ground.cloud.declare(
        "aws:rds/cluster:Cluster",
        plan.reach.identifier,
        {
            **common(ground.cloud, plan),
            **ground.groups,
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
