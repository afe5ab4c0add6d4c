"""Rules about RDS and Aurora: what they store is encrypted, and nobody outside reaches it."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    any_of,
)
from pavedroad.governance.properties import State
from pavedroad.governance.truth import NO, open_at
from policies.rules.aws.databases.kinds import (
    CLUSTER,
    GLOBAL_CLUSTER,
    INSTANCE,
    INSTANCE_OR_CLUSTER,
    IS_REPLICA,
    MEMBERS,
)
from policies.rules.aws.joins import Named, does_so
from policies.rules.aws.shapes import both, cis_aws, either, flag, fsbp, one_of, owes, own_key, unless
from policies.rules.aws.subnets import in_public_subnets

_ENCRYPTED: Final = either(
    flag("storageEncrypted"),
    both(one_of("engineMode", "serverless"), flag("storageEncrypted", absent=True)),
)
"""A serverless cluster of the first kind is always encrypted."""
_STORING: Final = INSTANCE_OR_CLUSTER | {GLOBAL_CLUSTER}
_SUBNET_GROUPS: Final = frozenset(
    f"aws:{service}/subnetGroup:SubnetGroup"
    for service in ("dax", "docdb", "elasticache", "memorydb", "neptune", "rds", "redshift")
)


def _instances(stack: Stack) -> Named:
    return Named(stack.of_types({INSTANCE}), ("identifier",))


def _encrypted(stack: Stack) -> Iterator[Duty]:
    for database in stack.of_types(_STORING):
        met = any_of(_ENCRYPTED.met(database.properties), _source_encrypted(database, stack))
        yield Duty(database, met, "it must set storageEncrypted to true")


def _source_encrypted(replica: Resource, stack: Stack) -> Truth:
    """Whether it copies an instance that is encrypted: a replica always is as its source is."""
    source = replica.properties.text("replicateSourceDb")
    if source.state is State.ABSENT:
        return NO
    found = stack.derived(_instances).of(replica, source.path)
    others = [(each, does) for each, does in found if each.urn != replica.urn]
    return does_so(others, _ENCRYPTED.met, open_at(source.path))


ENCRYPTED: Final = StackRule(
    Control(
        identifier="rds-storage-encrypted",
        sentence="An RDS database or Aurora cluster encrypts what it stores",
        why="Its disks, backups and replicas could be read by whoever gets hold of a copy; it cannot be changed later.",
        severity=Severity.CRITICAL,
        resource_types=_STORING,
        fix=Fix(
            pulumi="set storage_encrypted=True; a database that is there already is moved through a snapshot"
        ),
        references=(fsbp("RDS.3"), fsbp("RDS.27"), cis_aws("3.2.1")),
        rows=(156,),
    ),
    _encrypted,
)

CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="rds-customer-managed-key",
        sentence="An RDS database or Aurora cluster is encrypted with a key of the account",
        why="Only a key of one's own can be revoked, shared with care, and says who used it.",
        severity=Severity.LOW,
        resource_types=INSTANCE_OR_CLUSTER,
        fix=Fix(pulumi="set kms_key_id to the ARN of a key"),
        rows=(157,),
    ),
    owes(unless(IS_REPLICA, own_key("kmsKeyId"))),
)

NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="rds-not-public",
        sentence="An RDS database has no address on the Internet",
        why="Its login would be open to guessing by everybody.",
        severity=Severity.CRITICAL,
        resource_types=MEMBERS | {CLUSTER},
        fix=Fix(pulumi="leave publicly_accessible out, or set it to False"),
        references=(fsbp("RDS.2"), cis_aws("3.2.3")),
        rows=(158,),
    ),
    owes(flag("publiclyAccessible", wanted=False, absent=True)),
)


def _in_private_subnets(stack: Stack) -> Iterator[Duty]:
    for group in stack.of_types(_SUBNET_GROUPS):
        yield from in_public_subnets(group, "subnetIds", stack)


PRIVATE_SUBNETS: Final = StackRule(
    Control(
        identifier="database-subnets-private",
        sentence="Databases stand in subnets that the Internet has no route to",
        why="In a public subnet one flag is all that lies between a database and everybody.",
        severity=Severity.CRITICAL,
        resource_types=_SUBNET_GROUPS,
        fix=Fix(pulumi="name private subnets in the subnet group's subnet_ids"),
        references=(fsbp("RDS.46"),),
        rows=(158,),
    ),
    _in_private_subnets,
)

RULES: Final = (ENCRYPTED, CUSTOMER_KEY, NOT_PUBLIC, PRIVATE_SUBNETS)
