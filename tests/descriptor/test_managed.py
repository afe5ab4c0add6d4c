"""Descriptors in an environment where AWS keeps the stores: what must be said there, and where it may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pavedroad.descriptor import DescriptorFaults, load_project
from tests.support.files import write_project

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = """\
apiVersion: pavedroad.dev/v1
kind: Environment
environment: local
tier: development
aws:
  account: "123456789012"
  region: eu-central-1
  owner: platform@example.com
  cost_centre: CC-1
  network: {cidr: 10.40.0.0/16}
clusters: {main: {kind: eks}}
providers: {dynamodb: dynamodb, bucket: s3}
secrets: {provider: secrets-manager}
"""

TEAM = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: shop
owners: {email: shop@example.com}
services:
  carts:
    type: worker
    image: example/carts:1.0
    stores:
      items: {engine: dynamodb, tables: {Items: {partition_key: {name: id}}}}
      photos: {engine: bucket, bucket: photos}
"""


def faults_of(root: Path, team: str) -> list[str]:
    write_project(root, team, environment=ENVIRONMENT)
    with pytest.raises(DescriptorFaults) as caught:
        load_project(root)
    return str(caught.value).splitlines()


def test_tables_that_aws_keeps_are_named(tmp_path: Path) -> None:
    unnamed = TEAM.replace(", tables: {Items: {partition_key: {name: id}}}", "")

    (fault,) = faults_of(tmp_path, unnamed)

    assert fault.startswith("stacks/teams/shop.yaml:10:")
    assert "services.carts.stores.items: given no tables; in local AWS keeps it; add tables:" in fault


def test_a_table_is_referred_to_by_its_name(tmp_path: Path) -> None:
    env = "    env: {TABLE: '${stores.items.table.Items}', OTHER: '${stores.items.table.Itms}'}\n"

    (fault,) = faults_of(tmp_path, TEAM + env)

    assert "given '${stores.items.table.Itms}'; expected one of the outputs" in fault
    assert "did you mean table.Items?" in fault


def test_a_key_that_does_not_exist_may_have_a_variable_of_its_own(tmp_path: Path) -> None:
    env = "    env: {KEY: '${stores.items.access_key_id}', SECRET: '${stores.photos.secret_access_key}'}\n"

    load_project(write_project(tmp_path, TEAM + env, environment=ENVIRONMENT))


@pytest.mark.parametrize(
    "env",
    [
        "    env: {LOGIN: 'key=${stores.items.access_key_id}'}\n",
        "    environments: {local: {env: {LOGIN: 'key=${stores.items.access_key_id}'}}}\n",
        "    sidecars: {s: {image: a/b:1, env: {LOGIN: 'key=${stores.items.access_key_id}'}}}\n",
    ],
)
def test_a_key_that_does_not_exist_stands_in_no_longer_text(tmp_path: Path, env: str) -> None:
    (fault,) = faults_of(tmp_path, TEAM + env)

    assert "given '${stores.items.access_key_id}'; in local it does not exist; give it a variable" in fault


def test_what_another_environment_puts_in_its_place_is_not_refused(tmp_path: Path) -> None:
    env = "    env: {LOGIN: 'key=${stores.items.access_key_id}'}\n    environments: {local: {env: {LOGIN: none}}}\n"

    load_project(write_project(tmp_path, TEAM + env, environment=ENVIRONMENT))


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (
            "{partition_key: {name: id}, local_indexes: {byp: {sort_key: {name: p}}}}",
            "need a table with a sort_key",
        ),
        (
            """{partition_key: {name: a}, sort_key: {name: b},
                indexes: {byp: {partition_key: {name: p}}}, local_indexes: {byp: {sort_key: {name: p}}}}""",
            "byp is the name of two indexes; rename one of them",
        ),
        (
            "{partition_key: {name: id}, indexes: {byp: {partition_key: {name: id, type: number}}}}",
            "id is a string in one key and a number in another",
        ),
        (
            "{partition_key: {name: id}, capacity: {read: {min: 5, max: 1}, write: {min: 1, max: 1}}}",
            "min must not be above max",
        ),
    ],
)
def test_a_table_that_dynamodb_would_refuse_is_refused(tmp_path: Path, table: str, fault: str) -> None:
    (found,) = faults_of(tmp_path, TEAM.replace("{partition_key: {name: id}}", table))

    assert fault in found
