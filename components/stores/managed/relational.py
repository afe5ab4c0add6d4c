"""What Aurora and plain RDS have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.stores.managed.parts import last_snapshot, master_secret
from components.stores.managed.setup import MYSQL, POSTGRES, declare_login
from pavedroad.plan.cloud.keeping import BACKUP_TAG, monitor_role

if TYPE_CHECKING:
    import pulumi

    from components.aws.place import CloudPlace, Properties
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.relational import RelationalPlan

CERTIFICATE: Final = "rds-ca-rsa2048-g1"
"""The authority of server certificates: the newest that every client's trust store has (RDS user guide, «Using
SSL/TLS to encrypt a connection»)."""


def common(cloud: CloudPlace, plan: RelationalPlan) -> Properties:
    """Return what clusters and single instances say alike: encryption, logins, backups, protection."""
    protect = plan.identity.protect
    return {
        "engine": plan.machines.engine,
        "engineVersion": plan.machines.release.version,
        "dbSubnetGroupName": plan.reach.subnets,
        "port": plan.reach.port,
        "storageEncrypted": True,
        "kmsKeyId": cloud.cloud.key("data"),
        "manageMasterUserPassword": True,
        "masterUserSecretKmsKeyId": cloud.cloud.key("secrets"),
        "iamDatabaseAuthenticationEnabled": True,
        "enabledCloudwatchLogsExports": list(plan.upkeep.logs),
        "backupRetentionPeriod": plan.upkeep.backup_days,
        "copyTagsToSnapshot": True,
        "deletionProtection": protect,
        **last_snapshot(plan.reach.identifier, taken=protect),
        "tags": {BACKUP_TAG: cloud.cloud.account.environment},
    }


def insights(cloud: CloudPlace) -> Properties:
    """Return how an instance keeps track of what it does: by statement, and by process once a minute."""
    return {
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": cloud.cloud.key("data"),
        "monitoringInterval": 60,
        "monitoringRoleArn": monitor_role(cloud.cloud.account),
    }


def declare_owner(
    place: Place,
    plan: RelationalPlan,
    database: pulumi.CustomResource,
    host: pulumi.Output[str],
    found: pulumi.Resource,
) -> None:
    """Declare the user that owns a database."""
    extensions = " ".join(f'CREATE EXTENSION IF NOT EXISTS "{name}";' for name in plan.extensions)
    postgres = plan.identity.engine == "postgres"
    declare_login(
        place,
        plan,
        POSTGRES if postgres else MYSQL,
        host=host,
        master_secret=master_secret(database),
        found=found,
        extra={"EXTENSIONS": extensions} if postgres else None,
    )
