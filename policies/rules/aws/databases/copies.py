"""Rules about copies of databases: snapshots, and plans that make them."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Reading,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.iam.patterns import matches
from pavedroad.governance.truth import YES, open_at
from policies.rules.aws.databases.kinds import CLUSTER, INSTANCE, INSTANCE_OR_CLUSTER
from policies.rules.aws.joins import Named, does_so
from policies.rules.aws.shapes import boolean, flag, fsbp, given, lacks, owes

_SNAPSHOT: Final = "aws:rds/snapshot:Snapshot"
_CLUSTER_SNAPSHOT: Final = "aws:rds/clusterSnapshot:ClusterSnapshot"
_COPIES: Final = frozenset(
    {"aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy", "aws:rds/snapshotCopy:SnapshotCopy"}
)
_EVERYBODY: Final = "all"

PRIVATE: Final = ResourceRule(
    Control(
        identifier="rds-snapshots-private",
        sentence="A snapshot of a database is shared with named accounts, or with nobody",
        why="A public snapshot is the whole database, for anybody to restore.",
        severity=Severity.CRITICAL,
        resource_types=_COPIES | {_SNAPSHOT, _CLUSTER_SNAPSHOT},
        fix=Fix(pulumi="name accounts in shared_accounts, or leave it out"),
        references=(fsbp("RDS.1"),),
        rows=(173,),
    ),
    owes(lacks("sharedAccounts", _EVERYBODY)),
)


class _Origin(NamedTuple):
    """Where a kind of snapshot says what it was taken of.

    Attributes:
        type: The type of that.
        path: Where the snapshot names it.
        name: The property by which it is called there.
        own: The snapshot's own property that says whether it is encrypted, once it exists.
    """

    type: str
    path: str
    name: str
    own: str


_ORIGINS: Final[Mapping[str, _Origin]] = {
    _SNAPSHOT: _Origin(INSTANCE, "dbInstanceIdentifier", "identifier", "encrypted"),
    _CLUSTER_SNAPSHOT: _Origin(CLUSTER, "dbClusterIdentifier", "clusterIdentifier", "storageEncrypted"),
    "aws:docdb/clusterSnapshot:ClusterSnapshot": _Origin(
        "aws:docdb/cluster:Cluster", "dbClusterIdentifier", "clusterIdentifier", "storageEncrypted"
    ),
    "aws:neptune/clusterSnapshot:ClusterSnapshot": _Origin(
        "aws:neptune/cluster:Cluster", "dbClusterIdentifier", "clusterIdentifier", "storageEncrypted"
    ),
}
_KEYED: Final = given("kmsKeyId")
_STORES_ENCRYPTED: Final = flag("storageEncrypted")


def _originals(stack: Stack) -> Mapping[str, Named]:
    return {each.type: Named(stack.of_types({each.type}), (each.name,)) for each in _ORIGINS.values()}


def _encrypted(stack: Stack) -> Iterator[Duty]:
    originals = stack.derived(_originals)
    for snapshot in stack.of_types(_ORIGINS):
        yield Duty(
            snapshot,
            _taken_encrypted(snapshot, _ORIGINS[snapshot.type], originals),
            "it must be taken of a database that sets storageEncrypted to true",
        )
    for copied in stack.of_types(_COPIES):
        yield Duty(copied, _KEYED.met(copied.properties), f"it must {_KEYED.words}")


def _taken_encrypted(snapshot: Resource, origin: _Origin, originals: Mapping[str, Named]) -> Truth:
    """Whether a snapshot is encrypted: as the database was, where the snapshot does not say so itself."""
    own = boolean(snapshot.properties, origin.own)
    if own.present().holds is not False:
        return own.equals(wanted=True)
    found = originals[origin.type].of(snapshot, origin.path)
    return does_so(found, _STORES_ENCRYPTED.met, open_at(origin.path))


ENCRYPTED: Final = StackRule(
    Control(
        identifier="database-snapshots-encrypted",
        sentence="Snapshots of databases are encrypted",
        why="A copy leaves the account more easily than the database, and holds the same.",
        severity=Severity.HIGH,
        resource_types=_COPIES | frozenset(_ORIGINS),
        fix=Fix(pulumi="encrypt the database, and set kms_key_id on copies of snapshots"),
        references=(fsbp("RDS.4"), fsbp("Neptune.3"), fsbp("Neptune.6")),
        rows=(173, 196),
    ),
    _encrypted,
)

_SELECTIONS: Final = frozenset({"aws:backup/selection:Selection"})


def _selects(selection: Resource, database: Resource) -> Truth:
    """Whether a selection of AWS Backup takes in a database, by its ARN, by a pattern or by its tags."""
    if database.urn in selection.references.get("resources", ()):
        return YES
    arn = database.properties.text("arn")
    tags = database.properties.at("tags")
    return any_of(
        *(_fits(pattern.text(), arn) for pattern in selection.properties.items("resources")),
        *(
            _tagged(tag.text("key"), tag.text("value"), tags.entry(tag.text("key").value or "").text())
            for tag in selection.properties.items("selectionTags")
        ),
    )


def _fits(pattern: Reading[str], arn: Reading[str]) -> Truth:
    if pattern.value is None or pattern.value == "*":
        return pattern.satisfies(lambda _: True)
    text = pattern.value
    if arn.present().holds is False:
        return open_at("arn")
    return arn.satisfies(lambda own: matches(text, own))


def _tagged(key: Reading[str], value: Reading[str], own: Reading[str]) -> Truth:
    return all_of(key.present(), own.same_as(value)) if key.value is not None else all_of(key.present())


def _planned(stack: Stack) -> Iterator[Duty]:
    selections = stack.of_types(_SELECTIONS)
    for database in stack.of_types(INSTANCE_OR_CLUSTER):
        selected = any_of(*(_selects(each, database) for each in selections))
        met = selected if selected.holds is not False else any_of(selected, stack.missing("a Selection"))
        yield Duty(database, met, "a Selection of AWS Backup must take it in")


PLANNED: Final = StackRule(
    Control(
        identifier="rds-in-backup-plan",
        sentence="A database is in a plan of AWS Backup",
        why="Its own backups go away with it and stay in one account; a plan keeps others elsewhere and proves it.",
        severity=Severity.LOW,
        resource_types=INSTANCE_OR_CLUSTER,
        fix=Fix(pulumi="declare a backup.Selection that lists the database's arn, or selects it by a tag"),
        rows=(172,),
    ),
    _planned,
)

RULES: Final = (PRIVATE, ENCRYPTED, PLANNED)
