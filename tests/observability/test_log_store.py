"""In an account Loki keeps logs in a bucket of its own, as long as they are kept, and may do there what it does."""

from __future__ import annotations

from typing import Any

import yaml

from pavedroad.plan.observability.logs import AHEAD, LOKI
from pavedroad.plan.resolve import resolve
from tests.support import resolving
from tests.support.declaring import declared
from tests.support.example import ACCOUNT
from tests.support.watched import planned

BUCKET = "awsz0sandbox-observability-loki-123456789012"


def of_the_bucket() -> dict[str, dict[str, Any]]:
    """Return what is declared of the bucket, by its type."""
    found = declared(planned("aws-sandbox"))
    return {key[0]: props for key, props in found.items() if props.get("bucket") == BUCKET}


def test_logs_are_in_the_bucket_and_only_what_is_not_handed_on_yet_on_a_volume() -> None:
    observability = planned("aws-sandbox").platform.observability
    assert observability is not None
    config = yaml.safe_load(observability.loki.config)
    assert config["common"]["storage"] == {"s3": {"bucketnames": BUCKET, "region": "eu-central-1"}}
    assert config["compactor"]["delete_request_store"] == "s3"
    assert observability.loki.size.storage == AHEAD


def test_objects_end_with_the_retention_of_logs_and_are_encrypted() -> None:
    observability = planned("aws-sandbox").platform.observability
    assert observability is not None
    declared_ = of_the_bucket()
    [rule] = declared_["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"]["rules"]
    assert f"{rule['expiration']['days']}d" == observability.loki.retention
    encrypted = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    [by] = declared_[encrypted]["rules"]
    assert by["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"
    assert "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" in declared_


def test_loki_reads_and_writes_its_bucket_and_nothing_else() -> None:
    (role,) = (one for one in planned("aws-sandbox").platform.roles if one.service_account == "loki")
    granted = {grant.actions: grant.resources for grant in role.grants}
    arn = f"arn:aws:s3:::{BUCKET}"
    assert granted[("s3:ListBucket",)] == (arn,)
    assert granted[("s3:DeleteObject", "s3:GetObject", "s3:PutObject")] == (f"{arn}/*",)
    assert len(granted) == 3
    hosts = {(one.host, one.port): one.principals for one in planned("aws-sandbox").platform.egress}
    assert hosts[(f"{BUCKET}.s3.eu-central-1.amazonaws.com", 443)] == (LOKI.principal,)


def test_without_an_account_logs_are_on_the_volume() -> None:
    plan = resolve({"orders": resolving.team("orders", {"hear": {}})}, resolving.environment("production"))
    assert plan.platform.observability is not None
    assert plan.platform.observability.loki.bucket is None
    assert ACCOUNT["aws"]["account"] in BUCKET
