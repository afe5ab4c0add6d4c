"""Rules about bucket policies: whom they let in, that they insist on TLS, and that they leave a way back."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Rule,
    Severity,
    Truth,
    all_of,
)
from pavedroad.governance.iam import Statement, refuses_plaintext, statements
from policies.rules.aws.buckets.completion import BUCKET, completed_by
from policies.rules.aws.joins import points_elsewhere
from policies.rules.aws.policies import Holders, TrustedAccounts, keeps_other_accounts_out, keeps_public_out
from policies.rules.aws.shapes import Demand, cis_aws, fsbp

_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
_HOLDERS: Final[Holders] = {BUCKET: "policy", _POLICY: "policy"}
_TYPES: Final = frozenset(_HOLDERS)
_USUAL: Final = ("s3:GetObject", "s3:PutObject", "s3:ListBucket")
_TO_MEND: Final = ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")


def _refuses_plaintext(part: Properties) -> Truth:
    return refuses_plaintext(statements(part.at("policy")), *_USUAL[:2])


_REFUSES: Final = Demand(
    _refuses_plaintext, "deny everybody in policy what comes while aws:SecureTransport is false"
)


def _leaves_a_way(resource: Resource) -> Iterator[Duty]:
    for each in statements(resource.properties.at("policy")):
        met = points_elsewhere(_locks_out(each), each.part.path)
        yield Duty(
            resource, met, f"{each.part.path} must not deny everything to everybody without a condition"
        )


def _locks_out(statement: Statement) -> Truth:
    return all_of(
        statement.denies,
        statement.covers_everybody,
        *(statement.covers(action) for action in (*_USUAL, *_TO_MEND)),
        statement.unconditional,
    )


TLS_ONLY: Final = completed_by(
    Control(
        identifier="buckets-refuse-plaintext",
        sentence="Every bucket refuses what comes without TLS",
        why="S3 answers plain HTTP as well, and objects and signatures can be read on the way.",
        severity=Severity.HIGH,
        resource_types=_TYPES,
        fix=Fix(
            pulumi='add a Deny of s3:* for Principal "*" to the bucket\'s policy, under the condition '
            'Bool {"aws:SecureTransport": "false"}'
        ),
        references=(fsbp("S3.5"), cis_aws("3.1.1")),
        rows=(219,),
    ),
    "have a BucketPolicy that denies everybody what comes while aws:SecureTransport is false",
    _POLICY,
    _REFUSES,
    here=_REFUSES,
)

NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="bucket-policies-not-public",
        sentence="The policy of a bucket lets nobody in who is not named",
        why="Everybody could read, change or delete what is in it.",
        severity=Severity.CRITICAL,
        resource_types=_TYPES,
        fix=Fix(
            pulumi="name the principals, or add a condition such as aws:SourceAccount or aws:PrincipalOrgID"
        ),
        references=(cis_aws("2.21"), fsbp("S3.2"), fsbp("S3.3")),
        rows=(220,),
    ),
    keeps_public_out(_HOLDERS),
)

TRUSTED_ACCOUNTS: Final = ResourceRule.settable(
    Control(
        identifier="bucket-policies-stay-in-trusted-accounts",
        sentence="The policy of a bucket lets in no account but trusted ones",
        why="What another account does with the data is out of sight.",
        severity=Severity.HIGH,
        resource_types=_TYPES,
        fix=Fix(pulumi="remove the other account's principal, or list the account in trustedAccounts"),
        references=(fsbp("S3.6"),),
        rows=(220,),
    ),
    TrustedAccounts(),
    keeps_other_accounts_out(_HOLDERS),
)

NO_LOCKOUT: Final = ResourceRule(
    Control(
        identifier="bucket-policies-leave-a-way-in",
        sentence="No bucket policy locks everybody out",
        why="Only the account's root user could mend it, and root users are not to be used.",
        severity=Severity.MEDIUM,
        resource_types=_TYPES,
        fix=Fix(pulumi="give the Deny a condition, or NotPrincipal for those who administer the bucket"),
        rows=(221,),
    ),
    _leaves_a_way,
)

RULES: Final[tuple[Rule, ...]] = (TLS_ONLY, NOT_PUBLIC, TRUSTED_ACCOUNTS, NO_LOCKOUT)
