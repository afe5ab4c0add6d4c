"""An AWS account held by moto: what is in it, and ways to get between a client and it."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from pavedroad.aws import Clients, Repository, Target, carry_out, desired_parts, steps_towards

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ACCOUNT = "123456789012"
"""The account that moto's credentials are of."""

REGION = "eu-central-1"

TARGET = Target(
    account=ACCOUNT,
    region=REGION,
    repository=Repository(forge="github", path="acme/shop", branch="main"),
)

_READING = ("Get", "Head", "List", "Describe")
_KEY = re.compile(r"key/[0-9a-f-]{36}")


def bootstrapped(clients: Clients, target: Target = TARGET) -> list[str]:
    """Bring everything about and return what was done, as `subject: aspect`."""
    done = carry_out(steps_towards(desired_parts(target, clients)))
    return [f"{step.part.subject}: {step.part.aspect}" for step in done]


def settled(clients: Clients, target: Target = TARGET) -> bool:
    """Whether a run would change nothing."""
    return not bootstrapped(clients, target)


def held(clients: Clients, target: Target = TARGET) -> dict[str, Any]:
    """Read what the account holds, by calls of our own; keys are called by their aliases."""
    aliases = {
        alias["TargetKeyId"]: alias["AliasName"]
        for alias in clients.kms.list_aliases()["Aliases"]
        if "TargetKeyId" in alias
    }
    keys = {key["KeyId"]: _key(clients, key["KeyId"]) for key in clients.kms.list_keys()["Keys"]}
    buckets = {each["Name"]: _bucket(clients, each["Name"]) for each in clients.s3.list_buckets()["Buckets"]}
    text = json.dumps(
        {
            "keys": {aliases.get(identifier, identifier): key for identifier, key in keys.items()},
            "buckets": buckets,
            "identity": _identity(clients, target),
        },
        default=str,
        sort_keys=True,
    )
    named = _KEY.sub(lambda found: aliases.get(found[0].removeprefix("key/"), found[0]), text)
    content: dict[str, Any] = json.loads(named)
    return content


def _key(clients: Clients, identifier: str) -> dict[str, Any]:
    kms = clients.kms
    metadata = kms.describe_key(KeyId=identifier)["KeyMetadata"]
    return {
        "metadata": {name: metadata.get(name) for name in ("Description", "KeyState", "KeyUsage", "KeySpec")},
        "rotated": kms.get_key_rotation_status(KeyId=identifier)["KeyRotationEnabled"],
        "policy": json.loads(kms.get_key_policy(KeyId=identifier, PolicyName="default")["Policy"]),
        "tags": {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=identifier)["Tags"]},
    }


def _bucket(clients: Clients, name: str) -> dict[str, Any]:
    s3 = clients.s3
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]
    return {
        "block": s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
        "ownership": s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"],
        "encryption": encryption,
        "versioning": s3.get_bucket_versioning(Bucket=name).get("Status"),
        "policy": json.loads(s3.get_bucket_policy(Bucket=name)["Policy"]),
        "lifecycle": s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"],
        "logging": s3.get_bucket_logging(Bucket=name).get("LoggingEnabled"),
        "tags": {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=name)["TagSet"]},
    }


def _identity(clients: Clients, target: Target) -> dict[str, Any]:
    iam = clients.iam
    role = iam.get_role(RoleName=target.role)["Role"]
    policy = iam.get_policy(PolicyArn=target.boundary_arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=target.boundary_arn, VersionId=policy["DefaultVersionId"])
    names = iam.list_role_policies(RoleName=target.role)["PolicyNames"]
    providers = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return {
        "providers": {
            each["Arn"]: iam.get_open_id_connect_provider(OpenIDConnectProviderArn=each["Arn"])[
                "ClientIDList"
            ]
            for each in providers
        },
        "boundary": version["PolicyVersion"]["Document"],
        "boundary_tags": {tag["Key"]: tag["Value"] for tag in policy.get("Tags", [])},
        "role": {
            "trust": role["AssumeRolePolicyDocument"],
            "boundary": role["PermissionsBoundary"]["PermissionsBoundaryArn"],
            "session": role["MaxSessionDuration"],
            "tags": {tag["Key"]: tag["Value"] for tag in role["Tags"]},
            "policies": {
                name: iam.get_role_policy(RoleName=target.role, PolicyName=name)["PolicyDocument"]
                for name in names
            },
        },
    }


class CutOffError(BaseException):
    """The run ends here, as if its machine had."""


def on_every_call(clients: Clients, event: str, handle: Callable[..., object]) -> None:
    """Let ``handle`` know of each ``event`` of botocore's, as `before-call`, of all clients."""
    for each in fields(clients):
        getattr(clients, each.name).meta.events.register(event, handle)


def cut_off_after(clients: Clients, changes: int) -> None:
    """End the run right after so many calls that change something."""
    seen: list[str] = []

    def count(model: Any, **_: object) -> None:
        if not model.name.startswith(_READING):
            seen.append(model.name)
            if len(seen) > changes:
                raise CutOffError

    on_every_call(clients, "before-call", count)


def changing_calls(clients: Clients) -> list[str]:
    """Return a list that every call that changes something adds its name to."""
    seen: list[str] = []

    def note(model: Any, **_: object) -> None:
        if not model.name.startswith(_READING):
            seen.append(model.name)

    on_every_call(clients, "before-call", note)
    return seen


def answer(clients: Clients, operation: str, status: int, error: Mapping[str, str]) -> None:
    """Let AWS answer one operation with an error."""

    def refuse(model: Any, **_: object) -> tuple[object, dict[str, object]] | None:
        if model.name != operation:
            return None
        parsed = {"Error": dict(error), "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}}}
        return SimpleNamespace(status_code=status), parsed

    on_every_call(clients, "before-call", refuse)


def accept_audiences(clients: Clients) -> None:
    """Do what moto does not: add an audience to an identity provider."""

    def add(model: Any, params: Mapping[str, Any], **_: object) -> tuple[object, dict[str, object]] | None:
        if model.name != "AddClientIDToOpenIDConnectProvider":
            return None
        body = params["body"]
        audiences_of(body["OpenIDConnectProviderArn"]).append(body["ClientID"])
        return SimpleNamespace(status_code=200), {"ResponseMetadata": {"HTTPStatusCode": 200}}

    on_every_call(clients, "before-call", add)


def audiences_of(provider: str) -> list[str]:
    """Return the audiences that moto holds of an identity provider, to be changed in place."""
    return iam_backends[ACCOUNT]["aws"].open_id_providers[provider].client_id_list
