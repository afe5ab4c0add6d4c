"""Examples of the controls about AWS tables, caches, documents, graphs, search domains and file systems."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1"
TABLE = Declared(
    type="aws:dynamodb/table:Table",
    properties={
        "name": "sessions",
        "billingMode": "PAY_PER_REQUEST",
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY},
        "pointInTimeRecovery": {"enabled": True},
        "deletionProtectionEnabled": True,
        "replicas": [{"regionName": "eu-central-1", "kmsKeyArn": KEY, "pointInTimeRecovery": True}],
    },
)
PROVISIONED = Declared(
    type=TABLE.type, properties={"name": "sessions", "readCapacity": 5, "writeCapacity": 5}
)
TABLE_REPLICA = Declared(
    type="aws:dynamodb/tableReplica:TableReplica",
    properties={"kmsKeyArn": KEY, "pointInTimeRecovery": True, "deletionProtectionEnabled": True},
)
DAX = Declared(
    type="aws:dax/cluster:Cluster",
    properties={"serverSideEncryption": {"enabled": True}, "clusterEndpointEncryptionType": "TLS"},
)
KEYSPACES = Declared(
    type="aws:keyspaces/table:Table",
    properties={
        "encryptionSpecification": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyIdentifier": KEY},
        "pointInTimeRecovery": {"status": "ENABLED"},
    },
)
CACHE = Declared(
    type="aws:elasticache/replicationGroup:ReplicationGroup",
    properties={
        "engine": "redis",
        "atRestEncryptionEnabled": True,
        "kmsKeyId": KEY,
        "transitEncryptionEnabled": True,
        "transitEncryptionMode": "required",
        "userGroupIds": ["shop"],
        "snapshotRetentionLimit": 1,
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "autoMinorVersionUpgrade": True,
        "subnetGroupName": "caches",
    },
)
VALKEY = Declared(type=CACHE.type, properties={"engine": "valkey", "transitEncryptionEnabled": True})
MEMBER = Declared(
    type="aws:elasticache/cluster:Cluster",
    properties={"replicationGroupId": "shop", "autoMinorVersionUpgrade": True},
)
MEMCACHED = Declared(type=MEMBER.type, properties={"engine": "memcached", "subnetGroupName": "caches"})
WITH_TOKEN = Declared(type=CACHE.type, properties={"engine": "redis", "authToken": "correct-horse"})
MEMORYDB = Declared(type="aws:memorydb/cluster:Cluster", properties={"kmsKeyArn": KEY, "tlsEnabled": True})
DOCUMENTS = Declared(
    type="aws:docdb/cluster:Cluster",
    properties={
        "storageEncrypted": True,
        "kmsKeyId": KEY,
        "enabledCloudwatchLogsExports": ["audit", "profiler"],
        "backupRetentionPeriod": 7,
        "deletionProtection": True,
    },
)
DOCUMENT_PARAMETERS = Declared(
    type="aws:docdb/clusterParameterGroup:ClusterParameterGroup",
    properties={
        "family": "docdb5.0",
        "parameters": [{"name": "tls", "value": "tls1.2+"}, {"name": "audit_logs", "value": "enabled"}],
    },
)
GRAPH = Declared(
    type="aws:neptune/cluster:Cluster",
    properties={
        "storageEncrypted": True,
        "kmsKeyArn": KEY,
        "enableCloudwatchLogsExports": ["audit"],
        "deletionProtection": True,
        "iamDatabaseAuthenticationEnabled": True,
        "backupRetentionPeriod": 7,
        "copyTagsToSnapshot": True,
    },
)
GRAPH_PARAMETERS = Declared(
    type="aws:neptune/clusterParameterGroup:ClusterParameterGroup",
    properties={"parameters": [{"name": "neptune_enable_audit_log", "value": 1}]},
)
GRAPH_INSTANCE = Declared(
    type="aws:neptune/clusterInstance:ClusterInstance", properties={"publiclyAccessible": False}
)
DOMAIN = {
    "encryptAtRest": {"enabled": True},
    "nodeToNodeEncryption": {"enabled": True},
    "domainEndpointOptions": {
        "enforceHttps": True,
        "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10",
    },
    "vpcOptions": {"subnetIds": ["subnet-1"]},
}
SEARCH = Declared(type="aws:opensearch/domain:Domain", properties=DOMAIN)
OLD_SEARCH = Declared(type="aws:elasticsearch/domain:Domain", properties=DOMAIN)
FILES = Declared(type="aws:efs/fileSystem:FileSystem", properties={"encrypted": True, "kmsKeyId": KEY})
ACCESS_POINT = Declared(
    type="aws:efs/accessPoint:AccessPoint",
    properties={"rootDirectory": {"path": "/shop"}, "posixUser": {"uid": 1000, "gid": 1000}},
)


def one(control: str, declared: Declared, breaks: str, to: Any) -> Example:
    return Example(control=control, declared=(declared,), breaks=breaks, to=to)


def target(dimension: str) -> Declared:
    return Declared(
        type="aws:appautoscaling/target:Target",
        properties={"resourceId": "table/sessions", "scalableDimension": f"dynamodb:table:{dimension}"},
        name=dimension,
    )


_SCALED = (PROVISIONED, target("ReadCapacityUnits"), target("WriteCapacityUnits"))

EXAMPLES = (
    one("dynamodb-customer-managed-key", TABLE, "serverSideEncryption.kmsKeyArn", REMOVED),
    one("dynamodb-customer-managed-key", TABLE, "serverSideEncryption.enabled", False),
    one(
        "dynamodb-customer-managed-key",
        TABLE,
        "serverSideEncryption.kmsKeyArn",
        "arn:aws:kms:eu-west-1:111122223333:alias/aws/dynamodb",
    ),
    one("dynamodb-customer-managed-key", TABLE, "replicas.0.kmsKeyArn", REMOVED),
    one("dynamodb-customer-managed-key", TABLE_REPLICA, "kmsKeyArn", REMOVED),
    one("dynamodb-point-in-time-recovery", TABLE, "pointInTimeRecovery", REMOVED),
    one("dynamodb-point-in-time-recovery", TABLE, "replicas.0.pointInTimeRecovery", False),
    one("dynamodb-point-in-time-recovery", TABLE_REPLICA, "pointInTimeRecovery", REMOVED),
    one("dynamodb-deletion-protection", TABLE, "deletionProtectionEnabled", REMOVED),
    one("dynamodb-capacity-follows-demand", TABLE, "billingMode", "PROVISIONED"),
    Example(
        control="dynamodb-capacity-follows-demand",
        declared=_SCALED,
        breaks="scalableDimension",
        to="dynamodb:table:ReadCapacityUnits",
        of=2,
    ),
    Example(
        control="dynamodb-capacity-follows-demand",
        declared=_SCALED,
        breaks="resourceId",
        to="table/other",
        of=1,
    ),
    one("dax-storage-encrypted", DAX, "serverSideEncryption", REMOVED),
    one("dax-endpoint-tls", DAX, "clusterEndpointEncryptionType", "NONE"),
    one("keyspaces-customer-managed-key", KEYSPACES, "encryptionSpecification.type", "AWS_OWNED_KMS_KEY"),
    one("keyspaces-customer-managed-key", KEYSPACES, "encryptionSpecification", REMOVED),
    one("keyspaces-point-in-time-recovery", KEYSPACES, "pointInTimeRecovery.status", "DISABLED"),
    one("elasticache-storage-encrypted", CACHE, "atRestEncryptionEnabled", REMOVED),
    one("elasticache-storage-encrypted", VALKEY, "atRestEncryptionEnabled", False),
    one("elasticache-customer-managed-key", CACHE, "kmsKeyId", REMOVED),
    one("elasticache-customer-managed-key", CACHE, "kmsKeyId", "alias/aws/elasticache"),
    one("elasticache-tls-required", CACHE, "transitEncryptionEnabled", REMOVED),
    one("elasticache-tls-required", CACHE, "transitEncryptionMode", "preferred"),
    one("elasticache-login-required", CACHE, "userGroupIds", []),
    one("elasticache-login-required", WITH_TOKEN, "authToken", REMOVED),
    one("elasticache-snapshots-kept", CACHE, "snapshotRetentionLimit", 0),
    one("elasticache-snapshots-kept", MEMBER, "replicationGroupId", REMOVED),
    one("elasticache-snapshots-kept", MEMCACHED, "engine", "redis"),
    one(
        "elasticache-snapshots-kept",
        Declared(
            type="aws:elasticache/cluster:Cluster",
            properties={"engine": "redis", "nodeType": "cache.t1.micro"},
        ),
        "nodeType",
        "cache.t4g.micro",
    ),
    one("elasticache-automatic-failover", CACHE, "automaticFailoverEnabled", REMOVED),
    one("elasticache-multi-az", CACHE, "multiAzEnabled", REMOVED),
    one("elasticache-minor-upgrades-automatic", CACHE, "autoMinorVersionUpgrade", False),
    one("elasticache-minor-upgrades-automatic", MEMBER, "autoMinorVersionUpgrade", "false"),
    one("elasticache-own-subnet-group", CACHE, "subnetGroupName", REMOVED),
    one("elasticache-own-subnet-group", MEMCACHED, "subnetGroupName", "default"),
    one("memorydb-customer-managed-key", MEMORYDB, "kmsKeyArn", REMOVED),
    one("memorydb-tls-required", MEMORYDB, "tlsEnabled", False),
    one("documentdb-storage-encrypted", DOCUMENTS, "storageEncrypted", REMOVED),
    one("documentdb-customer-managed-key", DOCUMENTS, "kmsKeyId", REMOVED),
    one("documentdb-tls-required", DOCUMENT_PARAMETERS, "parameters.0.value", "disabled"),
    one("documentdb-logs-exported", DOCUMENTS, "enabledCloudwatchLogsExports", ["profiler"]),
    one("documentdb-audit-enabled", DOCUMENT_PARAMETERS, "parameters.1.value", "disabled"),
    one("documentdb-backups-kept", DOCUMENTS, "backupRetentionPeriod", 1),
    one("documentdb-deletion-protection", DOCUMENTS, "deletionProtection", REMOVED),
    one("neptune-storage-encrypted", GRAPH, "storageEncrypted", REMOVED),
    one("neptune-customer-managed-key", GRAPH, "kmsKeyArn", REMOVED),
    one("neptune-logs-exported", GRAPH, "enableCloudwatchLogsExports", REMOVED),
    one("neptune-audit-enabled", GRAPH_PARAMETERS, "parameters.0.value", 0),
    one("neptune-not-public", GRAPH_INSTANCE, "publiclyAccessible", True),
    one("neptune-deletion-protection", GRAPH, "deletionProtection", False),
    one("neptune-iam-authentication", GRAPH, "iamDatabaseAuthenticationEnabled", REMOVED),
    one("neptune-backups-kept", GRAPH, "backupRetentionPeriod", REMOVED),
    one("neptune-tags-copied-to-snapshots", GRAPH, "copyTagsToSnapshot", REMOVED),
    one("opensearch-storage-encrypted", SEARCH, "encryptAtRest.enabled", False),
    one("opensearch-node-to-node-encryption", SEARCH, "nodeToNodeEncryption", REMOVED),
    one("opensearch-node-to-node-encryption", OLD_SEARCH, "nodeToNodeEncryption", REMOVED),
    one("opensearch-https-required", SEARCH, "domainEndpointOptions.enforceHttps", False),
    one(
        "opensearch-requires-tls-1-2",
        SEARCH,
        "domainEndpointOptions.tlsSecurityPolicy",
        "Policy-Min-TLS-1-0-2019-07",
    ),
    one("opensearch-in-own-network", SEARCH, "vpcOptions", REMOVED),
    one("efs-storage-encrypted", FILES, "encrypted", REMOVED),
    one("efs-customer-managed-key", FILES, "kmsKeyId", REMOVED),
    one("efs-access-points-own-root", ACCESS_POINT, "rootDirectory.path", "/"),
    one("efs-access-points-own-root", ACCESS_POINT, "rootDirectory", REMOVED),
    one("efs-access-points-own-user", ACCESS_POINT, "posixUser.uid", REMOVED),
    one("efs-access-points-own-user", ACCESS_POINT, "posixUser", REMOVED),
)
