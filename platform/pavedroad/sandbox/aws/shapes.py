"""Between Pulumi's properties and AWS's parameters and answers: names are matched, and types follow the shapes.

`kmsMasterKeyId` is `KmsMasterKeyID`, `subnetIds` is `SubnetIds.member`, a map of tags is a list of `Key` and
`Value`, a list of at most one block is a structure. What does not match by name stands in the type's `renames`.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

from pavedroad.sandbox.aws.schema import ANY_KEY, Spec, is_map, members_of

Renames = Mapping[str, tuple[str, ...]]

_PAIR: Final = 2
_TRUE: Final = (True, "true", "True", "1", "enabled", "ENABLED", "Enabled")


class UnmappedError(Exception):
    """A property has no counterpart in an operation's parameters; the text is its path."""


def member_named(members: Iterable[str], path: str, renames: Renames) -> str | None:
    """Find AWS's name of a property among a structure's members.

    Args:
        members: AWS's names.
        path: The property, dotted where nested, without indices.
        renames: The type's exceptions.
    """
    known = {_plain(member): member for member in members}
    if path in renames:
        return next((known[_plain(name)] for name in renames[path] if _plain(name) in known), None)
    name = _plain(path.rpartition(".")[2])
    for spelling in (name, f"{name}s", name.removesuffix("s"), f"{name}es", f"{name.removesuffix('y')}ies"):
        if spelling in known:
            return known[spelling]
    return None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def to_parameter(shape: Shape, value: Any, path: str, renames: Renames) -> Any:
    """Turn a property's value into what an operation takes.

    Raises:
        UnmappedError: A nested property has no counterpart.
    """
    match shape:
        case StructureShape():
            return _structure(shape, value, path, renames)
        case ListShape():
            return _list(shape, value, path, renames)
        case MapShape():
            return {key: to_parameter(shape.value, item, path, renames) for key, item in dict(value).items()}
    if shape.type_name == "blob":
        return value if isinstance(value, bytes) else str(value).encode()
    return _scalar(shape.type_name, value)


def _structure(shape: StructureShape, value: Any, path: str, renames: Renames) -> Any:
    if isinstance(value, list) and len(value) <= 1:
        value = value[0] if value else {}
    switch = member_named(shape.members, "enabled", {})
    if isinstance(value, bool) and switch:
        return {switch: value}
    if not isinstance(value, dict):
        return value  # botocore says what is wrong with it
    given = {}
    for key, item in value.items():
        inner = f"{path}.{key}"
        member = key if key in shape.members else member_named(shape.members, inner, renames)
        if member is None:
            raise UnmappedError(inner)
        if item is not None:
            given[member] = to_parameter(shape.members[member], item, inner, renames)
    return given


def _list(shape: ListShape, value: Any, path: str, renames: Renames) -> Any:
    pair = _pair(getattr(shape.member, "members", {}))
    if isinstance(value, dict) and pair:
        key, held = pair
        return [{key: name, held: str(item)} for name, item in value.items()]
    items = value if isinstance(value, list) else [value]
    return [to_parameter(shape.member, item, path, renames) for item in items]


def _pair(members: Iterable[str]) -> tuple[str, str] | None:
    """Recognise a list that stands for a map: `Key` (or `Name`) and `Value`, whatever goes before them."""
    names = list(members)
    if len(names) != _PAIR:
        return None
    key = next((name for name in names if name.lower().endswith(("key", "name"))), None)
    held = next((name for name in names if name.lower().endswith("value")), None)
    return (key, held) if key and held else None


def _scalar(kind: str, value: Any) -> Any:
    match kind:
        case "string":
            if isinstance(value, bool):
                return "true" if value else "false"
            return json.dumps(value) if isinstance(value, dict | list) else str(value)
        case "integer" | "long":
            return int(value) if isinstance(value, str) and value.lstrip("-").isdecimal() else value
        case "float" | "double":
            return float(value) if isinstance(value, str | int) else value
        case "boolean":
            return value in _TRUE if isinstance(value, str) else value
    return value


def to_property(spec: Spec, value: Any, path: str, renames: Renames) -> Any:
    """Turn what an answer holds into a property's value; None where it holds nothing."""
    if value is None:
        return None
    if isinstance(spec, list):
        items = value if isinstance(value, list | tuple) else [value]
        return [to_property(spec[0], item, path, renames) for item in items]
    if isinstance(spec, dict):
        return _to_keyed(spec, value, path, renames)
    if isinstance(value, list) and spec != "any":
        return (
            to_property(spec, value[0], path, renames) if len(value) == 1 else json.dumps(value, default=str)
        )
    return _to_scalar(spec, value)


def _to_keyed(spec: Mapping[str, Spec], value: Any, path: str, renames: Renames) -> Any:
    if is_map(spec):
        pairs = from_pairs(value) if isinstance(value, list) else value
        return {key: to_property(spec[ANY_KEY], item, path, renames) for key, item in dict(pairs).items()}
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict):
        return None
    return to_properties(members_of(spec), value, f"{path}.", renames)


def to_properties(specs: Mapping[str, Spec], answer: Mapping[str, Any], prefix: str, renames: Renames) -> Any:
    """Read the properties that an answer holds, by name."""
    found = {}
    for name, spec in specs.items():
        member = member_named(answer, f"{prefix}{name}", renames)
        value = None if member is None else to_property(spec, answer[member], f"{prefix}{name}", renames)
        if value is not None:
            found[name] = value
    return found


def from_pairs(pairs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Turn a list of keys and values into a map."""
    found = {}
    for each in pairs:
        names = _pair(each)
        if names:
            found[str(each[names[0]])] = each[names[1]]
    return found


def _to_scalar(spec: Spec, value: Any) -> Any:
    match spec:
        case "boolean":
            return (value.get("Enabled") if isinstance(value, dict) else value) in _TRUE
        case "integer" | "number":
            return _number(value)
        case "string":
            return to_text(value)
    return value


def _number(value: Any) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number.is_integer() else number


def to_text(value: Any) -> str:
    """Write a value as AWS does in attributes."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case dict() | list():
            return json.dumps(value, default=str)
        case bytes():
            return base64.b64encode(value).decode()
    return str(value)
