"""Rules about secrets (Secrets Manager) and parameters (Systems Manager): keys, rotation, and who is let in."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Rule,
    Settings,
    Severity,
    any_of,
    setting,
)
from pavedroad.governance.remedies import Remedy
from policies.rules.aws.joins import Elsewhere, completed
from policies.rules.aws.keys.schedules import longest_gap_days
from policies.rules.aws.policies import Holders, keeps_public_out
from policies.rules.aws.shapes import amount, cis_aws, each, flag, fsbp, one_of, owes, own_key, unless

_SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type token
_SECRET_POLICY: Final = "aws:secretsmanager/secretPolicy:SecretPolicy"  # noqa: S105 - a type token
_ROTATION: Final = "aws:secretsmanager/secretRotation:SecretRotation"
_PARAMETER: Final = "aws:ssm/parameter:Parameter"
_HOLDERS: Final[Holders] = {_SECRET: "policy", _SECRET_POLICY: "policy"}
_SECURE: Final = one_of("type", "SecureString")
_IMAGE: Final = one_of("dataType", "aws:ec2:image")
_NOT_SECURE: Final = one_of("type", "String", "StringList")


class Rotation(Settings):
    """How often secrets change."""

    most_days: int = setting(90, "The most days between two rotations.")


def _often(rotation: Rotation) -> Callable[[Resource], Iterator[Duty]]:
    def check(resource: Resource) -> Iterator[Duty]:
        rules = resource.properties.at("rotationRules")
        days = amount(rules, "automaticallyAfterDays").satisfies(lambda given: given <= rotation.most_days)
        schedule = rules.text("scheduleExpression").satisfies(
            lambda given: longest_gap_days(given) <= rotation.most_days
        )
        yield Duty(
            resource,
            any_of(days, schedule),
            "rotationRules must rotate within mostDays, by automaticallyAfterDays or by scheduleExpression",
        )

    return check


CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="secrets-encrypted-with-customer-key",
        sentence="A secret, and each of its replicas, is kept under a key of ours",
        why="The service's own key cannot be refused to anybody who may read the secret.",
        severity=Severity.LOW,
        resource_types=frozenset({_SECRET}),
        fix=Fix(pulumi="set kms_key_id to a key of your own, in replicas too"),
        rows=(231,),
    ),
    owes(own_key("kmsKeyId"), each("replicas[]", own_key("kmsKeyId"))),
)

ROTATED: Final = completed(
    Control(
        identifier="secrets-rotated",
        sentence="A secret of Secrets Manager is rotated by itself",
        why="What leaked once stays of use for ever otherwise.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_SECRET}),
        fix=Fix(pulumi="declare an aws.secretsmanager.SecretRotation for the secret"),
        references=(fsbp("SecretsManager.1"),),
        rows=(232,),
    ),
    "have a SecretRotation",
    Elsewhere(_ROTATION, "secretId", ("arn", "id", "name")),
)

ROTATED_OFTEN: Final = ResourceRule.settable(
    Control(
        identifier="secret-rotations-frequent",
        sentence="A secret is rotated within ninety days",
        why="A secret that leaked stays of use until it changes.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_ROTATION}),
        fix=Fix(pulumi="set rotation_rules.automatically_after_days to 90 or less"),
        references=(fsbp("SecretsManager.4"),),
        rows=(232,),
    ),
    Rotation(),
    _often,
)

NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="secret-policies-not-public",
        sentence="The policy of a secret lets nobody in who is not named",
        why="Anybody in any account could read the secret.",
        severity=Severity.CRITICAL,
        resource_types=frozenset(_HOLDERS),
        fix=Fix(pulumi="name the principals, or add a condition such as aws:PrincipalOrgID"),
        references=(cis_aws("2.21"),),
        rows=(233,),
    ),
    keeps_public_out(_HOLDERS),
)

PUBLIC_BLOCKED: Final = ResourceRule(
    Control(
        identifier="secret-policies-block-public-access",
        sentence="Secrets Manager itself refuses a policy that would let everybody in",
        why="It understands policies better than any check before it.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_SECRET_POLICY}),
        fix=Fix(pulumi="set block_public_policy=True"),
        remedies=(Remedy("blockPublicPolicy", value=True),),
        rows=(233,),
    ),
    owes(flag("blockPublicPolicy")),
)

PARAMETERS_SECURE: Final = ResourceRule(
    Control(
        identifier="parameters-secure",
        sentence="A parameter is a SecureString, unless it names a machine image",
        why="A plain one is readable in clear by whoever may list parameters, and in the history of all its versions.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_PARAMETER}),
        fix=Fix(pulumi='set type to "SecureString"'),
        rows=(234,),
    ),
    owes(unless(_IMAGE, _SECURE)),
)

PARAMETERS_CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="parameters-encrypted-with-customer-key",
        sentence="A SecureString parameter is kept under a key of ours",
        why="The service's own key cannot be refused to anybody who may read the parameter.",
        severity=Severity.LOW,
        resource_types=frozenset({_PARAMETER}),
        fix=Fix(pulumi="set key_id to a key of your own"),
        rows=(234,),
    ),
    owes(unless(_NOT_SECURE, own_key("keyId"))),
)

RULES: Final[tuple[Rule, ...]] = (
    CUSTOMER_KEY,
    ROTATED,
    ROTATED_OFTEN,
    NOT_PUBLIC,
    PUBLIC_BLOCKED,
    PARAMETERS_SECURE,
    PARAMETERS_CUSTOMER_KEY,
)
