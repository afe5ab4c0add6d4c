"""Joining separate resources: by the resource that a value was made from, or by a text that both know."""

import pytest

from pavedroad.governance import Opaque, Properties, Resource, Truth, refers_to

BUCKET = "aws:s3/bucket:Bucket"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"


def urn(type_: str, name: str) -> str:
    return f"urn:pulumi:prod::shop::{type_}::{name}"


def bucket(name: str, **properties: object) -> Resource:
    return Resource(type=BUCKET, name=name, urn=urn(BUCKET, name), properties=Properties(properties))


def versioning(value: object, *made_from: str) -> Resource:
    return Resource(
        type=VERSIONING,
        name="versioning",
        urn=urn(VERSIONING, "versioning"),
        properties=Properties({"bucket": value}),
        references={"bucket": made_from} if made_from else {},
    )


def points(pointing: Resource, other: Resource) -> Truth:
    return refers_to(pointing, "bucket", other, names=("bucket",))


def test_an_unknown_value_points_at_the_resource_that_it_was_made_from() -> None:
    pointing = versioning(Opaque.UNKNOWN, urn(BUCKET, "logs"))
    assert points(pointing, bucket("logs")).holds is True
    assert points(pointing, bucket("data")).holds is False


@pytest.mark.parametrize(
    "token", ["aws:s3/bucketV2:BucketV2", f"acme:web:Site${BUCKET}", "acme:web:Site$aws:s3/bucketV2:BucketV2"]
)
def test_a_parent_or_an_old_token_in_the_urn_does_not_hide_the_type(token: str) -> None:
    pointing = versioning(Opaque.UNKNOWN, urn(token, "logs"))
    assert points(pointing, bucket("data")).holds is False


@pytest.mark.parametrize(
    "pointing",
    [
        versioning(Opaque.UNKNOWN),
        versioning(Opaque.UNKNOWN, urn("acme:web:Site", "site")),
        versioning(Opaque.UNKNOWN, urn(BUCKET, "logs"), urn(BUCKET, "data")),
        versioning("logs-1a2b3c4"),
    ],
    ids=[
        "origin not kept",
        "an output of something else",
        "made from two",
        "the bucket's name is given later",
    ],
)
def test_it_is_not_known_where(pointing: Resource) -> None:
    assert points(pointing, bucket("logs")).holds is None


def test_a_known_text_points_at_whoever_has_that_name() -> None:
    assert points(versioning("shop-logs"), bucket("logs", bucket="shop-logs")).holds is True
    assert points(versioning("shop-logs"), bucket("data", bucket="shop-data")).holds is False


@pytest.mark.parametrize("value", [None, 7, ["shop-logs"]])
def test_what_is_missing_or_no_text_points_at_nothing(value: object) -> None:
    assert points(versioning(value), bucket("logs", bucket="shop-logs")).holds is False
