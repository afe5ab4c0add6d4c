"""Every word of a descriptor, changed one at a time: what is refused, what has an effect, what has none.

A *word* is a field of a model. Changes are found by walking the models of an example that uses every word, so a
new field is tested as soon as the example says it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

Path = tuple[str | int, ...]

SIBLINGS = {
    "port": ("http", "grpc", "admin"),
    "registry": ("spare",),
    "calls": ("counter",),
    "invokes": ("weigh", "clear"),
    "starts": ("berth", "tow", "07:00"),
    "cidr": ("10.40.128.0/17",),
    "public": ("subnet-0000000a",),
    "private": ("subnet-0000000b",),
    "data": ("subnet-0000000c",),
    "zone_letters": ("bcd",),
    "time_zone": ("Europe/Paris",),
    "ends": ("21:00",),
    "notify": ("chat", "mail"),
}
"""Other values of words that name something else in the example."""


class Gone(Enum):
    """Stands for a value that is taken out."""

    GONE = "gone"


GONE = Gone.GONE


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """A field of a model."""

    model: str
    field: str

    def __str__(self) -> str:
        """Return the word as ``Model.field``."""
        return f"{self.model}.{self.field}"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one value.

    Attributes:
        word: The field that it belongs to.
        path: Where the value stands.
        value: What stands there.
        candidates: What may stand there instead; the first that is valid is taken.
    """

    word: Word
    path: Path
    value: object
    candidates: tuple[object, ...]

    def __str__(self) -> str:
        """Return the change in a line."""
        shown = ", ".join("(nothing)" if one is GONE else repr(one) for one in self.candidates)
        return f"{self.word} at {'.'.join(map(str, self.path))} to {shown}"


def words(model: type[BaseModel]) -> set[Word]:
    """Return every word that a file of this model can hold."""
    return set(_annotations(model))


def settled(model: type[BaseModel]) -> set[Word]:
    """Return the words with one possible value."""
    return {word for word, values in _spelt(model).items() if len(values) == 1}


def words_used(value: object) -> set[Word]:
    """Return the words that a loaded file holds."""
    if isinstance(value, BaseModel):
        used = {Word(type(value).__name__, name) for name in value.model_fields_set}
        return used.union(*(words_used(getattr(value, name)) for name in value.model_fields_set))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    return set[Word]().union(*map(words_used, inner))


def choices(model: type[BaseModel]) -> dict[Word, tuple[object, ...]]:
    """Return the words that choose among a few values, with the values."""
    return {word: values for word, values in _spelt(model).items() if len(values) > 1}


def changes(value: BaseModel, path: Path = ()) -> Iterator[Change]:
    """Yield a change for every value of a loaded file, and the removal of every entry of its lists and mappings."""
    for name, field in type(value).model_fields.items():
        if name in value.model_fields_set:
            word = Word(type(value).__name__, name)
            yield from _of(word, (*path, name), getattr(value, name), field)


def changed(raw: Any, path: Path, value: object) -> Any:
    """Return a copy of nested data in which one value is another, or gone."""
    step, rest = path[0], path[1:]
    entries = dict(enumerate(raw)) if isinstance(raw, tuple) else dict(raw)
    new = changed(entries[step], rest, value) if rest else value
    if new is GONE:
        del entries[step]
    else:
        entries[step] = new
    return tuple(entries.values()) if isinstance(raw, tuple) else entries


def _of(word: Word, path: Path, value: object, field: FieldInfo) -> Iterator[Change]:
    """Yield the changes of one value."""
    if isinstance(value, BaseModel):
        yield from changes(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield Change(word, (*path, key), item, (GONE,))
            if not getattr(item, "formerly", ()):
                yield Change(word, path, value, (_renamed(value, key),))
            yield from _of(word, (*path, key), item, field)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield Change(word, (*path, index), item, (GONE,))
            yield from _of(word, (*path, index), item, field)
    elif value is not None:
        yield from _of_scalar(word, path, value, field)


def _of_scalar(word: Word, path: Path, value: object, field: FieldInfo) -> Iterator[Change]:
    """Yield the changes of a plain value: to each other value of a choice, or to something similar."""
    literals = _literals(field.annotation)
    if value in literals:
        others = [other for other in literals if other != value]
        for other in others:
            yield Change(word, path, value, (other,))
        if not others and value != field.default:
            yield Change(word, path, value, (GONE,))
    elif isinstance(value, bool):
        yield Change(word, path, value, (not value,))
    elif isinstance(value, int):
        yield Change(word, path, value, (value + 1, value - 1))
    elif isinstance(value, str):
        siblings = tuple(one for one in SIBLINGS.get(word.field, ()) if one != value)
        yield Change(word, path, value, (*siblings, *_similar(value)))


def _similar(text: str) -> Iterator[str]:
    """Yield texts like a text: longer, or with another number in it."""
    yield f"{text}x"
    if quantity := re.fullmatch(r"(\d+)(ms|[smhd]|[KMGT]i)", text):
        yield f"{2 * int(quantity[1])}{quantity[2]}"
    numbers = list(re.finditer(r"\d+", text))
    for number in numbers[:1] + numbers[1:][-1:]:
        yield text[: number.start()] + str(int(number[0]) + 1) + text[number.end() :]


def _renamed(entries: dict[str, object], key: str) -> dict[str, object]:
    """Return plain entries in their order, one under another key."""
    return {f"{known}x" if known == key else known: _plain(value) for known, value in entries.items()}


def _plain(value: object) -> object:
    return value.model_dump(exclude_unset=True) if isinstance(value, BaseModel) else value


def _spelt(model: type[BaseModel]) -> dict[Word, tuple[object, ...]]:
    """Return the values that each word's type spells out."""
    return {word: _literals(annotation) for word, annotation in _annotations(model).items()}


def _annotations(model: type[BaseModel]) -> dict[Word, object]:
    """Return every word under a model, with its annotation."""
    found: dict[Word, object] = {}
    pending, seen = [model], {model}
    while pending:
        current = pending.pop()
        for name, field in current.model_fields.items():
            found[Word(current.__name__, name)] = field.annotation
            for part in _parts(field.annotation):
                if isinstance(part, type) and issubclass(part, BaseModel) and part not in seen:
                    seen.add(part)
                    pending.append(part)
    return found


def _parts(annotation: object) -> Iterator[object]:
    """Yield the types and literal types inside an annotation; of a mapping, those of its values."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif origin in (Union, UnionType, tuple, dict):
        for part in get_args(annotation)[origin is dict :]:
            yield from _parts(part)
    elif annotation not in (NoneType, Ellipsis):
        yield annotation


def _literals(annotation: object) -> tuple[object, ...]:
    """Return the values that an annotation spells out."""
    literal = [part for part in _parts(annotation) if get_origin(part) is Literal]
    return tuple(value for part in literal for value in get_args(part))
