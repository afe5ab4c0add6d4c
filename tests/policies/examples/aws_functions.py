"""Examples of the controls about Lambda functions."""

import json
from typing import Any

from tests.support.examples import REMOVED, Declared, Example

FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"


def declared(type_: str, **properties: Any) -> Declared:
    return Declared(type=type_, properties=properties)


_FUNCTION = declared(
    FUNCTION,
    name="orders",
    runtime="python3.13",
    environment={
        "variables": {"LEVEL": "info", "DB_PASSWORD": "arn:aws:secretsmanager:eu-west-1:1:secret:db"}
    },
    kmsKeyArn="arn:key",
    vpcConfig={"subnetIds": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"]},
    tracingConfig={"mode": "Active"},
    deadLetterConfig={"targetArn": "arn:queue"},
    reservedConcurrentExecutions=10,
    codeSigningConfigArn="arn:signing",
)
_BARE = declared(FUNCTION, name="orders", arn="arn:orders", packageType="Image", memorySize=128)
_ON_FAILURE = declared(
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    functionName="orders",
    destinationConfig={"onFailure": {"destination": "arn:queue"}},
)
_URL = declared("aws:lambda/functionUrl:FunctionUrl", functionName="orders", authorizationType="AWS_IAM")
_FROM_TOPIC = declared(
    PERMISSION, function="orders", principal="sns.amazonaws.com", sourceArn="arn:aws:sns:eu-west-1:1:orders"
)
_FROM_BUCKET = declared(
    PERMISSION,
    function="orders",
    principal="s3.amazonaws.com",
    sourceArn="arn:aws:s3:::orders",
    sourceAccount="111122223333",
)
_FROM_ROLE = declared(PERMISSION, function="orders", principal="arn:aws:iam::111122223333:role/shop")
_OF_ORGANIZATION = declared(
    "aws:lambda/layerVersionPermission:LayerVersionPermission",
    layerName="shared",
    principal="*",
    organizationId="o-1",
)
_STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:role/shop"},
    "Action": "lambda:InvokeFunction",
    "Resource": "*",
}
_POLICY = declared("aws:lambda/resourcePolicy:ResourcePolicy", policy={"Statement": [_STATEMENT]})
_SIGNING = declared(
    "aws:lambda/codeSigningConfig:CodeSigningConfig",
    description="ours",
    policies={"untrustedArtifactOnDeployment": "Enforce"},
)

_PUBLIC = "lambda-not-public"
_SOURCE = "lambda-permissions-name-their-source"
_SECRETS = "lambda-environment-without-secrets"
_RUNTIMES = "lambda-runtimes-supported"
_KEPT = "lambda-keeps-what-failed"

EXAMPLES = (
    Example(control="lambda-urls-authorized", declared=(_URL,), breaks="authorizationType", to="NONE"),
    Example(control=_PUBLIC, declared=(_FROM_ROLE,), breaks="principal", to="*"),
    Example(control=_PUBLIC, declared=(_OF_ORGANIZATION,), breaks="organizationId", to=REMOVED),
    Example(control=_PUBLIC, declared=(_POLICY,), breaks="policy.Statement.0.Principal.AWS", to="*"),
    Example(
        control=_PUBLIC,
        declared=(_POLICY,),
        breaks="policy",
        to=json.dumps({"Statement": [{**_STATEMENT, "Principal": "*"}]}),
    ),
    Example(control=_PUBLIC, declared=(_FROM_TOPIC,), breaks="principal", to="*"),
    Example(control=_SOURCE, declared=(_FROM_TOPIC,), breaks="sourceArn", to=REMOVED),
    Example(control=_SOURCE, declared=(_FROM_BUCKET,), breaks="sourceAccount", to=REMOVED),
    Example(
        control=_SECRETS,
        declared=(_FUNCTION,),
        breaks="environment.variables.DB_PASSWORD",
        to="correct horse",
    ),
    Example(
        control=_SECRETS,
        declared=(_FUNCTION,),
        breaks="environment.variables.LEVEL",
        to="AKIA" + "IOSFODNN7EXAMPL3",
    ),
    Example(control="lambda-environment-encrypted", declared=(_FUNCTION,), breaks="kmsKeyArn", to=REMOVED),
    Example(control=_RUNTIMES, declared=(_FUNCTION,), breaks="runtime", to="nodejs18.x"),
    Example(control=_RUNTIMES, declared=(_FUNCTION,), breaks="runtime", to="python9.9"),
    Example(control=_RUNTIMES, declared=(_BARE,), breaks="packageType", to="Zip"),
    Example(
        control=_RUNTIMES,
        declared=(_FUNCTION,),
        breaks="runtime",
        to="nodejs24.x",
        settings={"asOf": "2028-05-01"},
    ),
    Example(control="lambda-in-vpc", declared=(_FUNCTION,), breaks="vpcConfig", to=REMOVED),
    Example(
        control="lambda-in-several-zones",
        declared=(_FUNCTION,),
        breaks="vpcConfig.subnetIds",
        to=["subnet-1"],
    ),
    Example(control="lambda-traced", declared=(_FUNCTION,), breaks="tracingConfig.mode", to="PassThrough"),
    Example(control=_KEPT, declared=(_FUNCTION,), breaks="deadLetterConfig", to=REMOVED),
    Example(control=_KEPT, declared=(_BARE, _ON_FAILURE), of=1, breaks="functionName", to="other"),
    Example(
        control="lambda-concurrency-limited",
        declared=(_FUNCTION,),
        breaks="reservedConcurrentExecutions",
        to=-1,
    ),
    Example(control="lambda-code-signed", declared=(_FUNCTION,), breaks="codeSigningConfigArn", to=REMOVED),
    Example(
        control="lambda-code-signed",
        declared=(_SIGNING,),
        breaks="policies.untrustedArtifactOnDeployment",
        to="Warn",
    ),
)
