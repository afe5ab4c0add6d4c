"""What runs a function by itself, resolved.

Facts from the Lambda developer guide, «Using Lambda with DynamoDB» and «Control which events Lambda sends to your
function», and the S3 user guide, «Supported event types for SQS, SNS, and Lambda».
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.references import TABLE
from pavedroad.descriptor.values import seconds
from pavedroad.plan.cloud.access import Grant
from pavedroad.plan.cloud.patterns import pattern
from pavedroad.plan.functions.model import ChangesPlan, ObjectsPlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pavedroad.descriptor.function_events import ChangesSpec
    from pavedroad.descriptor.functions import FunctionSpec
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.provenance import Scope
    from pavedroad.plan.stores.model import StorePlan

BATCH_SIZE: Final = 100
RETRIES: Final = 5
MAX_AGE: Final = "24h"

_STARTS: Final[dict[str, Literal["TRIM_HORIZON", "LATEST"]]] = {"oldest": "TRIM_HORIZON", "newest": "LATEST"}
_KINDS: Final = {"insert": "INSERT", "modify": "MODIFY", "remove": "REMOVE"}
_EVENTS: Final = {
    "created": "s3:ObjectCreated:*",
    "removed": "s3:ObjectRemoved:*",
    "restored": "s3:ObjectRestore:Completed",
}

FIND: Final = ("dynamodb:ListStreams",)
"""What Lambda does with a stream in the function's name beside what an owner may."""


def resolve_changes(
    scope: Scope, spec: FunctionSpec, stores: Mapping[str, StorePlan]
) -> Iterator[ChangesPlan]:
    """Yield the tables with whose changes a function is run."""
    for store, tables in sorted(spec.changes.items()):
        for table, changes in sorted(tables.items()):
            name = str(stores[store].outputs[f"{TABLE}{table}"])
            yield _changes(scope.at("changes", store, table), stores[store].name, name, changes)


def _changes(scope: Scope, store: str, table: str, spec: ChangesSpec) -> ChangesPlan:
    """Return one of them."""
    return ChangesPlan(
        store=store,
        table=table,
        start=_STARTS[scope.choose("start", given=spec.start, default="oldest")],
        batch_size=scope.choose("batch_size", given=spec.batch_size, default=BATCH_SIZE),
        batch_window=seconds(spec.batch_window) if spec.batch_window else 0,
        parallel=scope.choose("parallel", given=spec.parallel, default=1),
        retries=scope.choose("retries", given=spec.retries, default=RETRIES),
        max_age=seconds(scope.choose("max_age", given=spec.max_age, default=MAX_AGE)),
        bisect=spec.bisect,
        patterns=tuple(_patterns(spec)),
    )


def _patterns(spec: ChangesSpec) -> Iterator[str]:
    """Yield the one filter that says all that is asked for; none where nothing is."""
    wanted: dict[str, object] = {}
    if spec.kinds:
        wanted["eventName"] = [_KINDS[kind] for kind in spec.kinds]
    if spec.match:
        image = {
            name: {"S": [pattern(value) for value in values]} for name, values in sorted(spec.match.items())
        }
        wanted["dynamodb"] = {"NewImage": image}
    if wanted:
        yield json.dumps(wanted)


def resolve_objects(spec: FunctionSpec, stores: Mapping[str, StorePlan]) -> Iterator[ObjectsPlan]:
    """Yield the buckets with whose objects a function is run."""
    for store, objects in sorted(spec.objects.items()):
        yield ObjectsPlan(
            store=stores[store].name,
            bucket=str(stores[store].outputs["bucket"]),
            events=tuple(_EVENTS[event] for event in objects.events or ("created",)),
            prefix=objects.prefix,
            suffix=objects.suffix,
        )


def event_grants(
    account: AccountPlan, spec: FunctionSpec, stores: Mapping[str, StorePlan]
) -> Iterator[Grant]:
    """Yield what reading streams takes, beside what the owner of a table may do; a bucket's events take nothing."""
    for store, tables in sorted(spec.changes.items()):
        for table in sorted(tables):
            arn = account.arn("dynamodb", f"table/{stores[store].outputs[f'{TABLE}{table}']}")
            yield Grant(reason=f"changes.{store}.{table}", actions=FIND, resources=(f"{arn}/stream/*",))
