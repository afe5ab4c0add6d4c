"""Examples of the controls about S3 buckets and the resources that complete them."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example

_BUCKET_TYPE = "aws:s3/bucket:Bucket"
_BUCKET = Declared(type=_BUCKET_TYPE, name="orders", properties={"bucket": "orders"})
_RESTRICTED = Declared(
    type=_BUCKET_TYPE, name="orders", properties={"bucket": "orders", "tags": {"data-class": "restricted"}}
)


def _separate(kind: str, **properties: Any) -> Declared:
    """Make the resource that completes the bucket `orders` in one respect."""
    return Declared(
        type=f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}", properties={"bucket": "orders", **properties}
    )


def _inline(**properties: Any) -> Declared:
    return Declared(type=_BUCKET_TYPE, properties={"bucket": "orders", **properties})


def _old(**properties: Any) -> Declared:
    return Declared(type="aws:s3/bucketV2:BucketV2", properties={"bucket": "orders", **properties})


_BLOCK = _separate(
    "BucketPublicAccessBlock",
    blockPublicAcls=True,
    blockPublicPolicy=True,
    ignorePublicAcls=True,
    restrictPublicBuckets=True,
)
_BY_DEFAULT = "applyServerSideEncryptionByDefault"
_ENCRYPTION = _separate(
    "BucketServerSideEncryptionConfiguration", rules=[{_BY_DEFAULT: {"sseAlgorithm": "aws:kms"}}]
)
_VERSIONING = _separate("BucketVersioning", versioningConfiguration={"status": "Enabled"})
_LOGGING = _separate("BucketLogging", targetBucket="logs", targetPrefix="orders/")
_LIFECYCLE = _separate(
    "BucketLifecycleConfiguration",
    rules=[
        {
            "id": "tidy",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        }
    ],
)
_LOCK = _separate(
    "BucketObjectLockConfiguration",
    objectLockEnabled="Enabled",
    rule={"defaultRetention": {"mode": "COMPLIANCE", "days": 30}},
)
_REPLICATION = _separate("BucketReplicationConfig", rules=[{"status": "Enabled"}])
_STATEMENTS = {
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/shop"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::orders/*",
        },
    ]
}
_POLICY = _separate("BucketPolicy", policy=_STATEMENTS)
_WITH_POLICY = _inline(policy=_STATEMENTS)
_ACL = _separate(
    "BucketAcl",
    acl="private",
    accessControlPolicy={"grants": [{"permission": "READ", "grantee": {"uri": "http://example.com/shop"}}]},
)


def _alone(control: str, declared: Declared, breaks: str, to: object = REMOVED) -> Example:
    return Example(control=control, declared=(declared,), breaks=breaks, to=to)


def _joined(control: str, bucket: Declared, separate: Declared) -> Example:
    """Break a control by letting the resource that completes the bucket name another one."""
    return Example(control=control, declared=(bucket, separate), of=1, breaks="bucket", to="carts")


EXAMPLES = (
    _joined("buckets-block-public-access", _BUCKET, _BLOCK),
    _alone("public-acls-refused", _BLOCK, "blockPublicAcls"),
    _alone("public-acls-ignored", _BLOCK, "ignorePublicAcls", to=False),
    _alone("public-bucket-policies-refused", _BLOCK, "blockPublicPolicy"),
    _alone("public-buckets-restricted", _BLOCK, "restrictPublicBuckets", to=False),
    _alone(
        "public-acls-refused",
        Declared(
            type="aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
            properties={"blockPublicAcls": True},
        ),
        "blockPublicAcls",
    ),
    _alone("bucket-acls-not-public", _ACL, "acl", "public-read"),
    _alone(
        "bucket-acls-not-public",
        _ACL,
        "accessControlPolicy.grants.0.grantee.uri",
        "http://acs.amazonaws.com/groups/global/AllUsers",
    ),
    _alone("bucket-acls-not-public", _inline(acl="private"), "acl", "public-read-write"),
    _alone(
        "buckets-disable-acls",
        _separate("BucketOwnershipControls", rule={"objectOwnership": "BucketOwnerEnforced"}),
        "rule.objectOwnership",
        "ObjectWriter",
    ),
    _joined("buckets-refuse-plaintext", _BUCKET, _POLICY),
    _alone("buckets-refuse-plaintext", _POLICY, "policy.Statement.0.Effect", "Allow"),
    _alone("buckets-refuse-plaintext", _WITH_POLICY, "policy"),
    _alone("bucket-policies-not-public", _POLICY, "policy.Statement.1.Principal", "*"),
    _alone("bucket-policies-not-public", _WITH_POLICY, "policy.Statement.1.Principal.AWS", ["*"]),
    Example(
        control="bucket-policies-stay-in-trusted-accounts",
        declared=(_POLICY,),
        breaks="policy.Statement.1.Principal.AWS",
        to="999988887777",
        settings={"trustedAccounts": ["111122223333"]},
    ),
    _alone("bucket-policies-leave-a-way-in", _POLICY, "policy.Statement.0.Condition"),
    _alone("buckets-encrypted", _ENCRYPTION, f"rules.0.{_BY_DEFAULT}.sseAlgorithm", "none"),
    _alone(
        "buckets-encrypted",
        _inline(serverSideEncryptionConfiguration={"rule": {_BY_DEFAULT: {"sseAlgorithm": "AES256"}}}),
        f"serverSideEncryptionConfiguration.rule.{_BY_DEFAULT}.sseAlgorithm",
        "none",
    ),
    _alone(
        "buckets-encrypted",
        _old(
            serverSideEncryptionConfigurations=[
                {"rules": [{f"{_BY_DEFAULT}s": [{"sseAlgorithm": "AES256"}]}]}
            ]
        ),
        f"serverSideEncryptionConfigurations.0.rules.0.{_BY_DEFAULT}s.0.sseAlgorithm",
        "none",
    ),
    _joined("classified-buckets-encrypted-with-kms", _RESTRICTED, _ENCRYPTION),
    Example(
        control="classified-buckets-encrypted-with-kms",
        declared=(_RESTRICTED, _ENCRYPTION),
        of=1,
        breaks=f"rules.0.{_BY_DEFAULT}.sseAlgorithm",
        to="AES256",
    ),
    _alone(
        "classified-buckets-encrypted-with-kms",
        _inline(tags={"data-class": "internal"}),
        "tags.data-class",
        "confidential",
    ),
    _joined("buckets-versioned", _BUCKET, _VERSIONING),
    _alone("buckets-versioned", _VERSIONING, "versioningConfiguration.status", "Suspended"),
    _alone("buckets-versioned", _inline(versioning={"enabled": True}), "versioning.enabled", to=False),
    _alone("buckets-versioned", _old(versionings=[{"enabled": True}]), "versionings.0.enabled", to=False),
    _joined("regulated-buckets-resist-deletion", _RESTRICTED, _LOCK),
    _alone(
        "regulated-buckets-resist-deletion",
        _inline(tags={"data-class": "restricted"}, objectLockEnabled=True),
        "objectLockEnabled",
        to=False,
    ),
    _joined("regulated-buckets-replicated", _RESTRICTED, _REPLICATION),
    Example(
        control="regulated-buckets-replicated",
        declared=(_RESTRICTED, _REPLICATION),
        of=1,
        breaks="rules.0.status",
        to="Disabled",
    ),
    _joined("buckets-log-access", _BUCKET, _LOGGING),
    _alone("buckets-log-access", _old(loggings=[{"targetBucket": "logs"}]), "loggings"),
    _joined("buckets-have-a-lifecycle", _BUCKET, _LIFECYCLE),
    _alone("buckets-have-a-lifecycle", _LIFECYCLE, "rules.0.status", "Disabled"),
    _alone(
        "buckets-have-a-lifecycle",
        _inline(lifecycleRules=[{"enabled": True}]),
        "lifecycleRules.0.enabled",
        to=False,
    ),
    _alone("bucket-lifecycles-abort-uploads", _LIFECYCLE, "rules.0.abortIncompleteMultipartUpload"),
    _alone("bucket-lifecycles-abort-uploads", _LIFECYCLE, "rules.0.filter.prefix", "carts/"),
    _alone(
        "bucket-lifecycles-abort-uploads",
        _inline(lifecycleRules=[{"enabled": True, "abortIncompleteMultipartUploadDays": 7}]),
        "lifecycleRules.0.abortIncompleteMultipartUploadDays",
    ),
    _alone("buckets-not-force-destroyed", _inline(forceDestroy=False), "forceDestroy", to=True),
    _alone(
        "buckets-not-force-destroyed",
        Declared(type="aws:ecr/repository:Repository", properties={"name": "shop", "forceDelete": False}),
        "forceDelete",
        to=True,
    ),
)
