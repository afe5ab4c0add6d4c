"""Tables in DynamoDB: encrypted with the environment's key, restorable to any second, not to be deleted by mistake.

Where several regions hold a table, one slice declares it with its replicas; the others only watch theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.aws.alarms import declare_alarms
from components.aws.place import cloud_place, late
from components.stores.parts import identity_props, open_outputs
from pavedroad.plan.naming import STORE_LABEL

if TYPE_CHECKING:
    from components.aws.place import Properties
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.dynamodb import (
        CapacityPlan,
        DynamodbPlan,
        IndexPlan,
        ReplicaPlan,
        TablePlan,
        UnitsPlan,
    )

TARGET: Final = "aws:appautoscaling/target:Target"
POLICY: Final = "aws:appautoscaling/policy:Policy"

_KEY_TYPES: Final = ("HASH", "RANGE")

REPLICATED: Final = "NEW_AND_OLD_IMAGES"
"""What a table's stream shows where regions tell each other (DynamoDB developer guide, «Global tables»)."""

_SCALED: Final = (
    "readCapacity",
    "writeCapacity",
    "globalSecondaryIndexes[*].readCapacity",
    "globalSecondaryIndexes[*].writeCapacity",
)
"""What autoscaling changes once a table stands."""


class Dynamodb(pulumi.ComponentResource):
    """The tables of one store, their capacity and their alarms."""

    def __init__(self, plan: DynamodbPlan, place: Place) -> None:
        """Declare the tables."""
        super().__init__(
            "pavedroad:stores:Dynamodb",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        self._place = cloud_place(place).under(self, {STORE_LABEL: plan.name})
        self.streams: dict[str, pulumi.Output[str]] = {}
        """The ARN of each table's stream of changes, by the table's name in the account; known late."""
        for table in plan.tables:
            made = (self._declare_made(table),) if plan.made else ()
            declare_alarms(self._place, table.alarms, after=made)
        self.register_outputs(open_outputs(plan))

    def _declare_made(self, table: TablePlan) -> pulumi.CustomResource:
        """Declare a table and its capacity."""
        made = self._declare_table(table)
        if table.stream:
            self.streams[table.name] = late(made, "streamArn")
        if table.capacity is not None:
            self._declare_scaling(table, table.capacity, made)
        return made

    def _declare_table(self, table: TablePlan) -> pulumi.CustomResource:
        plan = self._plan
        properties: Properties = {
            "name": table.name,
            "attributes": [{"name": name, "type": type_} for name, type_ in table.types],
            "hashKey": table.keys[0],
            "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": plan.recovery_days},
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": self._place.cloud.key("data")},
            "deletionProtectionEnabled": plan.identity.protect,
            **_capacity(table),
        }
        if len(table.keys) > 1:
            properties["rangeKey"] = table.keys[1]
        if table.indexes:
            properties["globalSecondaryIndexes"] = [_global_index(one, table) for one in table.indexes]
        if table.local_indexes:
            properties["localSecondaryIndexes"] = [
                {"name": one.name, "rangeKey": one.keys[1], **_projection(one)} for one in table.local_indexes
            ]
        if table.ttl:
            properties["ttl"] = {"attributeName": table.ttl, "enabled": True}
        if stream := REPLICATED if plan.replicas else table.stream:
            properties |= {"streamEnabled": True, "streamViewType": stream}
        if plan.replicas:
            properties["replicas"] = [self._replica(each) for each in plan.replicas]
        scaled = _SCALED if table.capacity else ()
        return self._place.declare(
            "aws:dynamodb/table:Table",
            table.name,
            properties,
            late=("streamArn",) if table.stream else (),
            protect=plan.identity.protect,
            ignore=scaled,
        )

    def _replica(self, replica: ReplicaPlan) -> Properties:
        """Return a table in another region: encrypted with the key there, and as safe as here."""
        return {
            "regionName": replica.region,
            "kmsKeyArn": self._place.cloud.elsewhere[replica.cluster].key("data"),
            "pointInTimeRecovery": True,
            "deletionProtectionEnabled": self._plan.identity.protect,
            "propagateTags": True,
        }

    def _declare_scaling(self, table: TablePlan, capacity: CapacityPlan, made: pulumi.CustomResource) -> None:
        """Let the capacity of a table and of its indexes follow demand."""
        for dimension, units in (("Read", capacity.read), ("Write", capacity.write)):
            self._declare_target(table.name, "table", dimension, units, capacity.utilisation, made)
            for index in table.indexes:
                name = f"{table.name}/index/{index.name}"
                self._declare_target(name, "index", dimension, units, capacity.utilisation, made)

    def _declare_target(  # noqa: PLR0913, PLR0917 what is scaled, between which bounds, and after what
        self,
        name: str,
        what: str,
        dimension: str,
        units: UnitsPlan,
        utilisation: int,
        made: pulumi.CustomResource,
    ) -> None:
        of_target = {
            "serviceNamespace": "dynamodb",
            "resourceId": f"table/{name}",
            "scalableDimension": f"dynamodb:{what}:{dimension}CapacityUnits",
        }
        logical = f"{name}/{dimension.lower()}"
        bounds = {"minCapacity": units.min, "maxCapacity": units.max}
        target = self._place.declare(TARGET, logical, {**of_target, **bounds}, after=(made,))
        metric = {"predefinedMetricType": f"DynamoDB{dimension}CapacityUtilization"}
        tracking = {"predefinedMetricSpecification": metric, "targetValue": float(utilisation)}
        self._place.declare(
            POLICY,
            logical,
            {
                **of_target,
                "name": logical,
                "policyType": "TargetTrackingScaling",
                "targetTrackingScalingPolicyConfiguration": tracking,
            },
            tagged=False,
            after=(target,),
        )


def _capacity(table: TablePlan) -> Properties:
    """Return how a table pays: by the request, or for what it starts with."""
    if table.capacity is None:
        return {"billingMode": "PAY_PER_REQUEST"}
    return {"billingMode": "PROVISIONED", **_units(table.capacity)}


def _units(capacity: CapacityPlan) -> Properties:
    return {"readCapacity": capacity.read.min, "writeCapacity": capacity.write.min}


def _global_index(index: IndexPlan, table: TablePlan) -> Properties:
    keys = [
        {"attributeName": name, "keyType": type_} for name, type_ in zip(index.keys, _KEY_TYPES, strict=False)
    ]
    units = _units(table.capacity) if table.capacity else {}
    return {"name": index.name, "keySchemas": keys, **_projection(index), **units}


def _projection(index: IndexPlan) -> Properties:
    attributes = {"nonKeyAttributes": list(index.attributes)} if index.attributes else {}
    return {"projectionType": index.projection, **attributes}
