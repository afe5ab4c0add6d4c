"""What may be set of a control, as data: classes whose fields are flags, numbers, texts and lists of texts.

Loading a policy pack must stay quick, so this makes, reads and describes such classes itself: a model library takes
as long to import as the pack, and a frozen dataclass twenty times as long to make.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import Field, field
from typing import (
    Any,
    ClassVar,
    Final,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

_MEANING: Final = "meaning"
_JSON_TYPES: Final[Mapping[object, str]] = {bool: "boolean", int: "integer", float: "number", str: "string"}
_IN_WORDS: Final[Mapping[object, str]] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
}

S = TypeVar("S", bound="Settings")
R = TypeVar("R", bound="Settings")


class SettingsError(Exception):
    """Settings that cannot be read; the message names every fault, one to a line."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Settings:
    """Base of every control's settings: immutable, and equal where all fields are.

    A subclass declares its fields as `name: type = setting(default, meaning)`; each has a default, so that a
    control works unset.
    """

    _fields: ClassVar[Mapping[str, Field[Any]]] = {}

    def __init_subclass__(cls) -> None:
        """Take note of the fields that a subclass declares."""
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Field)}
        cls._fields = {**cls._fields, **own}

    def __init__(self, **given: object) -> None:
        """Set what is given, and the rest as declared.

        Raises:
            TypeError: If there is no such field.
        """
        if unknown := given.keys() - self._fields.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        vars(self).update({name: each.default for name, each in self._fields.items()} | given)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse to change anything.

        Raises:
            AttributeError: Always.
        """
        raise AttributeError(f"{type(self).__name__} cannot be changed; make another")

    def __eq__(self, other: object) -> bool:
        """Whether all fields are equal."""
        return type(self) is type(other) and _values(self) == _values(other)

    def __hash__(self) -> int:
        """Hash the fields."""
        return hash(tuple(_values(self).values()))


def setting(default: object, meaning: str) -> Any:
    """Declare one field of a `Settings`: its default and, for people, what it means."""
    return field(default=default, metadata={_MEANING: meaning})


def json_schema(settings: Settings) -> dict[str, dict[str, Any]]:
    """Describe every field in JSON Schema, by the name that it has in a configuration (camelCase)."""
    hints = _hints(type(settings))
    return {
        configured_name(name): _schema(hints[name])
        | {"description": each.metadata[_MEANING], "default": _plain(getattr(settings, name))}
        for name, each in settings._fields.items()
    }


def read(settings: S, given: Mapping[str, object]) -> S:
    """Set what ``given`` names, by its name in a configuration, and leave the rest as ``settings`` has it.

    Raises:
        SettingsError: If a name is unknown or a value is of another type than its field; all faults at once.
    """
    if faults := _faults([settings], given):
        raise SettingsError("\n".join(faults))
    values = _values(settings)
    names = {configured_name(name): name for name in values}
    return type(settings)(**values | {names[name]: _frozen(value) for name, value in given.items()})


def read_both(settings: S, others: R, given: Mapping[str, object]) -> tuple[S, R]:
    """Read settings of two kinds that stand in one configuration, as `read` does."""
    if faults := _faults([settings, others], given):
        raise SettingsError("\n".join(faults))
    theirs = json_schema(others).keys()
    own = {name: value for name, value in given.items() if name not in theirs}
    return read(settings, own), read(others, {name: given[name] for name in given if name in theirs})


def _faults(kinds: Sequence["Settings"], given: Mapping[str, object]) -> list[str]:
    hints = {configured_name(name): hint for kind in kinds for name, hint in _hints(type(kind)).items()}
    faults: list[str] = []
    for name, value in given.items():
        if name not in hints:
            faults.append(f"there is no setting {name!r}; there are: {', '.join(hints) or 'none'}")
        elif not _fits(value, hints[name]):
            faults.append(f"{name} must be {_in_words(hints[name])}")
    return faults


def _values(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings._fields}


def _hints(kind: type[Settings]) -> dict[str, Any]:
    """List the types of the fields; annotations that are texts are seldom, and slow to resolve."""
    written = {
        name: hint
        for each in reversed(kind.mro())
        for name, hint in vars(each).get("__annotations__", {}).items()
        if name in kind._fields
    }
    if any(isinstance(hint, str) for hint in written.values()):
        resolved = get_type_hints(kind)
        return {name: resolved[name] for name in written}
    return written


def configured_name(name: str) -> str:
    """Spell a field's name as policy configurations do, in camelCase."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _schema(hint: object) -> dict[str, Any]:
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _schema(get_args(hint)[0])}
    options = _options(hint)
    if options:
        return {"type": [*(_JSON_TYPES[each] for each in options), "null"]}
    return {"type": _JSON_TYPES[hint]}


def _in_words(hint: object) -> str:
    if get_origin(hint) is tuple:
        return f"a list, each of it {_in_words(get_args(hint)[0])}"
    options = _options(hint)
    return " or ".join([*map(_in_words, options), "null"]) if options else _IN_WORDS[hint]


def _fits(value: object, hint: object) -> bool:
    if get_origin(hint) is tuple:
        items = value if isinstance(value, Sequence) and not isinstance(value, str) else None
        return items is not None and all(_fits(item, get_args(hint)[0]) for item in items)
    options = _options(hint)
    if options:
        return value is None or any(_fits(value, each) for each in options)
    if isinstance(value, bool):
        return hint is bool
    if hint is int and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int | float) if hint is float else isinstance(value, hint)  # type: ignore[arg-type]  # a class


def _options(hint: object) -> list[object]:
    """List the types of a field that may be null."""
    if get_origin(hint) not in (Union, types.UnionType):
        return []
    return [each for each in get_args(hint) if each is not type(None)]


def _frozen(value: object) -> object:
    """Keep lists from being changed, and whole numbers whole: the engine hands every number over as a float."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


def _plain(value: object) -> object:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
