"""S3 buckets: closed, versioned, encrypted, over TLS only, and with an end to what is old."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pavedroad.aws.errors import UnusableError, code_of
from pavedroad.aws.parts import Part, found, tags_among

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from types_boto3_s3 import S3Client
    from types_boto3_s3.literals import BucketLocationConstraintType
    from types_boto3_s3.type_defs import (
        LifecycleRuleTypeDef,
        ServerSideEncryptionByDefaultTypeDef,
        ServerSideEncryptionRuleTypeDef,
    )

    from pavedroad.aws.documents import Document
    from pavedroad.aws.parts import Json

_WITHOUT_CONSTRAINT: Final = "us-east-1"
"""The region that S3 takes when none is named, and refuses when it is."""

_OWNER: Final = "BucketOwnerEnforced"
_CLOSED: Final = dict.fromkeys(
    ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
)


@dataclass(frozen=True, kw_only=True)
class KeptBucket:
    """A bucket and all that completes it.

    Attributes:
        s3: The client.
        name: Its name.
        account: Whose it must be.
        region: Where it must be.
        policy: Its policy; None while that is not known.
        lifecycle: When what goes.
        tags: Its tags.
        encrypted: Whether a KMS key encrypts it; S3's own keys do otherwise.
        key: ARN of that key; None while it is not known.
        logs: The bucket that logs who got at it; None for a bucket of logs.
    """

    s3: S3Client
    name: str
    account: str
    region: str
    policy: Callable[[], Document | None]
    lifecycle: Sequence[LifecycleRuleTypeDef]
    tags: Mapping[str, str]
    encrypted: bool = False
    key: Callable[[], str | None] = field(default=lambda: None)
    logs: str | None = None

    def parts(self) -> tuple[Part, ...]:
        """List what it consists of, in the order in which that can be made."""
        return (
            self._part("bucket itself", lambda: self.region, self._ask_region, lambda _: self._create()),
            self._part("public access block", lambda: _CLOSED, self._ask_block, lambda _: self._block()),
            self._part("object ownership", lambda: _OWNER, self._ask_ownership, lambda _: self._own()),
            self._part("encryption", self._encryption, self._ask_encryption, lambda _: self._encrypt()),
            self._part("versioning", lambda: "Enabled", self._ask_versioning, lambda _: self._version()),
            self._part("policy", self.policy, self._ask_policy, lambda _: self._put_policy()),
            self._part("lifecycle", lambda: self.lifecycle, self._ask_lifecycle, lambda _: self._end()),
            self._part("tags", lambda: self.tags, self._ask_tags, lambda _: self._put_tags()),
            *self._logging(),
        )

    def _part(
        self,
        aspect: str,
        wanted: Callable[[], Json],
        ask: Callable[[], Json],
        put: Callable[[Json], object],
    ) -> Part:
        return Part(
            subject=f"bucket {self.name}", aspect=aspect, service="s3", wanted=wanted, ask=ask, put=put
        )

    def _ask_region(self) -> str:
        """Find the bucket's region; a bucket that is elsewhere or somebody else's must not be touched."""
        region = self._found_region()
        if region != self.region:
            raise UnusableError(
                f"bucket {self.name} is there already, in {region}; nothing was done: "
                f"run this with --region {region}, or choose another --name"
            )
        return region

    def _found_region(self) -> str:
        from botocore.exceptions import ClientError  # noqa: PLC0415 - there is none before a client is

        try:
            answer = self.s3.head_bucket(Bucket=self.name, ExpectedBucketOwner=self.account)
        except ClientError as error:
            there = str(
                error.response["ResponseMetadata"].get("HTTPHeaders", {}).get("x-amz-bucket-region", "")
            )
            if code_of(error) == "403" and there in ("", self.region):
                raise UnusableError(
                    f"bucket {self.name} is there, and it is of another account or closed to these credentials; "
                    "nothing was done: allow s3:ListBucket on it, or choose another --name"
                ) from error
            if code_of(error) == "404" or not there:
                raise
            return there
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        return str(answer.get("BucketRegion") or headers.get("x-amz-bucket-region") or _WITHOUT_CONSTRAINT)

    def _create(self) -> None:
        if self.region == _WITHOUT_CONSTRAINT:
            self.s3.create_bucket(Bucket=self.name, ObjectOwnership=_OWNER)
            return
        constraint: BucketLocationConstraintType = self.region  # type: ignore[assignment]  # AWS knows more regions than the type
        self.s3.create_bucket(
            Bucket=self.name,
            ObjectOwnership=_OWNER,
            CreateBucketConfiguration={"LocationConstraint": constraint},
        )

    def _ask_block(self) -> Json:
        block = self.s3.get_public_access_block(Bucket=self.name)["PublicAccessBlockConfiguration"]
        return {switch: block.get(switch, False) for switch in _CLOSED}

    def _block(self) -> None:
        self.s3.put_public_access_block(
            Bucket=self.name,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
        )

    def _ask_ownership(self) -> str:
        controls = self.s3.get_bucket_ownership_controls(Bucket=self.name)["OwnershipControls"]
        return controls["Rules"][0]["ObjectOwnership"]

    def _own(self) -> None:
        self.s3.put_bucket_ownership_controls(
            Bucket=self.name, OwnershipControls={"Rules": [{"ObjectOwnership": _OWNER}]}
        )

    def _encryption(self) -> Json:
        if not self.encrypted:
            return {"algorithm": "AES256", "key": None, "bucket_key": True}
        key = self.key()
        return key and {"algorithm": "aws:kms", "key": key, "bucket_key": True}

    def _ask_encryption(self) -> Json:
        answer = self.s3.get_bucket_encryption(Bucket=self.name)
        rule = answer["ServerSideEncryptionConfiguration"]["Rules"][0]
        default = rule["ApplyServerSideEncryptionByDefault"]
        return {
            "algorithm": default["SSEAlgorithm"],
            "key": default.get("KMSMasterKeyID"),
            "bucket_key": rule.get("BucketKeyEnabled", False),
        }

    def _encrypt(self) -> None:
        wanted = self._encryption()
        default: ServerSideEncryptionByDefaultTypeDef = {"SSEAlgorithm": wanted["algorithm"]}
        if wanted["key"]:
            default["KMSMasterKeyID"] = wanted["key"]
        rule: ServerSideEncryptionRuleTypeDef = {
            "ApplyServerSideEncryptionByDefault": default,
            "BucketKeyEnabled": wanted["bucket_key"],
        }
        self.s3.put_bucket_encryption(Bucket=self.name, ServerSideEncryptionConfiguration={"Rules": [rule]})

    def _ask_versioning(self) -> str | None:
        return self.s3.get_bucket_versioning(Bucket=self.name).get("Status")

    def _version(self) -> None:
        self.s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})

    def _ask_policy(self) -> Json:
        return json.loads(self.s3.get_bucket_policy(Bucket=self.name)["Policy"])

    def _put_policy(self) -> None:
        self.s3.put_bucket_policy(Bucket=self.name, Policy=json.dumps(self.policy()))

    def _ask_lifecycle(self) -> Json:
        return self.s3.get_bucket_lifecycle_configuration(Bucket=self.name)["Rules"]

    def _end(self) -> None:
        self.s3.put_bucket_lifecycle_configuration(
            Bucket=self.name, LifecycleConfiguration={"Rules": list(self.lifecycle)}
        )

    def _ask_tags(self) -> Json:
        listed = self.s3.get_bucket_tagging(Bucket=self.name)["TagSet"]
        return tags_among(self.tags, ((tag["Key"], tag["Value"]) for tag in listed))

    def _put_tags(self) -> None:
        """Set its tags, and keep those of others, which S3 would take away."""
        answer = found(lambda: self.s3.get_bucket_tagging(Bucket=self.name))
        there = {tag["Key"]: tag["Value"] for tag in answer["TagSet"]} if answer else {}
        tags = {**there, **self.tags}
        self.s3.put_bucket_tagging(
            Bucket=self.name, Tagging={"TagSet": [{"Key": key, "Value": tags[key]} for key in sorted(tags)]}
        )

    def _logging(self) -> tuple[Part, ...]:
        if self.logs is None:
            return ()
        wanted = {"TargetBucket": self.logs, "TargetPrefix": f"{self.name}/"}
        return (self._part("access log", lambda: wanted, self._ask_logging, lambda _: self._log()),)

    def _ask_logging(self) -> Json:
        enabled = self.s3.get_bucket_logging(Bucket=self.name).get("LoggingEnabled")
        return enabled and {key: enabled.get(key) for key in ("TargetBucket", "TargetPrefix")}

    def _log(self) -> None:
        self.s3.put_bucket_logging(
            Bucket=self.name,
            BucketLoggingStatus={
                "LoggingEnabled": {"TargetBucket": self.logs or "", "TargetPrefix": f"{self.name}/"}
            },
        )
