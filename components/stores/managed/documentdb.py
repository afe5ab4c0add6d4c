"""MongoDB's protocol on DocumentDB: a cluster in the data subnets, and the user that owns its database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.aws.place import late
from components.stores.managed.database import Database, declare_instances, declare_watch, kept
from components.stores.managed.parts import declare_found, master_secret, signed_by
from components.stores.managed.setup import declare_login
from components.stores.mongodb import MONGODB_USER
from components.stores.parts import open_outputs
from components.stores.setup import Setup
from pavedroad.plan.stores.managed.database import BACKUP_WINDOW, MAINTENANCE_WINDOW, MASTER
from pavedroad.rds_authorities import CERTIFICATE

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes import Place
    from components.stores.managed.database import Ground
    from pavedroad.plan.stores.managed.documentdb import DocumentdbPlan

SETUP: Final = Setup(
    user=MONGODB_USER,
    login="",
    client="sh -c 'cat > /tmp/setup.js; mongosh --quiet --nodb --file /tmp/setup.js'",
    language="JS",
    statements="""\
const env = process.env;
const login = encodeURIComponent(env.MASTER_USER) + ':' + encodeURIComponent(env.MASTER_PASSWORD);
const options = '?tls=true&tlsCAFile=' + encodeURIComponent(env.AUTHORITY) + '&retryWrites=false';
const users = connect('mongodb://' + login + '@' + env.SERVER + ':' + env.PORT + '/' + options).getSiblingDB('admin');
const owner = {pwd: env.APP_PASSWORD, roles: [{role: 'readWrite', db: env.DATABASE}]};
if (users.getUser(env.APP_USER) === null) users.createUser({user: env.APP_USER, ...owner});
else users.updateUser(env.APP_USER, owner);""",
)
"""The user reads and writes its own database."""


class Documentdb(Database):
    """A cluster of DocumentDB: one instance that writes, and readers that take over where there are several."""

    def __init__(self, plan: DocumentdbPlan, place: Place) -> None:
        """Declare the cluster, and what its owner needs of it."""
        super().__init__(plan, place, service="docdb", parameters="clusterParameterGroup")
        ground = self.ground
        cluster = _declare_cluster(ground, plan)
        own = {"copyTagsToSnapshot": True, "caCertIdentifier": CERTIFICATE}
        declare_instances(ground.cloud, plan, "docdb", own, cluster)
        declare_watch(ground, plan, cluster)
        host = late(cluster, "endpoint")
        declare_login(
            ground.place,
            plan,
            SETUP,
            host=host,
            master_secret=master_secret(cluster),
            found=declare_found(ground.place, plan, host, signed_by(ground.cloud)),
        )
        self.register_outputs(open_outputs(plan))


def _declare_cluster(ground: Ground, plan: DocumentdbPlan) -> pulumi.CustomResource:
    return ground.cloud.declare(
        "aws:docdb/cluster:Cluster",
        plan.reach.identifier,
        {
            **kept(ground.cloud, plan),
            **ground.groups,
            "clusterIdentifier": plan.reach.identifier,
            "dbSubnetGroupName": plan.reach.subnets,
            "dbClusterParameterGroupName": plan.reach.parameters,
            "masterUsername": MASTER,
            "manageMasterUserPassword": True,
            "kmsKeyId": ground.cloud.cloud.key("data"),
            "enabledCloudwatchLogsExports": list(plan.upkeep.logs),
            "preferredBackupWindow": BACKUP_WINDOW,
            "preferredMaintenanceWindow": MAINTENANCE_WINDOW,
        },
        late=("endpoint", "masterUserSecrets"),
        protect=plan.identity.protect,
    )
