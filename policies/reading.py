"""What CrossGuard hands out, as rules see it.

CrossGuard stops a policy at the first unknown value that it reads. Here the whole property map is copied first,
with a mark in place of each unknown value, so that a rule sees everything that is known. It hands secrets out in
clear and forgets that they are; which ones the engine had marked is found in what the engine sent.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from google.protobuf.struct_pb2 import Struct, Value
from pulumi_policy import PolicyResource, ResourceValidationArgs
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import UnknownValueError

from pavedroad.governance import Opaque, Properties, Resource, canonical

_SECRET: Final = SPECIAL_SECRET_SIG.encode()

Secrets = Mapping[str, frozenset[str]]
"""By URN, the paths of what is secret; of a resource that is left out, nobody can say."""


def read(
    seen: Iterable[ResourceValidationArgs | PolicyResource], secrets: Secrets | None = None
) -> list[Resource]:
    """Read resources in the one form in which rules see them."""
    known = secrets or {}
    return canonical(_resource(each, known.get(each.urn)) for each in seen)


def secrets_in(properties: Struct) -> frozenset[str]:
    """Find the paths of what the engine marks as secret, outermost only: what it holds is secret with it."""
    if _SECRET not in properties.SerializeToString():
        return frozenset()
    return frozenset(_secrets(Value(struct_value=properties), ""))


def _secrets(value: Value, path: str) -> Iterator[str]:
    fields = value.struct_value.fields
    if SPECIAL_SIG_KEY in fields and fields[SPECIAL_SIG_KEY].string_value == SPECIAL_SECRET_SIG:
        yield path
        return
    for name, item in fields.items():
        yield from _secrets(item, f"{path}.{name}" if path else name)
    for index, item in enumerate(value.list_value.values):
        yield from _secrets(item, f"{path}[{index}]")


def _resource(seen: ResourceValidationArgs | PolicyResource, secrets: frozenset[str] | None) -> Resource:
    return Resource(
        type=seen.resource_type,
        name=seen.name,
        urn=seen.urn,
        properties=Properties(_readable(seen.props)),
        parent=_parent(seen),
        protect=seen.opts.protect,
        references=_references(seen) if isinstance(seen, PolicyResource) else {},
        secrets=secrets,
        provider=seen.provider.urn if seen.provider else "",
    )


def _parent(seen: ResourceValidationArgs | PolicyResource) -> str | None:
    if isinstance(seen, PolicyResource) and seen.parent is not None:
        return seen.parent.urn
    return seen.opts.parent


def _references(seen: PolicyResource) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(each.urn for each in made_from) for name, made_from in seen.property_dependencies.items()
    }


def _readable(value: object) -> object:
    """Copy what CrossGuard hands out, whose every access may raise, with marks for what is not known."""
    if isinstance(value, Mapping):
        return {name: _readable(_guarded(value, name)) for name in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_readable(_guarded(value, index)) for index in range(len(value))]
    return value


class _Container(Protocol):
    """A mapping or a list."""

    def __getitem__(self, key: Any, /) -> object: ...


def _guarded(container: _Container, key: object) -> object:
    try:
        return container[key]
    except UnknownValueError:
        return Opaque.UNKNOWN
