"""What Aurora and plain RDS have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.stores.managed.database import declare_watch, kept
from components.stores.managed.parts import declare_found, master_secret, signed_by
from components.stores.managed.setup import MYSQL, POSTGRES, declare_login
from pavedroad.plan.cloud.keeping import monitor_role

if TYPE_CHECKING:
    import pulumi

    from components.aws.place import CloudPlace, Properties
    from components.stores.managed.database import Ground
    from pavedroad.plan.stores.managed.relational import RelationalPlan


def common(cloud: CloudPlace, plan: RelationalPlan) -> Properties:
    """Return what clusters and single instances say alike: encryption, logins, logs."""
    return {
        **kept(cloud, plan),
        "dbSubnetGroupName": plan.reach.subnets,
        "kmsKeyId": cloud.cloud.key("data"),
        "manageMasterUserPassword": True,
        "masterUserSecretKmsKeyId": cloud.cloud.key("secrets"),
        "iamDatabaseAuthenticationEnabled": True,
        "enabledCloudwatchLogsExports": list(plan.upkeep.logs),
        "copyTagsToSnapshot": True,
    }


def insights(cloud: CloudPlace) -> Properties:
    """Return how an instance keeps track of what it does: by statement, and by process once a minute."""
    return {
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": cloud.cloud.key("data"),
        "monitoringInterval": 60,
        "monitoringRoleArn": monitor_role(cloud.cloud.account),
    }


def declare_open(
    ground: Ground, plan: RelationalPlan, database: pulumi.CustomResource, host: pulumi.Output[str]
) -> None:
    """Declare the alarms of a database, how it is found, and the user that owns it."""
    declare_watch(ground, plan, database)
    extensions = " ".join(f'CREATE EXTENSION IF NOT EXISTS "{name}";' for name in plan.extensions)
    postgres = plan.identity.engine == "postgres"
    declare_login(
        ground.place,
        plan,
        POSTGRES if postgres else MYSQL,
        host=host,
        master_secret=master_secret(database),
        found=declare_found(ground.place, plan, host, signed_by(ground.cloud)),
        extra={"EXTENSIONS": extensions} if postgres else None,
    )
