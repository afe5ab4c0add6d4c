"""The judge of inputs: it knows the provider's types, down to what is nested in them."""

from __future__ import annotations

from typing import Any

import pytest

from pavedroad.testing import UNKNOWN, Secret
from tests.support.aws_schema import misfits

SUBNET: dict[str, Any] = {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24", "mapPublicIpOnLaunch": False}


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        (SUBNET, []),
        ({**SUBNET, "vpcId": UNKNOWN, "cidrBlock": Secret("10.0.0.0/24")}, []),
        ({**SUBNET, "cidr": "10.0.0.0/24"}, ["cidr: unknown"]),
        ({"cidrBlock": "10.0.0.0/24"}, ["vpcId: required"]),
        ({**SUBNET, "mapPublicIpOnLaunch": "no"}, ["mapPublicIpOnLaunch: expected bool"]),
        ({**SUBNET, "cidrBlock": 24}, ["cidrBlock: expected str"]),
        ({**SUBNET, "tags": {"Name": 1}}, ["tags.Name: expected str"]),
        ({**SUBNET, "tags": ["Name"]}, ["tags: expected a map"]),
    ],
)
def test_properties_are_known_typed_and_there(inputs: dict[str, Any], found: list[str]) -> None:
    assert misfits("aws:ec2/subnet:Subnet", inputs) == found


@pytest.mark.parametrize(
    ("disks", "found"),
    [
        ([{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 50}}], []),
        ([{"deviceName": "/dev/xvda", "ebs": {"size": 50}}], ["blockDeviceMappings[0].ebs.size: unknown"]),
        ([{"ebs": []}], ["blockDeviceMappings[0].ebs: expected an object"]),
        ({"ebs": {}}, ["blockDeviceMappings: expected a list"]),
    ],
)
def test_what_is_nested_is_judged_too(disks: object, found: list[str]) -> None:
    assert misfits("aws:ec2/launchTemplate:LaunchTemplate", {"blockDeviceMappings": disks}) == found


def test_what_a_nested_object_lacks_is_named_by_its_path() -> None:
    assert misfits("aws:eks/cluster:Cluster", {"roleArn": "arn", "vpcConfig": {}}) == [
        "vpcConfig.subnetIds: required"
    ]
