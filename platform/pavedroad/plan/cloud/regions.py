"""Where things are on AWS: partitions, zones, end points and ARNs, from a region's name alone.

Sources: AWS, *Partitions*, *Regions and Availability Zones*, *Amazon Resource Names*.
"""

from __future__ import annotations

from typing import Final, Literal

Partition = Literal["aws", "aws-cn", "aws-us-gov"]
"""A part of AWS that no role or ARN reaches out of."""

_DOMAIN: Final = "amazonaws.com"
_CHINESE_DOMAIN: Final = "amazonaws.com.cn"

_WITHOUT_REGION: Final = frozenset({"cloudfront", "iam", "route53", "s3", "sts"})
"""Services whose ARNs name no region (*Service Authorization Reference*)."""

_WITHOUT_ACCOUNT: Final = frozenset({"apigateway", "route53", "s3"})
"""Services whose ARNs name no account (the same)."""

_CHINESE_ENDPOINTS: Final = frozenset({"ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "sts"})
"""Services whose VPC end points begin with ``cn.`` in China; the others are called there as everywhere."""


def partition(region: str) -> Partition:
    """Return the partition of AWS that a region is in."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def domain(region: str) -> str:
    """Return the domain of a region's end points."""
    return _CHINESE_DOMAIN if partition(region) == "aws-cn" else _DOMAIN


def zone_names(region: str, letters: str) -> tuple[str, ...]:
    """Return the names of availability zones by their letters, such as ``abc``.

    Letters are dealt to every account anew, and some accounts lack some (AWS, *Availability Zone IDs*).
    """
    return tuple(f"{region}{letter}" for letter in letters)


def service_host(service: str, region: str) -> str:
    """Return the host of a service's API, such as ``sqs.eu-central-1.amazonaws.com``."""
    return f"{service}.{region}.{domain(region)}"


def registry_host(account: str, region: str) -> str:
    """Return the host of an account's image registry."""
    return f"{account}.dkr.ecr.{region}.{domain(region)}"


def endpoint_service(service: str, region: str) -> str:
    """Return the name by which a VPC end point asks for a service: ``com.amazonaws.eu-central-1.sts``."""
    chinese = partition(region) == "aws-cn" and service in _CHINESE_ENDPOINTS
    return f"{'cn.' if chinese else ''}com.amazonaws.{region}.{service}"


def service_principal(service: str, region: str) -> str:
    """Return how a policy names a service of AWS itself: ``eks.amazonaws.com``.

    CloudWatch Logs has one principal for each region, and EC2 another domain in China (IAM, *AWS service principals*).
    """
    if service == "logs":
        return service_host(service, region)
    return f"{service}.{domain(region) if service == 'ec2' else _DOMAIN}"


def arn(service: str, region: str, account: str, resource: str) -> str:
    """Return the ARN of a resource, such as ``table/prod.orders.ledger`` of ``dynamodb``.

    Region and account are left out where a service's ARNs have none; the partition is the region's even then.
    """
    place = "" if service in _WITHOUT_REGION else region
    owner = "" if service in _WITHOUT_ACCOUNT else account
    return f"arn:{partition(region)}:{service}:{place}:{owner}:{resource}"


def region_of_arn(named: str) -> str:
    """Return the region that an ARN names; empty where it names none."""
    return named.split(":", 4)[3]


def managed_policy(region: str, name: str) -> str:
    """Return the ARN of a policy that AWS keeps, such as ``AmazonEKSClusterPolicy``."""
    return f"arn:{partition(region)}:iam::aws:policy/{name}"
