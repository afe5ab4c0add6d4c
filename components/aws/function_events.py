"""What runs a function by itself: queues, tables and buckets, each with what it may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.plan.functions.model import ALIAS

if TYPE_CHECKING:
    import pulumi

    from components.aws.place import CloudPlace, Properties
    from pavedroad.plan.functions.model import ChangesPlan, FunctionPlan, ObjectsPlan

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"

SOME_FAILED = {"functionResponseTypes": ["ReportBatchItemFailures"]}
"""What a run names as failed comes again, the rest of its batch does not (Lambda, *Partial batch responses*)."""

LEAST_POLLERS = 2
"""The lowest limit that SQS as an event source knows (Lambda, *CreateEventSourceMapping*)."""


def declare_messages(place: CloudPlace, plan: FunctionPlan, queue: str, alias: pulumi.CustomResource) -> None:
    """Declare that a queue's messages run a function.

    No more runs are begun than the function may have at once (Lambda, *Maximum concurrency for SQS event sources*).
    """
    limit = {"scalingConfig": {"maximumConcurrency": plan.concurrency}}
    place.declare(
        MAPPING,
        f"{plan.function}/{queue.rpartition(':')[2]}",
        {
            "functionName": plan.target,
            "eventSourceArn": queue,
            **SOME_FAILED,
            **(limit if plan.concurrency >= LEAST_POLLERS else {}),
        },
        after=(alias,),
    )


def declare_changes(
    place: CloudPlace,
    plan: FunctionPlan,
    changes: ChangesPlan,
    stream: pulumi.Output[str],
    alias: pulumi.CustomResource,
) -> None:
    """Declare that changes of a table's items run a function; of what fails for good the function's queue is told."""
    properties: Properties = {
        "functionName": plan.target,
        "eventSourceArn": stream,
        "startingPosition": changes.start,
        "batchSize": changes.batch_size,
        "parallelizationFactor": changes.parallel,
        "maximumRetryAttempts": changes.retries,
        "maximumRecordAgeInSeconds": changes.max_age,
        "bisectBatchOnFunctionError": changes.bisect,
        "destinationConfig": {
            "onFailure": {"destinationArn": place.cloud.account.arn("sqs", plan.dead_letters)}
        },
        **SOME_FAILED,
    }
    if changes.batch_window:
        properties["maximumBatchingWindowInSeconds"] = changes.batch_window
    if changes.patterns:
        properties["filterCriteria"] = {"filters": [{"pattern": pattern} for pattern in changes.patterns]}
    place.declare(MAPPING, f"{plan.function}/{changes.table}", properties, after=(alias,))


def declare_objects(
    place: CloudPlace,
    plan: FunctionPlan,
    objects: ObjectsPlan,
    bucket: pulumi.Resource,
    alias: pulumi.CustomResource,
) -> None:
    """Declare that objects of a bucket run a function, and let this bucket of this account alone do so.

    S3 tries whether it may before it takes a notification, so the permission is there first.
    """
    account = place.cloud.account
    name = f"{plan.function}/{objects.bucket}"
    permission = place.declare(
        "aws:lambda/permission:Permission",
        name,
        {
            "statementId": f"objects-{objects.store}",
            "action": "lambda:InvokeFunction",
            "function": plan.function,
            "qualifier": ALIAS,
            "principal": "s3.amazonaws.com",
            "sourceArn": account.arn("s3", objects.bucket),
            "sourceAccount": account.account,
        },
        tagged=False,
        after=(alias,),
    )
    wanted: Properties = {
        "id": objects.store,
        "lambdaFunctionArn": plan.target,
        "events": list(objects.events),
    }
    if objects.prefix is not None:
        wanted["filterPrefix"] = objects.prefix
    if objects.suffix is not None:
        wanted["filterSuffix"] = objects.suffix
    place.declare(
        "aws:s3/bucketNotification:BucketNotification",
        name,
        {"bucket": objects.bucket, "lambdaFunctions": [wanted]},
        tagged=False,
        after=(permission, bucket),
    )
