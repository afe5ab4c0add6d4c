"""Rules about S3 buckets, together with the separate resources that complete them.

What is said of a bucket inside it, in either form of the provider (`Bucket`, `BucketV2`), counts as much as what a
resource of its own says. Those are joined by their `bucket`: by whose output it was made from, or by a name that both
know. Where AWS itself is safe by default since 2023 (encryption, ACLs off), saying nothing is fine.
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws.buckets import access, bucket_policies, contents, operation

RULES: Final[tuple[Rule, ...]] = (
    *access.RULES,
    *bucket_policies.RULES,
    *contents.RULES,
    *operation.RULES,
)
