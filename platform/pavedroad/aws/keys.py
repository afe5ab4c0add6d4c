"""KMS keys: one for a purpose, found by its alias, or by its tags where a run was cut off before it had one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pavedroad.aws.errors import AwsError, UnusableError, is_denied
from pavedroad.aws.parts import Part, found, tags_among

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from types_boto3_kms import KMSClient
    from types_boto3_kms.type_defs import KeyMetadataTypeDef, TagTypeDef

    from pavedroad.aws.documents import Document
    from pavedroad.aws.parts import Json

_PURPOSE_TAG: Final = "pavedroad.dev/purpose"
_ENABLED: Final = "Enabled"
_THE_POLICY: Final = "default"
"""The only name that the policy of a key can have."""


@dataclass(kw_only=True)
class KeptKey:
    """A symmetric key with its alias.

    Attributes:
        kms: The client.
        alias: Its alias, with `alias/`.
        description: What it is for, as AWS shows it.
        policy: Who may use it.
        tags: Its tags.
    """

    kms: KMSClient
    alias: str
    description: str
    policy: Document
    tags: Mapping[str, str]
    _made: str | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Mark its tags, by which it is found while it has no alias."""
        self.tags = {**self.tags, _PURPOSE_TAG: self.alias.removeprefix("alias/")}

    def parts(self) -> tuple[Part, ...]:
        """List what it consists of, in the order in which that can be made."""
        return (
            self._part("key itself", lambda: self.description, self._ask_key, lambda _: self._create()),
            self._part("alias", self.arn, self._ask_alias, self._put_alias),
            self._part("rotation", lambda: True, self._ask_rotation, lambda _: self._rotate()),
            self._part("policy", lambda: self.policy, self._ask_policy, lambda _: self._put_policy()),
            self._part("tags", lambda: self.tags, self._ask_tags, lambda _: self._put_tags()),
        )

    def arn(self) -> str | None:
        """Return its ARN; None while it is not there.

        Raises:
            UnusableError: If it is there and cannot be used.
        """
        metadata = self._metadata()
        return metadata["Arn"] if metadata else None

    def _part(
        self,
        aspect: str,
        wanted: Callable[[], Json],
        ask: Callable[[], Json],
        put: Callable[[Json], object],
    ) -> Part:
        return Part(
            subject=f"key {self.alias}", aspect=aspect, service="kms", wanted=wanted, ask=ask, put=put
        )

    def _metadata(self) -> KeyMetadataTypeDef | None:
        """Find it: what was just made, by its alias, or by its tags."""
        identifier = self._made or self.alias
        described = found(lambda: self.kms.describe_key(KeyId=identifier)["KeyMetadata"])
        metadata = described or self._by_tags()
        if metadata and metadata["KeyState"] != _ENABLED:
            raise UnusableError(
                f"key {self.alias} ({metadata['Arn']}) is there and its state is {metadata['KeyState']}: somebody "
                "meant that; what it protects cannot be read. Enable it again (aws kms cancel-key-deletion, "
                "aws kms enable-key), or choose another --name"
            )
        return metadata

    def _by_tags(self) -> KeyMetadataTypeDef | None:
        """Find a key that a run made before it was cut off."""
        for page in self.kms.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                if self._is_ours(key["KeyId"]):
                    metadata = self.kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
                    if metadata["KeyState"] == _ENABLED:
                        return metadata
        return None

    def _is_ours(self, identifier: str) -> bool:
        """Whether a key has the tags of this one; one that nobody here may look at is somebody else's."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - there is none before a client is

        try:
            listed = self.kms.list_resource_tags(KeyId=identifier)["Tags"]
        except ClientError as error:
            if is_denied(error):
                return False
            raise
        ours = {key: self.tags[key] for key in (_PURPOSE_TAG, "pavedroad.dev/bootstrap")}
        return tags_among(ours, _pairs(listed)) == ours

    def _identifier(self) -> str:
        """Return its identifier, where it must be there."""
        metadata = self._metadata()
        if metadata is None:
            raise AwsError(f"key {self.alias} has gone while this ran; run it again")
        return metadata["KeyId"]

    def _ask_key(self) -> str | None:
        metadata = self._metadata()
        return metadata["Description"] if metadata else None

    def _create(self) -> None:
        if there := self._metadata():
            self.kms.update_key_description(KeyId=there["KeyId"], Description=self.description)
            return
        made = self.kms.create_key(
            Description=self.description,
            KeySpec="SYMMETRIC_DEFAULT",
            KeyUsage="ENCRYPT_DECRYPT",
            Policy=json.dumps(self.policy),
            Tags=[{"TagKey": key, "TagValue": value} for key, value in self.tags.items()],
        )
        self._made = made["KeyMetadata"]["KeyId"]

    def _ask_alias(self) -> str | None:
        return self.kms.describe_key(KeyId=self.alias)["KeyMetadata"]["Arn"]

    def _put_alias(self, there: Json) -> None:
        change = self.kms.create_alias if there is None else self.kms.update_alias
        change(AliasName=self.alias, TargetKeyId=self._identifier())

    def _ask_rotation(self) -> bool | None:
        metadata = self._metadata()
        return metadata and self.kms.get_key_rotation_status(KeyId=metadata["KeyId"])["KeyRotationEnabled"]

    def _rotate(self) -> None:
        self.kms.enable_key_rotation(KeyId=self._identifier())

    def _ask_policy(self) -> Json:
        metadata = self._metadata()
        return metadata and json.loads(self._policy_text(metadata["KeyId"]))

    def _policy_text(self, identifier: str) -> str:
        return self.kms.get_key_policy(KeyId=identifier, PolicyName=_THE_POLICY)["Policy"]

    def _put_policy(self) -> None:
        self.kms.put_key_policy(
            KeyId=self._identifier(), PolicyName=_THE_POLICY, Policy=json.dumps(self.policy)
        )

    def _ask_tags(self) -> Json:
        metadata = self._metadata()
        if metadata is None:
            return None
        listed = self.kms.list_resource_tags(KeyId=metadata["KeyId"])["Tags"]
        return tags_among(self.tags, _pairs(listed))

    def _put_tags(self) -> None:
        self.kms.tag_resource(
            KeyId=self._identifier(),
            Tags=[{"TagKey": key, "TagValue": value} for key, value in self.tags.items()],
        )


def _pairs(tags: list[TagTypeDef]) -> list[tuple[str, str]]:
    return [(tag["TagKey"], tag["TagValue"]) for tag in tags]
