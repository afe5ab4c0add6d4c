"""What CrossGuard hands out, as rules see it.

CrossGuard stops a policy at the first unknown value that it reads. Here the whole property map is copied first,
with a mark in place of each unknown value, so that a rule sees everything that is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from pulumi_policy import PolicyResource, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from pavedroad.governance import Opaque, Properties, Resource, canonical


def read(seen: Iterable[ResourceValidationArgs | PolicyResource]) -> list[Resource]:
    """Read resources in the one form in which rules see them."""
    return canonical(_resource(each) for each in seen)


def _resource(seen: ResourceValidationArgs | PolicyResource) -> Resource:
    return Resource(
        type=seen.resource_type,
        name=seen.name,
        urn=seen.urn,
        properties=Properties(_readable(seen.props)),
        parent=_parent(seen),
        protect=seen.opts.protect,
        references=_references(seen) if isinstance(seen, PolicyResource) else {},
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
