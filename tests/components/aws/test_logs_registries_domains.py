"""The bucket of logs, image repositories, zones and certificates."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.access.iam import Account, Caller
from tests.support.clouds import ACCOUNT, RecordedCloud, cloud_plan, lets, may, recorded_cloud

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier

BUCKET = f"arn:aws:s3:::prod-logs-{ACCOUNT}"
TRAIL = f"arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/prod"
OWNED = {"s3:x-amz-acl": "bucket-owner-full-control"}


@cache
def cloud(tier: Tier = "production") -> RecordedCloud:
    return recorded_cloud(cloud_plan(tier))


@cache
def account() -> Account:
    return cloud().account()


@pytest.mark.parametrize(
    ("service", "path", "keys"),
    [
        ("logging.s3", "s3/photos/x", {"aws:SourceAccount": ACCOUNT}),
        ("cloudtrail", f"AWSLogs/{ACCOUNT}/CloudTrail/x", {"aws:SourceArn": TRAIL, **OWNED}),
        ("logdelivery.elasticloadbalancing", "lb/x", {"aws:SourceAccount": ACCOUNT}),
    ],
)
def test_services_of_aws_put_logs_of_this_account_into_their_own_place(
    service: str, path: str, keys: dict[str, str]
) -> None:
    caller = Caller.service(f"{service}.amazonaws.com")
    foreign = {key: value.replace(ACCOUNT, "9" * 12) for key, value in keys.items()}
    assert lets(account(), f"{BUCKET}/{path}", "s3:PutObject", caller, keys)
    assert not lets(account(), f"{BUCKET}/{path}", "s3:PutObject", caller, foreign)
    assert not lets(account(), f"{BUCKET}/other/x", "s3:PutObject", caller, keys)
    assert not lets(account(), f"{BUCKET}/{path}", "s3:GetObject", caller, keys)


def test_a_trail_finds_out_whose_the_bucket_is() -> None:
    caller = Caller.service("cloudtrail.amazonaws.com")
    assert lets(account(), BUCKET, "s3:GetBucketAcl", caller, {"aws:SourceArn": TRAIL})


def test_nobody_reads_logs_without_tls() -> None:
    admin = Caller.role(f"arn:aws:iam::{ACCOUNT}:role/admin")
    for secure, allowed in (("true", True), ("false", False)):
        keys = {"aws:SecureTransport": secure}
        assert lets(account(), f"{BUCKET}/s3/x", "s3:GetObject", admin, keys) is allowed


@pytest.mark.parametrize(("tier", "days"), [("production", 365), ("development", 30)])
def test_logs_are_kept_as_long_as_the_tier_says(tier: Tier, days: int) -> None:
    lifecycle = cloud(tier).one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    assert lifecycle["rules"][0]["expiration"] == {"days": days}


def test_access_to_logs_is_logged_under_a_prefix_that_the_policy_lets_s3_write_to() -> None:
    logging = cloud().one("aws:s3/bucketLogging:BucketLogging")
    place = f"{BUCKET}/{logging['targetPrefix']}x"
    caller = Caller.service("logging.s3.amazonaws.com")
    assert logging["targetBucket"] == logging["bucket"]
    assert lets(account(), place, "s3:PutObject", caller, {"aws:SourceAccount": ACCOUNT})


def test_a_repository_is_called_after_its_environment_and_keeps_what_a_tag_means() -> None:
    repository = cloud().one("aws:ecr/repository:Repository")
    assert repository["name"] == "prod/shop"
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}


def test_images_without_a_tag_go_first_and_old_ones_after_many() -> None:
    policy = json.loads(cloud().one("aws:ecr/lifecyclePolicy:LifecyclePolicy")["policy"])
    chosen = [(rule["selection"]["tagStatus"], rule["selection"]["countNumber"]) for rule in policy["rules"]]
    assert chosen == [("untagged", 14), ("any", 200)]


def test_only_the_vpc_sees_the_internal_zone() -> None:
    zones = cloud().of("aws:route53/zone:Zone")
    assert zones.keys() == {"shop.example.com", "internal.example.com"}
    (vpc,) = zones["internal.example.com"].property_dependencies["vpcs"]
    assert vpc.endswith("::prod")
    assert "vpcs" not in zones["shop.example.com"].inputs


def certificates(**words: Any) -> RecordedCloud:
    return recorded_cloud(cloud_plan(**words))


def test_each_public_host_has_a_certificate_of_its_own_that_is_proved_in_the_zone() -> None:
    certificate = cloud().recording.the("aws:acm/certificate:Certificate")
    record = cloud().recording.the("aws:route53/record:Record")
    assert certificate.inputs["domainName"] == "web.shop.example.com"
    assert cloud().values["certificates"].keys() == {"web.shop.example.com"}
    assert record.property_dependencies["records"] == (certificate.urn,)
    assert record.property_dependencies["zoneId"][0].endswith("::shop.example.com")


def test_a_certificate_is_waited_for_only_where_its_zone_is_delegated_already() -> None:
    validation = "aws:acm/certificateValidation:CertificateValidation"
    assert cloud().of(validation) == {}
    assert list(certificates(zones={"public": "Z012345"}).of(validation)) == ["web.shop.example.com"]


def test_a_new_zone_says_where_it_has_to_be_delegated_to() -> None:
    assert "name_servers" in cloud().values
    assert "name_servers" not in certificates(zones={"public": "Z012345"}).values


def test_the_proof_that_acm_answers_with_is_what_is_written_into_the_zone() -> None:
    plan = cloud_plan()
    proof = {"resourceRecordName": "_a.web", "resourceRecordType": "CNAME", "resourceRecordValue": "_b.acm"}
    found = recorded_cloud(
        plan, preview=False, outputs={"aws:acm/certificate:Certificate": {"domainValidationOptions": [proof]}}
    )
    record = found.one("aws:route53/record:Record")
    assert (record["name"], record["type"], record["records"]) == ("_a.web", "CNAME", ["_b.acm"])


def test_other_slices_get_what_eks_answers_with() -> None:
    answer = {
        "endpoint": "https://eks",
        "certificateAuthority": {"data": "Q0E="},
        "vpcConfig": {"clusterSecurityGroupId": "sg-1"},
    }
    found = recorded_cloud(cloud_plan(), preview=False, outputs={"aws:eks/cluster:Cluster": answer})
    told = found.recording.outputs["cloud"]
    assert told["cluster_endpoint"] == "https://eks"
    assert told["cluster_authority"] == "Q0E="
    assert told["cluster_security_group"] == "sg-1"


def test_no_role_of_the_platform_reaches_into_another_environment() -> None:
    other = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:staging/vpc/flows:log-stream:x"
    assert not may(account(), f"arn:aws:iam::{ACCOUNT}:role/prod.vpc.flows", "logs:PutLogEvents", other)
