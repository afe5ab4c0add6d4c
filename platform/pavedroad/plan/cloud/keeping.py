"""What AWS does to databases of its own accord: it copies them to a vault, and measures them from inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Condition, Grant
from pavedroad.plan.cloud.names import beginning, name
from pavedroad.plan.cloud.service_roles import ServiceRolePlan
from pavedroad.plan.cloud.trust import service_trust
from pavedroad.plan.defaults import TIERS

if TYPE_CHECKING:
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.context import Context

BACKUP_TAG: Final = "pavedroad.dev/backup"
"""The tag by which AWS Backup finds what it copies; its value is the environment."""

COPY_SCHEDULE: Final = "cron(0 4 * * ? *)"
"""When it copies: daily, after the hour in which databases copy themselves."""

COPY_DAYS: Final = 35
"""How long a copy is kept, in days: as long as databases keep their own at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesPlan:
    """Copies of databases beside their own, which outlive them.

    Attributes:
        vault: Name of the vault.
        tag: What is copied: all that has this tag.
        role: The role with which AWS Backup copies.
    """

    vault: str
    tag: tuple[str, str]
    role: ServiceRolePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingPlan:
    """What is kept of databases.

    Attributes:
        copies: Copies in a vault; None where the tier keeps none.
        monitor: The role with which RDS writes down what it measures; None where it runs nothing.
    """

    copies: CopiesPlan | None
    monitor: ServiceRolePlan | None


def resolve_keeping(context: Context, account: AccountPlan) -> KeepingPlan:
    """Return what is kept of an environment's databases."""
    providers = context.environment.providers
    relational = {"aurora", "rds"} & {providers.postgres, providers.mysql}
    copied = bool(relational or providers.mongodb == "documentdb") and TIERS[context.environment.tier].backups
    return KeepingPlan(
        copies=_copies(account) if copied else None, monitor=_monitor(account) if relational else None
    )


def monitor_role(account: AccountPlan) -> str:
    """Return the ARN of the role with which RDS writes down what it measures."""
    return account.arn("iam", f"role/{_monitor(account).name}")


def _monitor(account: AccountPlan) -> ServiceRolePlan:
    return ServiceRolePlan(
        name=name("iam-role", account.realm, "rds-monitoring"),
        trust=service_trust(account, "monitoring.rds", ours_only=True),
        grants=measuring_grants(account),
    )


def _copies(account: AccountPlan) -> CopiesPlan:
    role = ServiceRolePlan(
        name=name("iam-role", account.realm, "backup"),
        trust=service_trust(account, "backup", ours_only=True),
        grants=copying_grants(account),
    )
    vault = name("backup-vault", account.realm)
    return CopiesPlan(vault=vault, tag=(BACKUP_TAG, account.environment), role=role)


def measuring_grants(account: AccountPlan) -> tuple[Grant, ...]:
    """Return what RDS does to write down what it measures (RDS user guide, «Enhanced Monitoring», its own policy)."""
    group = "log-group:RDSOSMetrics"
    return (
        Grant(
            reason="measurements.group",
            actions=("logs:CreateLogGroup", "logs:PutRetentionPolicy"),
            resources=(account.arn("logs", group),),
        ),
        Grant(
            reason="measurements.streams",
            actions=(
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:GetLogEvents",
                "logs:PutLogEvents",
            ),
            resources=(account.arn("logs", f"{group}:log-stream:*"),),
        ),
    )


def copying_grants(account: AccountPlan) -> tuple[Grant, ...]:
    """Return what AWS Backup does with databases and its copies of them.

    Source: AWS Backup developer guide, «Managed policies», its own policy for backups, of which this keeps what
    databases need.
    """
    ours = beginning("rds-identifier", account.environment)
    own = tuple(account.arn("rds", f"{kind}:{ours}*") for kind in ("cluster", "db"))
    copies = tuple(account.arn("rds", f"{kind}:awsbackup:*") for kind in ("cluster-snapshot", "snapshot"))
    existing = account.existing_key("data")
    named = Condition(
        operator="ForAnyValue:StringEquals", key="kms:ResourceAliases", values=(account.key_alias("data"),)
    )
    return (
        Grant(
            reason="copies.databases",
            actions=(
                "rds:AddTagsToResource",
                "rds:CreateDBClusterSnapshot",
                "rds:CreateDBSnapshot",
                "rds:DescribeDBClusters",
                "rds:DescribeDBInstances",
                "rds:ListTagsForResource",
            ),
            resources=(*own, *copies),
        ),
        Grant(
            reason="copies.snapshots",
            actions=(
                "rds:CopyDBClusterSnapshot",
                "rds:CopyDBSnapshot",
                "rds:DeleteDBClusterSnapshot",
                "rds:DeleteDBSnapshot",
                "rds:DescribeDBClusterSnapshots",
                "rds:DescribeDBSnapshots",
            ),
            resources=(*own, *copies),
        ),
        Grant(
            reason="copies.vault",
            actions=("backup:CopyIntoBackupVault", "backup:DescribeBackupVault"),
            resources=(account.arn("backup", f"backup-vault:{name('backup-vault', account.environment)}"),),
        ),
        Grant(
            reason="copies.key",
            actions=("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"),
            resources=(existing or account.arn("kms", "key/*"),),
            conditions=() if existing else (named,),
        ),
    )
