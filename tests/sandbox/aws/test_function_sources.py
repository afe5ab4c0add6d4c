"""What runs functions in the sandbox's account: streams of tables and events of buckets, in all their words."""

from typing import Any, Final

import pytest

from tests.sandbox.aws.worlds import REGION, Made, World

MAPPING: Final = "aws:lambda/eventSourceMapping:EventSourceMapping"
NOTIFICATION: Final = "aws:s3/bucketNotification:BucketNotification"

CHANGES: Final[dict[str, Any]] = {
    "eventSourceArn": "${dynamodb/table:Table.streamArn}",
    "scalingConfig": None,
    "startingPosition": "TRIM_HORIZON",
    "batchSize": 50,
    "maximumBatchingWindowInSeconds": 5,
    "parallelizationFactor": 2,
    "maximumRetryAttempts": 3,
    "maximumRecordAgeInSeconds": 3600,
    "bisectBatchOnFunctionError": True,
    "destinationConfig": {"onFailure": {"destinationArn": "${sqs/queue:Queue.arn}"}},
    "filterCriteria": {"filters": [{"pattern": '{"eventName": ["INSERT"]}'}]},
}
OBJECTS: Final[dict[str, Any]] = {
    "queues": None,
    "lambdaFunctions": [
        {
            "id": "files",
            "lambdaFunctionArn": "${lambda/function:Function.arn}",
            "events": ["s3:ObjectCreated:*"],
            "filterPrefix": "in/",
            "filterSuffix": ".pdf",
        }
    ],
}


@pytest.fixture
def table(world: World) -> Made:
    return world.make(
        "aws:dynamodb/table:Table", {"streamEnabled": True, "streamViewType": "NEW_AND_OLD_IMAGES"}
    )


def test_a_stream_of_a_table_runs_a_function_with_every_word_kept(world: World, table: Made) -> None:
    made = world.make(MAPPING, CHANGES)
    answer = world.account.call("lambda", "GetEventSourceMapping", {"UUID": made.resource_id}, REGION)
    assert answer["EventSourceArn"] == table.outputs["streamArn"]
    assert made.resource.diff(made.outputs, made.inputs, made.inputs).differences == ()
    assert made.resource.read(made.resource_id, made.outputs, made.inputs) == (made.outputs, made.inputs)


def test_how_a_stream_is_read_is_changed_in_place_and_where_it_begins_is_not(
    world: World, table: Made
) -> None:
    assert table.outputs["streamArn"]
    made = world.make(MAPPING, CHANGES)
    changed = made.resource.check(world.inputs(MAPPING, {**CHANGES, "maximumRetryAttempts": 7}), made.inputs)
    assert made.resource.diff(made.outputs, made.inputs, changed).replaces == ()
    assert made.resource.update(made.resource_id, made.outputs, made.inputs, changed)
    newest = made.resource.check(
        world.inputs(MAPPING, {**CHANGES, "startingPosition": "LATEST"}), made.inputs
    )
    assert made.resource.diff(made.outputs, made.inputs, newest).replaces == ("startingPosition",)


def test_objects_of_a_bucket_run_a_function(world: World) -> None:
    made = world.make(NOTIFICATION, OBJECTS)
    answer = world.account.call(
        "s3", "GetBucketNotificationConfiguration", {"Bucket": made.inputs["bucket"]}, REGION
    )
    (found,) = answer["LambdaFunctionConfigurations"]
    assert found["Events"] == ["s3:ObjectCreated:*"]
    assert {rule["Name"].lower(): rule["Value"] for rule in found["Filter"]["Key"]["FilterRules"]} == {
        "prefix": "in/",
        "suffix": ".pdf",
    }
    assert made.resource.read(made.resource_id, made.outputs, made.inputs) == (made.outputs, made.inputs)
