"""The provider's pure rules: names and shapes, what is no difference, the tables' expressions."""

from typing import Any

import pytest
from botocore.session import get_session

from pavedroad.sandbox.aws.config import Settings, read_settings, replacing_inputs
from pavedroad.sandbox.aws.expressions import evaluated, parts_of
from pavedroad.sandbox.aws.folder import AwsFolder
from pavedroad.sandbox.aws.schema import Schema, faults
from pavedroad.sandbox.aws.settling import same, settled
from pavedroad.sandbox.aws.shapes import UnmappedError, to_parameter, to_property
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.properties import Secret

OUTSIDE = AwsFolder(None)


def shape(service: str, operation: str, member: str) -> Any:
    model: Any = get_session().get_service_model(service).operation_model(operation)
    return model.input_shape.members[member]


@pytest.mark.parametrize(
    ("service", "operation", "member", "value", "expected"),
    [
        ("sqs", "CreateQueue", "tags", {"a": "b"}, {"a": "b"}),
        ("sns", "CreateTopic", "Tags", {"a": "b"}, [{"Key": "a", "Value": "b"}]),
        ("kms", "TagResource", "Tags", {"a": "b"}, [{"TagKey": "a", "TagValue": "b"}]),
        ("ecr", "CreateRepository", "encryptionConfiguration", [{"kmsKey": "k"}], {"kmsKey": "k"}),
        (
            "eks",
            "CreateCluster",
            "encryptionConfig",
            {"provider": {"keyArn": "k"}},
            [{"provider": {"keyArn": "k"}}],
        ),
        (
            "kafka",
            "CreateCluster",
            "ClientAuthentication",
            {"sasl": {"iam": True}},
            {"Sasl": {"Iam": {"Enabled": True}}},
        ),
    ],
)
def test_a_property_takes_the_shape_that_the_operation_asks_for(
    service: str, operation: str, member: str, value: Any, expected: Any
) -> None:
    assert to_parameter(shape(service, operation, member), value, member, {}) == expected


def test_a_nested_property_without_a_counterpart_is_named_by_its_path() -> None:
    with pytest.raises(UnmappedError, match=r"^vpcConfig\.colour$"):
        to_parameter(shape("eks", "CreateCluster", "resourcesVpcConfig"), {"colour": "red"}, "vpcConfig", {})


def test_an_answer_takes_the_types_of_the_properties() -> None:
    assert to_property({"*": "string"}, [{"Key": "a", "Value": "b"}], "tags", {}) == {"a": "b"}
    assert to_property("boolean", "true", "a", {}) is True
    assert to_property("integer", "40", "a", {}) == 40
    assert to_property("string", {"Version": "1"}, "policy", {}) == '{"Version": "1"}'
    assert to_property([{"bucketName!": "string"}], {"BucketName": "b"}, "a", {}) == [{"bucketName": "b"}]


@pytest.mark.parametrize(
    ("spec", "declared", "live", "expected"),
    [
        (["string"], ["a", "b"], ["b", "a"], True),
        (["string"], ["a", "b"], ["a"], False),
        ({"*": "string"}, {"a": "b"}, {"a": "b", "c": "d"}, False),
        ({"a": "string"}, {"a": "b"}, {"a": "b", "c": "d"}, True),
        ("string", '{"Action": ["s3:Get"]}', '{"Action":"s3:Get"}', True),
        ("string", '{"Action": "s3:Get"}', '{"Action": "s3:Put"}', False),
        ("string", "arn:aws:kms:r:1:key/abc", "abc", True),
        ("string", "1", 1, True),
        ("boolean", False, None, True),
        ("boolean", True, None, False),
    ],
)
def test_what_means_the_same_is_no_difference(spec: Any, declared: Any, live: Any, expected: bool) -> None:
    assert same(spec, declared, live) is expected


def test_what_aws_adds_to_an_object_is_kept_beside_what_was_declared() -> None:
    spec = {"subnetIds": ["string"], "vpcId": "string"}
    assert settled(spec, {"subnetIds": ["b", "a"]}, {"subnetIds": ["a", "b"], "vpcId": "v"}) == {
        "subnetIds": ["b", "a"],
        "vpcId": "v",
    }


def test_an_expression_without_one_of_its_parts_gives_nothing() -> None:
    assert evaluated("arn:{partition}:{name}", {"partition": "aws"}) is None
    assert evaluated({"a": ".there", "b": ".not"}, {"there": 1}) == {"a": 1}
    assert evaluated(".join('/', [a, b])", {"a": "x"}) is None


def test_an_id_is_taken_apart_as_it_was_put_together() -> None:
    assert parts_of("{role}/{policyArn}", "orders/arn:aws:iam::1:policy/a") == {
        "role": "orders",
        "policyArn": "arn:aws:iam::1:policy/a",
    }
    assert parts_of(".name", "orders") == {"name": "orders"}


def test_all_that_is_wrong_with_inputs_is_said_at_once_and_no_value_quoted() -> None:
    known = Schema({"name": "string", "rules": [{"days!": "integer"}]}, frozenset({"name"}), {}, frozenset())
    given = {"rules": [{"day": 1}, {"days": Secret("hunter2-canary")}]}
    assert faults(known, given) == [
        "missing required property 'name'",
        "missing required property 'days' in rules[0]",
        "there is no property 'day' in rules[0]; there are: days",
        "rules[1].days has to be a whole number",
    ]


def test_a_preview_needs_no_server_and_the_first_call_says_so() -> None:
    settings = read_settings({"aws:config:region": "eu-central-1"}, OUTSIDE)
    with pytest.raises(ProviderError, match="knows no server for sqs"):
        settings.endpoint("sqs")


def test_a_server_that_moved_is_no_other_account() -> None:
    old, new = ({"region": "a", "endpoints": port} for port in ("1", "2"))
    assert replacing_inputs(old, new) == (("endpoints",), ())
    assert replacing_inputs(old, {**old, "region": "b"}) == (("region",), ("region",))


def test_services_go_by_the_names_that_the_official_provider_gives_them() -> None:
    settings = Settings(region="a", endpoints={"sfn": "http://127.0.0.1:1"}, fallback="http://127.0.0.1:2")
    assert settings.endpoint("stepfunctions") == "http://127.0.0.1:1"
    assert settings.endpoint("sqs") == "http://127.0.0.1:2"
