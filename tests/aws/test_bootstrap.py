"""Whatever there is, bootstrap leads to the same end, and leaves alone what is not its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from pavedroad.aws import (
    AwsError,
    Clients,
    Operation,
    Repository,
    Target,
    connect,
    desired_parts,
    steps_towards,
)
from tests.support.aws import (
    ACCOUNT,
    REGION,
    TARGET,
    CutOffError,
    accept_audiences,
    answer,
    audiences_of,
    bootstrapped,
    changing_calls,
    cut_off_after,
    held,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_s3.type_defs import TagTypeDef

STATE, LOGS = TARGET.state_bucket, TARGET.log_bucket
OPEN = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}],
}

ANYBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


def test_a_second_run_changes_nothing(clients: Clients) -> None:
    assert bootstrapped(clients)
    before = held(clients)
    calls = changing_calls(clients)
    assert not bootstrapped(clients)
    assert not calls
    assert held(clients) == before


def test_looking_changes_nothing(clients: Clients) -> None:
    calls = changing_calls(clients)
    steps = steps_towards(desired_parts(TARGET, clients))
    assert {step.operation for step in steps} == {Operation.CREATE}
    assert not calls


def test_without_a_repository_nobody_is_let_in(clients: Clients) -> None:
    bootstrapped(clients, Target(account=ACCOUNT, region=REGION))
    assert not clients.iam.list_roles()["Roles"]
    assert not clients.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]


def _key(clients: Clients, alias: str) -> str:
    return clients.kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]


HARMS: dict[str, Callable[[Clients], object]] = {
    f"key {TARGET.secrets_alias}: alias": lambda c: c.kms.delete_alias(AliasName=TARGET.secrets_alias),
    f"key {TARGET.state_alias}: rotation": lambda c: c.kms.disable_key_rotation(
        KeyId=_key(c, TARGET.state_alias)
    ),
    f"key {TARGET.secrets_alias}: policy": lambda c: c.kms.put_key_policy(
        KeyId=_key(c, TARGET.secrets_alias), PolicyName="default", Policy=json.dumps(OPEN)
    ),
    f"key {TARGET.state_alias}: tags": lambda c: c.kms.untag_resource(
        KeyId=_key(c, TARGET.state_alias), TagKeys=["owner"]
    ),
    f"key {TARGET.state_alias}: key itself": lambda c: c.kms.update_key_description(
        KeyId=_key(c, TARGET.state_alias), Description="mine"
    ),
    f"bucket {STATE}: public access block": lambda c: c.s3.delete_public_access_block(Bucket=STATE),
    f"bucket {LOGS}: object ownership": lambda c: c.s3.put_bucket_ownership_controls(
        Bucket=LOGS, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    ),
    f"bucket {STATE}: encryption": lambda c: c.s3.put_bucket_encryption(
        Bucket=STATE,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    ),
    f"bucket {STATE}: versioning": lambda c: c.s3.put_bucket_versioning(
        Bucket=STATE, VersioningConfiguration={"Status": "Suspended"}
    ),
    f"bucket {STATE}: policy": lambda c: c.s3.delete_bucket_policy(Bucket=STATE),
    f"bucket {LOGS}: lifecycle": lambda c: c.s3.delete_bucket_lifecycle(Bucket=LOGS),
    f"bucket {STATE}: tags": lambda c: c.s3.delete_bucket_tagging(Bucket=STATE),
    f"bucket {STATE}: access log": lambda c: c.s3.put_bucket_logging(Bucket=STATE, BucketLoggingStatus={}),
    f"role {TARGET.role}: trust": lambda c: c.iam.update_assume_role_policy(
        RoleName=TARGET.role, PolicyDocument=json.dumps(ANYBODY)
    ),
    f"role {TARGET.role}: boundary": lambda c: c.iam.delete_role_permissions_boundary(RoleName=TARGET.role),
    f"role {TARGET.role}: policy": lambda c: c.iam.delete_role_policy(
        RoleName=TARGET.role, PolicyName="state-and-secrets"
    ),
    f"role {TARGET.role}: session": lambda c: c.iam.update_role(
        RoleName=TARGET.role, MaxSessionDuration=43200
    ),
    f"role {TARGET.role}: tags": lambda c: c.iam.untag_role(RoleName=TARGET.role, TagKeys=["team"]),
    f"policy {TARGET.boundary_policy}: document": lambda c: c.iam.create_policy_version(
        PolicyArn=TARGET.boundary_arn, PolicyDocument=json.dumps(OPEN), SetAsDefault=True
    ),
    f"policy {TARGET.boundary_policy}: tags": lambda c: c.iam.untag_policy(
        PolicyArn=TARGET.boundary_arn, TagKeys=["owner"]
    ),
    "identity provider token.actions.githubusercontent.com: audience": (
        lambda _: audiences_of(TARGET.iam_arn("oidc-provider/token.actions.githubusercontent.com")).clear()
    ),
}
"""By the part that it harms: something that somebody does behind the tool's back."""


@pytest.mark.parametrize("part", HARMS)
def test_what_was_changed_behind_its_back_is_mended_and_nothing_else(clients: Clients, part: str) -> None:
    accept_audiences(clients)
    bootstrapped(clients)
    before = held(clients)
    HARMS[part](clients)
    assert bootstrapped(clients) == [part]
    assert held(clients) == before


def test_a_full_set_of_policy_versions_makes_room_for_the_next(clients: Clients) -> None:
    bootstrapped(clients)
    for _ in range(4):
        HARMS[f"policy {TARGET.boundary_policy}: document"](clients)
    bootstrapped(clients)
    versions = clients.iam.list_policy_versions(PolicyArn=TARGET.boundary_arn)["Versions"]
    assert len(versions) == 5
    assert settled(clients)


def test_wherever_it_is_cut_off_the_next_run_ends_the_same() -> None:
    with mock_aws():
        clients = connect(REGION)
        calls = changing_calls(clients)
        bootstrapped(clients)
        whole, changes = held(clients), len(calls)
    assert changes > 20
    for after in range(changes):
        with mock_aws():
            doomed = connect(REGION)
            cut_off_after(doomed, after)
            with pytest.raises(CutOffError):
                bootstrapped(doomed)
            bootstrapped(clients)
            assert held(clients) == whole, f"cut off after {after} of {changes} changes"
            assert settled(clients)


def test_tags_that_others_add_stay(clients: Clients) -> None:
    bootstrapped(clients)
    theirs: list[TagTypeDef] = [
        {"Key": "backup", "Value": "daily"},
        {"Key": "owner", "Value": "somebody"},
    ]
    clients.s3.put_bucket_tagging(Bucket=STATE, Tagging={"TagSet": theirs})
    bootstrapped(clients)
    tagged = {tag["Key"]: tag["Value"] for tag in clients.s3.get_bucket_tagging(Bucket=STATE)["TagSet"]}
    assert tagged["backup"] == "daily"
    assert tagged["owner"] == "platform"


def test_an_identity_provider_that_others_use_keeps_their_audience_and_tags(clients: Clients) -> None:
    accept_audiences(clients)
    clients.iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com",
        ClientIDList=["theirs"],
        Tags=[{"Key": "owner", "Value": "them"}],
    )
    bootstrapped(clients)
    arn = TARGET.iam_arn("oidc-provider/token.actions.githubusercontent.com")
    provider = clients.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert sorted(provider["ClientIDList"]) == ["sts.amazonaws.com", "theirs"]
    tags = {tag["Key"]: tag["Value"] for tag in provider["Tags"]}
    assert tags["owner"] == "them"
    assert tags["data-class"] == "confidential"


def test_a_bucket_in_another_region_is_refused_before_anything_is_changed(clients: Clients) -> None:
    connect("eu-west-1").s3.create_bucket(
        Bucket=STATE, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    calls = changing_calls(clients)
    with pytest.raises(AwsError, match=r"is there already, in eu-west-1.*--region eu-west-1"):
        bootstrapped(clients)
    assert not calls


def test_a_bucket_of_somebody_else_is_refused(clients: Clients) -> None:
    answer(clients, "HeadBucket", 403, {"Code": "403", "Message": "Forbidden"})
    with pytest.raises(AwsError, match=r"of another account or closed.*choose another --name"):
        bootstrapped(clients)


def test_keys_that_nobody_may_look_at_are_somebody_elses(clients: Clients) -> None:
    clients.kms.create_key(Description="closed")
    answer(clients, "ListResourceTags", 403, {"Code": "AccessDeniedException", "Message": "no"})
    steps = steps_towards(part for part in desired_parts(TARGET, clients) if part.aspect == "key itself")
    assert [step.operation for step in steps] == [Operation.CREATE, Operation.CREATE]


def test_where_aws_does_not_say_whose_a_key_is_none_is_made_twice(clients: Clients) -> None:
    clients.kms.create_key(Description="whose?")
    answer(clients, "ListResourceTags", 400, {"Code": "ThrottlingException", "Message": "slow down"})
    with pytest.raises(AwsError, match="over and over"):
        bootstrapped(clients)
    assert len(clients.kms.list_keys()["Keys"]) == 1


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_a_key_that_somebody_took_out_of_use_is_not_put_back_behind_their_back(
    clients: Clients, state: str
) -> None:
    bootstrapped(clients)
    key = _key(clients, TARGET.state_alias)
    if state == "Disabled":
        clients.kms.disable_key(KeyId=key)
    else:
        clients.kms.schedule_key_deletion(KeyId=key)
    with pytest.raises(AwsError, match=f"its state is {state}"):
        bootstrapped(clients)


def test_in_the_oldest_region_too(aws: None) -> None:
    target = Target(account=ACCOUNT, region="us-east-1", repository=TARGET.repository)
    clients = connect("us-east-1")
    bootstrapped(clients, target)
    assert settled(clients, target)


def test_a_boundary_that_is_given_is_used_and_none_is_made(clients: Clients) -> None:
    given = clients.iam.create_policy(PolicyName="theirs", PolicyDocument=json.dumps(_narrow()))["Policy"][
        "Arn"
    ]
    target = Target(account=ACCOUNT, region=REGION, repository=TARGET.repository, boundary=given)
    bootstrapped(clients, target)
    role = clients.iam.get_role(RoleName=target.role)["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == given
    names = [each["PolicyName"] for each in clients.iam.list_policies(Scope="Local")["Policies"]]
    assert names == ["theirs"]


def _narrow() -> dict[str, object]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::x/*"}],
    }


def test_ci_of_gitlab_is_trusted_by_its_own_audience_and_subject(clients: Clients) -> None:
    repository = Repository(forge="gitlab", path="group/sub/shop", branch="main", host="git.example.com")
    bootstrapped(clients, Target(account=ACCOUNT, region=REGION, repository=repository))
    (statement,) = held(clients)["identity"]["role"]["trust"]["Statement"]
    assert statement["Principal"] == {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/git.example.com"}
    assert statement["Condition"] == {
        "StringEquals": {
            "git.example.com:aud": "https://git.example.com",
            "git.example.com:sub": "project_path:group/sub/shop:ref_type:branch:ref:main",
        }
    }
