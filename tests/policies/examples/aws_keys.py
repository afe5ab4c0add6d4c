"""Examples of the controls about keys, secrets and parameters."""

from tests.support.examples import REMOVED, Declared, Example

_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-1a2b3c"
_POLICY = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "*",
            "Resource": "*",
        }
    ]
}
_KEY = Declared(
    type="aws:kms/key:Key",
    properties={
        "enableKeyRotation": True,
        "policy": _POLICY,
        "deletionWindowInDays": 30,
        "bypassPolicyLockoutSafetyCheck": False,
    },
)
_BARE_KEY = Declared(type="aws:kms/key:Key", properties={"keyId": "key-1", "arn": "arn:key-1"})
_KEY_POLICY = Declared(
    type="aws:kms/keyPolicy:KeyPolicy", properties={"keyId": "key-1", "policy": {"Statement": []}}
)
_SECRET = Declared(
    type="aws:secretsmanager/secret:Secret",
    properties={
        "name": "orders",
        "arn": _ARN,
        "id": _ARN,
        "kmsKeyId": "alias/secrets",
        "replicas": [{"region": "eu-central-1", "kmsKeyId": "alias/secrets"}],
    },
)
_ROTATION = Declared(
    type="aws:secretsmanager/secretRotation:SecretRotation",
    properties={"secretId": _ARN, "rotationRules": {"automaticallyAfterDays": 30}},
)
_SCHEDULED = Declared(
    type="aws:secretsmanager/secretRotation:SecretRotation",
    properties={"secretId": _ARN, "rotationRules": {"scheduleExpression": "cron(0 3 1 1/2 ? *)"}},
)
_SECRET_POLICY = Declared(
    type="aws:secretsmanager/secretPolicy:SecretPolicy",
    properties={"secretArn": _ARN, "blockPublicPolicy": True, "policy": _POLICY},
)
_PARAMETER = Declared(
    type="aws:ssm/parameter:Parameter",
    properties={"type": "SecureString", "keyId": "alias/parameters", "dataType": "text"},
)
_IMAGE = Declared(
    type="aws:ssm/parameter:Parameter", properties={"type": "String", "dataType": "aws:ec2:image"}
)
_SIGNING_KEY = Declared(type="aws:kms/key:Key", properties={"customerMasterKeySpec": "RSA_4096"})


def _alone(control: str, declared: Declared, breaks: str, to: object = REMOVED) -> Example:
    return Example(control=control, declared=(declared,), breaks=breaks, to=to)


EXAMPLES = (
    _alone("kms-keys-rotated", _KEY, "enableKeyRotation", to=False),
    _alone("kms-keys-rotated", _SIGNING_KEY, "customerMasterKeySpec", "SYMMETRIC_DEFAULT"),
    _alone("kms-key-policies-not-public", _KEY, "policy.Statement.0.Principal.AWS", "*"),
    _alone("kms-keys-have-a-policy", _KEY, "policy"),
    Example(
        control="kms-keys-have-a-policy",
        declared=(_BARE_KEY, _KEY_POLICY),
        of=1,
        breaks="keyId",
        to="key-2",
    ),
    _alone("kms-keys-deleted-slowly", _KEY, "deletionWindowInDays", to=7),
    _alone("kms-lockout-check-kept", _KEY, "bypassPolicyLockoutSafetyCheck", to=True),
    _alone("secrets-encrypted-with-customer-key", _SECRET, "kmsKeyId"),
    _alone("secrets-encrypted-with-customer-key", _SECRET, "kmsKeyId", "alias/aws/secretsmanager"),
    _alone("secrets-encrypted-with-customer-key", _SECRET, "replicas.0.kmsKeyId"),
    Example(
        control="secrets-rotated",
        declared=(_SECRET, _ROTATION),
        of=1,
        breaks="secretId",
        to="arn:aws:secretsmanager:eu-west-1:111122223333:secret:carts-1a2b3c",
    ),
    _alone("secret-rotations-frequent", _ROTATION, "rotationRules.automaticallyAfterDays", to=91),
    _alone(
        "secret-rotations-frequent", _SCHEDULED, "rotationRules.scheduleExpression", "cron(0 3 1 1/6 ? *)"
    ),
    _alone("secret-policies-not-public", _SECRET_POLICY, "policy.Statement.0.Principal", "*"),
    _alone("secret-policies-block-public-access", _SECRET_POLICY, "blockPublicPolicy"),
    _alone("parameters-secure", _PARAMETER, "type", "String"),
    _alone("parameters-secure", _IMAGE, "dataType", "text"),
    _alone("parameters-encrypted-with-customer-key", _PARAMETER, "keyId", "alias/aws/ssm"),
)
