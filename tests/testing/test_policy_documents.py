"""A program that makes IAM policies with `aws.iam.get_policy_document` is previewed offline with the real document."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from pavedroad.testing import UNKNOWN, Recorder, RecordingError, Secret
from pavedroad.testing.policy_documents import POLICY_DOCUMENT, policy_document

POLICY = "aws:iam/policy:Policy"


def rendered(**args: Any) -> Any:
    return json.loads(policy_document(args)["json"])


def declared_with(make_statements: Callable[[], Any], *, preview: bool = False) -> Any:
    def program() -> None:
        answer = pulumi.runtime.invoke_output(POLICY_DOCUMENT, {"statements": make_statements()})
        pulumi.CustomResource(POLICY, "reader", {"policy": answer.apply(lambda result: result["json"])})

    return Recorder(preview=preview).run(program).the(POLICY).inputs["policy"]


def test_a_statement_is_written_as_the_provider_does() -> None:
    assert rendered(
        statements=[
            {
                "sid": "Read",
                "actions": ["s3:GetObject", "s3:ListBucket"],
                "resources": ["arn:aws:s3:::home/&{aws:username}/*"],
                "principals": [{"type": "AWS", "identifiers": ["111122223333", "444455556666"]}],
                "conditions": [
                    {"test": "StringLike", "variable": "aws:PrincipalTag/team", "values": ["a", "b"]},
                    {"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]},
                ],
            },
            {"effect": "Deny", "notActions": ["iam:*"], "notResources": ["*"]},
        ]
    ) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["s3:ListBucket", "s3:GetObject"],
                "Resource": "arn:aws:s3:::home/${aws:username}/*",
                "Principal": {"AWS": ["444455556666", "111122223333"]},
                "Condition": {
                    "Bool": {"aws:SecureTransport": "true"},
                    "StringLike": {"aws:PrincipalTag/team": ["a", "b"]},
                },
            },
            {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "*"},
        ],
    }


@pytest.mark.parametrize(
    ("type_", "written"), [("*", "*"), ("AWS", {"AWS": "*"})], ids=["anybody", "any account"]
)
def test_anybody_and_any_account_are_not_the_same_text(type_: str, written: object) -> None:
    (statement,) = rendered(statements=[{"principals": [{"type": type_, "identifiers": ["*"]}]}])["Statement"]
    assert statement["Principal"] == written


def test_a_later_statement_replaces_the_one_that_has_its_sid() -> None:
    merged = rendered(
        sourcePolicyDocuments=['{"Statement": {"Sid": "A", "Effect": "Allow"}}', '{"Statement": []}'],
        statements=[{"sid": "B", "actions": ["s3:*"]}, {"actions": ["sqs:*"]}],
        overridePolicyDocuments=[
            '{"Id": "last", "Statement": [{"Sid": "A", "Effect": "Deny"}, {"Sid": "C"}]}'
        ],
    )
    assert merged["Id"] == "last"
    assert [each.get("Sid") for each in merged["Statement"]] == ["A", "B", None, "C"]
    assert merged["Statement"][0]["Effect"] == "Deny"


def test_both_texts_hold_the_same_document() -> None:
    answer = policy_document({"statements": [{"actions": ["s3:GetObject"]}]})
    assert json.loads(answer["json"]) == json.loads(answer["minifiedJson"])
    assert answer["minifiedJson"] == json.dumps(json.loads(answer["json"]), separators=(",", ":"))
    assert answer["id"].isdecimal()


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        ({"sourcePolicyDocuments": ["{"]}, "sourcePolicyDocuments"),
        ({"overridePolicyDocuments": ["{}", "[]"]}, r"overridePolicyDocuments\[1\]"),
        ({"statements": [{"sid": "A"}, {"sid": "A"}]}, "have the Sid A"),
        ({"sourcePolicyDocuments": ['{"Statement": [{"Sid": "A"}, {"Sid": "A"}]}']}, "have the Sid A"),
    ],
)
def test_what_the_provider_would_refuse_is_refused(args: dict[str, Any], fault: str) -> None:
    with pytest.raises(RecordingError, match=fault):
        policy_document(args)


def test_a_program_gets_the_document_without_a_provider() -> None:
    written = declared_with(lambda: [{"actions": ["s3:GetObject"], "resources": ["*"]}])
    assert json.loads(written)["Statement"] == [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    ]


def test_a_document_made_of_a_secret_is_secret() -> None:
    written = declared_with(lambda: [{"resources": [pulumi.Output.secret("arn:hush")]}])
    assert isinstance(written, Secret)
    assert "arn:hush" in written.value


def test_a_document_made_of_something_unknown_is_unknown() -> None:
    def statements() -> list[dict[str, Any]]:
        return [{"resources": [pulumi.CustomResource("aws:s3/bucket:Bucket", "home", {}).id]}]

    assert declared_with(statements, preview=True) is UNKNOWN
    assert "home-id" in declared_with(statements)


def test_a_test_may_still_answer_it_differently() -> None:
    def program() -> None:
        answer = pulumi.runtime.invoke_output(POLICY_DOCUMENT, {})
        pulumi.CustomResource(POLICY, "reader", {"policy": answer.apply(lambda result: result["json"])})

    recorder = Recorder()
    recorder.answer(POLICY_DOCUMENT, {"json": "{}"})
    assert recorder.run(program).the(POLICY).inputs["policy"] == "{}"


class Policy(pulumi.CustomResource):
    """A policy as the AWS SDK declares it: given as an object or as text, it comes out as text."""

    policy: pulumi.Output[str]

    def __init__(self, name: str, policy: pulumi.Input[Any]) -> None:
        """Declare it."""
        super().__init__(POLICY, name, {"policy": policy})


def text_of(make_policy: Callable[[], Any]) -> Any:
    def program() -> None:
        policy = Policy("reader", make_policy())
        pulumi.CustomResource("example:shop:Copy", "copy", {"text": policy.policy})

    return Recorder(preview=True).run(program).the("example:shop:Copy").inputs["text"]


def test_a_policy_that_is_given_as_an_object_comes_out_as_text() -> None:
    document = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject"}]}
    assert json.loads(text_of(lambda: document)) == document
    assert text_of(lambda: "{}") == "{}"


def test_a_secret_in_a_policy_makes_its_text_secret_and_an_unknown_one_makes_it_unknown() -> None:
    hushed = text_of(lambda: {"Statement": [{"Resource": pulumi.Output.secret("arn:hush")}]})
    assert isinstance(hushed, Secret)
    assert json.loads(hushed.value) == {"Statement": [{"Resource": "arn:hush"}]}
    bucket = "aws:s3/bucket:Bucket"
    assert text_of(lambda: {"Resource": pulumi.CustomResource(bucket, "home", {}).id}) is UNKNOWN
