"""The example of Sock Shop in an account: the applications' own descriptors, on databases that AWS runs."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from pavedroad.descriptor import load_project
from pavedroad.descriptor.checks import check_project
from pavedroad.plan.resolve import resolve
from tests.support.declaring import declared
from tests.support.environments import ROOT

if TYPE_CHECKING:
    from pavedroad.descriptor import Project
    from tests.support.declaring import Declared

EXAMPLE = ROOT / "examples" / "sock-shop-on-aws"


@cache
def project() -> Project:
    """Return this project with the example's environment beside its own, as the example's page says to put it."""
    root = Path(mkdtemp())
    shutil.copytree(ROOT / "stacks", root / "stacks")
    shutil.copytree(EXAMPLE / "stacks", root / "stacks", dirs_exist_ok=True)
    return load_project(root)


@cache
def objects() -> Declared:
    found = project()
    return declared(resolve(found.teams, found.environments["socks"], found.files))


def of(type_: str) -> dict[str, dict[str, Any]]:
    """Return the declared resources of a type, by logical name."""
    return {name: one for (kind, name), one in objects().items() if kind == type_}


def test_the_example_has_no_faults_beside_the_projects_own_environments() -> None:
    found = project()
    assert check_project(found.teams, found.environments, found.files) == []


def test_carts_users_and_orders_are_in_documentdb_and_the_catalogue_in_aurora() -> None:
    owners = {one["tags"]["pavedroad.dev/service"] for one in of("aws:docdb/cluster:Cluster").values()}
    (catalogue,) = of("aws:rds/cluster:Cluster").values()
    assert owners == {"carts", "orders", "user"}
    assert catalogue["tags"]["pavedroad.dev/service"] == "catalogue"
    assert catalogue["engine"] == "aurora-mysql"
    assert set(of("aws:mq/broker:Broker")) == {"socks_rabbitmq"}


def test_databases_let_their_owners_in_and_the_broker_its_clients_and_nobody_else() -> None:
    teams = {name: team for name, team in project().teams.items() if name.startswith("socks-")}
    services = {(team, name): one for team, found in teams.items() for name, one in found.services.items()}
    expected = set()
    for (team, name), service in services.items():
        pods = f"socks.{team}.{name}"
        expected |= {
            (pods, f"{pods}.{store}")
            for store, spec in service.stores.items()
            if spec.engine in ("mongodb", "mysql")
        }
        if service.publishes or service.subscribes:
            expected.add((pods, "socks.platform.rabbitmq"))
    rules = of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").values()
    opened = {
        (_group(rule["referencedSecurityGroupId"]), _group(rule["securityGroupId"]))
        for rule in rules
        if "referencedSecurityGroupId" in rule
    }
    assert opened == expected
    assert len(opened) == 6
    assert [rule["description"] for rule in rules if "referencedSecurityGroupId" not in rule] == [
        "TLS from everything in the VPC"
    ]


def test_the_hosts_that_the_images_have_built_in_lead_to_their_databases() -> None:
    built_in = {"socks-carts/carts-db", "socks-customers/user-db", "socks-orders/orders-db"}
    leads = {
        name: one["spec"]["externalName"]
        for name, one in of("kubernetes:core/v1:Service").items()
        if name in built_in
    }
    made = {f"{cluster}'s endpoint" for cluster in of("aws:docdb/cluster:Cluster")}
    assert leads.keys() == built_in
    assert set(leads.values()) == made


def _group(value: str) -> str:
    """Return the security group that a late value is the id of."""
    return value.removesuffix("'s id")
