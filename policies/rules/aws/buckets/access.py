"""Rules about who gets at buckets: public access blocks and access control lists.

The block of an account does not make up for one that is open on a bucket: it may stand in another stack, and is undone
there.
"""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Rule, Severity
from pavedroad.governance.remedies import Remedy
from policies.rules.aws.buckets.completion import BUCKET, separate
from policies.rules.aws.joins import completed
from policies.rules.aws.shapes import cis_aws, each, flag, fsbp, none_of, one_of, owes

_BLOCK: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_BLOCKS: Final = frozenset({_BLOCK, "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"})
_OWNERSHIP: Final = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
_PUBLIC_ACLS: Final = ("public-read", "public-read-write", "authenticated-read", "website")
_PUBLIC_GROUPS: Final = (
    "http://acs.amazonaws.com/groups/global/allusers",
    "http://acs.amazonaws.com/groups/global/authenticatedusers",
)
_HAVE_ACLS: Final = frozenset(
    {
        BUCKET,
        "aws:s3/bucketAcl:BucketAcl",
        "aws:s3/bucketObject:BucketObject",
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "aws:s3/objectCopy:ObjectCopy",
    }
)

PUBLIC_ACCESS_BLOCKED: Final = completed(
    Control(
        identifier="buckets-block-public-access",
        sentence="Every bucket has a public access block of its own",
        why="One careless ACL or policy opens a bucket to everybody otherwise.",
        severity=Severity.CRITICAL,
        resource_types=frozenset({BUCKET}),
        fix=Fix(pulumi="declare an aws.s3.BucketPublicAccessBlock for the bucket with all four set to True"),
        references=(fsbp("S3.8"), fsbp("S3.1"), cis_aws("3.1.4")),
        rows=(217,),
    ),
    "have a BucketPublicAccessBlock",
    separate(_BLOCK),
)


def _switch(identifier: str, sentence: str, why: str, path: str, argument: str) -> ResourceRule:
    """Make a rule: one of the four switches of every public access block is on, of an account's as well."""
    control = Control(
        identifier=identifier,
        sentence=sentence,
        why=why,
        severity=Severity.CRITICAL,
        resource_types=_BLOCKS,
        fix=Fix(pulumi=f"set {argument}=True"),
        references=(fsbp("S3.1"), fsbp("S3.8"), cis_aws("3.1.4")),
        remedies=(Remedy(path, value=True),),
        rows=(217,),
    )
    return ResourceRule(control, owes(flag(path)))


SWITCHES: Final = (
    _switch(
        "public-acls-refused",
        "Access control lists that let the public in are refused",
        "One upload with a careless list publishes what it carries.",
        "blockPublicAcls",
        "block_public_acls",
    ),
    _switch(
        "public-acls-ignored",
        "Access control lists that let the public in have no effect",
        "Lists that were there before stay in force otherwise.",
        "ignorePublicAcls",
        "ignore_public_acls",
    ),
    _switch(
        "public-bucket-policies-refused",
        "Bucket policies that let the public in are refused",
        "One careless statement publishes every object.",
        "blockPublicPolicy",
        "block_public_policy",
    ),
    _switch(
        "public-buckets-restricted",
        "A bucket whose policy lets the public in serves only its own account and AWS' services",
        "A policy that was there before stays in force otherwise.",
        "restrictPublicBuckets",
        "restrict_public_buckets",
    ),
)

ACLS_NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="bucket-acls-not-public",
        sentence="No access control list of a bucket or an object lets the public in",
        why="Everybody, or everybody with any AWS account, reads or writes what it covers.",
        severity=Severity.CRITICAL,
        resource_types=_HAVE_ACLS,
        fix=Fix(pulumi='leave acl out, or set it to "private"'),
        references=(fsbp("S3.2"), fsbp("S3.3")),
        rows=(218,),
    ),
    owes(
        none_of("acl", *_PUBLIC_ACLS, absent=True),
        each("grants[]", none_of("uri", *_PUBLIC_GROUPS, absent=True)),
        each("accessControlPolicy.grants[]", none_of("grantee.uri", *_PUBLIC_GROUPS, absent=True)),
    ),
)

ACLS_DISABLED: Final = ResourceRule(
    Control(
        identifier="buckets-disable-acls",
        sentence="The owner of a bucket owns every object in it, and access control lists are off",
        why="Lists on single objects are overlooked, and objects of others cannot be governed.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_OWNERSHIP}),
        fix=Fix(pulumi='set rule.object_ownership to "BucketOwnerEnforced"'),
        references=(fsbp("S3.12"),),
        rows=(218,),
    ),
    owes(one_of("rule.objectOwnership", "BucketOwnerEnforced")),
)

RULES: Final[tuple[Rule, ...]] = (PUBLIC_ACCESS_BLOCKED, *SWITCHES, ACLS_NOT_PUBLIC, ACLS_DISABLED)
