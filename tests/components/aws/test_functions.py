"""A function in the account: the provider takes it, every control passes, and its versions run as they should."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from components.aws.functions import weights
from pavedroad.descriptor.cloud import AwsSpec
from pavedroad.governance import Stack, Verdict, judge
from pavedroad.plan.cloud.account import resolve_account
from policies.areas import RULES
from tests.support.aws_schema import misfits
from tests.support.clouds import AWS
from tests.support.functions import ARCHIVE, IMAGE, DeclaredFunction, planned

FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"

VARIANTS: dict[str, dict[str, Any]] = {
    "an image": {"command": ["/charge"], "args": ["handle"]},
    "an archive": {
        "archive": {**ARCHIVE, "layers": ["arn:aws:lambda:eu-central-1:123456789012:layer:base:3"]}
    },
    "everything": {
        "env": {"TIER": "${environment.tier}"},
        "secrets": {"STRIPE": {"vault": "kv/payments", "key": "token"}},
        "stores": {
            "files": {"engine": "bucket", "bucket": "files"},
            "carts": {
                "engine": "dynamodb",
                "tables": {"Items": {"partition_key": {"name": "id"}, "stream": "both"}},
            },
        },
        "changes": {"carts": {"Items": {"batch_window": "5s", "kinds": ["insert"], "match": {"a": ["b"]}}}},
        "objects": {"files": {"prefix": "in/", "suffix": ".pdf"}},
        "schedule": "0 3 * * 1-5",
        "rollout": {"stable": 3, "percent": 20},
        "subscribes": {"orders": {}},
        "publishes": ["news"],
        "concurrency": 4,
        "http": {
            "routes": [{"method": "POST", "path": "/charges"}, {"path": "/refunds"}],
            "issuer": "https://id.example.com",
            "audience": ["shop"],
            "scopes": ["charges.write"],
        },
    },
}

UNSIGNED = {"lambda-code-signed"}
"""What only whoever builds an archive can keep: it has to be signed where it is built."""
OUTSIDE = {"lambda-in-vpc"}
"""Nothing that a function owns is in the network, so the function is not either (docs/adr/0010)."""


@cache
def declared(variant: str) -> DeclaredFunction:
    account = resolve_account("prod", AwsSpec.model_validate(AWS))
    return DeclaredFunction(planned(**VARIANTS[variant]), account)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_provider_takes_every_input(variant: str) -> None:
    faults = {f"{one.type} {one.name}": misfits(one.type, one.inputs) for one in declared(variant).resources}
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_control_fails_but_those_that_are_named_here(variant: str) -> None:
    findings = judge(RULES, Stack(tuple(declared(variant).governed()), whole=True))
    own = (one for one in findings if "aws:s3/" not in one.urn and "aws:dynamodb/" not in one.urn)
    failing = {one.control for one in own if one.verdict is Verdict.FAIL}
    assert failing - OUTSIDE == (UNSIGNED if variant == "an archive" else set())


def test_an_image_runs_with_the_words_of_its_descriptor() -> None:
    function = declared("an image").one(FUNCTION)
    assert function["imageUri"] == IMAGE
    assert function["imageConfig"] == {"entryPoints": ["/charge"], "commands": ["handle"]}


def test_every_change_is_a_version_and_all_runs_go_to_the_newest() -> None:
    function, alias = declared("an image").one(FUNCTION), declared("an image").one(ALIAS)
    assert function["publish"] is True
    assert alias["name"] == "live"
    assert "routingConfig" not in alias


def test_a_rollout_keeps_the_stable_version_for_the_rest_of_the_runs() -> None:
    assert declared("everything").one(ALIAS)["functionVersion"] == "3"


def test_the_newest_version_gets_its_share_until_it_is_the_stable_one() -> None:
    plan = planned(rollout={"stable": 3, "percent": 20}).rollout
    assert plan is not None
    assert weights(plan, "4") == {"additionalVersionWeights": {"4": 0.2}}
    assert weights(plan, "3") is None


def alarms(variant: str) -> dict[str, dict[str, Any]]:
    """Return the alarms of a function itself, by metric."""
    type_ = "aws:cloudwatch/metricAlarm:MetricAlarm"
    found = (dict(one.inputs) for one in declared(variant).resources if one.type == type_)
    return {one["metricName"]: one for one in found if one["namespace"] != "AWS/DynamoDB"}


def test_a_version_that_is_rolled_out_is_watched_apart_from_the_stable_one() -> None:
    assert "Errors" not in alarms("an image")
    errors = alarms("everything")["Errors"]
    assert errors["dimensions"]["Resource"] == "prod_shop_charge:live"
    assert "ExecutedVersion" in errors["dimensions"]


def test_somebody_learns_of_runs_that_are_refused_and_of_events_that_failed() -> None:
    found = alarms("an image")
    assert found["Throttles"]["dimensions"] == {"FunctionName": "prod_shop_charge"}
    assert found["ApproximateNumberOfMessagesVisible"]["dimensions"] == {
        "QueueName": "prod_shop_charge_failed"
    }


def test_what_a_function_fails_to_process_is_kept_for_a_fortnight_and_sent_over_tls_alone() -> None:
    made = declared("an image")
    queue = made.one("aws:sqs/queue:Queue")
    assert queue["messageRetentionSeconds"] == 14 * 24 * 3600
    assert made.one(FUNCTION)["deadLetterConfig"]["targetArn"].endswith(queue["name"])
    (statement,) = json.loads(made.one("aws:sqs/queuePolicy:QueuePolicy")["policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_no_variable_holds_a_secret_and_all_are_encrypted() -> None:
    function = declared("everything").one(FUNCTION)
    assert function["environment"]["variables"]["STRIPE"].startswith("arn:aws:secretsmanager:")
    assert "kmsKeyArn" in function


def test_a_role_stays_within_the_environments_boundary() -> None:
    roles = [one.inputs for one in declared("everything").resources if one.type == "aws:iam/role:Role"]
    assert {role["permissionsBoundary"] for role in roles} == {
        "arn:aws:iam::123456789012:policy/prod.boundary"
    }
    assert len(roles) == 2


def mapping_of(variant: str, source: str) -> dict[str, Any]:
    """Return what reads a queue or table for a function."""
    (found,) = (
        one.inputs
        for one in declared(variant).resources
        if one.type == "aws:lambda/eventSourceMapping:EventSourceMapping" and source in one.name
    )
    return dict(found)


def test_changes_run_the_live_version_and_the_functions_queue_is_told_of_what_failed() -> None:
    mapping = mapping_of("everything", "carts.Items")
    assert mapping["functionName"].endswith(":function:prod_shop_charge:live")
    failed = "arn:aws:sqs:eu-central-1:123456789012:prod_shop_charge_failed"
    assert mapping["destinationConfig"] == {"onFailure": {"destinationArn": failed}}
    assert (mapping["maximumRetryAttempts"], mapping["bisectBatchOnFunctionError"]) == (5, True)
    assert mapping["maximumBatchingWindowInSeconds"] == 5
    (pattern,) = mapping["filterCriteria"]["filters"]
    assert json.loads(pattern["pattern"])["eventName"] == ["INSERT"]


def test_a_bucket_runs_the_live_version_and_is_this_account_s_own() -> None:
    made = declared("everything")
    notification = made.one("aws:s3/bucketNotification:BucketNotification")
    (wanted,) = notification["lambdaFunctions"]
    assert wanted["lambdaFunctionArn"].endswith(":function:prod_shop_charge:live")
    assert (wanted["filterPrefix"], wanted["filterSuffix"]) == ("in/", ".pdf")
    permission = permissions("everything")["s3.amazonaws.com"]
    assert permission["sourceArn"] == f"arn:aws:s3:::{notification['bucket']}"
    assert permission["sourceAccount"] == "123456789012"
    assert permission["qualifier"] == "live"


def permissions(variant: str) -> dict[str, dict[str, Any]]:
    """Return what lets others run a function, by who does."""
    type_ = "aws:lambda/permission:Permission"
    found = (dict(one.inputs) for one in declared(variant).resources if one.type == type_)
    return {one["principal"]: one for one in found}


def test_messages_run_the_live_version_as_often_as_the_function_may_run_at_once() -> None:
    mapping = mapping_of("everything", "orders")
    assert mapping["functionName"].endswith(":function:prod_shop_charge:live")
    assert mapping["scalingConfig"] == {"maximumConcurrency": 4}
    assert mapping["functionResponseTypes"] == ["ReportBatchItemFailures"]


def test_every_operation_of_an_api_asks_for_a_token_and_a_scope() -> None:
    made = declared("everything")
    routes = [one.inputs for one in made.resources if one.type == "aws:apigatewayv2/route:Route"]
    assert {route["routeKey"] for route in routes} == {"POST /charges", "ANY /refunds"}
    assert {route["authorizationType"] for route in routes} == {"JWT"}
    assert all(route["authorizationScopes"] == ["charges.write"] for route in routes)
    issuer = made.one("aws:apigatewayv2/authorizer:Authorizer")["jwtConfiguration"]
    assert issuer == {"issuer": "https://id.example.com", "audiences": ["shop"]}


def test_an_api_runs_the_live_version_and_logs_no_token() -> None:
    made = declared("everything")
    assert made.one("aws:apigatewayv2/integration:Integration")["integrationUri"].endswith(
        ":prod_shop_charge:live"
    )
    assert permissions("everything")["apigateway.amazonaws.com"]["qualifier"] == "live"
    assert "header" not in made.one("aws:apigatewayv2/stage:Stage")["accessLogSettings"]["format"].lower()


def test_a_function_without_an_api_lets_nobody_run_it() -> None:
    types = {one.type for one in declared("an image").resources}
    assert not {type_ for type_ in types if "apigateway" in type_ or "permission" in type_}
