"""Descriptors in an environment where AWS keeps the stores: what must be said there, and where it may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from pavedroad.descriptor import DescriptorFaults, load_project
from pavedroad.descriptor.managed import MANAGED_VERSIONS
from pavedroad.descriptor.stores import MongodbStore, MysqlStore, PostgresStore, RedisStore, StoreBase
from pavedroad.plan.cloud.sizes import release
from tests.support.files import write_project

if TYPE_CHECKING:
    from pathlib import Path

    from pavedroad.plan.cloud.sizes import Service

MODELS: dict[str, type[StoreBase]] = {
    "postgres": PostgresStore,
    "mysql": MysqlStore,
    "mongodb": MongodbStore,
    "redis": RedisStore,
}

SERVICES: dict[tuple[str, str], Service] = {
    ("postgres", "aurora"): "aurora-postgresql",
    ("postgres", "rds"): "rds-postgres",
    ("mysql", "aurora"): "aurora-mysql",
    ("mysql", "rds"): "rds-mysql",
    ("mongodb", "documentdb"): "documentdb",
    ("redis", "elasticache"): "elasticache-valkey",
}

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


WITH_DATABASE = ENVIRONMENT.replace("{dynamodb: dynamodb,", "{mysql: aurora, dynamodb: dynamodb,")
WITH_LEDGER = TEAM + "      ledger: {engine: mysql}\n"


def faults_with_database(root: Path, team: str) -> list[str]:
    write_project(root, team, environment=WITH_DATABASE)
    with pytest.raises(DescriptorFaults) as caught:
        load_project(root)
    return str(caught.value).splitlines()


def test_a_host_that_is_known_late_may_stand_in_a_variable(tmp_path: Path) -> None:
    env = "    env: {DSN: 'tcp://${stores.ledger.host}:${stores.ledger.port}'}\n"

    load_project(write_project(tmp_path, WITH_LEDGER + env, environment=WITH_DATABASE))


def test_a_host_that_is_known_late_stands_in_no_file(tmp_path: Path) -> None:
    config = "    config: {/etc/app.conf: {content: 'host=${stores.ledger.host}'}}\n"

    (fault,) = faults_with_database(tmp_path, WITH_LEDGER + config)

    assert "services.carts.config./etc/app.conf.content: given '${stores.ledger.host}'" in fault
    assert "in local it is known only once the store is made; put it in env" in fault


def test_what_the_plan_knows_may_stand_in_a_file(tmp_path: Path) -> None:
    config = "    config: {/etc/app.conf: {content: 'port=${stores.ledger.port}'}}\n"

    load_project(write_project(tmp_path, WITH_LEDGER + config, environment=WITH_DATABASE))


def test_a_version_that_aws_does_not_have_is_refused_with_those_that_it_has(tmp_path: Path) -> None:
    newer = WITH_LEDGER.replace("{engine: mysql}", '{engine: mysql, version: "9.4"}')

    (fault,) = faults_with_database(tmp_path, newer)

    assert "stores.ledger.version: given '9.4'; expected one of 8.0, 8.4; in local aurora keeps it" in fault


@pytest.mark.parametrize(("pair", "service"), SERVICES.items())
def test_the_versions_that_checks_know_are_those_that_can_be_made(
    pair: tuple[str, str], service: Service
) -> None:
    named = get_args(get_args(MODELS[pair[0]].model_fields["version"].annotation)[0])

    made = tuple(version for version in named if release(service, version))
    assert MANAGED_VERSIONS.get(pair, named) == made


def test_a_graph_outside_of_an_account_is_refused_with_what_stands_in_for_it(tmp_path: Path) -> None:
    graph = TEAM.replace(
        "{engine: dynamodb, tables: {Items: {partition_key: {name: id}}}}", "{engine: neptune}"
    )

    (fault,) = faults_of(tmp_path, graph)

    assert fault.startswith("stacks/environments/local.yaml:12:1: providers.neptune: ")
    assert "shop/carts.stores.items needs neptune and nobody realises it here; add neptune:" in fault
    assert "or make it neo4j" in fault


def test_a_region_whose_authority_is_unknown_runs_no_databases_of_aws(tmp_path: Path) -> None:
    elsewhere = ENVIRONMENT.replace("eu-central-1", "mx-central-1")
    kept = elsewhere.replace("bucket: s3", "bucket: s3, postgres: aurora, mongodb: documentdb")
    write_project(tmp_path, TEAM, environment=kept)

    with pytest.raises(DescriptorFaults) as caught:
        load_project(tmp_path)

    (fault,) = str(caught.value).splitlines()
    assert fault.startswith("stacks/environments/local.yaml:7:")
    assert "aws.region: given 'mx-central-1'" in fault
    assert "(mongodb: documentdb, postgres: aurora)" in fault
    assert "platform/pavedroad/rds_authorities/mx-central-1.pem" in fault


def test_a_region_whose_authority_is_unknown_may_keep_what_needs_none(tmp_path: Path) -> None:
    write_project(tmp_path, TEAM, environment=ENVIRONMENT.replace("eu-central-1", "mx-central-1"))

    assert load_project(tmp_path).environments["local"].aws is not None
