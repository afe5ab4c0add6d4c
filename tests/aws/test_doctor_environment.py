"""`paved doctor ENV` on the account that the environment stands in: what its plan needs, and what is in its way."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from pavedroad.aws.errors import AwsError
from pavedroad.cli.main import run
from pavedroad.descriptor import load_project
from pavedroad.descriptor.cloud import ExistingNetworkSpec
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.doctor import Outcome, check_cloud
from pavedroad.doctor.quotas import (
    ADDRESSES,
    CLUSTERS,
    DATABASE_CLUSTERS,
    DATABASES,
    NAT_GATEWAYS,
    VCPUS,
    VPCS,
    needs_of,
)
from pavedroad.plan.resolve import resolve
from tests.support.aws import ACCOUNT, REGION, TARGET, answer, changing_calls
from tests.support.projects import ROOT, ProjectCopy, project_copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pavedroad.aws import Clients
    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.doctor import Check
    from pavedroad.plan.environment import EnvironmentPlan

BLOCK = "10.40.0.0/16"


@cache
def project() -> Any:
    return load_project(ROOT)


def described(**words: Any) -> EnvironmentDescriptor:
    """The project's own environment on AWS, in an account of its own, with other words for the account."""
    environment: EnvironmentDescriptor = project().environments["aws-sandbox"]
    assert environment.aws is not None
    aws = environment.aws.model_copy(update={"sandbox": False, **words})
    return environment.model_copy(update={"aws": aws})


def planned(**words: Any) -> EnvironmentPlan:
    return resolve(project().teams, described(**words), project().files)


@cache
def plan() -> EnvironmentPlan:
    return planned()


@pytest.fixture
def looked_at(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> Looking:
    return Looking(clients, monkeypatch)


class Looking:
    """Looks at the account with quotas of its own."""

    def __init__(self, clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pavedroad.doctor.cloud.connect", lambda *_: clients)
        self._clients, self._monkeypatch = clients, monkeypatch

    def __call__(self, of: EnvironmentPlan, quotas: Mapping[str, int] | None = None) -> dict[str, Check]:
        def quota(*, ServiceCode: str, QuotaCode: str) -> dict[str, Any]:  # noqa: N803 boto3's words
            return {"Quota": {"Value": float((quotas or {}).get(QuotaCode, 1000))}}

        self._monkeypatch.setattr(self._clients.quotas, "get_service_quota", quota)
        return {check.subject: check for check in check_cloud(TARGET, None, of)}


def ec2() -> Any:
    return boto3.client("ec2", region_name=REGION)


def vpc(block: str, **tags: str) -> str:
    made = ec2().create_vpc(
        CidrBlock=block,
        TagSpecifications=[
            {"ResourceType": "vpc", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        ]
        if tags
        else [],
    )
    return str(made["Vpc"]["VpcId"])


def own(**more: str) -> dict[str, str]:
    return {"managed-by": "pavedroad", "environment": "aws-sandbox", **more}


def test_what_an_environment_needs_is_counted_from_its_plan() -> None:
    needed = needs_of(plan())
    assert {quota: needed[quota] for quota in (VPCS, ADDRESSES, NAT_GATEWAYS, CLUSTERS)} == {
        VPCS: 1,
        ADDRESSES: 1,
        NAT_GATEWAYS: 1,
        CLUSTERS: 1,
    }
    assert needed[DATABASES] == needed[DATABASE_CLUSTERS] == 2
    assert needed[VCPUS] == 2 * plan().cloud.cluster.nodes.count  # type: ignore[union-attr]  # it has both


def test_databases_of_every_engine_count_against_the_quotas_that_they_share() -> None:
    graph = {"service": "graphs", "stores": {"people": {"engine": "neptune"}}}
    papers = {"service": "papers", "stores": {"letters": {"engine": "mongodb"}}}
    teams = {
        **project().teams,
        **{
            each["service"]: TeamDescriptor.model_validate(
                {
                    "apiVersion": "pavedroad.dev/v1",
                    "kind": "Team",
                    "team": each["service"],
                    "owners": {"email": "team@example.com"},
                    "services": {
                        "api": {"type": "worker", "image": "example/api:1.0", "stores": each["stores"]}
                    },
                }
            )
            for each in (graph, papers)
        },
    }
    environment = described()
    providers = environment.providers.model_copy(update={"neptune": "neptune", "mongodb": "documentdb"})
    everybody = environment.model_copy(update={"teams": None, "providers": providers})

    before, after = (
        needs_of(resolve(among, everybody, project().files)) for among in (project().teams, teams)
    )

    assert after[DATABASES] - before[DATABASES] == 2
    assert after[DATABASE_CLUSTERS] - before[DATABASE_CLUSTERS] == 2


def test_a_nat_gateway_in_each_zone_needs_an_address_in_each() -> None:
    network = described().aws.network.model_copy(update={"nat": "per-zone"})  # type: ignore[union-attr]  # it has one
    needed = needs_of(planned(network=network))
    assert (needed[ADDRESSES], needed[NAT_GATEWAYS]) == (3, 1)


def test_without_ways_out_no_address_is_needed() -> None:
    network = described().aws.network.model_copy(update={"nat": "none"})  # type: ignore[union-attr]  # it has one
    assert not {ADDRESSES, NAT_GATEWAYS} & set(needs_of(planned(network=network)))


def test_what_others_hold_counts_against_a_quota_and_what_is_the_environments_own_does_not(
    looked_at: Looking,
) -> None:
    vpc("10.80.0.0/16")
    vpc(BLOCK, **own())
    there = len(ec2().describe_vpcs()["Vpcs"])
    enough = looked_at(plan(), {VPCS.code: there})[f"quota: {VPCS.subject}"]
    assert (enough.outcome, enough.found) == (
        Outcome.OK,
        f"{there}, {there - 1} of them in use by others; 1 needed",
    )
    short = looked_at(plan(), {VPCS.code: there - 1})[f"quota: {VPCS.subject}"]
    assert short.outcome is Outcome.FAULT
    assert "vpc L-F678F1CE" in short.advice


def test_where_the_account_has_no_quota_of_its_own_the_default_of_aws_counts(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(clients, "GetServiceQuota", 404, {"Code": "NoSuchResourceException", "Message": "no"})
    monkeypatch.setattr("pavedroad.doctor.cloud.connect", lambda *_: clients)
    checks = {check.subject: check for check in check_cloud(TARGET, None, plan())}
    assert checks[f"quota: {NAT_GATEWAYS.subject}"].found == "5; 1 needed"
    assert checks[f"quota: {VCPUS.subject}"].outcome is Outcome.NOT_CHECKED


def test_clusters_are_told_apart_by_name(looked_at: Looking) -> None:
    eks = boto3.client("eks", region_name=REGION)
    for name in ("aws-sandbox", "another"):
        eks.create_cluster(
            name=name, roleArn=f"arn:aws:iam::{ACCOUNT}:role/cluster", resourcesVpcConfig={"subnetIds": []}
        )
    found = looked_at(plan(), {CLUSTERS.code: 1})[f"quota: {CLUSTERS.subject}"]
    assert (found.outcome, found.found) == (
        Outcome.FAULT,
        "1, 1 of them in use by others, and the environment needs 1",
    )


def test_a_block_that_no_other_has_is_well_beside_the_environments_own(looked_at: Looking) -> None:
    vpc(BLOCK, **own())
    assert looked_at(plan())["address block"].outcome is Outcome.OK


@pytest.mark.parametrize("block", [BLOCK, "10.40.16.0/20", "10.32.0.0/11"])
def test_a_vpc_with_addresses_of_the_block_is_named(looked_at: Looking, block: str) -> None:
    if block == "10.32.0.0/11":
        other = vpc("10.33.0.0/16")
        ec2().associate_vpc_cidr_block(VpcId=other, CidrBlock=BLOCK)
        block = BLOCK
    else:
        other = vpc(block, **own(environment="staging"))
    found = looked_at(plan())["address block"]
    assert found.outcome is Outcome.WARNING
    assert found.found == f"{BLOCK} overlaps {other} ({block})"


def existing(**words: Any) -> tuple[EnvironmentPlan, str]:
    """An environment in a VPC that is there, with a subnet in each of two zones."""
    made = vpc("10.60.0.0/16")
    subnets = [
        ec2().create_subnet(VpcId=made, CidrBlock=f"10.60.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")
        for number, zone in enumerate("ab")
    ]
    ids = tuple(each["Subnet"]["SubnetId"] for each in subnets)
    spec = {"vpc": made, "cidr": "10.60.0.0/16", "data_cidr": "10.60.0.0/20"} | dict.fromkeys(
        ("public", "private", "data"), ids
    )
    if words.get("data") == "in one zone":
        words["data"] = (ids[0], ids[0])
    return planned(network=ExistingNetworkSpec.model_validate({**spec, **words})), made


def test_a_network_that_is_there_as_it_is_said_is_well(looked_at: Looking) -> None:
    of, made = existing()
    checks = looked_at(of)
    assert checks["VPC"].found == f"{made} is there"
    assert {checks[f"{word} subnets"].outcome for word in ("public", "private", "data")} == {Outcome.OK}
    assert "address block" not in checks
    assert f"quota: {VPCS.subject}" not in checks


@pytest.mark.parametrize(
    ("words", "subject", "said"),
    [
        ({"vpc": "vpc-0a1b2c3d"}, "VPC", "there is no vpc-0a1b2c3d here"),
        ({"cidr": "10.61.0.0/16"}, "VPC", "has 10.60.0.0/16, not 10.61.0.0/16"),
        (
            {"data": ("subnet-0a1b2c3d", "subnet-0a1b2c3e")},
            "data subnets",
            "has no subnet-0a1b2c3d, subnet-0a1b2c3e",
        ),
        ({"data": "in one zone"}, "data subnets", f"all in {REGION}a, and 2 zones are needed"),
    ],
)
def test_a_network_that_is_not_as_it_is_said_is_a_fault(
    looked_at: Looking, words: dict[str, Any], subject: str, said: str
) -> None:
    of, _ = existing(**words)
    found = looked_at(of)[subject]
    assert found.outcome is Outcome.FAULT
    assert said in found.found
    assert "correct aws.network." in found.advice


def test_what_may_not_be_listed_is_not_checked(looked_at: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AwsError("could not list Vpcs: the permission ec2:DescribeVpcs is missing")

    monkeypatch.setattr("pavedroad.doctor.inventory.Inventory.each", refuse)
    checks = looked_at(plan())
    for subject in (f"quota: {VPCS.subject}", "network"):
        assert checks[subject].outcome is Outcome.NOT_CHECKED
        assert "ec2:DescribeVpcs" in checks[subject].found
    assert checks[f"quota: {VCPUS.subject}"].outcome is Outcome.OK


def test_looking_changes_nothing(clients: Clients, looked_at: Looking) -> None:
    calls = changing_calls(clients)
    before = ec2().describe_vpcs()["Vpcs"]
    looked_at(plan())
    assert calls == ["Encrypt"]
    assert ec2().describe_vpcs()["Vpcs"] == before


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProjectCopy]:
    """A copy of the project whose environment on AWS has an account of its own."""
    (tmp_path / "copy").mkdir()
    with project_copy(tmp_path / "copy") as made:
        made.edit("stacks/environments/aws-sandbox.yaml", "  sandbox: true\n", "")
        monkeypatch.chdir(made.root)
        monkeypatch.setenv("PAVEDROAD_STATE", str(tmp_path / "state"))
        yield made


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    return {check["subject"]: check for check in json.loads(capsys.readouterr().out)}


def test_account_and_region_are_the_environments_own(
    aws: None, copy: ProjectCopy, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["doctor", "aws-sandbox", "--json"])
    checks = said(capsys)
    assert f"region {REGION}" in checks["AWS credentials"]["found"]
    assert checks["Kubernetes version"]["outcome"] in {"ok", "warning"}
    assert {"address block", f"bucket {TARGET.state_bucket}"} <= set(checks)


def test_credentials_of_another_account_are_a_fault(
    aws: None, copy: ProjectCopy, capsys: pytest.CaptureFixture[str]
) -> None:
    copy.edit("stacks/environments/aws-sandbox.yaml", f'"{ACCOUNT}"', '"999999999999"')
    assert run(["doctor", "aws-sandbox", "--json"]) == 1
    assert "not of 999999999999" in said(capsys)["AWS credentials"]["found"]


def test_another_account_than_the_environments_is_a_word_that_is_off(
    copy: ProjectCopy, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["doctor", "aws-sandbox", "--account", "999999999999", "--region", REGION]
    assert run(words) == 64
    assert f"aws-sandbox stands in account {ACCOUNT}, region {REGION}" in capsys.readouterr().err


def test_the_sandbox_needs_no_account(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAVEDROAD_STATE", str(tmp_path))
    monkeypatch.setattr("pavedroad.cli.doctor.check_cloud", None)
    assert run(["doctor", "aws-sandbox", "--json"]) == 0
    checks = said(capsys)
    assert (checks["AWS"]["outcome"], checks["sandbox"]["outcome"]) == ("not checked", "not checked")
