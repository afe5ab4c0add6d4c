"""What all managed databases of instances begin with, and say alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulumi

from components.aws.alarms import declare_alarms
from components.aws.logs import declare_log_group
from components.stores.managed.parts import declare_network
from components.stores.parts import identity_props
from pavedroad.plan.cloud.keeping import BACKUP_TAG
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.managed.database import MAINTENANCE_WINDOW

if TYPE_CHECKING:
    from components.aws.place import CloudPlace, Properties
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.database import KeptPlan, UpkeepPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a database stands on.

    Attributes:
        place: Where what stands in the cluster is declared.
        cloud: Where the database is declared, once its groups and logs are there.
        groups: Its security groups, as a property.
    """

    place: Place
    cloud: CloudPlace
    groups: Properties

    def then(self, *resources: pulumi.Resource) -> Ground:
        """Return the same ground for a database that needs something more."""
        return replace(self, cloud=self.cloud.then(*resources))


class Database(pulumi.ComponentResource):
    """A managed database; what it stands on is declared first, in the same way for all of them."""

    ground: Ground

    def __init__(self, plan: KeptPlan, place: Place, *, service: str, parameters: str) -> None:
        """Declare what the database stands on: security group, subnets, parameters, log groups.

        Args:
            plan: The database.
            place: Its owner's.
            service: The service of AWS: ``rds``.
            parameters: The kind of its parameter group: ``clusterParameterGroup``.
        """
        super().__init__(
            f"pavedroad:stores:{type(self).__name__}",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        here = place.under(self, {STORE_LABEL: plan.name})
        groups, cloud = declare_network(here, plan, service)
        kind = f"{parameters[0].upper()}{parameters[1:]}"
        cloud = _declare_parameters(cloud, plan, f"aws:{service}/{parameters}:{kind}")
        self.ground = Ground(place=here, cloud=_declare_logs(cloud, plan.upkeep), groups=groups)


def _declare_parameters(place: CloudPlace, plan: KeptPlan, token: str) -> CloudPlace:
    """Declare a database's parameter group, and return where all that needs it stands."""
    name = plan.reach.parameters
    group = place.declare(
        token,
        name,
        {
            "name": name,
            "family": plan.machines.release.family,
            "description": f"Of {plan.reach.identifier}",
            "parameters": [
                {"name": parameter, "value": value, "applyMethod": "pending-reboot"}
                for parameter, value in plan.upkeep.parameters
            ],
        },
    )
    return place.then(group)


def _declare_logs(place: CloudPlace, upkeep: UpkeepPlan) -> CloudPlace:
    """Declare the log groups of a database, before AWS makes them itself: encrypted, and not kept for ever."""
    key = place.cloud.key("logs")
    groups = (declare_log_group(place, name, upkeep.log_days, key) for name in upkeep.log_groups)
    return place.then(*groups)


def kept(cloud: CloudPlace, plan: KeptPlan) -> Properties:
    """Return what all databases say alike: version, encryption, backups, protection."""
    protect = plan.identity.protect
    named = {"finalSnapshotIdentifier": f"{plan.reach.identifier}-last"} if protect else {}
    return {
        "engine": plan.machines.engine,
        "engineVersion": plan.machines.release.version,
        "port": plan.reach.port,
        "storageEncrypted": True,
        "backupRetentionPeriod": plan.upkeep.backup_days,
        "deletionProtection": protect,
        "skipFinalSnapshot": not protect,
        **named,
        "tags": {BACKUP_TAG: cloud.cloud.account.environment},
    }


def declare_instances(
    cloud: CloudPlace, plan: KeptPlan, service: str, own: Properties, cluster: pulumi.CustomResource
) -> None:
    """Declare the instances of a cluster: one that writes, and readers that take over where there are several.

    Args:
        cloud: Where they stand.
        plan: The database.
        service: The service of AWS.
        own: What its instances say beside what all do.
        cluster: The cluster.
    """
    for order, name in enumerate(plan.machines.names):
        cloud.declare(
            f"aws:{service}/clusterInstance:ClusterInstance",
            name,
            {
                "identifier": name,
                "clusterIdentifier": plan.reach.identifier,
                "engine": plan.machines.engine,
                "instanceClass": plan.machines.instance_class,
                "promotionTier": order,
                "autoMinorVersionUpgrade": True,
                "preferredMaintenanceWindow": MAINTENANCE_WINDOW,
                **own,
            },
            after=(cluster,),
        )


def declare_watch(ground: Ground, plan: KeptPlan, database: pulumi.CustomResource) -> None:
    """Declare the alarms of a database."""
    declare_alarms(ground.cloud, plan.upkeep.alarms, after=(database,))
