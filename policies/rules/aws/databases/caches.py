"""Rules about caches that keep what databases hold: ElastiCache and MemoryDB."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Settings, Severity, setting
from policies.rules.aws.databases.kinds import engine_is
from policies.rules.aws.shapes import (
    at_least,
    both,
    either,
    flag,
    fsbp,
    given,
    like,
    none_of,
    one_of,
    owes,
    own_key,
    unless,
)

_GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
_CLUSTER: Final = "aws:elasticache/cluster:Cluster"
_GROUPS: Final = frozenset({_GROUP})
_CACHES: Final = frozenset({_GROUP, _CLUSTER})
_MEMORYDB: Final = frozenset({"aws:memorydb/cluster:Cluster"})
_FOLLOWS: Final = given("globalReplicationGroupId")
"""The excuse of a group that follows a global one, and has these settings from there."""
_OF_FIRST_KIND: Final = like("nodeType", lambda kind: kind.startswith("cache.t1."), "be of the kind t1")
"""The excuse of a machine that takes no snapshots."""
_IS_MEMBER: Final = given("replicationGroupId")
"""The excuse of a cluster that belongs to a replication group."""

ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="elasticache-storage-encrypted",
        sentence="A cache encrypts what it writes to disk",
        why="Snapshots and swapped pages hold sessions and rows of databases in clear otherwise.",
        severity=Severity.HIGH,
        resource_types=_GROUPS,
        fix=Fix(pulumi="set at_rest_encryption_enabled=True"),
        references=(fsbp("ElastiCache.4"),),
        rows=(180,),
    ),
    owes(
        unless(
            either(_FOLLOWS, both(engine_is("valkey"), flag("atRestEncryptionEnabled", absent=True))),
            flag("atRestEncryptionEnabled"),
        )
    ),
)

CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="elasticache-customer-managed-key",
        sentence="A cache is encrypted with a key of the account",
        why="Only a key of one's own can be revoked and says who used it.",
        severity=Severity.LOW,
        resource_types=_GROUPS | {"aws:elasticache/serverlessCache:ServerlessCache"},
        fix=Fix(pulumi="set kms_key_id to the ARN of a key"),
        rows=(180,),
    ),
    owes(own_key("kmsKeyId")),
)

TLS: Final = ResourceRule(
    Control(
        identifier="elasticache-tls-required",
        sentence="A cache takes connections over TLS only",
        why="Otherwise its password and all that it holds go over the network in clear.",
        severity=Severity.HIGH,
        resource_types=_GROUPS,
        fix=Fix(
            pulumi="set transit_encryption_enabled=True, and transit_encryption_mode='required' after moving"
        ),
        references=(fsbp("ElastiCache.5"),),
        rows=(181,),
    ),
    owes(
        unless(_FOLLOWS, flag("transitEncryptionEnabled")),
        one_of("transitEncryptionMode", "required", absent=True),
    ),
)

LOGIN: Final = ResourceRule(
    Control(
        identifier="elasticache-login-required",
        sentence="A cache answers only to whoever logs in",
        why="Otherwise every pod and machine that reaches its port reads and changes everything in it.",
        severity=Severity.HIGH,
        resource_types=_GROUPS,
        fix=Fix(pulumi="set user_group_ids, or an auth_token that another resource makes"),
        references=(fsbp("ElastiCache.6"),),
        rows=(182,),
    ),
    owes(either(given("userGroupIds"), given("authToken"), given("authTokenWo"))),
)


class Retention(Settings):
    """How long copies of a cache are kept."""

    days: int = setting(1, "The fewest days for which snapshots are kept.")


BACKED_UP: Final = ResourceRule.settable(
    Control(
        identifier="elasticache-snapshots-kept",
        sentence="A cache is copied every day",
        why="Sessions and queues that live nowhere else are gone with it.",
        severity=Severity.MEDIUM,
        resource_types=_CACHES,
        fix=Fix(pulumi="set snapshot_retention_limit to one day or more"),
        references=(fsbp("ElastiCache.1"),),
        rows=(183,),
    ),
    Retention(),
    lambda settings: owes(
        unless(
            either(engine_is("memcached"), _IS_MEMBER, _OF_FIRST_KIND),
            at_least("snapshotRetentionLimit", settings.days),
        )
    ),
)

FAILOVER: Final = ResourceRule(
    Control(
        identifier="elasticache-automatic-failover",
        sentence="A replica of a cache takes over by itself",
        why="Until somebody promotes one by hand, nothing is cached and the database takes the whole load.",
        severity=Severity.MEDIUM,
        resource_types=_GROUPS,
        fix=Fix(pulumi="set automatic_failover_enabled=True, with two or more nodes"),
        references=(fsbp("ElastiCache.3"),),
        rows=(184,),
    ),
    owes(flag("automaticFailoverEnabled")),
)

MULTI_AZ: Final = ResourceRule(
    Control(
        identifier="elasticache-multi-az",
        sentence="The replicas of a cache stand in several availability zones",
        why="Those in one zone are lost together.",
        severity=Severity.MEDIUM,
        resource_types=_GROUPS,
        fix=Fix(pulumi="set multi_az_enabled=True"),
        rows=(184,),
    ),
    owes(flag("multiAzEnabled")),
)

MINOR_UPGRADES: Final = ResourceRule(
    Control(
        identifier="elasticache-minor-upgrades-automatic",
        sentence="A cache takes minor releases of its engine by itself",
        why="They mend flaws; whoever takes them by hand takes them late.",
        severity=Severity.LOW,
        resource_types=_CACHES,
        fix=Fix(pulumi="leave auto_minor_version_upgrade out, or set it to True"),
        references=(fsbp("ElastiCache.2"),),
        rows=(185,),
    ),
    owes(flag("autoMinorVersionUpgrade", absent=True)),
)

SUBNET_GROUP: Final = ResourceRule(
    Control(
        identifier="elasticache-own-subnet-group",
        sentence="A cache stands in a subnet group that was made for it",
        why="The default group takes in every subnet of the default network, public ones included.",
        severity=Severity.LOW,
        resource_types=_CACHES,
        fix=Fix(pulumi="declare an elasticache.SubnetGroup and name it in subnet_group_name"),
        references=(fsbp("ElastiCache.7"),),
        rows=(185,),
    ),
    owes(unless(_IS_MEMBER, none_of("subnetGroupName", "default"))),
)

MEMORYDB_KEY: Final = ResourceRule(
    Control(
        identifier="memorydb-customer-managed-key",
        sentence="A MemoryDB cluster and its snapshots are encrypted with a key of the account",
        why="Only a key of one's own can be revoked and says who used it.",
        severity=Severity.MEDIUM,
        resource_types=_MEMORYDB | {"aws:memorydb/snapshot:Snapshot"},
        fix=Fix(pulumi="set kms_key_arn on the cluster and on its snapshots"),
        rows=(186,),
    ),
    owes(own_key("kmsKeyArn")),
)

MEMORYDB_TLS: Final = ResourceRule(
    Control(
        identifier="memorydb-tls-required",
        sentence="A MemoryDB cluster takes connections over TLS only",
        why="Otherwise its passwords and all that it holds go over the network in clear.",
        severity=Severity.HIGH,
        resource_types=_MEMORYDB,
        fix=Fix(pulumi="leave tls_enabled out, or set it to True"),
        rows=(186,),
    ),
    owes(flag("tlsEnabled", absent=True)),
)

RULES: Final = (
    ENCRYPTED,
    CUSTOMER_KEY,
    TLS,
    LOGIN,
    BACKED_UP,
    FAILOVER,
    MULTI_AZ,
    MINOR_UPGRADES,
    SUBNET_GROUP,
    MEMORYDB_KEY,
    MEMORYDB_TLS,
)
