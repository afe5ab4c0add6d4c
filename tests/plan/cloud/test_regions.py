"""Regions: what botocore resolves is what a region's name says."""

from __future__ import annotations

import pytest
from botocore.loaders import Loader
from botocore.regions import EndpointResolver

from pavedroad.plan.cloud.regions import (
    arn,
    endpoint_service,
    managed_policy,
    partition,
    registry_host,
    service_host,
    service_principal,
    zone_names,
)

REGIONS = ("eu-central-1", "us-west-2", "ap-southeast-2", "cn-north-1", "us-gov-west-1")
APIS = ("dynamodb", "kms", "lambda", "logs", "s3", "secretsmanager", "sns", "sqs", "ssm", "sts")


@pytest.mark.parametrize("region", REGIONS)
def test_hosts_and_partitions_are_those_that_botocore_resolves(region: str) -> None:
    resolver = EndpointResolver(Loader().load_data("endpoints"))
    assert resolver.get_partition_for_region(region) == partition(region)
    for api in APIS:
        resolved = resolver.construct_endpoint(api, region)
        assert resolved is not None
        assert resolved["hostname"] == service_host(api, region)


def test_arns_name_region_and_account_where_the_service_does() -> None:
    assert (
        arn("sqs", "eu-central-1", "1" * 12, "prod_orders")
        == "arn:aws:sqs:eu-central-1:111111111111:prod_orders"
    )
    assert arn("s3", "eu-central-1", "1" * 12, "prod-logs") == "arn:aws:s3:::prod-logs"
    assert arn("iam", "cn-north-1", "1" * 12, "role/a") == "arn:aws-cn:iam::111111111111:role/a"
    assert (
        arn("route53", "us-gov-west-1", "1" * 12, "hostedzone/Z1") == "arn:aws-us-gov:route53:::hostedzone/Z1"
    )
    assert managed_policy("cn-north-1", "AmazonEKSClusterPolicy").startswith("arn:aws-cn:iam::aws:policy/")


def test_principals_are_global_but_for_logs_and_for_ec2_in_china() -> None:
    assert service_principal("eks", "cn-north-1") == "eks.amazonaws.com"
    assert service_principal("ec2", "cn-north-1") == "ec2.amazonaws.com.cn"
    assert service_principal("ec2", "eu-central-1") == "ec2.amazonaws.com"
    assert service_principal("logs", "eu-central-1") == "logs.eu-central-1.amazonaws.com"


def test_vpc_end_points_are_called_otherwise_in_china() -> None:
    assert endpoint_service("ecr.api", "eu-central-1") == "com.amazonaws.eu-central-1.ecr.api"
    assert endpoint_service("ecr.api", "cn-north-1") == "cn.com.amazonaws.cn-north-1.ecr.api"
    assert endpoint_service("s3", "cn-north-1") == "com.amazonaws.cn-north-1.s3"


def test_zones_are_the_region_and_a_letter() -> None:
    assert zone_names("us-west-2", "bcd") == ("us-west-2b", "us-west-2c", "us-west-2d")
    assert registry_host("1" * 12, "us-west-2") == "111111111111.dkr.ecr.us-west-2.amazonaws.com"
