"""Rules about what keeps data: that it comes back from a disaster."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Reference,
    Resource,
    Severity,
    Stack,
    StackRule,
    Tier,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import Namespaced

_BELOW_STAGING: Final = frozenset({Tier.LOCAL, Tier.DEVELOPMENT})
_POSTGRES: Final = "kubernetes:postgresql.cnpg.io/v1:Cluster"
_POSTGRES_BACKUP: Final = "kubernetes:postgresql.cnpg.io/v1:ScheduledBackup"
_MYSQL: Final = "kubernetes:mysql.oracle.com/v2:InnoDBCluster"


def _backed_up(stack: Stack) -> Iterator[Duty]:
    schedules = Namespaced(stack.of_types({_POSTGRES_BACKUP}))
    for cluster in stack.of_types({_POSTGRES}):
        yield Duty(
            cluster,
            any_of(*(all_of(beside, _saves(each, cluster)) for each, beside in schedules.beside(cluster))),
            "a ScheduledBackup that is not suspended must name this cluster",
        )
    for cluster in stack.of_types({_MYSQL}):
        enabled = (
            item.flag("enabled").equals(wanted=True)
            for item in cluster.properties.items("spec.backupSchedules")
        )
        yield Duty(cluster, any_of(*enabled), "spec.backupSchedules must have an entry that is enabled")


def _saves(schedule: Resource, cluster: Resource) -> Truth:
    name = schedule.properties.text("spec.cluster.name")
    return all_of(
        name.same_as(cluster.properties.text("metadata.name")),
        schedule.properties.flag("spec.suspend").equals(wanted=False, absent=True),
    )


BACKED_UP: Final = StackRule(
    Control(
        identifier="stores-backed-up",
        sentence="Every database whose operator makes backups makes them on a schedule",
        why="Replicas do not help against a deletion or a bad migration: they follow it at once.",
        severity=Severity.HIGH,
        resource_types=frozenset({_POSTGRES, _MYSQL}),
        fix=Fix(
            descriptor="name a place in the environment's `backups`, or set the store's `backup`",
            pulumi="declare a ScheduledBackup for a CloudNativePG cluster, spec.backupSchedules for an InnoDBCluster",
        ),
        references=(Reference("SOC 2", "A1.2"),),
        off_in=_BELOW_STAGING,
    ),
    _backed_up,
)

RULES: Final = (BACKED_UP,)
