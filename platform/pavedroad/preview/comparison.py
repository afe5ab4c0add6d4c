"""Comparing two property maps: what changed, where, with lists compared as Kubernetes means them.

A list whose items have keys is compared by key, a list without order as a set; so moving an item is no change,
save where the order means something (``ORDERED_LISTS`` in `pavedroad.kubernetes_facts` says where and why).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from pavedroad.kubernetes_facts import MERGE_KEYS, ORDERED_LISTS, UNORDERED_RULES

Path: TypeAlias = tuple[str, ...]
"""The way to a property: names of fields, and `Item` for an item of a list."""

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Item(str):
    """The part of a path that picks an item of a list: ``name=web`` or a position."""

    __slots__ = ()


class _Absent:
    """Stands for a property that one side does not have."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One property that differs; `ABSENT` where one side does not have it."""

    path: Path
    before: Any
    after: Any

    @property
    def fields(self) -> str:
        """Return the path without picking items, as the tables of facts write paths."""
        return ".".join(part for part in self.path if not isinstance(part, Item))

    def __str__(self) -> str:
        """Return the path as people write it: ``spec.containers[name=web].image``."""
        return path_text(self.path)


def path_text(path: Path) -> str:
    """Return a path as people write it; a field with odd characters is quoted, ``labels["a/b"]``."""
    text = ""
    for part in path:
        if isinstance(part, Item):
            text += f"[{part}]"
        elif _PLAIN_NAME.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part)}]"
    return text


def compare(before: Any, after: Any, kind: str = "") -> list[PropertyChange]:
    """Return every difference, sorted by path.

    Args:
        before: A JSON value.
        after: Another.
        kind: ``<group>/<Kind>`` of the manifest, where it is one: some lists have their order by kind.
    """
    ordered_not = UNORDERED_RULES.get(kind, ())
    return sorted(_differences(before, after, (), ordered_not), key=str)


def _differences(before: Any, after: Any, path: Path, unordered: tuple[str, ...]) -> Iterator[PropertyChange]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from _differences(
                before.get(name, ABSENT), after.get(name, ABSENT), (*path, name), unordered
            )
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list_differences(before, after, path, unordered)
    else:
        yield PropertyChange(path, before, after)


def _list_differences(
    before: list[Any], after: list[Any], path: Path, unordered: tuple[str, ...]
) -> Iterator[PropertyChange]:
    name = next((part for part in reversed(path) if not isinstance(part, Item)), "")
    fields = ".".join(part for part in path if not isinstance(part, Item))
    key = _merge_key([*before, *after])
    if name in ORDERED_LISTS and fields not in unordered:
        yield from _ordered_differences(before, after, path, unordered)
    elif key and _distinct(before, key) and _distinct(after, key):
        old, new = _by_key(before, key), _by_key(after, key)
        for label in sorted(old.keys() | new.keys()):
            item = Item(label)
            yield from _differences(old.get(label, ABSENT), new.get(label, ABSENT), (*path, item), unordered)
    else:
        yield from _set_differences(before, after, path, unordered)


def _ordered_differences(
    before: list[Any], after: list[Any], path: Path, unordered: tuple[str, ...]
) -> Iterator[PropertyChange]:
    if len(before) != len(after) or not all(isinstance(item, dict) for item in [*before, *after]):
        yield PropertyChange(path, before, after)
        return
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        yield from _differences(old, new, (*path, Item(str(index))), unordered)


def _set_differences(
    before: list[Any], after: list[Any], path: Path, unordered: tuple[str, ...]
) -> Iterator[PropertyChange]:
    left, right = _only_in(before, after), _only_in(after, before)
    if not left and not right:
        return
    if not all(isinstance(item, dict) for item in [*before, *after]):
        yield PropertyChange(path, before, after)
        return
    for index in range(max(len(left), len(right))):
        old = left[index] if index < len(left) else ABSENT
        new = right[index] if index < len(right) else ABSENT
        position = before.index(old) if index < len(left) else after.index(new)
        yield from _differences(old, new, (*path, Item(str(position))), unordered)


def _merge_key(items: list[Any]) -> tuple[str, ...]:
    """Return the fields that tell these items apart, or nothing where none do."""
    if not items or not all(isinstance(item, dict) for item in items):
        return ()
    for key in MERGE_KEYS:
        if all(isinstance(item.get(key[0]), str | int) for item in items):
            return key
    return ()


def _distinct(items: list[Any], key: tuple[str, ...]) -> bool:
    return len(_by_key(items, key)) == len(items)


def _by_key(items: list[Any], key: tuple[str, ...]) -> dict[str, Any]:
    return {",".join(f"{field}={item[field]}" for field in key if field in item): item for item in items}


def _only_in(items: list[Any], others: list[Any]) -> list[Any]:
    """Return the items that the others lack, counting repetitions; where items are equal in any order."""
    remaining = [_canonical(other) for other in others]
    found = []
    for item in items:
        text = _canonical(item)
        if text in remaining:
            remaining.remove(text)
        else:
            found.append(item)
    return found


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
