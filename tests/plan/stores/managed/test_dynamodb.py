"""Tables in DynamoDB, resolved: names, keys, and what their owner may do with them."""

from typing import Any

import pytest

from pavedroad.plan.stores import DynamodbPlan
from pavedroad.plan.stores.managed.dynamodb import CHANGES, FINDING, ITEMS, IndexPlan
from tests.support.managed import managed
from tests.support.stores import store

TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/prod.shop.orders.ledger.Items"


def tables(spec: dict[str, Any] | None = None, **words: Any) -> DynamodbPlan:
    items = {"partition_key": {"name": "id"}, **(spec or {})}
    plan = managed("dynamodb", {"tables": {"Items": items}}, **words)
    assert isinstance(plan, DynamodbPlan)
    return plan


def test_a_table_is_named_after_everything_that_it_stands_in() -> None:
    assert tables().outputs == {
        "endpoint": "https://dynamodb.eu-central-1.amazonaws.com",
        "host": "dynamodb.eu-central-1.amazonaws.com",
        "port": "443",
        "region": "eu-central-1",
        "access_key_id": None,
        "secret_access_key": None,
        "table.Items": "prod.shop.orders.ledger.Items",
    }


def test_a_renamed_table_keeps_its_name_in_the_account() -> None:
    renamed = managed(
        "dynamodb", {"tables": {"Baskets": {"partition_key": {"name": "id"}, "formerly": ["Items"]}}}
    )

    assert renamed.outputs["table.Baskets"] == "prod.shop.orders.ledger.Items"


@pytest.mark.parametrize("tier", ["local", "production"])
def test_outside_of_an_account_a_table_is_called_as_its_application_makes_it(tier: Any) -> None:
    plan = store("dynamodb", {"tables": {"Items": {"partition_key": {"name": "id"}}}}, tier=tier)

    assert plan.outputs["table.Items"] == "Items"


def test_an_owner_may_work_with_items_of_its_tables_and_nothing_else() -> None:
    items, key = tables().grants

    assert (items.reason, items.actions, items.resources) == ("stores.ledger.items", ITEMS, (TABLE,))
    assert {action.partition(":")[0] for action in key.actions} == {"kms"}


def test_every_index_is_granted_by_its_name_for_finding_alone() -> None:
    spec = {
        "sort_key": {"name": "at", "type": "number"},
        "indexes": {"by_customer": {"partition_key": {"name": "customer"}}},
        "local_indexes": {"by_price": {"sort_key": {"name": "price", "type": "number"}}},
    }
    granted = {grant.reason: grant for grant in tables(spec).grants}

    indexes = granted["stores.ledger.indexes"]
    assert indexes.actions == FINDING
    assert indexes.resources == (f"{TABLE}/index/by_customer", f"{TABLE}/index/by_price")


def test_a_stream_may_be_read_only_where_one_is_asked_for() -> None:
    without = {grant.reason for grant in tables().grants}
    with_one = {grant.reason: grant for grant in tables({"stream": "both"}).grants}

    assert "stores.ledger.streams" not in without
    assert with_one["stores.ledger.streams"].actions == CHANGES
    assert with_one["stores.ledger.streams"].resources == (f"{TABLE}/stream/*",)


def test_words_of_a_table_reach_the_plan_as_dynamodb_spells_them() -> None:
    spec = {
        "sort_key": {"name": "at", "type": "number"},
        "ttl": "expires",
        "stream": "new",
        "indexes": {
            "by_customer": {"partition_key": {"name": "customer", "type": "binary"}, "holds": ["total"]},
            "by_day": {"partition_key": {"name": "day"}, "sort_key": {"name": "id"}, "holds": "keys"},
        },
    }
    (table,) = tables(spec).tables

    assert table.keys == ("id", "at")
    assert dict(table.types) == {"id": "S", "at": "N", "customer": "B", "day": "S"}
    assert (table.ttl, table.stream, table.capacity) == ("expires", "NEW_IMAGE", None)
    assert table.indexes == (
        IndexPlan(name="by_customer", keys=("customer",), projection="INCLUDE", attributes=("total",)),
        IndexPlan(name="by_day", keys=("day", "id"), projection="KEYS_ONLY"),
    )


@pytest.mark.parametrize(("tier", "days"), [("staging", 7), ("production", 30)])
def test_a_table_is_restorable_as_far_back_as_the_tier_says(tier: Any, days: int) -> None:
    assert tables(tier=tier).recovery_days == days


@pytest.mark.parametrize(("tier", "protected"), [("development", False), ("staging", True)])
def test_the_tier_protects_tables(tier: Any, protected: bool) -> None:
    assert tables(tier=tier).identity.protect is protected


def test_the_owner_reaches_nothing_outside_but_dynamodb() -> None:
    plan = tables()

    assert plan.egress_host == "dynamodb.eu-central-1.amazonaws.com:443"
    assert (plan.party, plan.flows, plan.outbound) == (None, (), ())
