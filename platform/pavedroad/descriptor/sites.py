"""Where an error of pydantic's stands: its path in the file, and the schema of what is allowed there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, get_args

from pavedroad.descriptor import cloud, hours, oncall, slos, tables, values
from pavedroad.descriptor import schema as schemas

if TYPE_CHECKING:
    from pavedroad.descriptor.faults import Path

VALUE_MODULES = (values, cloud, hours, oncall, slos, tables)
"""Where value types say what they ask for."""

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "object": "a mapping",
    "string": "text",
}


@dataclass(frozen=True, slots=True)
class Site:
    """A place in a descriptor, and what is allowed there."""

    path: Path
    schema: schemas.JsonSchema
    around: schemas.JsonSchema
    """Schema of the mapping or list that the place is in."""
    definitions: schemas.JsonSchema
    of_key: bool = False
    """Whether the error is about the key and not the value."""

    @property
    def name(self) -> str:
        """The last word of the path."""
        return str(self.path[-1]) if self.path else ""

    @property
    def target(self) -> schemas.JsonSchema:
        """The schema itself, behind references and ``or null``."""
        return _target(self.schema, self.definitions)

    @property
    def siblings(self) -> list[str]:
        """Every key that the mapping around this place can have."""
        return list(self.around.get("properties", {}))

    def allowed(self) -> str:
        """Return in words what is allowed here."""
        return describe(self.schema, self.definitions)

    def choices(self) -> dict[str, list[str]]:
        """Return the words that tell the alternatives here apart, and what each can be."""
        members = [_target(member, self.definitions)["properties"] for member in self.target["oneOf"]]
        telling = dict.fromkeys(
            word for member in members for word, allowed in member.items() if "const" in allowed
        )
        return {
            word: list(dict.fromkeys(value for member in members for value in _fixed(member.get(word, {}))))
            for word in telling
        }


def find_site(location: tuple[str | int, ...], kind: schemas.Kind) -> Site:
    """Follow pydantic's location through the schema, leaving out its names for alternatives."""
    of_key = "[key]" in location
    followed = location[: location.index("[key]")] if of_key else location
    path, node, around = _follow(followed, kind)
    return Site(path, node, around, schemas.cached_schema(kind)["$defs"], of_key=of_key)


@lru_cache(maxsize=1024)
def _follow(
    location: tuple[str | int, ...], kind: schemas.Kind
) -> tuple[tuple[str | int, ...], schemas.JsonSchema, schemas.JsonSchema]:
    """Return the path in the document, what stands there and around it; faults of one place share the way to it."""
    root = schemas.cached_schema(kind)
    if not location:
        return (), root, root
    path, node, around = _follow(location[:-1], kind)
    node, step = _target(node, root["$defs"]), location[-1]
    members = node.get("oneOf") or node.get("anyOf")
    if members:
        return path, _member(str(step), members, root["$defs"]), around
    return (*path, step), _child(node, step), node


@cache
def meanings() -> dict[str, str]:
    """Return what each pattern of the value types asks for, in words."""
    found: dict[str, str] = {}
    for alias in chain.from_iterable(vars(module).values() for module in VALUE_MODULES):
        notes = get_args(alias)[1:]
        patterns = [getattr(note, "pattern", None) for note in notes]
        texts = [note.text for note in notes if isinstance(note, values.Meaning)]
        found |= {pattern: texts[0] for pattern in patterns if isinstance(pattern, str) and texts}
    return found


def describe(node: schemas.JsonSchema, definitions: schemas.JsonSchema) -> str:
    """Return in words what a schema allows."""
    node = _target(node, definitions)
    match node:
        case {"const": word}:
            return str(word)
        case {"enum": words}:
            return f"one of {', '.join(map(str, words))}"
        case {"anyOf": members} | {"oneOf": members}:
            words = [describe(member, definitions) for member in members if member.get("type") != "null"]
            return " or ".join(dict.fromkeys(words))
        case {"type": "integer" | "number"}:
            return _describe_number(node)
        case {"type": "string", "pattern": pattern}:
            return meanings().get(pattern, "text")
    return _TYPES.get(node.get("type", ""), "something else")


def _describe_number(node: schemas.JsonSchema) -> str:
    match node:
        case {"type": "integer", "minimum": low, "maximum": high}:
            return f"a whole number from {low} to {high}"
        case {"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": high}:
            return f"a number above {low:g} and below {high:g}"
    return _TYPES.get(node["type"], "a number")


def _target(node: schemas.JsonSchema, definitions: schemas.JsonSchema) -> schemas.JsonSchema:
    """Follow a reference, and look through ``or null``."""
    members = [member for member in node.get("anyOf", ()) if member.get("type") != "null"]
    if len(members) == 1:
        node = members[0]
    if "$ref" in node:
        found: schemas.JsonSchema = definitions[node["$ref"].rpartition("/")[2]]
        return found
    return node


def _member(tag: str, members: list[Any], definitions: schemas.JsonSchema) -> schemas.JsonSchema:
    """Return the alternative that a tag of pydantic's means."""
    for member in members:
        target = _target(member, definitions)
        named = member.get("$ref", "").endswith(f"/{tag}")
        fields = target.get("properties", {}).values()
        if named or any(field.get("const") == tag or tag in field.get("enum", ()) for field in fields):
            return target
    return {"anyOf": members}


def _fixed(node: schemas.JsonSchema) -> list[Any]:
    """Return the values that a field is confined to; empty where it is not."""
    return [node["const"]] if "const" in node else node.get("enum", [])


def _child(node: schemas.JsonSchema, step: str | int) -> schemas.JsonSchema:
    if isinstance(step, int):
        item: schemas.JsonSchema = node.get("items", {})
        return item
    if step in node.get("properties", {}):
        field: schemas.JsonSchema = node["properties"][step]
        return field
    return next(iter(node.get("patternProperties", {}).values()), {})
