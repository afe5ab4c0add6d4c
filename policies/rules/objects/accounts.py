"""The rule about who a running workload is, which no update may change from outside.

A declaration shows an object as it shall be, not as it was. What changes an object that somebody else declares is a
patch, so that is where an update of another's service account is seen.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Properties, Resource, ResourceRule, Severity, all_of
from pavedroad.governance.kubernetes import POD_TEMPLATES

_PATCH: Final = "Patch"
_CONTROLLERS: Final[Mapping[str, str]] = {token: path for token, path in POD_TEMPLATES.items() if path}
_FIELDS: Final = ("serviceAccount", "serviceAccountName")


def _account_left_alone(resource: Resource) -> Iterator[Duty]:
    if not resource.declared_type.endswith(_PATCH):
        return
    written = Properties(resource.properties.value, resource.properties.path)
    spec = written.at(_CONTROLLERS[resource.type]).at("spec")
    yield Duty(
        resource,
        all_of(*(spec.text(field).satisfies(lambda _: False, absent=True) for field in _FIELDS)),
        f"{spec.path} must leave serviceAccountName as it is",
    )


ACCOUNT_LEFT_ALONE: Final = ResourceRule(
    Control(
        identifier="patches-keep-the-service-account",
        sentence="No patch changes as whom another's workload runs",
        why="Whoever may patch a workload takes over every service account of its namespace that way.",
        severity=Severity.MEDIUM,
        resource_types=frozenset(_CONTROLLERS),
        fix=Fix(
            descriptor="every service has a service account of its own, which nothing changes",
            pulumi="remove serviceAccountName from the patch, and change it where the workload is declared",
        ),
        rows=(101,),
    ),
    _account_left_alone,
)

RULES: Final = (ACCOUNT_LEFT_ALONE,)
