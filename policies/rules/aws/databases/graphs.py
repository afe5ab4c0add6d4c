"""Rules about Neptune; its snapshots are judged with those of other databases."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Severity
from pavedroad.governance.remedies import Remedy
from policies.rules.aws.databases.kinds import kept_for_days, parameter
from policies.rules.aws.shapes import flag, fsbp, holds, owes, own_key

_CLUSTERS: Final = frozenset({"aws:neptune/cluster:Cluster"})
_INSTANCES: Final = frozenset({"aws:neptune/clusterInstance:ClusterInstance"})
_PARAMETER_GROUPS: Final = frozenset({"aws:neptune/clusterParameterGroup:ClusterParameterGroup"})

ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="neptune-storage-encrypted",
        sentence="A Neptune cluster encrypts what it stores",
        why="Its disks and backups could be read by whoever gets hold of a copy; it cannot be changed later.",
        severity=Severity.HIGH,
        resource_types=_CLUSTERS,
        fix=Fix(
            pulumi="set storage_encrypted=True; a cluster that is there already is moved through a snapshot"
        ),
        references=(fsbp("Neptune.1"),),
        rows=(192,),
    ),
    owes(flag("storageEncrypted")),
)

CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="neptune-customer-managed-key",
        sentence="A Neptune cluster is encrypted with a key of the account",
        why="Only a key of one's own can be revoked and says who used it.",
        severity=Severity.LOW,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set kms_key_arn to the ARN of a key"),
        rows=(192,),
    ),
    owes(own_key("kmsKeyArn")),
)

LOGS_EXPORTED: Final = ResourceRule(
    Control(
        identifier="neptune-logs-exported",
        sentence="A Neptune cluster sends its audit log to CloudWatch",
        why="On the machine it is gone after days, and whoever broke in may remove it.",
        severity=Severity.MEDIUM,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="list audit in enable_cloudwatch_logs_exports"),
        references=(fsbp("Neptune.2"),),
        rows=(193,),
    ),
    owes(holds("enableCloudwatchLogsExports", "audit")),
)

AUDITED: Final = ResourceRule(
    Control(
        identifier="neptune-audit-enabled",
        sentence="A parameter group of Neptune clusters switches auditing on",
        why="The audit log that a cluster exports stays empty otherwise.",
        severity=Severity.MEDIUM,
        resource_types=_PARAMETER_GROUPS,
        fix=Fix(pulumi="set the parameter neptune_enable_audit_log to 1"),
        rows=(193,),
    ),
    owes(
        parameter(
            "neptune_enable_audit_log",
            lambda value: value == "1",
            "set the parameter neptune_enable_audit_log to 1",
        )
    ),
)

NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="neptune-not-public",
        sentence="A Neptune instance has no address on the Internet",
        why="Its endpoint would be open to everybody, and without IAM authentication so would its data.",
        severity=Severity.HIGH,
        resource_types=_INSTANCES,
        fix=Fix(pulumi="leave publicly_accessible out, or set it to False"),
        rows=(194,),
    ),
    owes(flag("publiclyAccessible", wanted=False, absent=True)),
)

DELETION_PROTECTED: Final = ResourceRule(
    Control(
        identifier="neptune-deletion-protection",
        sentence="AWS refuses to delete a Neptune cluster until somebody says otherwise",
        why="One wrong call, from any tool, would take the data and its automatic backups.",
        severity=Severity.HIGH,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set deletion_protection=True"),
        references=(fsbp("Neptune.4"),),
        remedies=(Remedy("deletionProtection", value=True),),
        rows=(194,),
    ),
    owes(flag("deletionProtection")),
)

IAM_LOGIN: Final = ResourceRule(
    Control(
        identifier="neptune-iam-authentication",
        sentence="A Neptune cluster asks for an IAM role",
        why="It has no passwords: without this, whoever reaches its port reads and changes everything.",
        severity=Severity.MEDIUM,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set iam_database_authentication_enabled=True"),
        references=(fsbp("Neptune.7"),),
        rows=(195,),
    ),
    owes(flag("iamDatabaseAuthenticationEnabled")),
)

BACKED_UP: Final = kept_for_days(
    Control(
        identifier="neptune-backups-kept",
        sentence="Backups of a Neptune cluster are kept for at least a week",
        why="Damage that is noticed after the weekend could not be undone otherwise.",
        severity=Severity.MEDIUM,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set backup_retention_period to 7 or more days"),
        references=(fsbp("Neptune.5"),),
        rows=(195,),
    ),
    "backupRetentionPeriod",
)

COPIES_TAGS: Final = ResourceRule(
    Control(
        identifier="neptune-tags-copied-to-snapshots",
        sentence="Snapshots of a Neptune cluster carry its tags",
        why="Nobody could tell whose they are, and rules by tag would pass them over.",
        severity=Severity.LOW,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set copy_tags_to_snapshot=True"),
        references=(fsbp("Neptune.8"),),
        remedies=(Remedy("copyTagsToSnapshot", value=True),),
        rows=(195,),
    ),
    owes(flag("copyTagsToSnapshot")),
)

RULES: Final = (
    ENCRYPTED,
    CUSTOMER_KEY,
    LOGS_EXPORTED,
    AUDITED,
    NOT_PUBLIC,
    DELETION_PROTECTED,
    IAM_LOGIN,
    BACKED_UP,
    COPIES_TAGS,
)
