"""What would change: the declared object against the live one, seen through what was declared before.

The live object is first cut down to the shape of the old declaration, so that what the API server filled in is
no difference, but drift in a declared field is. Rules: `Diff` and `patchConverter` in
`provider/pkg/provider/provider.go`, `pruneMap` in `util.go` of pulumi/pulumi-kubernetes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from pavedroad.sandbox.provider.properties import Manifest, Unknown

Path: TypeAlias = tuple[str | int, ...]


class Change(Enum):
    """How one property differs."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Difference:
    """One property that differs, and whether that takes a new object."""

    path: Path
    change: Change
    replaces: bool = False

    @property
    def key(self) -> str:
        """The path as the engine writes it, for example `spec.ports[0].name` or `data["a.b"]`."""
        return path_text(self.path)


def pruned(live: Any, declared: Any) -> Any:
    """Keep of the live value what the declaration mentions; lists are matched by position.

    An empty value that was declared, but left out by the API server, counts as kept.
    """
    if isinstance(live, dict) and isinstance(declared, dict):
        kept = {key: pruned(value, declared[key]) for key, value in live.items() if key in declared}
        return kept | {key: value for key, value in declared.items() if key not in live and _is_empty(value)}
    if isinstance(live, list) and isinstance(declared, list):
        return [pruned(value, old) for value, old in zip(live, declared, strict=False)]
    return live


def differences(old: Manifest, new: Manifest, forced: Iterable[str]) -> list[Difference]:
    """Compare two manifests, property by property.

    Args:
        old: The live object, cut down to what was declared.
        new: The object as declared now.
        forced: Paths without list indices (`spec.selector`) whose change takes a new object.
    """
    wanted = [tuple(path.split(".")) for path in forced]
    return [
        Difference(path, change, replaces=any(_touches(path, value, fields) for fields in wanted))
        for path, change, value in _walk((), old, new)
    ]


_ABSENT: Any = object()


def _walk(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Change, Any]]:
    """Yield (path, change, new value) for every property that differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _walk((*path, key), old.get(key, _ABSENT), new.get(key, _ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            yield from _walk((*path, index), _at(old, index), _at(new, index))
    elif new is _ABSENT:
        yield path, Change.DELETE, None
    elif old is _ABSENT:
        yield path, Change.ADD, new
    elif isinstance(new, Unknown) or old != new or isinstance(old, bool) != isinstance(new, bool):
        yield path, Change.UPDATE, new


def _at(values: list[Any], index: int) -> Any:
    return values[index] if index < len(values) else _ABSENT


def _is_empty(value: Any) -> bool:
    return value in ({}, [], "", False, 0)


def _touches(path: Path, value: Any, field: tuple[str, ...]) -> bool:
    """Tell whether a change at `path`, to `value`, lies within a field, or brings the field with it."""
    names = tuple(part for part in path if isinstance(part, str))
    if names[: len(field)] == field:
        return True
    return field[: len(names)] == names and _has(value, field[len(names) :])


def _has(value: Any, names: tuple[str, ...]) -> bool:
    for name in names:
        if isinstance(value, list):
            return any(_has(item, names) for item in value)
        if not isinstance(value, dict) or name not in value:
            return False
        value, names = value[name], names[1:]
    return True


def path_text(path: Path) -> str:
    """Write a property path as the engine does."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif any(mark in part for mark in '."[]'):
            text += '["{}"]'.format(part.replace('"', '\\"'))
        else:
            text += f".{part}" if text else part
    return text


def parse_path(text: str) -> Path:
    """Read a property path as the engine writes it; `*` stays a name.

    Example:
        >>> parse_path('spec.ports[0]["a.b"]')
        ('spec', 'ports', 0, 'a.b')
    """
    parts: list[str | int] = []
    rest = text
    while rest:
        if rest.startswith('["'):
            end = rest.index('"]')
            parts.append(rest[2:end].replace('\\"', '"'))
            rest = rest[end + 2 :]
        elif rest.startswith("["):
            inner, _, rest = rest[1:].partition("]")
            parts.append(int(inner) if inner.isdecimal() else inner)
        else:
            rest = rest.removeprefix(".")
            cut = min((at for at in (rest.find("."), rest.find("[")) if at >= 0), default=len(rest))
            parts.append(rest[:cut])
            rest = rest[cut:]
    return tuple(parts)


def contains(outer: Path, inner: Path) -> bool:
    """Tell whether `inner` is `outer` or lies below it; `*` in `outer` stands for any one part."""
    return len(outer) <= len(inner) and all(
        part in ("*", other) for part, other in zip(outer, inner, strict=False)
    )
