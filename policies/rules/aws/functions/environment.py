"""Rules about the environment of a function, which whoever may look at the function reads."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Resource, ResourceRule, Severity
from pavedroad.secret_literals import looks_like_secret
from policies.rules.aws.shapes import left_out, owes, own_key, unless

_FUNCTIONS: Final = frozenset({"aws:lambda/function:Function"})
_VARIABLES: Final = "environment.variables"
_PASSWORD_NAMES: Final = ("PASSWORD", "PASSWD", "PASSPHRASE", "SECRET_ACCESS_KEY")
_LOOKED_UP: Final = ("arn:", "{{", "/", "ssm:")
"""How a value begins that only says where the secret is kept."""


def _no_secrets(function: Resource) -> Iterator[Duty]:
    for name, value in function.properties.entries(_VARIABLES):
        yield Duty(
            function,
            value.text().satisfies(lambda text, name=name: _harmless(name, text)),  # type: ignore[misc]  # the default binds the loop's value
            f"{value.path} must hold no secret",
        )


def _harmless(name: str, value: str) -> bool:
    """Whether a variable holds no secret: by the form of its value, or because its name says that it would."""
    named = name.upper().endswith(_PASSWORD_NAMES) and bool(value) and not value.startswith(_LOOKED_UP)
    return not named and not looks_like_secret(name, value)


NO_SECRETS: Final = ResourceRule(
    Control(
        identifier="lambda-environment-without-secrets",
        sentence="No variable of a function holds a secret",
        why="Whoever may look at the function reads it, and it stands in code, state and history.",
        severity=Severity.CRITICAL,
        resource_types=_FUNCTIONS,
        fix=Fix(
            pulumi="keep it in Secrets Manager and give the function its ARN and a role that may read it"
        ),
        rows=(280,),
    ),
    _no_secrets,
)

ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="lambda-environment-encrypted",
        sentence="The variables of a function are encrypted with a key of its owner's",
        why="With AWS's own key, whoever may look at the function may also decrypt them.",
        severity=Severity.MEDIUM,
        resource_types=_FUNCTIONS,
        fix=Fix(pulumi="set kms_key_arn"),
        rows=(280,),
    ),
    owes(unless(left_out(_VARIABLES), own_key("kmsKeyArn"))),
)

RULES: Final = (NO_SECRETS, ENCRYPTED)
