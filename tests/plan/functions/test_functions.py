"""A function, resolved: what is chosen where nothing is said, and what its role may do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pavedroad.plan.functions.model import ArchiveCode, ImageCode
from tests.support.functions import ARCHIVE, IMAGE, planned

ACCOUNT = "arn:aws:{}:eu-central-1:123456789012:{}"


def granted(**words: Any) -> set[tuple[str, str]]:
    """Return every pair of action and resource that the role of a function holds."""
    return {
        (action, resource)
        for grant in planned(**words).role.grants
        for action in grant.actions
        for resource in grant.resources
    }


EVERY_FUNCTION = granted()


def test_where_nothing_is_said_a_function_is_small_short_and_few() -> None:
    plan = planned()
    assert (plan.memory, plan.timeout, plan.concurrency, plan.architecture) == (512, 30, 10, "arm64")
    assert plan.code == ImageCode(image=IMAGE, command=(), args=())
    assert (plan.schedule, plan.rollout) == (None, None)


def test_what_an_environment_says_stands_over_what_is_said_in_general() -> None:
    here = {"memory": "2Gi", "concurrency": 3, "archive": ARCHIVE, "env": {"B": "2"}}
    plan = planned(memory="1Gi", env={"A": "1", "B": "1"}, environments={"prod": here, "other": {}})
    assert (plan.memory, plan.concurrency) == (2048, 3)
    assert plan.env == (("A", "1"), ("B", "2"))
    assert isinstance(plan.code, ArchiveCode)


def test_an_image_of_an_environment_stands_over_an_archive() -> None:
    plan = planned(archive=ARCHIVE, environments={"prod": {"image": IMAGE}})
    assert plan.code == ImageCode(image=IMAGE, command=(), args=())


def test_every_function_may_log_be_traced_and_keep_what_failed_and_nothing_else() -> None:
    assert {
        ("logs:CreateLogStream", ACCOUNT.format("logs", "log-group:/aws/lambda/prod_shop_charge:*")),
        ("logs:PutLogEvents", ACCOUNT.format("logs", "log-group:/aws/lambda/prod_shop_charge:*")),
        ("xray:PutTelemetryRecords", "*"),
        ("xray:PutTraceSegments", "*"),
        ("sqs:SendMessage", ACCOUNT.format("sqs", "prod_shop_charge_failed")),
        ("kms:Decrypt", ACCOUNT.format("kms", "key/*")),
        ("kms:GenerateDataKey", ACCOUNT.format("kms", "key/*")),
    } == EVERY_FUNCTION


def test_a_secret_adds_the_right_to_read_it_and_a_variable_that_says_where_it_is() -> None:
    words: dict[str, Any] = {"secrets": {"STRIPE": {"vault": "kv/payments", "key": "token"}}}
    arn = ACCOUNT.format("secretsmanager", "secret:prod/kv/payments")
    assert granted(**words) - EVERY_FUNCTION == {("secretsmanager:GetSecretValue", f"{arn}-??????")}
    assert dict(planned(**words).env) == {"STRIPE": f"{arn}:token::"}


def test_a_store_adds_its_rights_and_its_outputs() -> None:
    words: dict[str, Any] = {
        "stores": {"files": {"engine": "bucket", "bucket": "files"}},
        "env": {"FILES": "${stores.files.bucket}"},
    }
    added = granted(**words) - EVERY_FUNCTION
    assert {action.partition(":")[0] for action, _ in added} == {"s3"}
    assert dict(planned(**words).env)["FILES"].startswith("prod-shop-charge-files")


def test_a_renamed_function_keeps_its_name_in_the_account() -> None:
    plan = planned(formerly=["debit"])
    assert plan.function == "prod_shop_debit"
    assert plan.display_name == "charge"


def test_a_schedule_is_run_with_a_role_that_may_run_this_function_alone() -> None:
    schedule = planned(schedule="0 3 * * *", time_zone="Europe/Berlin").schedule
    assert schedule is not None
    assert (schedule.expression, schedule.time_zone) == ("cron(0 3 * * ? *)", "Europe/Berlin")
    rights = {
        (action, one) for grant in schedule.role.grants for action in grant.actions for one in grant.resources
    }
    assert rights == {
        ("lambda:InvokeFunction", ACCOUNT.format("lambda", "function:prod_shop_charge:live")),
        ("kms:Decrypt", ACCOUNT.format("kms", "key/*")),
    }


@pytest.mark.parametrize(("tier", "days"), [("local", 7), ("production", 365)])
def test_logs_are_kept_as_long_as_the_tier_says(tier: Any, days: int) -> None:
    assert planned(tier).log_days == days


def test_messages_run_a_function_that_may_receive_them_and_nothing_else() -> None:
    words: dict[str, Any] = {"subscribes": {"orders": {}}}
    queue = ACCOUNT.format("sqs", "prod_shop_orders")
    assert planned(**words).queues == (queue,)
    assert granted(**words) - EVERY_FUNCTION == {
        ("sqs:ChangeMessageVisibility", queue),
        ("sqs:DeleteMessage", queue),
        ("sqs:GetQueueAttributes", queue),
        ("sqs:GetQueueUrl", queue),
        ("sqs:ReceiveMessage", queue),
    }


def test_a_function_behind_a_topic_reads_a_queue_of_its_own() -> None:
    (queue,) = planned(subscribes={"news": {}}).queues
    assert queue == ACCOUNT.format("sqs", "prod_shop_charge_shop_news")


def test_a_function_that_publishes_is_told_where_to_and_may_do_it() -> None:
    words: dict[str, Any] = {"publishes": ["news"], "env": {"NEWS": "${publishes.news.arn}"}}
    topic = ACCOUNT.format("sns", "prod_shop_news")
    assert dict(planned(**words).env) == {"NEWS": topic}
    assert ("sns:Publish", topic) in granted(**words)


@pytest.mark.parametrize(("given", "rate"), [(None, 50), ("200/s", 200), ("90/m", 2), ("1/h", 1)])
def test_an_api_lets_so_many_requests_through_in_a_second(given: str | None, rate: int) -> None:
    limit = {} if given is None else {"rate_limit": given}
    front = {"routes": [{"path": "/"}], "issuer": "https://id.example.com", "audience": ["shop"], **limit}
    http = planned(http=front).http
    assert http is not None
    assert http.rate == rate


TABLES: dict[str, Any] = {
    "carts": {
        "engine": "dynamodb",
        "tables": {
            "Items": {"partition_key": {"name": "id"}, "stream": "both"},
            "Bare": {"partition_key": {"name": "id"}},
        },
    },
    "files": {"engine": "bucket", "bucket": "files"},
}


def changes(**words: Any) -> Any:
    """Return how the function is run with changes of its one table."""
    (found,) = planned(stores=TABLES, changes={"carts": {"Items": words}}).changes
    return found


def test_where_nothing_is_said_all_changes_are_read_from_the_first_and_tried_some_times() -> None:
    plan = changes()
    assert plan.table == "prod.shop.charge.carts.Items"
    assert (plan.start, plan.batch_size, plan.batch_window, plan.parallel) == ("TRIM_HORIZON", 100, 0, 1)
    assert (plan.retries, plan.max_age, plan.bisect, plan.patterns) == (5, 24 * 3600, True, ())


def test_one_filter_says_all_that_is_asked_of_a_change() -> None:
    (pattern,) = changes(kinds=["modify"], match={"state": ["new", {"anything_but": ["x"]}]}).patterns
    assert json.loads(pattern) == {
        "eventName": ["MODIFY"],
        "dynamodb": {"NewImage": {"state": {"S": ["new", {"anything-but": ["x"]}]}}},
    }


def test_changes_add_the_right_to_find_the_stream_of_their_table_and_objects_add_none() -> None:
    owning = granted(stores=TABLES)
    stream = ACCOUNT.format("dynamodb", "table/prod.shop.charge.carts.Items/stream/*")
    assert granted(stores=TABLES, changes={"carts": {"Items": {}}}) - owning == {
        ("dynamodb:ListStreams", stream)
    }
    assert granted(stores=TABLES, objects={"files": {}}) == owning


def test_objects_run_a_function_when_they_are_created_unless_it_is_said_otherwise() -> None:
    (plain,) = planned(stores=TABLES, objects={"files": {}}).objects
    assert (plain.events, plain.prefix, plain.suffix) == (("s3:ObjectCreated:*",), None, None)
    wanted = {"events": ["removed", "restored"], "prefix": "in/", "suffix": ".pdf"}
    (said,) = planned(stores=TABLES, objects={"files": wanted}).objects
    assert said.events == ("s3:ObjectRemoved:*", "s3:ObjectRestore:Completed")
    assert (said.prefix, said.suffix) == ("in/", ".pdf")
