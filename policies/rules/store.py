"""Rules about what keeps data: that it cannot be deleted by mistake, and that it comes back from a disaster."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Reference,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Tier,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import Namespaced
from pavedroad.governance.truth import truth

_BELOW_STAGING: Final = frozenset({Tier.LOCAL, Tier.DEVELOPMENT})
_POSTGRES: Final = "kubernetes:postgresql.cnpg.io/v1:Cluster"
_POSTGRES_BACKUP: Final = "kubernetes:postgresql.cnpg.io/v1:ScheduledBackup"
_MYSQL: Final = "kubernetes:mysql.oracle.com/v2:InnoDBCluster"


def _protected(resource: Resource) -> Iterator[Duty]:
    yield Duty(resource, truth(holds=resource.protect), "the resource must be protected from deletion")


PROTECTED: Final = ResourceRule(
    Control(
        identifier="stateful-resources-protected",
        sentence="Whatever keeps data is protected from deletion",
        why="One mistaken rename or removal would delete the data with it.",
        severity=Severity.HIGH,
        resource_types=frozenset(
            {
                "kubernetes:apps/v1:StatefulSet",
                "kubernetes:cassandra.datastax.com/v1beta1:CassandraDatacenter",
                "kubernetes:core/v1:PersistentVolumeClaim",
                "kubernetes:kafka.strimzi.io/v1:Kafka",
                "kubernetes:kafka.strimzi.io/v1:KafkaNodePool",
                "kubernetes:mongodbcommunity.mongodb.com/v1:MongoDBCommunity",
                "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster",
                "kubernetes:valkey.io/v1alpha1:ValkeyCluster",
                _MYSQL,
                _POSTGRES,
            }
        ),
        fix=Fix(
            descriptor="the platform protects every store above development, so declare the store in a descriptor",
            pulumi="pass ResourceOptions(protect=True)",
        ),
        off_in=_BELOW_STAGING,
    ),
    _protected,
)


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

RULES: Final = (PROTECTED, BACKED_UP)
