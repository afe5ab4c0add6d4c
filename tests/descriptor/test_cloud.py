"""What an environment says about its account is checked at the line that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pavedroad.descriptor import DescriptorFaults, load_project
from tests.support.files import ENVIRONMENT, write_project

if TYPE_CHECKING:
    from pathlib import Path

TEAM = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: orders
owners: {email: orders@example.com}
services:
  orders: {type: worker, image: "example/orders:1.0"}
"""

ACCOUNT = """\
apiVersion: pavedroad.dev/v1
kind: Environment
environment: NAME
tier: development
aws:
  account: "123456789012"
  region: eu-central-1
  owner: platform@example.com
  cost_centre: CC-0001
  network: {cidr: 10.40.0.0/16}
clusters:
  main: {kind: eks}
providers: {}
secrets: {provider: secrets-manager}
"""

EXISTING = (
    "{vpc: vpc-0a1b2c3d, cidr: 10.40.0.0/16, data_cidr: DATA, public: [subnet-0a1b2c3d], "
    "private: [subnet-1a1b2c3d, subnet-2a1b2c3d], data: [subnet-3a1b2c3d, subnet-4a1b2c3d]}"
)


def project(root: Path, **environments: str) -> Path:
    """Write a project with these environments."""
    write_project(root, TEAM, environment=ENVIRONMENT)
    for name, text in environments.items():
        file = root / "stacks" / "environments" / f"{name}.yaml"
        file.write_text(text.replace("NAME", name), encoding="utf-8")
    return root


def faults_of(root: Path, **environments: str) -> list[str]:
    """Return what is wrong with environments."""
    with pytest.raises(DescriptorFaults) as found:
        load_project(project(root, **environments))
    assert all(fault.line for fault in found.value.faults)
    return [str(fault) for fault in found.value.faults]


def test_an_environment_in_an_account_is_sound(tmp_path: Path) -> None:
    assert load_project(project(tmp_path, dev=ACCOUNT)).environments["dev"].aws is not None


@pytest.mark.parametrize("cidr", ["10.40.0.0/16", "10.40.128.0/20"])
def test_networks_of_two_environments_do_not_overlap(tmp_path: Path, cidr: str) -> None:
    (fault,) = faults_of(tmp_path, dev=ACCOUNT, prod=ACCOUNT.replace("10.40.0.0/16", cidr))
    assert fault == (
        f"stacks/environments/prod.yaml:10:13: aws.network.cidr: given '{cidr}'; "
        "dev has 10.40.0.0/16; take a block that it does not touch"
    )


def test_networks_side_by_side_are_let_be(tmp_path: Path) -> None:
    load_project(project(tmp_path, dev=ACCOUNT, prod=ACCOUNT.replace("10.40.0.0/16", "10.41.0.0/16")))


def test_an_existing_network_holds_its_data_block(tmp_path: Path) -> None:
    existing = ACCOUNT.replace("{cidr: 10.40.0.0/16}", EXISTING)
    (fault,) = faults_of(tmp_path, dev=existing.replace("DATA", "10.41.0.0/20"))
    assert "aws.network.data_cidr: given '10.41.0.0/20'; expected a block within 10.40.0.0/16" in fault
    load_project(project(tmp_path, dev=existing.replace("DATA", "10.40.192.0/19")))


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ('"123456789012"', '"12345678901"', "an AWS account id: twelve digits in quotes"),
        ("eu-central-1", "frankfurt", "the name of an AWS region, such as eu-central-1"),
        ("10.40.0.0/16", "10.40.0.0/23", "cidr must be from /16 to /22"),
        ("10.40.0.0/16", "10.40.1.0/16", "a block starts at its first address"),
        (
            "{cidr: 10.40.0.0/16}",
            "{cidr: 10.40.0.0/16, zones: 2, zone_letters: abc}",
            "as many different letters",
        ),
        ("{cidr: 10.40.0.0/16}", "{cidr: 10.40.0.0/16, zones: 4}", "zones"),
        ("{cidr: 10.40.0.0/16}", "{}", "aws.network"),
        ("{cidr: 10.40.0.0/16}", "{cidr: 10.40.0.0/16}\n  alarms: {emails: [night]}", "aws.alarms.emails[0]"),
        (
            "{cidr: 10.40.0.0/16}",
            "{cidr: 10.40.0.0/16}\n  alarms: {urls: ['http://a.example.com']}",
            "an https URL without user, query or fragment",
        ),
    ],
)
def test_what_no_account_can_be_is_refused(tmp_path: Path, was: str, now: str, fault: str) -> None:
    found = faults_of(tmp_path, dev=ACCOUNT.replace(was, now))
    assert any(fault in one for one in found), found
    assert all(one.startswith("stacks/environments/dev.yaml:") for one in found)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("clusters:\n  main: {kind: eks}", "clusters.main"),
        ("providers: {bucket: s3}\nclusters:\n  main: {kind: sandbox}", "providers.bucket"),
    ],
)
def test_what_needs_an_account_says_so(tmp_path: Path, words: str, named: str) -> None:
    lines = ACCOUNT.splitlines(keepends=True)
    without = "".join([*lines[:4], "secrets: {provider: kubernetes, namespace: vault}\n", words, "\n"])
    if "providers" not in words:
        without += "providers: {}\n"
    (fault,) = faults_of(tmp_path, dev=without)
    assert f"{named} needs an account: add aws: with account, region and network" in fault
