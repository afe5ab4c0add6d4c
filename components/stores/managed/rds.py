"""PostgreSQL and MySQL on plain RDS: one instance, with a standby in another zone where the tier has several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.aws.place import late
from components.stores.managed.database import Database
from components.stores.managed.relational import common, declare_open, insights
from components.stores.parts import open_outputs
from pavedroad.plan.stores.managed.database import BACKUP_WINDOW, MAINTENANCE_WINDOW, MASTER
from pavedroad.plan.stores.managed.relational import GROWTH
from pavedroad.rds_authorities import CERTIFICATE

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes import Place
    from components.stores.managed.database import Ground
    from pavedroad.plan.stores.managed.relational import RdsPlan

AUDIT_PLUGIN: Final = "MARIADB_AUDIT_PLUGIN"
"""What writes MySQL's audit log (RDS user guide, «MariaDB Audit Plugin support for MySQL»)."""


class Rds(Database):
    """An instance of RDS."""

    def __init__(self, plan: RdsPlan, place: Place) -> None:
        """Declare the instance, and what its owner needs of it."""
        super().__init__(plan, place, service="rds", parameters="parameterGroup")
        ground = self.ground
        if plan.options is not None:
            ground = ground.then(_declare_options(ground, plan, plan.options))
        instance = _declare_instance(ground, plan)
        declare_open(self.ground, plan, instance, late(instance, "address"))
        self.register_outputs(open_outputs(plan))


def _declare_options(ground: Ground, plan: RdsPlan, name: str) -> pulumi.CustomResource:
    return ground.cloud.declare(
        "aws:rds/optionGroup:OptionGroup",
        name,
        {
            "name": name,
            "engineName": plan.machines.engine,
            "majorEngineVersion": plan.major,
            "optionGroupDescription": "The audit plugin",
            "options": [{"optionName": AUDIT_PLUGIN}],
        },
    )


def _declare_instance(ground: Ground, plan: RdsPlan) -> pulumi.CustomResource:
    cloud = ground.cloud
    return cloud.declare(
        "aws:rds/instance:Instance",
        plan.reach.identifier,
        {
            **common(cloud, plan),
            **ground.groups,
            **insights(cloud),
            "identifier": plan.reach.identifier,
            "dbName": plan.login.database,
            "username": MASTER,
            "instanceClass": plan.machines.instance_class,
            "parameterGroupName": plan.reach.parameters,
            **({"optionGroupName": plan.options} if plan.options else {}),
            "multiAz": plan.machines.several,
            "storageType": "gp3",
            "allocatedStorage": plan.storage_gib,
            "maxAllocatedStorage": plan.storage_gib * GROWTH,
            "publiclyAccessible": False,
            "autoMinorVersionUpgrade": True,
            "caCertIdentifier": CERTIFICATE,
            "backupWindow": BACKUP_WINDOW,
            "maintenanceWindow": MAINTENANCE_WINDOW,
        },
        late=("address", "masterUserSecrets"),
        protect=plan.identity.protect,
    )
