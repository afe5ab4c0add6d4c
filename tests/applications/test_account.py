"""The three applications in an AWS account, in production: over all pairs, a role may do what its descriptor says.

What is expected is read from the teams' descriptors; the evaluator reads what the environment declares.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from pavedroad.access.iam import Whereabouts
from pavedroad.descriptor import load_project
from pavedroad.descriptor.checks import check_project
from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.plan.resolve import resolve
from tests.support.account_access import Use, World, things_of, wrong
from tests.support.declaring import declared
from tests.support.environments import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.stores import Store

NAME: Final = "account"
HERE: Final = Whereabouts(account="123456789012", region="eu-central-1")
RELATIONAL: Final = {"postgres", "mysql"}

ITEMS: Final = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem")
TABLES: Final = ("CreateTable", "DeleteTable", "UpdateTable", "PutResourcePolicy", "ExportTableToPointInTime")
SECRETS: Final = ("PutSecretValue", "DeleteSecret", "PutResourcePolicy", "RotateSecret", "UpdateSecret")
CLUSTERS: Final = ("DeleteDBCluster", "ModifyDBCluster", "CreateDBClusterSnapshot", "StopDBCluster")
CACHES: Final = ("DeleteReplicationGroup", "ModifyReplicationGroup", "CreateUser", "DeleteUser", "Connect")
BROKERS: Final = ("DeleteBroker", "UpdateBroker", "RebootBroker", "CreateUser", "DescribeBroker")
KEYS: Final = ("ScheduleKeyDeletion", "PutKeyPolicy", "DisableKey", "CreateGrant")


@cache
def descriptors() -> dict[str, Any]:
    """Return the teams' descriptors."""
    return dict(load_project(ROOT).teams)


@cache
def world() -> World:
    """Return all fourteen teams in an account, in production."""
    content = yaml.safe_load((ROOT / "stacks/environments/aws-sandbox.yaml").read_text(encoding="utf-8"))
    del content["teams"]
    content |= {"environment": NAME, "tier": "production"}
    content["aws"]["network"] = {"cidr": "10.60.0.0/16"}
    project = load_project(ROOT)
    environment = EnvironmentDescriptor.model_validate(content)
    assert check_project(project.teams, {**project.environments, NAME: environment}, project.files) == []
    return World.of(things_of(declared(resolve(project.teams, environment, project.files))), HERE)


def stores() -> Iterator[tuple[str, str, str, Store]]:
    """Yield team, service, name and words of every store."""
    for team, descriptor in descriptors().items():
        for service, workload in descriptor.workloads.items():
            for name, spec in workload.stores.items():
                yield team, service, name, spec


def owned(team: str, service: str, store: str, type_: str) -> dict[str, Any]:
    """Return the one resource of a type that is a store's, by its tags."""
    tags = {
        "pavedroad.dev/team": team,
        "pavedroad.dev/service": service,
        "pavedroad.dev/store": f"{service}-{store}",
    }
    (found,) = (
        dict(one.inputs)
        for one in world().resources
        if one.type == type_ and tags.items() <= (one.inputs.get("tags") or {}).items()
    )
    return found


def of_tables(team: str, service: str, store: str, spec: Any) -> Iterator[Use]:
    """Yield what is done with a store's tables: items by its owner, the tables themselves by nobody."""
    for table in spec.tables:
        whole = HERE.arn("dynamodb", f"table/{NAME}.{team}.{service}.{store}.{table}")
        yield from (Use(f"dynamodb:{action}", whole, frozenset({f"{team}/{service}"})) for action in ITEMS)
        yield from (Use(f"dynamodb:{action}", whole) for action in TABLES)


def of_database(team: str, service: str, store: str, spec: Any) -> Iterator[Use]:
    """Yield what is done with a database: its administrator's login is read for the job that makes its owner's user."""
    module = "rds" if spec.engine in RELATIONAL else "docdb"
    cluster = HERE.arn(
        "rds", f"cluster:{owned(team, service, store, f'aws:{module}/cluster:Cluster')['clusterIdentifier']}"
    )
    secret = HERE.arn("secretsmanager", "secret:rds!cluster-0a1b2c3d-a1B2c3")
    its = (("aws:ResourceTag/aws:rds:primaryDBClusterArn", cluster),)
    reader = frozenset({f"{team}/{service}-{store}-master"})
    yield Use("secretsmanager:GetSecretValue", secret, reader, keys=its)
    yield Use("secretsmanager:GetSecretValue", secret)
    yield from (Use(f"secretsmanager:{action}", secret, keys=its) for action in SECRETS)
    yield from (Use(f"rds:{action}", cluster) for action in CLUSTERS)
    yield Use("rds-db:connect", HERE.arn("rds-db", "dbuser:cluster-ABC/pavedroad"))


def of_cache(team: str, service: str, store: str, spec: Any) -> Iterator[Use]:
    """Yield what is done with a cache: its user gets its password by one job."""
    user = owned(team, service, store, "aws:elasticache/user:User")["userId"]
    job = frozenset({f"{team}/{service}-{store}-user"})
    yield Use("elasticache:ModifyUser", HERE.arn("elasticache", f"user:{user}"), job)
    group = owned(team, service, store, "aws:elasticache/replicationGroup:ReplicationGroup")
    thing = HERE.arn("elasticache", f"replicationgroup:{group['replicationGroupId']}")
    yield from (Use(f"elasticache:{action}", thing) for action in CACHES)


USES: Final = {
    "dynamodb": of_tables,
    "postgres": of_database,
    "mysql": of_database,
    "mongodb": of_database,
    "redis": of_cache,
}
"""What is done with a store, by its engine."""


def test_the_applications_have_every_engine_that_is_tried() -> None:
    assert {spec.engine for _, _, _, spec in stores()} == USES.keys()
    assert len(descriptors()) == 14


def test_no_role_is_a_teams_but_for_a_store_of_its_own() -> None:
    """RabbitMQ is entered by password, other services by their identity in the mesh: neither needs a role."""
    needed = {"dynamodb": "{0}/{1}", "redis": "{0}/{1}-{2}-user"}
    expected = {
        needed.get(spec.engine, "{0}/{1}-{2}-master").format(team, service, store)
        for team, service, store, spec in stores()
    }
    assert {name for name in world().roles if name.partition("/")[0] in descriptors()} == expected


@pytest.mark.parametrize("team", sorted(descriptors()))
def test_of_all_roles_only_those_with_an_edge_use_a_teams_stores(team: str) -> None:
    uses = [
        use
        for owner, service, store, spec in stores()
        if owner == team
        for use in USES[spec.engine](owner, service, store, spec)
    ]
    assert wrong(world(), uses) == {}


def test_the_brokers_administrator_is_read_by_the_brokers_own_reader() -> None:
    parameter = HERE.arn("ssm", f"parameter/{NAME}/platform/rabbitmq-admin")
    (reader,) = (name for name in world().readers if name.startswith("rabbitmq"))
    broker = HERE.arn("mq", f"broker:{NAME}_rabbitmq:b-0a1b2c3d")
    uses = [
        Use("ssm:GetParameter", parameter, frozenset({reader})),
        Use("ssm:PutParameter", parameter),
        Use("ssm:DeleteParameter", parameter),
        *(Use(f"mq:{action}", broker) for action in BROKERS),
    ]
    assert wrong(world(), uses) == {}


def test_keys_are_used_for_what_an_edge_says_and_through_its_service_alone() -> None:
    owners: dict[str, set[str]] = {"dynamodb": set(), "secretsmanager": set()}
    for team, service, store, spec in stores():
        if spec.engine == "dynamodb":
            owners["dynamodb"].add(f"{team}/{service}")
        elif USES[spec.engine] is of_database:
            owners["secretsmanager"].add(f"{team}/{service}-{store}-master")
    purposes = {"data": "dynamodb", "secrets": "secretsmanager"}
    teams = descriptors().keys()
    for purpose in ("data", "messages", "secrets", "logs", "registry"):
        key = world().key(f"{NAME}/{purpose}")
        for through in ("dynamodb", "s3", "sqs", "sns", "secretsmanager", "rds", "elasticache", "mq"):
            able = world().able(Use("kms:Decrypt", key, through=through))
            right = owners.get(through, set()) if purposes.get(purpose) == through else set()
            assert {name for name in able if name.partition("/")[0] in teams} == right, (purpose, through)
        assert not world().able(Use("kms:Decrypt", key)), "not by itself"
        assert not world().able(Use("kms:ScheduleKeyDeletion", key))
        for action in KEYS:
            able = world().able(Use(f"kms:{action}", key))
            assert not {name for name in able if name.partition("/")[0] in teams}


def test_nobody_but_external_secrets_takes_on_another_role() -> None:
    taken = {
        (name, other)
        for name, role in world().roles.items()
        for other in world().account.roles
        if not world().account.roles[role].unread and world().may(role, Use("sts:AssumeRole", other))
    }
    assert taken == {("external-secrets/external-secrets", reader) for reader in world().readers.values()}
