"""Whatever AWS says, people read one line: what was tried, what it said, what to do."""

from __future__ import annotations

import pytest

from pavedroad.aws import AwsError, Clients, confirm_account, connect
from tests.support.aws import ACCOUNT, REGION, TARGET, answer, bootstrapped

DENIED = {"Code": "AccessDenied", "Message": "Access Denied"}


@pytest.mark.parametrize(
    ("operation", "permission"),
    [
        ("DescribeKey", "kms:DescribeKey"),
        ("CreateKey", "kms:CreateKey"),
        ("CreateAlias", "kms:CreateAlias"),
        ("EnableKeyRotation", "kms:EnableKeyRotation"),
        ("HeadBucket", "s3:ListBucket"),
        ("CreateBucket", "s3:CreateBucket"),
        ("PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
        ("PutBucketEncryption", "s3:PutEncryptionConfiguration"),
        ("PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
        ("PutBucketLogging", "s3:PutBucketLogging"),
        ("CreateOpenIDConnectProvider", "iam:CreateOpenIDConnectProvider"),
        ("CreateRole", "iam:CreateRole"),
        ("PutRolePolicy", "iam:PutRolePolicy"),
    ],
)
def test_a_permission_that_is_missing_is_named(clients: Clients, operation: str, permission: str) -> None:
    answer(clients, operation, 403, DENIED)
    with pytest.raises(AwsError, match=f"needs the permission {permission}$") as refused:
        bootstrapped(clients)
    assert "\n" not in str(refused.value)


def test_the_permission_that_aws_itself_names_counts(clients: Clients) -> None:
    said = "User: arn:aws:iam::1:user/x is not authorized to perform: iam:TagRole on resource: role x"
    answer(clients, "CreateRole", 403, {"Code": "AccessDenied", "Message": said})
    with pytest.raises(
        AwsError, match=r"could not create role pavedroad-ci \(trust\).*permission iam:TagRole$"
    ):
        bootstrapped(clients)


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("ExpiredToken", "sign in again"),
        ("InvalidClientTokenId", "does not know these credentials"),
        ("LimitExceededException", "run this again once that is put right"),
    ],
)
def test_what_to_do_is_said(clients: Clients, code: str, advice: str) -> None:
    answer(clients, "CreateKey", 400, {"Code": code, "Message": "no"})
    with pytest.raises(AwsError, match=advice):
        bootstrapped(clients)


def test_the_wrong_account_is_refused(clients: Clients) -> None:
    with pytest.raises(AwsError, match=f"of account {ACCOUNT} .*not of 999999999999; nothing was done"):
        confirm_account(clients, "999999999999")


def test_without_credentials_people_are_told_how_to_get_some(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(AwsError, match="could not ask AWS whose the credentials are: there are no complete"):
        confirm_account(connect(REGION), ACCOUNT)


def test_a_profile_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(AwsError, match="no such profile"):
        connect(REGION, "theirs")


def test_an_end_point_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    clients = connect(REGION)
    with pytest.raises(AwsError, match=r"no answer .*is the region right"):
        confirm_account(clients, TARGET.account)
