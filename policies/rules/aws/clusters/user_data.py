"""The rule about secrets in the script that a machine runs when it starts, which whoever is on the machine may read."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Reading, Resource, ResourceRule, Severity, Truth
from pavedroad.governance.properties import State
from pavedroad.governance.truth import NO
from pavedroad.secret_literals import looks_like_secret, looks_like_token
from policies.rules.aws.clusters.nodes import INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE

_SCRIPTS: Final[Mapping[str, tuple[str, ...]]] = {
    LAUNCH_TEMPLATE: ("userData",),
    INSTANCE: ("userData", "userDataBase64"),
    LAUNCH_CONFIGURATION: ("userData", "userDataBase64"),
}
_ASSIGNMENTS: Final = tuple(
    re.compile(rf"""(?<![\w-]){form}["']?([^\s"';|&]+)""")
    for form in (r"""-*([A-Za-z_][\w-]*)["']?[ \t]*[=:][ \t]*""", r"--([A-Za-z][\w-]*)[ \t]+")
)
"""A name and its value, as shells, YAML and JSON write them, and as an option of a command."""
_SECRET_NAME: Final = re.compile(
    r"(passw(or)?d|secret|token|api[_-]?key|(secret|private)[_-]?(access[_-]?)?key)$", re.IGNORECASE
)
_LOOKED_UP: Final = ("$", "`", "/", "arn:", "{{", "<", "%", "ssm:", "-")
"""How a value begins that is found out only on the machine: a variable, a command, a file, a placeholder."""


def _decoded(script: str) -> str:
    """Read a script, whether or not it is in base64."""
    try:
        return base64.b64decode("".join(script.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return script


def _tells_nothing(script: str) -> bool:
    """Whether no line of a script holds a secret in clear."""
    text = _decoded(script)
    return not looks_like_token(text) and not any(
        looks_like_secret(name, value) or _is_written_out(name, value)
        for form in _ASSIGNMENTS
        for name, value in form.findall(text)
    )


def _is_written_out(name: str, value: str) -> bool:
    """Whether a name says that its value is secret, and the value is the secret itself."""
    return _SECRET_NAME.search(name) is not None and not value.startswith(_LOOKED_UP)


def _clear(script: Reading[str], resource: Resource) -> Truth:
    """Whether a script holds no secret; one that is marked as secret says itself that it does."""
    if script.state is State.SECRET or script.path in (resource.secrets or ()):
        return NO
    return script.satisfies(_tells_nothing, absent=True)


def _no_secret(resource: Resource) -> Iterator[Duty]:
    for path in _SCRIPTS[resource.type]:
        yield Duty(resource, _clear(resource.properties.text(path), resource), f"{path} must hold no secret")


NO_SECRET: Final = ResourceRule(
    Control(
        identifier="user-data-without-secrets",
        sentence="The script that a machine starts with holds no secret",
        why="It is kept in clear, and every process and every pod on the machine can ask for it.",
        severity=Severity.CRITICAL,
        resource_types=frozenset(_SCRIPTS),
        fix=Fix(pulumi="let the machine fetch it from Secrets Manager by its own role when it starts"),
        rows=(147,),
    ),
    _no_secret,
)

RULES: Final = (NO_SECRET,)
