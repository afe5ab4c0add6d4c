"""Judgements about API Gateway and Lambda that an example cannot show."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from pavedroad.governance import Opaque, Properties, Resource, Verdict, judge
from pavedroad.policy.sources import recorded
from pavedroad.testing import Recorder
from tests.support.examples import RULE_BY_CONTROL

UNKNOWN = Opaque.UNKNOWN
REST_API = "aws:apigateway/restApi:RestApi"
REST_STAGE = "aws:apigateway/stage:Stage"
SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
API = "aws:apigatewayv2/api:Api"
ROUTE = "aws:apigatewayv2/route:Route"
FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"
AUTHORIZED = "api-operations-authorized"
ORIGINS = "cors-credentials-for-named-origins"


def resource(
    type_: str, given: Mapping[str, Any], name: str = "thing", **references: tuple[str, ...]
) -> Resource:
    urn = f"urn:pulumi:prod::shop::{type_}::{name}"
    return Resource(type=type_, name=name, urn=urn, properties=Properties(given), references=references)


def verdict(control: str, *resources: Resource) -> Verdict:
    found = judge([RULE_BY_CONTROL[control]], resources)
    order = [Verdict.PASS, Verdict.NOT_EVALUATED, Verdict.FAIL]
    return max((each.verdict for each in found if each.urn == resources[0].urn), key=order.index)


@pytest.mark.parametrize(
    ("operation", "wanted"),
    [
        ({"security": [{"users": []}]}, Verdict.PASS),
        ({"security": [{"key": []}, {"users": []}]}, Verdict.PASS),
        ({"security": []}, Verdict.FAIL),
        ({"security": [{"users": []}, {}]}, Verdict.FAIL),
        ({}, Verdict.FAIL),
        ({"security": UNKNOWN}, Verdict.NOT_EVALUATED),
        (UNKNOWN, Verdict.NOT_EVALUATED),
    ],
)
def test_an_operation_of_a_document_needs_a_security_that_leaves_nobody_out(
    operation: object, wanted: Verdict
) -> None:
    body = {"paths": {"/orders": {"get": operation, "options": {}, "parameters": [], "summary": "orders"}}}
    assert verdict(AUTHORIZED, resource(REST_API, {"body": body})) is wanted


def test_a_document_as_json_text_is_judged_and_one_in_yaml_is_not() -> None:
    body = json.dumps({"paths": {"/orders": {"x-amazon-apigateway-any-method": {}}}})
    assert verdict(AUTHORIZED, resource(REST_API, {"body": body})) is Verdict.FAIL
    assert verdict(AUTHORIZED, resource(REST_API, {"body": "openapi: 3.0.1\npaths: {}"})) is (
        Verdict.NOT_EVALUATED
    )


def test_paths_that_are_not_known_are_not_taken_for_none() -> None:
    assert verdict(AUTHORIZED, resource(REST_API, {"body": {"paths": UNKNOWN}})) is Verdict.NOT_EVALUATED


def test_the_catch_all_route_of_an_http_api_must_ask_and_that_of_a_web_socket_cannot() -> None:
    http, socket = resource(API, {"protocolType": "HTTP"}), resource(API, {"protocolType": "WEBSOCKET"})
    of_http = resource(ROUTE, {"apiId": UNKNOWN, "routeKey": "$default"}, apiId=(http.urn,))
    of_socket = resource(ROUTE, {"apiId": UNKNOWN, "routeKey": "$default"}, apiId=(socket.urn,))
    assert verdict(AUTHORIZED, of_http, http) is Verdict.FAIL
    assert verdict(AUTHORIZED, of_socket, socket) is Verdict.PASS


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, Verdict.PASS),
        ({"gatewayresponse.header.access-control-allow-origin": "'*'"}, Verdict.PASS),
        (
            {
                "gatewayresponse.header.access-control-allow-origin": "'*'",
                "gatewayresponse.header.Access-Control-Allow-Credentials": "'True'",
            },
            Verdict.FAIL,
        ),
        (UNKNOWN, Verdict.NOT_EVALUATED),
    ],
)
def test_fixed_headers_must_not_allow_credentials_to_every_origin(headers: object, wanted: Verdict) -> None:
    response = resource("aws:apigateway/response:Response", {"responseParameters": headers})
    assert verdict(ORIGINS, response) is wanted


def test_a_stage_of_the_same_name_in_another_api_lends_no_settings() -> None:
    def program() -> None:
        for name in ("orders", "users"):
            api = pulumi.CustomResource(REST_API, name, {})
            pulumi.CustomResource(REST_STAGE, name, {"restApi": api.id, "stageName": "live"})
            if name == "orders":
                settings = {"loggingLevel": "ERROR"}
                given = {"restApi": api.id, "stageName": "live", "methodPath": "*/*", "settings": settings}
                pulumi.CustomResource(SETTINGS, name, given)

    found = judge([RULE_BY_CONTROL["api-stages-log-execution"]], recorded(Recorder().run(program).resources))
    assert {each.name: each.verdict for each in found} == {
        "orders": Verdict.PASS,
        "users": Verdict.FAIL,
    }


def test_a_usage_plan_is_found_in_a_preview_by_whose_outputs_it_was_made_from() -> None:
    def program() -> None:
        api = pulumi.CustomResource(REST_API, "orders", {})
        stages = {
            name: pulumi.CustomResource(REST_STAGE, name, {"restApi": api.id, "stageName": name})
            for name in ("live", "test")
        }
        plan = {"apiStages": [{"apiId": api.id, "stage": stages["live"].id}]}
        pulumi.CustomResource("aws:apigateway/usagePlan:UsagePlan", "plan", plan)

    found = judge([RULE_BY_CONTROL["rest-api-stages-throttled"]], recorded(Recorder().run(program).resources))
    assert {each.name: each.verdict for each in found} == {"live": Verdict.PASS, "test": Verdict.FAIL}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"principal": "apigateway.amazonaws.com", "sourceArn": "arn:api"}, Verdict.PASS),
        ({"principal": "events.amazonaws.com", "sourceAccount": "111122223333"}, Verdict.PASS),
        ({"principal": "111122223333"}, Verdict.PASS),
        ({"principal": "apigateway.amazonaws.com"}, Verdict.FAIL),
        ({"principal": "s3.amazonaws.com", "sourceArn": "arn:aws:s3:::orders"}, Verdict.FAIL),
        ({"principal": "apigateway.amazonaws.com", "sourceArn": UNKNOWN}, Verdict.NOT_EVALUATED),
    ],
)
def test_a_service_may_call_for_named_resources_only(given: Mapping[str, Any], wanted: Verdict) -> None:
    assert verdict("lambda-permissions-name-their-source", resource(PERMISSION, given)) is wanted


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("DB_PASSWORD", "hunter2", Verdict.FAIL),
        ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:1:secret:db", Verdict.PASS),
        ("DB_PASSWORD", "/shop/db/password", Verdict.PASS),
        ("DB_PASSWORD", "", Verdict.PASS),
        ("PASSWORD_FILE", "/run/secrets/db", Verdict.PASS),
        ("API_TOKEN", "ghp_" + "a1B2c3D4e5" * 4, Verdict.FAIL),
        ("GREETING", "welcome to the shop, dear visitor", Verdict.PASS),
        ("DB_PASSWORD", UNKNOWN, Verdict.NOT_EVALUATED),
    ],
)
def test_a_variable_holds_a_secret_by_its_form_or_by_its_name(
    name: str, value: object, wanted: Verdict
) -> None:
    function = resource(FUNCTION, {"environment": {"variables": {"LEVEL": "info", name: value}}})
    assert verdict("lambda-environment-without-secrets", function) is wanted


def test_the_day_to_judge_by_and_newer_runtimes_can_be_set() -> None:
    rule = RULE_BY_CONTROL["lambda-runtimes-supported"]
    python = resource(FUNCTION, {"runtime": "python3.13"})
    coming = resource(FUNCTION, {"runtime": "python3.15"}, "coming")

    def verdicts(**settings: object) -> list[Verdict]:
        return [each.verdict for each in judge([rule.set_to(settings)], [python, coming])]

    assert sorted(verdicts()) == [Verdict.FAIL, Verdict.PASS]
    assert verdicts(asOf="2029-06-30") == [Verdict.FAIL, Verdict.FAIL]
    assert verdicts(alsoSupported=["python3.15"]) == [Verdict.PASS, Verdict.PASS]
