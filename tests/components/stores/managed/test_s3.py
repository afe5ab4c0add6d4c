"""Buckets on S3, on the recorder: what stands around one."""

from typing import Any

from pavedroad.plan.cloud.log_bucket import ACCESS_PREFIX
from tests.support.managed import ACCOUNT, declared, managed, of_type


def one(kind: str) -> dict[str, Any]:
    (found,) = of_type(declared(managed("bucket")), f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}")
    return found


def test_who_reads_and_writes_is_written_down_in_the_environments_log_bucket() -> None:
    logging = one("BucketLogging")

    assert (logging["targetBucket"], logging["targetPrefix"]) == ("prod-logs", ACCESS_PREFIX)
    assert "partitionedPrefix" in logging["targetObjectKeyFormat"], "S3 puts the logs of each bucket apart"


def test_a_bucket_is_encrypted_with_the_environments_key() -> None:
    (rule,) = one("BucketServerSideEncryptionConfiguration")["rules"]

    default = rule["applyServerSideEncryptionByDefault"]
    assert default == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": ACCOUNT.arn("kms", "key/data")}


def test_nothing_in_a_bucket_is_ever_public() -> None:
    closed = one("BucketPublicAccessBlock")

    assert {value for name, value in closed.items() if name != "bucket"} == {True}
