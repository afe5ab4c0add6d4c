"""Rules about Secrets as objects: a secret store fills them, and none holds a token that never ends."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Opaque, Reference, Resource, ResourceRule, Severity
from pavedroad.governance.truth import NO

_SECRET: Final = "kubernetes:core/v1:Secret"  # noqa: S105 - a type token, not a credential
_SERVICE_ACCOUNT: Final = "kubernetes:core/v1:ServiceAccount"
_TOKEN: Final = "kubernetes.io/service-account-token"  # noqa: S105 - a type of Secrets, not a credential
_BY_REFERENCE: Final = "declare it under `secrets`, which names its place in the secret store"


def _without_data(secret: Resource) -> Iterator[Duty]:
    for name in ("data", "stringData"):
        part = secret.properties.at(name)
        yield Duty(
            secret,
            NO if part.value is Opaque.SECRET else part.empty(),
            f"{name} must be left out, for a secret store to fill",
        )


FROM_A_STORE: Final = ResourceRule(
    Control(
        identifier="secrets-come-from-a-store",
        sentence="No Secret's data is part of the program",
        why="It then stands in the engine's state, and in the repository or wherever the program reads it; a secret "
        "store keeps it in one place, says who read it, and changes it.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_SECRET}),
        fix=Fix(
            descriptor=_BY_REFERENCE,
            pulumi="declare an ExternalSecret, or another object that a secret store's operator fills a Secret from",
        ),
        references=(Reference("CIS Kubernetes", "5.4.2"), Reference("CIS EKS", "4.4.2")),
        rows=(76,),
    ),
    _without_data,
)


def _short_lived(resource: Resource) -> Iterator[Duty]:
    if resource.type == _SECRET:
        yield Duty(
            resource,
            resource.properties.text("type").satisfies(lambda kind: kind != _TOKEN, absent=True),
            "type must not be that of a service account's token",
        )
    else:
        yield Duty(resource, resource.properties.empty("secrets"), "secrets must be left out")


NO_LASTING_TOKENS: Final = ResourceRule(
    Control(
        identifier="no-lasting-service-account-tokens",
        sentence="No Secret holds a service account's token",
        why="Such a token never ends and is bound to no pod: whoever copies it once has the account for good.",
        severity=Severity.HIGH,
        resource_types=frozenset({_SECRET, _SERVICE_ACCOUNT}),
        fix=Fix(pulumi="let pods project a token with an expiry, and ask the TokenRequest API elsewhere"),
        rows=(77,),
    ),
    _short_lived,
)

RULES: Final = (FROM_A_STORE, NO_LASTING_TOKENS)
