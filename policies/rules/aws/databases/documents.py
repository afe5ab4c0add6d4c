"""Rules about DocumentDB."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Severity
from pavedroad.governance.remedies import Remedy
from policies.rules.aws.databases.kinds import kept_for_days, parameter
from policies.rules.aws.shapes import flag, fsbp, holds, owes, own_key

_CLUSTER: Final = "aws:docdb/cluster:Cluster"
_ELASTIC: Final = "aws:docdb/elasticCluster:ElasticCluster"
_CLUSTERS: Final = frozenset({_CLUSTER})
_PARAMETER_GROUPS: Final = frozenset({"aws:docdb/clusterParameterGroup:ClusterParameterGroup"})

ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="documentdb-storage-encrypted",
        sentence="A DocumentDB cluster encrypts what it stores",
        why="Its disks and backups could be read by whoever gets hold of a copy; it cannot be changed later.",
        severity=Severity.HIGH,
        resource_types=_CLUSTERS,
        fix=Fix(
            pulumi="set storage_encrypted=True; a cluster that is there already is moved through a snapshot"
        ),
        references=(fsbp("DocumentDB.1"),),
        rows=(187,),
    ),
    owes(flag("storageEncrypted")),
)

CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="documentdb-customer-managed-key",
        sentence="A DocumentDB cluster is encrypted with a key of the account",
        why="Only a key of one's own can be revoked and says who used it.",
        severity=Severity.LOW,
        resource_types=_CLUSTERS | {_ELASTIC},
        fix=Fix(pulumi="set kms_key_id to the ARN of a key"),
        rows=(187,),
    ),
    owes(own_key("kmsKeyId")),
)

TLS: Final = ResourceRule(
    Control(
        identifier="documentdb-tls-required",
        sentence="A parameter group of DocumentDB leaves TLS required",
        why="Without it passwords and documents go over the network in clear.",
        severity=Severity.HIGH,
        resource_types=_PARAMETER_GROUPS,
        fix=Fix(pulumi="leave the parameter tls out, or set it to 'enabled' or a version of TLS"),
        references=(fsbp("DocumentDB.6"),),
        rows=(188,),
    ),
    owes(
        parameter(
            "tls", lambda value: value != "disabled", "not set the parameter tls to disabled", absent=True
        )
    ),
)

LOGS_EXPORTED: Final = ResourceRule(
    Control(
        identifier="documentdb-logs-exported",
        sentence="A DocumentDB cluster sends its audit log to CloudWatch",
        why="On the machine it is gone after days, and whoever broke in may remove it.",
        severity=Severity.MEDIUM,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="list audit, better profiler as well, in enabled_cloudwatch_logs_exports"),
        references=(fsbp("DocumentDB.4"),),
        rows=(189,),
    ),
    owes(holds("enabledCloudwatchLogsExports", "audit")),
)

AUDITED: Final = ResourceRule(
    Control(
        identifier="documentdb-audit-enabled",
        sentence="A parameter group of DocumentDB switches auditing on",
        why="The audit log that a cluster exports stays empty otherwise.",
        severity=Severity.MEDIUM,
        resource_types=_PARAMETER_GROUPS,
        fix=Fix(pulumi="set the parameter audit_logs to 'enabled', or to what is to be written down"),
        rows=(189,),
    ),
    owes(
        parameter(
            "audit_logs",
            lambda value: value not in ("disabled", "none", ""),
            "set the parameter audit_logs to enabled",
        )
    ),
)

BACKED_UP: Final = kept_for_days(
    Control(
        identifier="documentdb-backups-kept",
        sentence="Backups of a DocumentDB cluster are kept for at least a week",
        why="Damage that is noticed after the weekend could not be undone otherwise.",
        severity=Severity.MEDIUM,
        resource_types=_CLUSTERS | {_ELASTIC},
        fix=Fix(pulumi="set backup_retention_period to 7 or more days"),
        references=(fsbp("DocumentDB.2"),),
        rows=(190,),
    ),
    "backupRetentionPeriod",
)

DELETION_PROTECTED: Final = ResourceRule(
    Control(
        identifier="documentdb-deletion-protection",
        sentence="AWS refuses to delete a DocumentDB cluster until somebody says otherwise",
        why="One wrong call, from any tool, would take the data and its automatic backups.",
        severity=Severity.HIGH,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set deletion_protection=True"),
        references=(fsbp("DocumentDB.5"),),
        remedies=(Remedy("deletionProtection", value=True),),
        rows=(191,),
    ),
    owes(flag("deletionProtection")),
)

RULES: Final = (ENCRYPTED, CUSTOMER_KEY, TLS, LOGS_EXPORTED, AUDITED, BACKED_UP, DELETION_PROTECTED)
