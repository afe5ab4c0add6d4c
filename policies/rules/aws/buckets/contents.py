"""Rules about what buckets keep: encryption, versions, and data that must not get lost."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Rule, Severity, StackRule, Tier
from policies.rules.aws.buckets.completion import (
    BUCKET,
    Classes,
    RegulatedClasses,
    classified,
    completed_by,
    separate,
)
from policies.rules.aws.shapes import (
    Demand,
    any_part,
    both,
    each,
    either,
    flag,
    fsbp,
    given,
    left_out,
    one_of,
    owes,
)

_ENCRYPTION: Final = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
_VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"
_LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
_REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
_BELOW_STAGING: Final = frozenset({Tier.LOCAL, Tier.DEVELOPMENT})

_BY_DEFAULT: Final = "applyServerSideEncryptionByDefault"
_INLINE: Final = "serverSideEncryptionConfiguration"
_INLINES: Final = f"{_INLINE}s[].rules[].{_BY_DEFAULT}s[]"


def _algorithm(*allowed: str) -> Demand:
    return one_of("sseAlgorithm", *allowed)


def _at_default(path: str, demand: Demand) -> Demand:
    return Demand(lambda part: demand.met(part.at(path)), f"{demand.words} in {path}")


_SOME_ALGORITHM: Final = _algorithm("AES256", "aws:kms", "aws:kms:dsse")
_KMS: Final = _algorithm("aws:kms", "aws:kms:dsse")
_ENABLED: Final = one_of("status", "Enabled")

ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="buckets-encrypted",
        sentence="Whatever is said about a bucket's encryption names a way to encrypt",
        why="S3 encrypts by itself; only an explicit setting can get in its way.",
        severity=Severity.HIGH,
        resource_types=frozenset({BUCKET, _ENCRYPTION}),
        fix=Fix(pulumi='set sse_algorithm to "aws:kms" or "AES256"'),
        rows=(216,),
    ),
    owes(
        either(left_out(_INLINE), _at_default(f"{_INLINE}.rule.{_BY_DEFAULT}", _SOME_ALGORITHM)),
        each(_INLINES, _SOME_ALGORITHM),
        each("rules[]", _at_default(_BY_DEFAULT, _SOME_ALGORITHM)),
    ),
)

CLASSIFIED_ENCRYPTED: Final = StackRule.settable(
    Control(
        identifier="classified-buckets-encrypted-with-kms",
        sentence="A bucket whose data is classified keeps it under a KMS key",
        why="Only a key of KMS can be refused to somebody who may read the bucket, and its uses are on record.",
        severity=Severity.HIGH,
        resource_types=frozenset({BUCKET}),
        fix=Fix(
            pulumi='declare an aws.s3.BucketServerSideEncryptionConfiguration with sse_algorithm "aws:kms"'
        ),
        references=(fsbp("S3.17"),),
        rows=(216,),
    ),
    Classes(),
    classified(
        "be encrypted by aws:kms",
        either(_at_default(f"{_INLINE}.rule.{_BY_DEFAULT}", _KMS), any_part(_INLINES, _KMS)),
        separate(_ENCRYPTION, each("rules[]", _at_default(_BY_DEFAULT, _KMS), some=True)),
    ),
)

VERSIONED: Final = completed_by(
    Control(
        identifier="buckets-versioned",
        sentence="Every bucket keeps earlier versions of its objects",
        why="What is overwritten or deleted by mistake is lost otherwise.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({BUCKET, _VERSIONING}),
        fix=Fix(pulumi='declare an aws.s3.BucketVersioning with versioning_configuration.status "Enabled"'),
        references=(fsbp("S3.14"),),
        off_in=_BELOW_STAGING,
        rows=(222,),
    ),
    "have a BucketVersioning",
    _VERSIONING,
    one_of("versioningConfiguration.status", "Enabled"),
    here=either(flag("versioning.enabled"), any_part("versionings[]", flag("enabled"))),
)

REGULATED_LOCKED: Final = StackRule.settable(
    Control(
        identifier="regulated-buckets-resist-deletion",
        sentence="A bucket whose data a regulation protects locks its objects, or demands MFA to delete them",
        why="Whoever gets hold of one identity deletes every version otherwise.",
        severity=Severity.LOW,
        resource_types=frozenset({BUCKET}),
        fix=Fix(pulumi="set object_lock_enabled=True"),
        references=(fsbp("S3.15"), fsbp("S3.20")),
        off_in=_BELOW_STAGING,
        rows=(225,),
    ),
    RegulatedClasses(),
    classified(
        "set objectLockEnabled, or mfaDelete with its versioning",
        either(
            flag("objectLockEnabled"),
            one_of("objectLockConfiguration.objectLockEnabled", "Enabled"),
            flag("versioning.mfaDelete"),
            any_part("versionings[]", flag("mfaDelete")),
        ),
        separate(_LOCK, both(one_of("objectLockEnabled", "Enabled", absent=True), given("rule"))),
        separate(_VERSIONING, one_of("versioningConfiguration.mfaDelete", "Enabled")),
    ),
)

REGULATED_REPLICATED: Final = StackRule.settable(
    Control(
        identifier="regulated-buckets-replicated",
        sentence="A bucket whose data a regulation protects is copied to another one",
        why="A single bucket is lost with its region, or with its account.",
        severity=Severity.LOW,
        resource_types=frozenset({BUCKET}),
        fix=Fix(pulumi="declare an aws.s3.BucketReplicationConfig for the bucket"),
        references=(fsbp("S3.7"),),
        off_in=_BELOW_STAGING,
        rows=(225,),
    ),
    RegulatedClasses(),
    classified(
        "have a replication rule that is enabled",
        either(
            any_part("replicationConfiguration.rules[]", _ENABLED),
            any_part("replicationConfigurations[].rules[]", _ENABLED),
        ),
        separate(_REPLICATION, any_part("rules[]", _ENABLED)),
    ),
)

RULES: Final[tuple[Rule, ...]] = (
    ENCRYPTED,
    CLASSIFIED_ENCRYPTED,
    VERSIONED,
    REGULATED_LOCKED,
    REGULATED_REPLICATED,
)
