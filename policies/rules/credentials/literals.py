"""Rules about credentials that somebody wrote where everybody reads them: in pods and in ConfigMaps.

What looks like a credential is decided by `pavedroad.secret_literals`, as for descriptors.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Properties,
    Reading,
    Reference,
    Resource,
    ResourceRule,
    Severity,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import WORKLOADS
from pavedroad.governance.properties import State
from pavedroad.governance.truth import open_at
from pavedroad.secret_literals import is_literal_secret, looks_like_secret, looks_like_token
from policies.rules.workloads.checks import EVERY_TIER, of_each

_CONFIG_MAP: Final = "kubernetes:core/v1:ConfigMap"
_BY_REFERENCE: Final = "declare it under `secrets`, which names its place in the secret store"
_SUSPICIOUS_NAME: Final = "PASSWORD"
"""A name that makes every text suspicious that any name does."""
_SETTING: Final = re.compile(
    r"^[ \t\-]*[\"']?(?P<name>[\w.\-]+)[\"']?[ \t]*[:=][ \t]*[\"']?(?P<value>[^\s\"',;]+)", re.MULTILINE
)

Suspicion = Callable[[str, str], bool]


def _harmless(name: Reading[str], value: Reading[str], suspicious: Suspicion) -> Truth:
    """Whether ``value`` is no credential under ``name``; without one, only if it would be none under any."""
    known = name.value
    if known is not None or name.state not in (State.UNKNOWN, State.SECRET):
        return value.satisfies(lambda text: not suspicious(known or "", text), absent=True)
    under_any = value.satisfies(lambda text: not suspicious(_SUSPICIOUS_NAME, text), absent=True)
    under_none = value.satisfies(lambda text: not suspicious("", text), absent=True)
    return any_of(under_any, all_of(under_none, open_at(name.path)))


def _environment(suspicious: Suspicion, demand: str) -> Callable[[Pod], Iterator[Duty]]:
    """Make a check that no environment variable's value is suspicious under its name."""

    def check(pod: Pod) -> Iterator[Duty]:
        for container in pod.containers():
            for variable in container.items("env"):
                yield Duty(
                    pod.workload,
                    _harmless(variable.text("name"), variable.text("value"), suspicious),
                    f"{variable.path}.value must {demand}",
                )

    return check


NO_CREDENTIAL: Final = PodRule(
    Control(
        identifier="environment-holds-no-credential",
        sentence="No environment variable's value is a credential",
        why="Whoever may list pods reads it, and so does everyone with the repository, its history and the engine's "
        "state; a token once written there must be replaced.",
        severity=Severity.CRITICAL,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor=_BY_REFERENCE,
            pulumi="keep the value in a secret store and let valueFrom.secretKeyRef, or a file, bring it in",
        ),
        rows=(73,),
    ),
    _environment(
        looks_like_secret, "not be a token, a private key, or random text under a name that says secret"
    ),
)

BY_REFERENCE: Final = PodRule(
    Control(
        identifier="environment-secrets-by-reference",
        sentence="No environment variable whose name says secret has its value written in the pod",
        why="A password that is short, or the same everywhere, is one all the same: it lets in whoever reads the "
        "pod, and cannot be changed without changing the program.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(descriptor=_BY_REFERENCE, pulumi="use valueFrom.secretKeyRef, or mount the Secret as a file"),
        rows=(73,),
    ),
    _environment(is_literal_secret, "not be written here, for its name says secret"),
)


def _no_tokens(container: Properties) -> Truth:
    words = [*container.items("command"), *container.items("args")]
    return all_of(*(word.text().satisfies(lambda text: not looks_like_token(text)) for word in words))


NO_TOKEN_IN_COMMAND: Final = PodRule(
    Control(
        identifier="commands-hold-no-credential",
        sentence="No container's command or arguments hold a token or a private key",
        why="A command line is read by everyone who may list pods or processes, and stands in every audit log.",
        severity=Severity.CRITICAL,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor=_BY_REFERENCE, pulumi="pass the place of a file, or a variable that a Secret fills"
        ),
        rows=(73,),
    ),
    of_each(Pod.containers, _no_tokens, "not hold a token or a private key in command or args"),
)


def _uses_files(pod: Pod) -> Iterator[Duty]:
    for container in pod.containers():
        sources = [
            *(variable.at("valueFrom.secretKeyRef") for variable in container.items("env")),
            *(source.at("secretRef") for source in container.items("envFrom")),
        ]
        for source in sources:
            yield Duty(
                pod.workload,
                source.anything().satisfies(lambda _: False, absent=True),
                f"{source.path} must give way to a file that a Secret fills",
            )


AS_FILES: Final = PodRule(
    Control(
        identifier="secrets-mounted-as-files",
        sentence="Secrets reach containers as files, not as environment variables",
        why="Variables are inherited by every child process, printed by crash reports, and stay the same when the "
        "Secret changes. Many programs know no other way, so this is only advice.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(descriptor="set `mount` of the secret", pulumi="mount the Secret as a volume"),
        references=(Reference("CIS Kubernetes", "5.4.1"), Reference("CIS EKS", "4.4.1")),
        advisory_in=EVERY_TIER,
        rows=(74,),
    ),
    _uses_files,
)


def _open_text(config: Resource) -> Iterator[Duty]:
    for name, value in config.properties.entries("data"):
        yield Duty(
            config,
            value.text().satisfies(lambda text, name=name: not _holds_credential(name, text)),  # type: ignore[misc]  # the default binds this round's name
            f"{value.path} must hold no credential",
        )


def _holds_credential(name: str, text: str) -> bool:
    """Whether a text is a credential, or a file with one: a token anywhere, or a setting whose name says secret."""
    if "\n" not in text and (looks_like_secret(name, text) or is_literal_secret(name, text)):
        return True
    return looks_like_token(text) or any(
        is_literal_secret(found["name"], found["value"]) for found in _SETTING.finditer(text)
    )


CONFIG_HOLDS_NONE: Final = ResourceRule(
    Control(
        identifier="config-maps-hold-no-credential",
        sentence="No ConfigMap holds a credential",
        why="ConfigMaps are read far more widely than Secrets, are not encrypted at rest, and are shown by every tool.",
        severity=Severity.HIGH,
        resource_types=frozenset({_CONFIG_MAP}),
        fix=Fix(
            descriptor="take it out of `config` and declare it under `secrets`",
            pulumi="move the value to a Secret that a secret store fills",
        ),
        rows=(75,),
    ),
    _open_text,
)


RULES: Final = (NO_CREDENTIAL, BY_REFERENCE, NO_TOKEN_IN_COMMAND, AS_FILES, CONFIG_HOLDS_NONE)
