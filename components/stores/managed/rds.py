"""PostgreSQL and MySQL on plain RDS: one instance, with a standby in another zone where the tier has several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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
from pavedroad.plan.stores.managed.relational import GROWTH

if TYPE_CHECKING:
    from components.aws.place import CloudPlace
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.relational import RdsPlan

AUDIT_PLUGIN: Final = "MARIADB_AUDIT_PLUGIN"
"""What writes MySQL's audit log (RDS user guide, «MariaDB Audit Plugin support for MySQL»)."""


class Rds(pulumi.ComponentResource):
    """An instance of RDS."""

    def __init__(self, plan: RdsPlan, place: Place) -> None:
        """Declare the instance, and what its owner needs of it."""
        super().__init__(
            "pavedroad:stores:Rds",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        here = place.under(self, {STORE_LABEL: plan.name})
        groups, cloud = declare_network(here, plan, "rds")
        group = "aws:rds/parameterGroup:ParameterGroup"
        cloud = declare_parameters(cloud, group, plan, plan.upkeep, plan.machines.release.family)
        cloud = declare_logs(cloud, plan.upkeep)
        if plan.options is not None:
            cloud = self._declare_options(cloud, plan.options)
        instance = self._declare_instance(cloud, groups)
        declare_watch(cloud, plan.upkeep, instance)
        host = late(instance, "address")
        declare_owner(here, plan, instance, host, declare_found(here, plan, host))
        self.register_outputs(open_outputs(plan))

    def _declare_options(self, cloud: CloudPlace, name: str) -> CloudPlace:
        options = {"optionName": AUDIT_PLUGIN}
        group = cloud.declare(
            "aws:rds/optionGroup:OptionGroup",
            name,
            {
                "name": name,
                "engineName": self._plan.machines.engine,
                "majorEngineVersion": self._plan.major,
                "optionGroupDescription": "The audit plugin",
                "options": [options],
            },
        )
        return cloud.then(group)

    def _declare_instance(self, cloud: CloudPlace, groups: dict[str, Any]) -> pulumi.CustomResource:
        plan = self._plan
        return cloud.declare(
            "aws:rds/instance:Instance",
            plan.reach.identifier,
            {
                **common(cloud, plan),
                **groups,
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
