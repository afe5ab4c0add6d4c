"""Rules about how a function runs: where, how often, of what code, and what is seen of it."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Severity, Tier, all_of
from pavedroad.governance.truth import truth
from policies.rules.aws.joins import Elsewhere, completed
from policies.rules.aws.shapes import Demand, at_least, either, fsbp, given, left_out, one_of, owes, unless

_FUNCTIONS: Final = frozenset({"aws:lambda/function:Function"})
_SIGNING: Final = "aws:lambda/codeSigningConfig:CodeSigningConfig"
_SUBNETS: Final = "vpcConfig.subnetIds"

IN_NETWORK: Final = ResourceRule(
    Control(
        identifier="lambda-in-vpc",
        sentence="Every function runs in a VPC",
        why="Outside one, no security group, no flow log and no closed network holds for what it sends.",
        severity=Severity.LOW,
        resource_types=_FUNCTIONS,
        fix=Fix(pulumi="set vpc_config with subnets and a security group"),
        references=(fsbp("Lambda.3"),),
        advisory_in=frozenset(Tier),
        rows=(282,),
    ),
    owes(given(_SUBNETS)),
)

_SEVERAL_SUBNETS: Final = Demand(
    lambda part: all_of(part.at(_SUBNETS).anything().present(), truth(holds=len(part.items(_SUBNETS)) != 1)),
    f"list subnets of two zones or more in {_SUBNETS}",
)

IN_SEVERAL_ZONES: Final = ResourceRule(
    Control(
        identifier="lambda-in-several-zones",
        sentence="A function in a VPC can run in two zones or more",
        why="Otherwise it stops with the one zone that it is in.",
        severity=Severity.MEDIUM,
        resource_types=_FUNCTIONS,
        fix=Fix(pulumi="list subnets of two zones or more in vpc_config.subnet_ids"),
        references=(fsbp("Lambda.5"),),
        rows=(282,),
    ),
    owes(unless(left_out(_SUBNETS), _SEVERAL_SUBNETS)),
)

TRACED: Final = ResourceRule(
    Control(
        identifier="lambda-traced",
        sentence="Every function takes part in traces",
        why="Where a slow call spends its time cannot be seen from either end.",
        severity=Severity.LOW,
        resource_types=_FUNCTIONS,
        fix=Fix(pulumi="set tracing_config.mode to Active"),
        references=(fsbp("Lambda.7"),),
        rows=(282,),
    ),
    owes(one_of("tracingConfig.mode", "Active")),
)

FAILURES_KEPT: Final = completed(
    Control(
        identifier="lambda-keeps-what-failed",
        sentence="What a function fails to process is kept",
        why="After a few attempts an event is dropped, and nobody learns that it was there.",
        severity=Severity.LOW,
        resource_types=_FUNCTIONS,
        fix=Fix(
            pulumi="set dead_letter_config.target_arn, or declare an aws.lambda_.FunctionEventInvokeConfig for failures"
        ),
        rows=(282,),
    ),
    "set deadLetterConfig.targetArn, or have a FunctionEventInvokeConfig with a destination for failures",
    Elsewhere(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "functionName",
        ("name", "arn"),
        given("destinationConfig.onFailure.destination"),
    ),
    here=given("deadLetterConfig.targetArn"),
)

CONCURRENCY_LIMITED: Final = ResourceRule(
    Control(
        identifier="lambda-concurrency-limited",
        sentence="Every function has a limit on how often it runs at once",
        why="One function that is called too often takes what all others of the account could run.",
        severity=Severity.LOW,
        resource_types=_FUNCTIONS,
        fix=Fix(pulumi="set reserved_concurrent_executions"),
        rows=(282,),
    ),
    owes(at_least("reservedConcurrentExecutions", 0)),
)

_SIGNED: Final = owes(either(one_of("packageType", "Image"), given("codeSigningConfigArn")))
_REFUSES_UNSIGNED: Final = owes(one_of("policies.untrustedArtifactOnDeployment", "Enforce"))

CODE_SIGNED: Final = ResourceRule(
    Control(
        identifier="lambda-code-signed",
        sentence="A function runs only code that somebody trusted has signed",
        why="Whoever may update a function could otherwise run anything with its role.",
        severity=Severity.LOW,
        resource_types=_FUNCTIONS | {_SIGNING},
        fix=Fix(
            pulumi="set code_signing_config_arn, and in that policies.untrusted_artifact_on_deployment to Enforce"
        ),
        rows=(282,),
    ),
    lambda resource: (_REFUSES_UNSIGNED if resource.type == _SIGNING else _SIGNED)(resource),
)

RULES: Final = (
    IN_NETWORK,
    IN_SEVERAL_ZONES,
    TRACED,
    FAILURES_KEPT,
    CONCURRENCY_LIMITED,
    CODE_SIGNED,
)
