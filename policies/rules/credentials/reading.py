"""Rules about what pods read: it exists, it is theirs, and no secret of the program takes another way."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Opaque,
    Pod,
    PodRule,
    Properties,
    Reading,
    Resource,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import WORKLOADS, namespace_of
from pavedroad.governance.truth import NO, YES, open_at
from policies.rules.credentials.references import SECRET, Made, uses

_CONFIG_MAP: Final = "kubernetes:core/v1:ConfigMap"
_SECRET: Final = "kubernetes:core/v1:Secret"  # noqa: S105 - a type token, not a credential
_CONTENTS: Final = {_CONFIG_MAP: ("data", "binaryData"), _SECRET: ("data", "stringData")}
_OWNERS: Final = ("pavedroad.dev/team", "pavedroad.dev/service")


def _references_exist(stack: Stack) -> Iterator[Duty]:
    made = stack.derived(Made)
    for workload, use in stack.derived(uses):
        optional = use.part.flag("optional").equals(wanted=True)
        yield Duty(
            workload,
            any_of(optional, made.exists(use, namespace_of(workload))),
            f"{use.name.path} must name a {use.kind} of its namespace",
        )
        key = use.part.text("key")
        for owner, is_it in made.called(use, namespace_of(workload)):
            if is_it.holds and owner.type in _CONTENTS:
                yield Duty(workload, any_of(optional, _holds(owner, key)), f"{key.path} must be a key of it")


def _holds(owner: Resource, key: Reading[str]) -> Truth:
    name = key.value
    if name is None:
        return key.satisfies(lambda _: False, absent=True)
    return any_of(
        *(owner.properties.at(part).entry(name).anything().present() for part in _CONTENTS[owner.type])
    )


REFERENCES_EXIST: Final = StackRule(
    Control(
        identifier="references-to-configuration-exist",
        sentence="Every Secret and ConfigMap that a pod reads exists, with the key that it reads",
        why="The pod waits without end otherwise, and only its events say for what.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="the platform declares what `config` and `secrets` name, so use those",
            pulumi="declare the Secret, the ExternalSecret or the ConfigMap in the pod's namespace, or set optional",
        ),
        rows=(78,),
    ),
    _references_exist,
)


def _read_by_owner(stack: Stack) -> Iterator[Duty]:
    made = stack.derived(Made)
    for workload, use in stack.derived(uses):
        if use.kind == SECRET:
            owners = (
                any_of(_same_owner(owner, workload), NO if is_it.holds else is_it)
                for owner, is_it in made.called(use, namespace_of(workload))
            )
            yield Duty(
                workload,
                all_of(use.name.satisfies(lambda _: True), *owners),
                f"{use.name.path} must name a Secret of its own service and team, by their pavedroad.dev labels",
            )


def _same_owner(secret: Resource, workload: Resource) -> Truth:
    owned, own = (each.properties.at("metadata.labels") for each in (secret, workload))
    return all_of(
        *(
            any_of(
                owned.entry(label).text().satisfies(lambda _: False, absent=True),
                owned.entry(label).text().same_as(own.entry(label).text()),
            )
            for label in _OWNERS
        )
    )


READ_BY_OWNER: Final = StackRule(
    Control(
        identifier="secrets-read-by-their-owner",
        sentence="No pod reads a Secret that belongs to another service or team",
        why="A credential names who uses it. Where two services share one, neither can be locked out or traced alone, "
        "and a break-in at one is a break-in at both.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="declare the store or the secret at the service that uses it",
            pulumi="give each service a Secret of its own, with the same pavedroad.dev labels as the service",
        ),
    ),
    _read_by_owner,
)


def _names_unique(pod: Pod) -> Iterator[Duty]:
    for container in pod.containers():
        names = [variable.text("name") for variable in container.items("env")]
        known = [name.value for name in names if name.value is not None]
        unclear = [name.satisfies(lambda _: False) for name in names if name.value is None]
        yield Duty(
            pod.workload,
            NO if len(known) != len(set(known)) else all_of(*unclear),
            f"{container.path}.env must name each variable once",
        )


NAMES_UNIQUE: Final = PodRule(
    Control(
        identifier="environment-names-unique",
        sentence="No container names an environment variable twice",
        why="The last one wins and the others are kept as if they meant something; an update may even lose the wrong "
        "one.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="keep the variable in `env` or in `secrets`, not in both",
            pulumi="remove all but one entry of the name from env",
        ),
        rows=(78,),
    ),
    _names_unique,
)


def _kept_secret(stack: Stack) -> Iterator[Duty]:
    for workload, pods in stack.pods().values():
        for container in (each for pod in pods for each in pod.containers()):
            for part in _open_parts(container):
                yield _not_secret(workload, part)
    for config in stack.of_types({_CONFIG_MAP}):
        for _, part in config.properties.entries("data"):
            yield _not_secret(config, part)


def _open_parts(container: Properties) -> Iterator[Properties]:
    for variable in container.items("env"):
        yield variable.at("value")
    yield from container.items("command")
    yield from container.items("args")


def _not_secret(resource: Resource, part: Properties) -> Duty:
    return Duty(
        resource,
        _open_to_all(resource, part),
        f"{part.path} must not be made from a value that the program marks as secret",
    )


def _open_to_all(resource: Resource, part: Properties) -> Truth:
    """Whether the program does not mark ``part`` as secret; of a value not known yet only the engine may know."""
    marked = resource.secrets or frozenset()
    if part.value is Opaque.SECRET or any(_inside(part.path, path) for path in marked):
        return NO
    return open_at(part.path) if part.value is Opaque.UNKNOWN and resource.secrets is None else YES


def _inside(path: str, whole: str) -> bool:
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))


KEPT_SECRET: Final = StackRule(
    Control(
        identifier="program-secrets-stay-secret",
        sentence="No value that the program marks as secret is written into a pod or a ConfigMap",
        why="The engine keeps it encrypted, and then the cluster shows it in clear to whoever may list pods.",
        severity=Severity.CRITICAL,
        resource_types=WORKLOADS | {_CONFIG_MAP},
        fix=Fix(
            descriptor="declare it under `secrets`, which names its place in the secret store",
            pulumi="put the value into a Secret and let valueFrom.secretKeyRef, or a file, bring it in",
        ),
        rows=(73, 75),
    ),
    _kept_secret,
)

RULES: Final = (REFERENCES_EXIST, READ_BY_OWNER, NAMES_UNIQUE, KEPT_SECRET)
