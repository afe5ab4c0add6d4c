"""Rules about who may call a function."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Resource, ResourceRule, Severity, any_of
from pavedroad.governance.iam import not_public, statements
from policies.rules.aws.shapes import either, fsbp, given, like, none_of, one_of, owes

_PERMISSION: Final = "aws:lambda/permission:Permission"
_LAYER_PERMISSION: Final = "aws:lambda/layerVersionPermission:LayerVersionPermission"
_RESOURCE_POLICY: Final = "aws:lambda/resourcePolicy:ResourcePolicy"

URL_AUTHORIZED: Final = ResourceRule(
    Control(
        identifier="lambda-urls-authorized",
        sentence="The URL of a function asks who calls",
        why="Whoever finds the address could otherwise run the function, as often as they like.",
        severity=Severity.CRITICAL,
        resource_types=frozenset({"aws:lambda/functionUrl:FunctionUrl"}),
        fix=Fix(pulumi="set authorization_type to AWS_IAM, or put an API with an authorizer in front"),
        rows=(278,),
    ),
    owes(one_of("authorizationType", "AWS_IAM")),
)

_NOT_EVERYBODY: Final = owes(either(none_of("principal", "*"), given("principalOrgId")))
"""A source does not help: only AWS' services have one, and a service can be named."""
_NOT_EVERY_ACCOUNT: Final = owes(either(none_of("principal", "*"), given("organizationId")))


def _not_public(resource: Resource) -> Iterator[Duty]:
    if resource.type == _PERMISSION:
        yield from _NOT_EVERYBODY(resource)
    elif resource.type == _LAYER_PERMISSION:
        yield from _NOT_EVERY_ACCOUNT(resource)
    else:
        policy = statements(resource.properties.at("policy"))
        yield Duty(resource, not_public(policy), "policy must grant nothing to everybody")


NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="lambda-not-public",
        sentence="No function and no layer can be used by everybody",
        why="Anybody with an AWS account could run the function, or read the code in the layer.",
        severity=Severity.CRITICAL,
        resource_types=frozenset({_PERMISSION, _LAYER_PERMISSION, _RESOURCE_POLICY}),
        fix=Fix(pulumi="name the account, the organization or the service that calls as principal"),
        references=(fsbp("Lambda.1"),),
        rows=(279,),
    ),
    _not_public,
)

_A_SERVICE: Final = ".amazonaws.com"
_FROM_OWN: Final = either(
    like("principal", lambda name: not name.endswith(_A_SERVICE), "name an account or a role as principal"),
    given("sourceArn"),
    given("sourceAccount"),
)


def _own_bucket(permission: Resource) -> Iterator[Duty]:
    """Demand the account where S3 calls: the ARN of a bucket names none, and may be anybody's tomorrow."""
    properties = permission.properties
    yield Duty(
        permission,
        any_of(
            none_of("principal", "s3.amazonaws.com").met(properties), given("sourceAccount").met(properties)
        ),
        "it must set sourceAccount where its principal is S3",
    )


def _source_named(permission: Resource) -> Iterator[Duty]:
    yield from owes(_FROM_OWN)(permission)
    yield from _own_bucket(permission)


SOURCE_NAMED: Final = ResourceRule(
    Control(
        identifier="lambda-permissions-name-their-source",
        sentence="A permission for a service says for whose resources the service may call",
        why="Anybody can have the service call the function from a resource of their own.",
        severity=Severity.HIGH,
        resource_types=frozenset({_PERMISSION}),
        fix=Fix(pulumi="set source_arn to what calls, and source_account as well where that is a bucket"),
        references=(fsbp("Lambda.1"),),
        rows=(279,),
    ),
    _source_named,
)

RULES: Final = (URL_AUTHORIZED, NOT_PUBLIC, SOURCE_NAMED)
