"""Examples of the controls about relational databases in AWS, their passwords, snapshots and backup plans."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1"
INSTANCE = Declared(
    type="aws:rds/instance:Instance",
    properties={
        "identifier": "ledger",
        "arn": "arn:aws:rds:eu-west-1:111122223333:db:ledger",
        "engine": "postgres",
        "storageEncrypted": True,
        "kmsKeyId": KEY,
        "publiclyAccessible": False,
        "backupRetentionPeriod": 7,
        "deletionProtection": True,
        "multiAz": True,
        "iamDatabaseAuthenticationEnabled": True,
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "monitoringInterval": 60,
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": KEY,
        "autoMinorVersionUpgrade": True,
        "copyTagsToSnapshot": True,
        "caCertIdentifier": "rds-ca-rsa2048-g1",
        "port": 6033,
        "username": "ledger",
        "manageMasterUserPassword": True,
        "parameterGroupName": "tls",
        "tags": {"backup": "daily"},
    },
)
CLUSTER = Declared(
    type="aws:rds/cluster:Cluster",
    properties={
        "clusterIdentifier": "carts",
        "arn": "arn:aws:rds:eu-west-1:111122223333:cluster:carts",
        "engine": "aurora-mysql",
        "storageEncrypted": True,
        "kmsKeyId": KEY,
        "availabilityZones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
        "backupRetentionPeriod": 14,
        "deletionProtection": True,
        "iamDatabaseAuthenticationEnabled": True,
        "enabledCloudwatchLogsExports": ["audit", "error"],
        "copyTagsToSnapshot": True,
        "port": 6033,
        "masterUsername": "carts",
        "manageMasterUserPassword": True,
        "dbClusterParameterGroupName": "tls",
    },
)
REPLICA = Declared(
    type=INSTANCE.type, properties={"identifier": "reader", "replicateSourceDb": "ledger"}, name="reader"
)
MEMBER = Declared(
    type="aws:rds/clusterInstance:ClusterInstance",
    properties={
        "clusterIdentifier": "carts",
        "publiclyAccessible": False,
        "autoMinorVersionUpgrade": True,
        "monitoringInterval": 30,
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": KEY,
        "caCertIdentifier": "rds-ca-ecc384-g1",
    },
)
GROUP = Declared(
    type="aws:rds/parameterGroup:ParameterGroup",
    properties={
        "name": "tls",
        "family": "postgres16",
        "parameters": [
            {"name": "rds.force_ssl", "value": "1"},
            {"name": "log_statement", "value": "ddl"},
            {"name": "log_min_duration_statement", "value": "250"},
        ],
    },
)
CLUSTER_GROUP = Declared(
    type="aws:rds/clusterParameterGroup:ClusterParameterGroup",
    properties={
        "name": "tls",
        "family": "aurora-mysql8.0",
        "parameters": [{"name": "require_secure_transport", "value": "ON"}],
    },
)
PRELOADED = Declared(
    type=GROUP.type,
    properties={
        "family": "postgres16",
        "parameters": [{"name": "shared_preload_libraries", "value": "pg_stat_statements,pgaudit"}],
    },
)
SUBNET_GROUP = Declared(type="aws:rds/subnetGroup:SubnetGroup", properties={"subnetIds": ["subnet-1"]})
SUBNET = Declared(type="aws:ec2/subnet:Subnet", properties={"id": "subnet-1", "mapPublicIpOnLaunch": False})
PROXY = Declared(type="aws:rds/proxy:Proxy", properties={"engineFamily": "POSTGRESQL", "requireTls": True})
DOCUMENTS = Declared(
    type="aws:docdb/cluster:Cluster",
    properties={"clusterIdentifier": "basket", "storageEncrypted": True, "manageMasterUserPassword": True},
)
GRAPH = Declared(
    type="aws:neptune/cluster:Cluster", properties={"clusterIdentifier": "graph", "storageEncrypted": True}
)
SNAPSHOT = Declared(
    type="aws:rds/snapshot:Snapshot",
    properties={"dbInstanceIdentifier": "ledger", "sharedAccounts": ["111122223333"]},
)
COPY = Declared(type="aws:rds/snapshotCopy:SnapshotCopy", properties={"kmsKeyId": KEY})
SELECTION = Declared(
    type="aws:backup/selection:Selection",
    properties={"planId": "plan", "resources": ["arn:aws:rds:*:*:db:ledger"]},
)
BY_TAG = Declared(
    type="aws:backup/selection:Selection",
    properties={"selectionTags": [{"type": "STRINGEQUALS", "key": "backup", "value": "daily"}]},
)


def one(control: str, declared: Declared, breaks: str, to: Any) -> Example:
    return Example(control=control, declared=(declared,), breaks=breaks, to=to)


def several(control: str, *declared: Declared, breaks: str, to: Any, of: int = 1) -> Example:
    return Example(control=control, declared=declared, breaks=breaks, to=to, of=of)


def snapshot_of(service: str, identifier: str) -> Declared:
    return Declared(
        type=f"aws:{service}/clusterSnapshot:ClusterSnapshot", properties={"dbClusterIdentifier": identifier}
    )


EXAMPLES = (
    one("rds-storage-encrypted", INSTANCE, "storageEncrypted", REMOVED),
    one("rds-storage-encrypted", CLUSTER, "storageEncrypted", False),
    several("rds-storage-encrypted", REPLICA, INSTANCE, breaks="storageEncrypted", to=False),
    one("rds-customer-managed-key", INSTANCE, "kmsKeyId", REMOVED),
    one("rds-customer-managed-key", CLUSTER, "kmsKeyId", ""),
    one("rds-not-public", INSTANCE, "publiclyAccessible", True),
    one("rds-not-public", MEMBER, "publiclyAccessible", True),
    several("database-subnets-private", SUBNET_GROUP, SUBNET, breaks="mapPublicIpOnLaunch", to=True),
    one("rds-backups-kept", INSTANCE, "backupRetentionPeriod", 6),
    one("rds-backups-kept", INSTANCE, "backupRetentionPeriod", REMOVED),
    Example(
        control="rds-backups-kept",
        declared=(CLUSTER,),
        breaks="backupRetentionPeriod",
        to=13,
        settings={"days": 14},
    ),
    one("rds-deletion-protection", INSTANCE, "deletionProtection", REMOVED),
    one("rds-deletion-protection", CLUSTER, "deletionProtection", False),
    one("rds-instances-multi-az", INSTANCE, "multiAz", REMOVED),
    one("rds-clusters-span-zones", CLUSTER, "availabilityZones", ["eu-west-1a"]),
    several("rds-clusters-span-zones", CLUSTER, MEMBER, MEMBER, breaks="clusterIdentifier", to="other", of=1),
    one("rds-tags-copied-to-snapshots", INSTANCE, "copyTagsToSnapshot", REMOVED),
    one("rds-minor-upgrades-automatic", INSTANCE, "autoMinorVersionUpgrade", False),
    one("rds-minor-upgrades-automatic", MEMBER, "autoMinorVersionUpgrade", False),
    one("rds-parameter-groups-force-tls", GROUP, "parameters.0.value", "0"),
    one("rds-parameter-groups-force-tls", GROUP, "parameters.0.name", "rds.logical_replication"),
    one("rds-parameter-groups-force-tls", CLUSTER_GROUP, "parameters.0.value", "OFF"),
    one("rds-parameter-groups-force-tls", CLUSTER_GROUP, "parameters", []),
    several("rds-databases-force-tls", INSTANCE, GROUP, breaks="parameters.0.value", to="0"),
    several("rds-databases-force-tls", INSTANCE, GROUP, breaks="parameterGroupName", to=REMOVED, of=0),
    several(
        "rds-databases-force-tls",
        CLUSTER,
        CLUSTER_GROUP,
        breaks="dbClusterParameterGroupName",
        to="default.aurora-mysql8.0",
        of=0,
    ),
    one("rds-proxy-requires-tls", PROXY, "requireTls", REMOVED),
    one("rds-iam-authentication", INSTANCE, "iamDatabaseAuthenticationEnabled", REMOVED),
    one("rds-iam-authentication", CLUSTER, "iamDatabaseAuthenticationEnabled", False),
    one("rds-certificate-authority-modern", INSTANCE, "caCertIdentifier", "rds-ca-2019"),
    one("rds-certificate-authority-modern", MEMBER, "caCertIdentifier", "rds-ca-2019"),
    one("rds-port-not-default", INSTANCE, "port", 5432),
    one("rds-port-not-default", CLUSTER, "port", REMOVED),
    one("rds-administrator-name-not-default", INSTANCE, "username", "Admin"),
    one("rds-administrator-name-not-default", CLUSTER, "masterUsername", "admin"),
    one("database-passwords-managed", INSTANCE, "manageMasterUserPassword", REMOVED),
    one("database-passwords-managed", DOCUMENTS, "manageMasterUserPassword", False),
    one("database-passwords-managed", REPLICA, "replicateSourceDb", REMOVED),
    one("database-passwords-not-literal", INSTANCE, "password", "correct-horse"),
    one("database-passwords-not-literal", CLUSTER, "masterPassword", "correct-horse"),
    one("rds-logs-exported", INSTANCE, "enabledCloudwatchLogsExports", []),
    one("rds-logs-exported", CLUSTER, "enabledCloudwatchLogsExports.0", "slowquery"),
    one("rds-postgres-statements-logged", GROUP, "parameters.1.value", "none"),
    one("rds-postgres-slow-statements-logged", GROUP, "parameters.2.value", "-1"),
    one("rds-postgres-statements-logged", PRELOADED, "parameters.0.value", "pg_stat_statements"),
    one("rds-enhanced-monitoring", INSTANCE, "monitoringInterval", 0),
    one("rds-enhanced-monitoring", MEMBER, "monitoringInterval", REMOVED),
    one("rds-performance-insights", INSTANCE, "performanceInsightsEnabled", REMOVED),
    one("rds-performance-insights-encrypted", INSTANCE, "performanceInsightsKmsKeyId", REMOVED),
    one("rds-snapshots-private", SNAPSHOT, "sharedAccounts.0", "all"),
    several("database-snapshots-encrypted", SNAPSHOT, INSTANCE, breaks="storageEncrypted", to=False),
    several(
        "database-snapshots-encrypted",
        snapshot_of("rds", "carts"),
        CLUSTER,
        breaks="storageEncrypted",
        to=REMOVED,
    ),
    several(
        "database-snapshots-encrypted",
        snapshot_of("neptune", "graph"),
        GRAPH,
        breaks="storageEncrypted",
        to=False,
    ),
    several(
        "database-snapshots-encrypted",
        snapshot_of("docdb", "basket"),
        DOCUMENTS,
        breaks="storageEncrypted",
        to=False,
    ),
    one("database-snapshots-encrypted", COPY, "kmsKeyId", REMOVED),
    several("rds-in-backup-plan", INSTANCE, SELECTION, breaks="resources.0", to="arn:aws:rds:*:*:db:other"),
    several("rds-in-backup-plan", INSTANCE, BY_TAG, breaks="selectionTags.0.value", to="weekly"),
)
