"""What the types' properties are called and how they are typed, as pulumi-aws has it.

`schema/<module>.json` holds for each type `inputs`, `required`, `outputs` and `secret`. A property is specified as
`string`, `boolean`, `integer`, `number` or `any`, as a list of one specification, as `{"*": specification}` for a
map, or as an object's properties, where a `!` follows the name of a required one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

from pavedroad.sandbox.provider.properties import Properties, Secret, Unknown

Spec: TypeAlias = Any
"""How a property is typed; see the module's description."""

ANY_KEY: Final = "*"

_FOLDER: Final = files("pavedroad.sandbox.aws") / "schema"
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str, int, float, bool),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
_WORDS: Final = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}


@dataclass(frozen=True, slots=True)
class Schema:
    """The properties of one type.

    Attributes:
        inputs: What a program may give, by name.
        required: What it has to give.
        outputs: What there is besides once the resource exists.
        secret: What is secret even where the program does not say so.
    """

    inputs: Mapping[str, Spec]
    required: frozenset[str]
    outputs: Mapping[str, Spec]
    secret: frozenset[str]

    @property
    def all(self) -> dict[str, Spec]:
        """Inputs and outputs."""
        return {**self.inputs, **self.outputs}


def schema_of(token: str) -> Schema:
    """Give the properties of a type that has a table."""
    return _module(token.split(":")[1].partition("/")[0])[token]


@cache
def _module(module: str) -> dict[str, Schema]:
    content = json.loads((_FOLDER / f"{module}.json").read_text(encoding="utf-8"))
    return {
        token: Schema(
            inputs=entry["inputs"],
            required=frozenset(entry["required"]),
            outputs=entry["outputs"],
            secret=frozenset(entry["secret"]),
        )
        for token, entry in content.items()
    }


def members_of(spec: Mapping[str, Spec]) -> dict[str, Spec]:
    """Give an object's properties without the marks of required ones."""
    return {name.removesuffix("!"): inner for name, inner in spec.items()}


def is_map(spec: Spec) -> bool:
    """Tell whether the keys are the program's own."""
    return isinstance(spec, dict) and ANY_KEY in spec


def faults(schema: Schema, given: Properties) -> list[str]:
    """Say what is wrong with a program's inputs, one sentence each; never quotes a value."""
    return list(_object_faults("", dict(schema.inputs), schema.required, given))


def _object_faults(
    path: str, members: Mapping[str, Spec], required: frozenset[str], given: Properties
) -> Iterator[str]:
    place = f" in {path}" if path else ""
    for name in sorted(required - given.keys()):
        yield f"missing required property {name!r}{place}"
    for name in given:
        if name in members:
            yield from _faults(f"{path}.{name}" if path else name, members[name], given[name])
        elif not name.startswith("__"):
            yield f"there is no property {name!r}{place}; there are: {', '.join(sorted(members))}"


def _faults(path: str, spec: Spec, value: Any) -> Iterator[str]:
    if isinstance(value, Secret):
        yield from _faults(path, spec, value.element)
    elif isinstance(value, Unknown) or value is None or spec == "any":
        return
    elif isinstance(spec, list):
        if not isinstance(value, list):
            yield f"{path} has to be a list"
            return
        for index, item in enumerate(value):
            yield from _faults(f"{path}[{index}]", spec[0], item)
    elif isinstance(spec, dict):
        yield from _keyed_faults(path, spec, value)
    elif not isinstance(value, _KINDS[spec]) or (isinstance(value, bool) and spec in ("integer", "number")):
        yield f"{path} has to be {_WORDS[spec]}"


def _keyed_faults(path: str, spec: Mapping[str, Spec], value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} has to be an object"
    elif is_map(spec):
        for key, item in value.items():
            yield from _faults(f"{path}.{key}", spec[ANY_KEY], item)
    else:
        required = frozenset(name.removesuffix("!") for name in spec if name.endswith("!"))
        yield from _object_faults(path, members_of(spec), required, value)
