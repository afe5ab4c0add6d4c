"""Remedies: settings that keep a control and can harm nobody, made where a program says nothing of them.

A remedy never changes what is said, whatever it is: a value that is given, or will be known later, stays.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

Scalar: TypeAlias = bool | float | str
_EVERY: Final = "[]"


class Remedy(NamedTuple):
    """One setting.

    Attributes:
        path: The property, as `metadataOptions.httpTokens`; `[]` stands for every element of a list.
        value: What it is set to: a flag, a number or a text.
    """

    path: str
    value: Scalar


def remedied(properties: Mapping[str, Any], remedies: Iterable[Remedy]) -> tuple[dict[str, Any], list[str]]:
    """Make the settings that are missing.

    Returns:
        The properties with them, parts that did not change being the same values, and the path of each.
    """
    tree, made = dict(properties), list[str]()
    for remedy in remedies:
        tree, paths = _set(tree, remedy.path.split("."), remedy.value, "")
        made += paths
    return tree, made


def _set(
    tree: dict[str, Any], path: list[str], value: Scalar, above: str
) -> tuple[dict[str, Any], list[str]]:
    """Set one path in a copy of ``tree``; a part that is something else than a mapping is left alone."""
    name, beyond = path[0].removesuffix(_EVERY), path[1:]
    here = f"{above}.{name}" if above else name
    given = tree.get(name)
    if path[0].endswith(_EVERY):
        items = (
            [_inside(item, beyond, value, f"{here}[{at}]") for at, item in enumerate(given)]
            if isinstance(given, list)
            else []
        )
        made = [each for _, paths in items for each in paths]
        return (tree | {name: [item for item, _ in items]}, made) if made else (tree, [])
    if not beyond:
        return (tree, []) if name in tree and given is not None else (tree | {name: value}, [here])
    part, made = _inside({} if given is None else given, beyond, value, here)
    return (tree | {name: part}, made) if made else (tree, [])


def _inside(part: Any, path: list[str], value: Scalar, here: str) -> tuple[Any, list[str]]:
    return _set(part, path, value, here) if isinstance(part, dict) else (part, [])
