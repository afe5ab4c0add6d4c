"""Rules about RDS and Aurora: that the data comes back, and that the database stays up."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Opaque,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
)
from pavedroad.governance.remedies import Remedy
from pavedroad.governance.truth import YES, open_at, truth
from policies.rules.aws.databases.kinds import (
    CLUSTER,
    CLUSTER_INSTANCE,
    GLOBAL_CLUSTER,
    INSTANCE,
    INSTANCE_OR_CLUSTER,
    IS_REPLICA,
    MEMBERS,
    kept_for_days,
)
from policies.rules.aws.joins import Pointing, points_elsewhere
from policies.rules.aws.shapes import (
    cis_aws,
    flag,
    fsbp,
    owes,
    unless,
)

BACKED_UP: Final = kept_for_days(
    Control(
        identifier="rds-backups-kept",
        sentence="Backups of an RDS database or Aurora cluster are kept for at least a week",
        why="Damage that is noticed after the weekend could not be undone otherwise.",
        severity=Severity.HIGH,
        resource_types=INSTANCE_OR_CLUSTER,
        fix=Fix(pulumi="set backup_retention_period to 7 or more days"),
        references=(fsbp("RDS.11"),),
        rows=(161,),
    ),
    "backupRetentionPeriod",
    IS_REPLICA,
)

DELETION_PROTECTED: Final = ResourceRule(
    Control(
        identifier="rds-deletion-protection",
        sentence="AWS refuses to delete an RDS database or Aurora cluster until somebody says otherwise",
        why="One wrong call, from any tool, would take the data and its automatic backups.",
        severity=Severity.HIGH,
        resource_types=INSTANCE_OR_CLUSTER | {GLOBAL_CLUSTER},
        fix=Fix(pulumi="set deletion_protection=True"),
        references=(fsbp("RDS.7"), fsbp("RDS.8")),
        remedies=(Remedy("deletionProtection", value=True),),
        rows=(162,),
    ),
    owes(flag("deletionProtection")),
)

MULTI_AZ: Final = ResourceRule(
    Control(
        identifier="rds-instances-multi-az",
        sentence="An RDS database has a standby in another availability zone",
        why="Otherwise the loss of one zone, or a change of the machine, stops it.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({INSTANCE}),
        fix=Fix(pulumi="set multi_az=True"),
        references=(fsbp("RDS.5"), cis_aws("3.2.4")),
        rows=(163,),
    ),
    owes(unless(IS_REPLICA, flag("multiAz"))),
)


def _spans_zones(stack: Stack) -> Iterator[Duty]:
    members = Pointing(stack.of_types({CLUSTER_INSTANCE}), "clusterIdentifier")
    for cluster in stack.of_types({CLUSTER}):
        zones = cluster.properties.at("availabilityZones")
        several = (
            open_at(zones.path) if isinstance(zones.value, Opaque) else truth(holds=len(zones.items()) != 1)
        )
        yield Duty(cluster, several, "availabilityZones must not name a single zone")
        found = [does for _, does in members.at(cluster, ("clusterIdentifier",))]
        if found:
            yield Duty(cluster, _are_several(found), "it must have two or more instances")


def _are_several(found: list[Truth]) -> Truth:
    """Whether two or more surely belong to a cluster, or the only one that may surely does not."""
    if len(found) == 1:
        return points_elsewhere(found[0], "clusterIdentifier")
    sure = sum(does.holds is True for does in found)
    return YES if sure > 1 else open_at("clusterIdentifier")


SPANS_ZONES: Final = StackRule(
    Control(
        identifier="rds-clusters-span-zones",
        sentence="An Aurora cluster stands in several availability zones, with an instance to take over",
        why="With one instance, or one zone, the first failure stops it until a new one is up.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({CLUSTER}),
        fix=Fix(
            pulumi="leave availability_zones out or name three, and declare two or more rds.ClusterInstance"
        ),
        references=(fsbp("RDS.15"),),
        rows=(163,),
    ),
    _spans_zones,
)

COPIES_TAGS: Final = ResourceRule(
    Control(
        identifier="rds-tags-copied-to-snapshots",
        sentence="Snapshots of an RDS database or Aurora cluster carry its tags",
        why="Nobody could tell whose they are, and rules by tag would pass them over.",
        severity=Severity.LOW,
        resource_types=INSTANCE_OR_CLUSTER,
        fix=Fix(pulumi="set copy_tags_to_snapshot=True"),
        references=(fsbp("RDS.16"), fsbp("RDS.17")),
        remedies=(Remedy("copyTagsToSnapshot", value=True),),
        rows=(169,),
    ),
    owes(flag("copyTagsToSnapshot")),
)

MINOR_UPGRADES: Final = ResourceRule(
    Control(
        identifier="rds-minor-upgrades-automatic",
        sentence="An RDS database takes minor releases of its engine by itself",
        why="They mend flaws; whoever takes them by hand takes them late.",
        severity=Severity.MEDIUM,
        resource_types=MEMBERS | {CLUSTER},
        fix=Fix(pulumi="leave auto_minor_version_upgrade out, or set it to True"),
        references=(fsbp("RDS.13"), fsbp("RDS.35"), cis_aws("3.2.2")),
        rows=(168,),
    ),
    owes(flag("autoMinorVersionUpgrade", absent=True)),
)

RULES: Final = (BACKED_UP, DELETION_PROTECTED, MULTI_AZ, SPANS_ZONES, COPIES_TAGS, MINOR_UPGRADES)
