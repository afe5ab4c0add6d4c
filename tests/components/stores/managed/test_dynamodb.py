"""Tables in DynamoDB on the recorder: what one is made of, and what makes it safe."""

from typing import Any

import pytest

from tests.support.managed import ACCOUNT, declared, managed, of_type

TABLE = "aws:dynamodb/table:Table"
TARGET = "aws:appautoscaling/target:Target"
POLICY = "aws:appautoscaling/policy:Policy"


def table(spec: dict[str, Any] | None = None, **words: Any) -> dict[str, Any]:
    items = {"partition_key": {"name": "id"}, **(spec or {})}
    (found,) = of_type(declared(managed("dynamodb", {"tables": {"Items": items}}, **words)), TABLE)
    return found


def test_a_table_is_encrypted_restorable_protected_and_paid_by_the_request() -> None:
    assert table() == {
        "name": "prod.shop.orders.ledger.Items",
        "attributes": [{"name": "id", "type": "S"}],
        "hashKey": "id",
        "billingMode": "PAY_PER_REQUEST",
        "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 30},
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": ACCOUNT.arn("kms", "key/data")},
        "deletionProtectionEnabled": True,
        "tags": {
            "pavedroad.dev/team": "shop",
            "pavedroad.dev/service": "orders",
            "pavedroad.dev/store": "orders-ledger",
        },
    }


def test_keys_indexes_stream_and_end_of_life_are_spelled_as_the_provider_wants_them() -> None:
    made = table(
        {
            "sort_key": {"name": "at", "type": "number"},
            "ttl": "expires",
            "stream": "both",
            "indexes": {
                "by_day": {"partition_key": {"name": "day"}, "sort_key": {"name": "id"}, "holds": ["total"]}
            },
            "local_indexes": {"by_price": {"sort_key": {"name": "price", "type": "number"}, "holds": "keys"}},
        }
    )

    assert (made["hashKey"], made["rangeKey"]) == ("id", "at")
    assert made["globalSecondaryIndexes"] == [
        {
            "name": "by_day",
            "keySchemas": [
                {"attributeName": "day", "keyType": "HASH"},
                {"attributeName": "id", "keyType": "RANGE"},
            ],
            "projectionType": "INCLUDE",
            "nonKeyAttributes": ["total"],
        }
    ]
    assert made["localSecondaryIndexes"] == [
        {"name": "by_price", "rangeKey": "price", "projectionType": "KEYS_ONLY"}
    ]
    assert made["ttl"] == {"attributeName": "expires", "enabled": True}
    assert (made["streamEnabled"], made["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")


CAPACITY = {"read": {"min": 5, "max": 50}, "write": {"min": 2, "max": 20}, "utilisation": 60}


def test_capacity_that_is_bought_ahead_follows_demand_on_the_table_and_its_indexes() -> None:
    spec = {
        "partition_key": {"name": "id"},
        "capacity": CAPACITY,
        "indexes": {"by_day": {"partition_key": {"name": "day"}}},
    }
    recording = declared(managed("dynamodb", {"tables": {"Items": spec}}))

    bounds = {
        (one["resourceId"], one["scalableDimension"]): (one["minCapacity"], one["maxCapacity"])
        for one in of_type(recording, TARGET)
    }
    name = "table/prod.shop.orders.ledger.Items"
    assert bounds == {
        (name, "dynamodb:table:ReadCapacityUnits"): (5, 50),
        (name, "dynamodb:table:WriteCapacityUnits"): (2, 20),
        (f"{name}/index/by_day", "dynamodb:index:ReadCapacityUnits"): (5, 50),
        (f"{name}/index/by_day", "dynamodb:index:WriteCapacityUnits"): (2, 20),
    }
    policies = of_type(recording, POLICY)
    assert {one["targetTrackingScalingPolicyConfiguration"]["targetValue"] for one in policies} == {60}
    assert {(one["resourceId"], one["scalableDimension"]) for one in policies} == set(bounds)


def test_what_autoscaling_has_changed_is_left_alone_and_nothing_else_is() -> None:
    spec = {"partition_key": {"name": "id"}, "capacity": CAPACITY}
    recording = declared(managed("dynamodb", {"tables": {"Items": spec}}))

    (made,) = [each for each in recording.resources if each.type == TABLE]
    assert made.options.ignore_changes == (
        "readCapacity",
        "writeCapacity",
        "globalSecondaryIndexes[*].readCapacity",
        "globalSecondaryIndexes[*].writeCapacity",
    )


@pytest.mark.parametrize(("tier", "protected"), [("development", False), ("production", True)])
def test_the_engine_protects_a_table_as_the_tier_says(tier: Any, protected: bool) -> None:
    recording = declared(managed("dynamodb", tier=tier))

    (made,) = [each for each in recording.resources if each.type == TABLE]
    assert (bool(made.options.protect), made.inputs["deletionProtectionEnabled"]) == (protected, protected)


def test_refused_reads_and_writes_alarm() -> None:
    alarms = of_type(declared(managed("dynamodb")), "aws:cloudwatch/metricAlarm:MetricAlarm")

    assert {one["metricName"] for one in alarms} == {"ReadThrottleEvents", "WriteThrottleEvents"}
    assert {one["dimensions"]["TableName"] for one in alarms} == {"prod.shop.orders.ledger.Items"}
