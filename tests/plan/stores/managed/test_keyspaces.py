"""Keyspaces, resolved: what an owner is told, and what it may do."""

from pavedroad.plan.stores import KeyspacesPlan
from pavedroad.plan.stores.managed.keyspaces import OWN
from tests.support.managed import managed

TABLES = "arn:aws:cassandra:eu-central-1:123456789012:/keyspace/prod_shop_orders_ledger/table/*"


def keyspace() -> KeyspacesPlan:
    plan = managed("cassandra", provider="keyspaces")
    assert isinstance(plan, KeyspacesPlan)
    return plan


def test_an_owner_enters_its_keyspace_by_its_role_and_has_no_password() -> None:
    assert keyspace().outputs == {
        "host": "cassandra.eu-central-1.amazonaws.com",
        "port": "9142",
        "datacenter": "eu-central-1",
        "keyspace": "prod_shop_orders_ledger",
        "username": None,
        "password": None,
    }


def test_an_owner_may_work_with_tables_of_its_keyspace_and_read_what_drivers_ask_for() -> None:
    own, system = keyspace().grants

    assert (own.actions, own.resources) == (OWN, (TABLES,))
    assert system.actions == ("cassandra:Select",)
    assert all("/keyspace/system" in each for each in system.resources)


def test_it_is_reached_as_an_api_of_aws() -> None:
    assert keyspace().egress_host == "cassandra.eu-central-1.amazonaws.com:9142"
