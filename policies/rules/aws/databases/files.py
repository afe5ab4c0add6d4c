"""Rules about file systems: EFS."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Severity
from policies.rules.aws.shapes import cis_aws, flag, fsbp, given, none_of, owes, own_key

_FILE_SYSTEMS: Final = frozenset({"aws:efs/fileSystem:FileSystem"})
_ACCESS_POINTS: Final = frozenset({"aws:efs/accessPoint:AccessPoint"})

ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="efs-storage-encrypted",
        sentence="An EFS file system encrypts what it stores",
        why="Its backups and replicas could be read by whoever gets hold of one; it cannot be changed later.",
        severity=Severity.MEDIUM,
        resource_types=_FILE_SYSTEMS,
        fix=Fix(pulumi="set encrypted=True; files of one that is there already are copied to a new one"),
        references=(fsbp("EFS.1"), cis_aws("3.3.1")),
        rows=(200,),
    ),
    owes(flag("encrypted")),
)

CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="efs-customer-managed-key",
        sentence="An EFS file system is encrypted with a key of the account",
        why="Only a key of one's own can be revoked and says who used it.",
        severity=Severity.LOW,
        resource_types=_FILE_SYSTEMS,
        fix=Fix(pulumi="set kms_key_id to the ARN of a key"),
        references=(fsbp("EFS.1"),),
        rows=(200,),
    ),
    owes(own_key("kmsKeyId")),
)

OWN_ROOT: Final = ResourceRule(
    Control(
        identifier="efs-access-points-own-root",
        sentence="An EFS access point shows one directory, not the whole file system",
        why="Whoever mounts it would otherwise see the files of everybody else.",
        severity=Severity.MEDIUM,
        resource_types=_ACCESS_POINTS,
        fix=Fix(pulumi="set root_directory with a path below /"),
        references=(fsbp("EFS.3"),),
        rows=(200,),
    ),
    owes(none_of("rootDirectory.path", "/")),
)

OWN_USER: Final = ResourceRule(
    Control(
        identifier="efs-access-points-own-user",
        sentence="An EFS access point decides as which user files are read and written",
        why="Otherwise each client says for itself who it is, root included.",
        severity=Severity.MEDIUM,
        resource_types=_ACCESS_POINTS,
        fix=Fix(pulumi="set posix_user with a uid and a gid"),
        references=(fsbp("EFS.4"),),
        rows=(200,),
    ),
    owes(given("posixUser.uid"), given("posixUser.gid")),
)

RULES: Final = (ENCRYPTED, CUSTOMER_KEY, OWN_ROOT, OWN_USER)
