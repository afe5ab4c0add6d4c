"""Rules about running buckets: logs of access, what is cleaned up, and what a removal takes with it."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    ResourceRule,
    Rule,
    Severity,
    Stack,
    StackRule,
    Tier,
    any_of,
)
from policies.rules.aws.buckets.completion import BUCKET, NAMES, completed_by, separate
from policies.rules.aws.joins import Elsewhere
from policies.rules.aws.shapes import (
    any_part,
    at_least,
    both,
    either,
    flag,
    fsbp,
    given,
    left_out,
    one_of,
    owes,
)

_LOGGING: Final = "aws:s3/bucketLogging:BucketLogging"
_LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_LOGS: Final = either(
    given("logging.targetBucket"),
    any_part("loggings[]", given("targetBucket")),
    one_of("acl", "log-delivery-write"),
)
_LOGGED: Final = separate(_LOGGING, given("targetBucket"))
_KEEPS_LOGS: Final = (
    Elsewhere(_LOGGING, "targetBucket", NAMES),
    Elsewhere(BUCKET, "logging.targetBucket", NAMES),
)
_ENABLED: Final = one_of("status", "Enabled")
_WHOLE_BUCKET: Final = either(
    left_out("filter"),
    both(
        one_of("filter.prefix", "", absent=True),
        *map(
            left_out,
            ("filter.and", "filter.tag", "filter.objectSizeGreaterThan", "filter.objectSizeLessThan"),
        ),
    ),
)
_ABORTS: Final = both(
    _ENABLED,
    at_least("abortIncompleteMultipartUpload.daysAfterInitiation", 1),
    _WHOLE_BUCKET,
    one_of("prefix", "", absent=True),
)
_ABORTS_HERE: Final = both(
    flag("enabled"), at_least("abortIncompleteMultipartUploadDays", 1), one_of("prefix", "", absent=True)
)


def _logged(stack: Stack) -> Iterator[Duty]:
    for bucket in stack.of_types({BUCKET}):
        met = any_of(
            _LOGS.met(bucket.properties),
            _LOGGED.completes(bucket, stack),
            *(each.completes(bucket, stack) for each in _KEEPS_LOGS),
        )
        yield Duty(bucket, met, "it must have a BucketLogging with a targetBucket, or be one that keeps logs")


LOGGED: Final = StackRule(
    Control(
        identifier="buckets-log-access",
        sentence="Every bucket keeps a log of who gets at it, in a bucket for logs",
        why="After a leak nobody can tell otherwise what was taken.",
        severity=Severity.LOW,
        resource_types=frozenset({BUCKET}),
        fix=Fix(pulumi="declare an aws.s3.BucketLogging for the bucket"),
        references=(fsbp("S3.9"),),
        rows=(223,),
    ),
    _logged,
)

LIFECYCLE: Final = completed_by(
    Control(
        identifier="buckets-have-a-lifecycle",
        sentence="Every bucket says when its objects move or go",
        why="What nobody cleans up is paid for, and leaks, for ever.",
        severity=Severity.LOW,
        resource_types=frozenset({BUCKET, _LIFECYCLE}),
        fix=Fix(pulumi="declare an aws.s3.BucketLifecycleConfiguration with an enabled rule"),
        references=(fsbp("S3.13"),),
        rows=(224,),
    ),
    "have a BucketLifecycleConfiguration",
    _LIFECYCLE,
    any_part("rules[]", _ENABLED),
    here=any_part("lifecycleRules[]", flag("enabled")),
)

UPLOADS_ABORTED: Final = ResourceRule(
    Control(
        identifier="bucket-lifecycles-abort-uploads",
        sentence="The lifecycle of a bucket removes uploads that were never finished",
        why="Their parts are paid for and are in no listing.",
        severity=Severity.LOW,
        resource_types=frozenset({BUCKET, _LIFECYCLE}),
        fix=Fix(
            pulumi="add a rule for the whole bucket with abort_incomplete_multipart_upload.days_after_initiation"
        ),
        rows=(224,),
    ),
    owes(
        either(
            both(left_out("lifecycleRules"), left_out("rules")),
            any_part("rules[]", _ABORTS),
            any_part("lifecycleRules[]", _ABORTS_HERE),
        )
    ),
)

NOT_FORCE_DESTROYED: Final = ResourceRule(
    Control(
        identifier="buckets-not-force-destroyed",
        sentence="Removing a bucket or an image repository fails while something is in it",
        why="One mistaken rename would delete every object with it.",
        severity=Severity.HIGH,
        resource_types=frozenset(
            {BUCKET, "aws:s3/directoryBucket:DirectoryBucket", "aws:ecr/repository:Repository"}
        ),
        fix=Fix(pulumi="leave force_destroy (of a repository: force_delete) out, or set it to False"),
        off_in=frozenset({Tier.LOCAL, Tier.DEVELOPMENT}),
        rows=(226,),
    ),
    owes(
        flag("forceDestroy", wanted=False, absent=True),
        flag("forceDelete", wanted=False, absent=True),
    ),
)

RULES: Final[tuple[Rule, ...]] = (LOGGED, LIFECYCLE, UPLOADS_ABORTED, NOT_FORCE_DESTROYED)
