"""Joining buckets with what completes them: in a preview, by name, and where nobody can tell."""

import pytest

from pavedroad.governance import Opaque, Properties, Resource, Rule, Verdict, canonical, judge
from policies.rules.aws.buckets.access import PUBLIC_ACCESS_BLOCKED, SWITCHES
from policies.rules.aws.buckets.bucket_policies import NO_LOCKOUT, TLS_ONLY
from policies.rules.aws.buckets.contents import CLASSIFIED_ENCRYPTED, ENCRYPTED, VERSIONED
from policies.rules.aws.buckets.operation import LOGGED
from tests.support.planned import planned, urn

BUCKET = "aws:s3/bucket:Bucket"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"


def resource(
    type_: str, name: str, made_from: str = "", by: str = "bucket", **properties: object
) -> Resource:
    return planned(type_, name, made_from={by: (made_from,)} if made_from else None, **properties)


def verdict(rule: Rule, name: str, *resources: Resource) -> Verdict:
    (found,) = (each.verdict for each in judge([rule], canonical(resources)) if each.name == name)
    return found


def versioning(made_from: str = "", bucket: object = Opaque.UNKNOWN) -> Resource:
    return resource(
        VERSIONING, "versioning", made_from, bucket=bucket, versioningConfiguration={"status": "Enabled"}
    )


@pytest.mark.parametrize("token", [BUCKET, "aws:s3/bucketV2:BucketV2", f"acme:web:Site${BUCKET}"])
def test_in_a_preview_a_bucket_is_completed_by_what_was_made_from_it(token: str) -> None:
    bucket = Resource(
        type=token.rpartition("$")[2], name="orders", urn=urn(token, "orders"), properties=Properties({})
    )
    assert verdict(VERSIONED, "orders", bucket, versioning(bucket.urn)) is Verdict.PASS
    assert verdict(VERSIONED, "orders", bucket, versioning(urn(BUCKET, "carts"))) is Verdict.FAIL


def test_a_bucket_is_not_judged_where_nobody_knows_what_completes_it() -> None:
    bucket = resource(BUCKET, "orders")
    assert verdict(VERSIONED, "orders", bucket, versioning()) is Verdict.NOT_EVALUATED
    assert verdict(VERSIONED, "orders", bucket) is Verdict.FAIL


def test_the_old_types_complete_buckets_as_the_new_ones_do() -> None:
    bucket = resource("aws:s3/bucketV2:BucketV2", "orders", bucket="orders")
    old = resource(
        "aws:s3/bucketVersioningV2:BucketVersioningV2",
        "versioning",
        bucket="orders",
        versioningConfiguration={"status": "Enabled"},
    )
    assert verdict(VERSIONED, "orders", bucket, old) is Verdict.PASS


def test_each_bucket_needs_a_block_of_its_own() -> None:
    orders, carts = (resource(BUCKET, name, bucket=name) for name in ("orders", "carts"))
    block = resource(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "block",
        bucket="orders",
    )
    assert verdict(PUBLIC_ACCESS_BLOCKED, "orders", orders, carts, block) is Verdict.PASS
    assert verdict(PUBLIC_ACCESS_BLOCKED, "carts", orders, carts, block) is Verdict.FAIL


@pytest.mark.parametrize("kind", ["bucket", "account"])
def test_each_switch_of_a_block_is_judged_by_itself(kind: str) -> None:
    token = f"aws:s3/{kind}PublicAccessBlock:{kind.title()}PublicAccessBlock"
    block = resource(token, "block", blockPublicAcls="true", ignorePublicAcls=True, blockPublicPolicy=False)
    found = {rule.control.identifier: verdict(rule, "block", block) for rule in SWITCHES}
    assert found == {
        "public-acls-refused": Verdict.PASS,
        "public-acls-ignored": Verdict.PASS,
        "public-bucket-policies-refused": Verdict.FAIL,
        "public-buckets-restricted": Verdict.FAIL,
    }


def test_a_bucket_that_keeps_the_logs_of_others_needs_none_of_its_own() -> None:
    logs, orders = resource(BUCKET, "logs", bucket="logs"), resource(BUCKET, "orders", bucket="orders")
    logging = resource(LOGGING, "logging", bucket="orders", targetBucket="logs")
    assert verdict(LOGGED, "logs", logs, orders, logging) is Verdict.PASS
    assert verdict(LOGGED, "logs", logs, orders) is Verdict.FAIL
    inline = resource(BUCKET, "orders", logs.urn, "logging", logging={"targetBucket": Opaque.UNKNOWN})
    assert verdict(LOGGED, "logs", logs, inline) is Verdict.PASS


def test_a_bucket_of_which_nothing_is_said_is_encrypted_by_aws() -> None:
    assert verdict(ENCRYPTED, "orders", resource(BUCKET, "orders")) is Verdict.PASS
    assert verdict(CLASSIFIED_ENCRYPTED, "orders", resource(BUCKET, "orders")) is Verdict.PASS


def test_which_data_is_classified_can_be_set() -> None:
    bucket = resource(BUCKET, "orders", tags={"sensitivity": "high"})
    rule = CLASSIFIED_ENCRYPTED.set_to({"classTag": "sensitivity", "classes": ["high"]})
    assert verdict(CLASSIFIED_ENCRYPTED, "orders", bucket) is Verdict.PASS
    assert verdict(rule, "orders", bucket) is Verdict.FAIL


def test_a_policy_that_is_not_known_yet_is_not_judged_but_the_bucket_has_one() -> None:
    bucket = resource(BUCKET, "orders")
    policy = resource(POLICY, "policy", bucket.urn, bucket=Opaque.UNKNOWN, policy=Opaque.UNKNOWN)
    assert verdict(TLS_ONLY, "policy", bucket, policy) is Verdict.NOT_EVALUATED
    assert verdict(TLS_ONLY, "orders", bucket, policy) is Verdict.PASS


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Verdict.FAIL),
        ({"Action": "*"}, Verdict.FAIL),
        ({"Action": "s3:PutObject"}, Verdict.PASS),
        ({"Principal": {"AWS": "111122223333"}}, Verdict.PASS),
        ({"Principal": None, "NotPrincipal": {"AWS": "111122223333"}}, Verdict.PASS),
        ({"Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}, Verdict.PASS),
        ({"Condition": Opaque.UNKNOWN}, Verdict.NOT_EVALUATED),
    ],
)
def test_only_a_denial_of_everything_to_everybody_locks_out(
    changed: dict[str, object], expected: Verdict
) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::orders/*"}
    policy = resource(POLICY, "policy", policy={"Statement": [statement | changed]})
    assert verdict(NO_LOCKOUT, "policy", policy) is expected
