"""MongoDB's protocol on DocumentDB: a cluster in the data subnets, and the user that owns its database."""

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
    last_snapshot,
    master_secret,
)
from components.stores.managed.relational import CERTIFICATE
from components.stores.managed.setup import declare_login
from components.stores.mongodb import MONGODB_USER
from components.stores.parts import identity_props, open_outputs
from components.stores.setup import Setup
from pavedroad.plan.cloud.keeping import BACKUP_TAG
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.managed.database import BACKUP_WINDOW, MAINTENANCE_WINDOW, MASTER

if TYPE_CHECKING:
    from components.aws.place import CloudPlace
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.documentdb import DocumentdbPlan

SETUP: Final = Setup(
    user=MONGODB_USER,
    login="",
    client="sh -c 'cat > /tmp/setup.js; mongosh --quiet --nodb --file /tmp/setup.js'",
    language="JS",
    statements="""\
const env = process.env;
const login = encodeURIComponent(env.MASTER_USER) + ':' + encodeURIComponent(env.MASTER_PASSWORD);
const options = '?tls=true&tlsAllowInvalidCertificates=true&retryWrites=false';
const users = connect('mongodb://' + login + '@' + env.SERVER + ':' + env.PORT + '/' + options).getSiblingDB('admin');
const owner = {pwd: env.APP_PASSWORD, roles: [{role: 'readWrite', db: env.DATABASE}]};
if (users.getUser(env.APP_USER) === null) users.createUser({user: env.APP_USER, ...owner});
else users.updateUser(env.APP_USER, owner);""",
)
"""The user reads and writes its own database. The image knows none of AWS' authorities, so the connection is
encrypted, and it is the security group that says what answers."""


class Documentdb(pulumi.ComponentResource):
    """A cluster of DocumentDB: one instance that writes, and readers that take over where there are several."""

    def __init__(self, plan: DocumentdbPlan, place: Place) -> None:
        """Declare the cluster, and what its owner needs of it."""
        super().__init__(
            "pavedroad:stores:Documentdb",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        here = place.under(self, {STORE_LABEL: plan.name})
        groups, cloud = declare_network(here, plan, "docdb")
        group = "aws:docdb/clusterParameterGroup:ClusterParameterGroup"
        cloud = declare_parameters(cloud, group, plan, plan.upkeep, plan.machines.release.family)
        cluster = self._declare_cluster(declare_logs(cloud, plan.upkeep), groups)
        self._declare_instances(cloud, cluster)
        declare_watch(cloud, plan.upkeep, cluster)
        host = late(cluster, "endpoint")
        declare_login(
            here,
            plan,
            SETUP,
            host=host,
            master_secret=master_secret(cluster),
            found=declare_found(here, plan, host),
        )
        self.register_outputs(open_outputs(plan))

    def _declare_cluster(self, cloud: CloudPlace, groups: dict[str, Any]) -> pulumi.CustomResource:
        plan, protect = self._plan, self._plan.identity.protect
        return cloud.declare(
            "aws:docdb/cluster:Cluster",
            plan.reach.identifier,
            {
                **groups,
                "clusterIdentifier": plan.reach.identifier,
                "engine": plan.machines.engine,
                "engineVersion": plan.machines.release.version,
                "dbSubnetGroupName": plan.reach.subnets,
                "dbClusterParameterGroupName": plan.reach.parameters,
                "port": plan.reach.port,
                "masterUsername": MASTER,
                "manageMasterUserPassword": True,
                "storageEncrypted": True,
                "kmsKeyId": cloud.cloud.key("data"),
                "enabledCloudwatchLogsExports": list(plan.upkeep.logs),
                "backupRetentionPeriod": plan.upkeep.backup_days,
                "preferredBackupWindow": BACKUP_WINDOW,
                "preferredMaintenanceWindow": MAINTENANCE_WINDOW,
                "deletionProtection": protect,
                **last_snapshot(plan.reach.identifier, taken=protect),
                "tags": {BACKUP_TAG: cloud.cloud.account.environment},
            },
            late=("endpoint", "masterUserSecrets"),
            protect=protect,
        )

    def _declare_instances(self, cloud: CloudPlace, cluster: pulumi.CustomResource) -> None:
        plan = self._plan
        for order, name in enumerate(plan.machines.names):
            cloud.declare(
                "aws:docdb/clusterInstance:ClusterInstance",
                name,
                {
                    "identifier": name,
                    "clusterIdentifier": plan.reach.identifier,
                    "instanceClass": plan.machines.instance_class,
                    "promotionTier": order,
                    "autoMinorVersionUpgrade": True,
                    "copyTagsToSnapshot": True,
                    "caCertIdentifier": CERTIFICATE,
                    "preferredMaintenanceWindow": MAINTENANCE_WINDOW,
                },
                after=(cluster,),
            )
