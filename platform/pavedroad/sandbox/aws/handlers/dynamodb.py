"""DynamoDB tables: indexes and replicas are changed one by one, the table being ready in between."""

from collections.abc import Mapping
from typing import Any, Final

from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values

_PROVISIONED: Final = "PROVISIONED"


class DynamodbTable(Lifecycle):
    """A table."""

    def scope(self, properties: Mapping[str, Any]) -> Values:
        """Add the indexes as AWS has them."""
        scope = super().scope(properties)
        provisioned = (properties.get("billingMode") or _PROVISIONED) == _PROVISIONED
        indexes = [_global(index, provisioned) for index in properties.get("globalSecondaryIndexes") or ()]
        local = [_local(index, properties) for index in properties.get("localSecondaryIndexes") or ()]
        return {**scope, "awsIndexes": indexes or None, "awsLocalIndexes": local or None}

    def complete(self, inputs: Values, scope: Values) -> None:
        """Add the replicas once the table is there."""
        super().complete(inputs, scope)
        self._change_replicas(str(scope["id"]), [], inputs.get("replicas") or [])

    def update(self, resource_id: str, old: Values, inputs: Values, changed: set[str]) -> Values:
        """Change indexes and replicas, each by a call of its own, then the rest."""
        if "globalSecondaryIndexes" in changed:
            self._change_indexes(resource_id, old, inputs)
        if "replicas" in changed:
            self._change_replicas(resource_id, old.get("replicas") or [], inputs.get("replicas") or [])
        return super().update(resource_id, old, inputs, changed)

    def live(self, scope: Values) -> Values | None:
        """Read indexes and replicas as well."""
        live = super().live(scope)
        if live is None:
            return None
        answer = live["answer"]
        live["globalSecondaryIndexes"] = [
            _declared(each) for each in answer.get("GlobalSecondaryIndexes") or ()
        ]
        live["localSecondaryIndexes"] = [
            {key: value for key, value in _declared(each).items() if key in _LOCAL}
            for each in answer.get("LocalSecondaryIndexes") or ()
        ]
        live["replicas"] = [
            {"regionName": each["RegionName"]}
            for each in answer.get("Replicas") or ()
            if each["RegionName"] != self.caller.region
        ]
        return live

    def _change_indexes(self, table: str, old: Values, inputs: Values) -> None:
        provisioned = (inputs.get("billingMode") or _PROVISIONED) == _PROVISIONED
        before = {each["name"]: each for each in old.get("globalSecondaryIndexes") or ()}
        now = {each["name"]: each for each in inputs.get("globalSecondaryIndexes") or ()}
        attributes = [
            {"AttributeName": each["name"], "AttributeType": each["type"]} for each in inputs["attributes"]
        ]
        updates: list[dict[str, Any]] = [
            {"Delete": {"IndexName": name}} for name in before if before[name] != now.get(name)
        ]
        updates += [
            {"Create": _global(index, provisioned)}
            for name, index in now.items()
            if before.get(name) != index
        ]
        for update in updates:
            parameters = {"TableName": table, "GlobalSecondaryIndexUpdates": [update]}
            self.ask("UpdateTable", {**parameters, "AttributeDefinitions": attributes})

    def _change_replicas(self, table: str, old: list[Values], new: list[Values]) -> None:
        before, now = {each["regionName"] for each in old}, {each["regionName"] for each in new}
        for region in sorted(before ^ now):
            update = {"Create" if region in now else "Delete": {"RegionName": region}}
            self.ask("UpdateTable", {"TableName": table, "ReplicaUpdates": [update]})


_LOCAL: Final = frozenset({"name", "projectionType", "rangeKey", "nonKeyAttributes"})


def _projection(index: Values) -> dict[str, Any]:
    more = {"NonKeyAttributes": index["nonKeyAttributes"]} if index.get("nonKeyAttributes") else {}
    return {"ProjectionType": index["projectionType"], **more}


def _keys(*names: str | None) -> list[dict[str, str]]:
    kinds = zip(names, ("HASH", "RANGE"), strict=True)
    return [{"AttributeName": name, "KeyType": kind} for name, kind in kinds if name]


def _global(index: Values, provisioned: bool) -> dict[str, Any]:  # noqa: FBT001 - one fact about the table
    keys = [
        {"AttributeName": key["attributeName"], "KeyType": key["keyType"]}
        for key in index.get("keySchemas") or ()
    ]
    wanted: dict[str, Any] = {
        "IndexName": index["name"],
        "KeySchema": keys or _keys(index.get("hashKey"), index.get("rangeKey")),
        "Projection": _projection(index),
    }
    if provisioned:
        wanted["ProvisionedThroughput"] = {
            "ReadCapacityUnits": index["readCapacity"],
            "WriteCapacityUnits": index["writeCapacity"],
        }
    return wanted


def _local(index: Values, table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "IndexName": index["name"],
        "KeySchema": _keys(table["hashKey"], index["rangeKey"]),
        "Projection": _projection(index),
    }


def _declared(index: dict[str, Any]) -> Values:
    keys = {each["KeyType"]: each["AttributeName"] for each in index["KeySchema"]}
    throughput = index.get("ProvisionedThroughput") or {}
    found = {
        "name": index["IndexName"],
        "hashKey": keys.get("HASH"),
        "rangeKey": keys.get("RANGE"),
        "keySchemas": [
            {"attributeName": each["AttributeName"], "keyType": each["KeyType"]}
            for each in index["KeySchema"]
        ],
        "projectionType": index["Projection"]["ProjectionType"],
        "nonKeyAttributes": index["Projection"].get("NonKeyAttributes"),
        "readCapacity": throughput.get("ReadCapacityUnits"),
        "writeCapacity": throughput.get("WriteCapacityUnits"),
    }
    return {key: value for key, value in found.items() if value is not None}
