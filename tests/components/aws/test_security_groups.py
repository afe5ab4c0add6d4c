"""Security groups on the recorder: pods carry their service's beside the cluster's, before they are made."""

import pulumi
import pytest

from components.aws.place import Cloud
from components.aws.security_groups import declare_service_group, declare_store_group
from components.kubernetes import Kind, Place
from pavedroad.plan.cloud.security import service_group
from pavedroad.testing import Recorder, Recording
from tests.support.managed import ACCOUNT, CLOUD_VALUES, of_type

PLAN = service_group(ACCOUNT, "shop", "orders")
POLICY = "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy"


def place() -> Place:
    root = pulumi.ComponentResource("test:place:Place", "place")
    cloud = Cloud(account=ACCOUNT, values=pulumi.Output.from_input(CLOUD_VALUES))
    return Place(parent=root, namespace="shop", labels={"pavedroad.dev/service": "orders"}, cloud=cloud)


@pytest.fixture(scope="module")
def recording() -> Recording:
    def program() -> None:
        inside = declare_service_group(place(), PLAN)
        inside.declare(Kind("apps/v1", "Deployment"), "orders", {"spec": {}})

    return Recorder().run(program)


def test_a_services_group_lets_nobody_in_and_nothing_out(recording: Recording) -> None:
    (group,) = of_type(recording, "aws:ec2/securityGroup:SecurityGroup")

    assert (group["name"], group["ingress"], group["egress"]) == ("prod.shop.orders", [], [])
    assert group["vpcId"] == "vpc-0a1b2c3d"


def test_pods_carry_their_services_group_beside_the_clusters(recording: Recording) -> None:
    (policy,) = of_type(recording, POLICY)

    assert policy["spec"] == {
        "podSelector": {"matchLabels": {"pavedroad.dev/service": "orders"}},
        "securityGroups": {"groupIds": ["prod.shop.orders-id", "sg-0c1u5te2"]},
    }


def test_pods_wait_for_the_policy_since_it_reaches_only_those_that_are_made_after(
    recording: Recording,
) -> None:
    (policy,) = [each for each in recording.resources if each.type == POLICY]
    (deployment,) = [each for each in recording.resources if each.type.endswith(":Deployment")]

    assert policy.urn in deployment.depends_on


def test_a_store_in_the_vpc_of_an_owner_without_a_group_is_a_mistake_of_the_plan() -> None:
    with pytest.raises(Exception, match="its owner has none"):
        Recorder().run(lambda: declare_store_group(place(), "prod.shop.orders.ledger", 5433))
