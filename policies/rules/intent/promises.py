"""What a contract no longer keeps of the one that callers rely on already.

A caller that was right under the published contract must still be right: every operation, every successful answer and
every field of it stays, and nothing is asked of a request that was not asked before. OpenAPI calls for no more, and
what goes beyond (a longer text, another order) breaks nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, NamedTuple

from pavedroad.governance import Opaque

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

Place = tuple[str | int, ...]

_MOST_HOPS: Final = 16
_LOCAL: Final = "#/"


class Direction(Enum):
    """Who makes what a schema describes."""

    REQUEST = "request"
    RESPONSE = "response"


class Part(NamedTuple):
    """A part of a document, and where it stands there."""

    document: object
    place: Place
    value: object

    def at(self, *steps: str | int) -> "Part":
        """Go to a part further inside; behind something that is not known nothing is."""
        part = self
        for step in steps:
            part = part.resolved()
            part = Part(part.document, (*part.place, step), _inside(part.value, step))
        return part.resolved()

    def resolved(self) -> "Part":
        """Follow references within the document; one that leads elsewhere leads to what is not known."""
        part = self
        for _ in range(_MOST_HOPS):
            reference = part.value.get("$ref") if isinstance(part.value, Mapping) else None
            if reference is None:
                return part
            if not isinstance(reference, str) or not reference.startswith(_LOCAL):
                return Part(part.document, part.place, Opaque.UNKNOWN)
            steps = tuple(
                step.replace("~1", "/").replace("~0", "~")
                for step in reference.removeprefix(_LOCAL).split("/")
            )
            value = part.document
            for step in steps:
                value = _inside(value, step)
            part = Part(part.document, steps, value)
        return part

    def names(self) -> list[str]:
        """List the fields of a mapping."""
        return [str(name) for name in self.value] if isinstance(self.value, Mapping) else []

    def items(self) -> list["Part"]:
        """List the elements of a list."""
        count = len(self.value) if isinstance(self.value, Sequence) and not isinstance(self.value, str) else 0
        return [self.at(index) for index in range(count)]

    def texts(self) -> set[str]:
        """Collect the texts of a list, or the one that stands without its list."""
        found = [self.value] if isinstance(self.value, str) else [item.value for item in self.items()]
        return {text for text in found if isinstance(text, str)}

    @property
    def missing(self) -> bool:
        """Whether nothing is here."""
        return self.value is None

    @property
    def unknown(self) -> bool:
        """Whether it is not known what is here."""
        return isinstance(self.value, Opaque)


def _inside(value: object, step: str | int) -> object:
    if isinstance(value, Opaque):
        return value
    if isinstance(value, Mapping):
        return value.get(step)
    inside = isinstance(value, Sequence) and isinstance(step, int) and step < len(value)
    found: Any = value
    return found[step] if inside else None


@dataclass(slots=True)
class Comparison:
    """Compares two documents.

    Attributes:
        broken: Where the new one breaks what the old one promised, and what it must do there.
        unknown: Where one of them could not be read.
    """

    broken: dict[Place, str] = field(default_factory=dict)
    unknown: list[Place] = field(default_factory=list)
    _compared: set[tuple[Place, Place, Direction]] = field(default_factory=set)

    def documents(self, old: object, new: object) -> None:
        """Compare every operation of the old document with the new one's."""
        before, after = Part(old, (), old).at("paths"), Part(new, (), new).at("paths")
        if not self._readable(before, after):
            return
        for path in before.names():
            for method in METHODS:
                was, now = before.at(path, method), after.at(path, method)
                if not was.missing and self._stays(was, now):
                    self._requests(before.at(path), was, after.at(path), now)
                    self._responses(was.at("responses"), now.at("responses"))

    def _readable(self, *parts: Part) -> bool:
        """Whether all of these can be read; write down those that cannot."""
        hazy = [part.place for part in parts if part.unknown]
        self.unknown += hazy
        return not hazy

    def _stays(self, was: Part, now: Part) -> bool:
        """Demand that something is still there; say whether both can be compared further."""
        if not self._readable(was, now):
            return False
        if now.missing:
            self.broken[now.place] = "must stay"
        return not now.missing

    def _requests(self, old_item: Part, was: Part, new_item: Part, now: Part) -> None:
        self._parameters(
            [*old_item.at("parameters").items(), *was.at("parameters").items()],
            [*new_item.at("parameters").items(), *now.at("parameters").items()],
            (
                old_item.at("parameters"),
                was.at("parameters"),
                new_item.at("parameters"),
                now.at("parameters"),
            ),
        )
        before, after = was.at("requestBody"), now.at("requestBody")
        if not self._readable(before, after, before.at("required"), after.at("required")):
            return
        if after.at("required").value is True and before.at("required").value is not True:
            self.broken[after.at("required").place] = "must not be true"
        self._contents(before.at("content"), after.at("content"), Direction.REQUEST)

    def _parameters(self, old: list[Part], new: list[Part], lists: tuple[Part, ...]) -> None:
        """Demand that no parameter is required that was not, and that each takes what it took."""
        told = [part.at(word) for part in (*old, *new) for word in ("in", "name", "required")]
        if not self._readable(*lists, *old, *new, *told):
            return
        known = {_name(part): part for part in old}
        for part in new:
            was = known.get(_name(part))
            required = was is not None and was.at("required").value is True
            if part.at("required").value is True and not required:
                self.broken[part.place] = "must not be required"
            if was is not None:
                self._schemas(was.at("schema"), part.at("schema"), Direction.REQUEST)

    def _responses(self, was: Part, now: Part) -> None:
        if not self._readable(was, now):
            return
        for code in (name for name in was.names() if name.startswith("2")):
            before, after = was.at(code), now.at(code)
            if self._stays(before, after):
                self._contents(before.at("content"), after.at("content"), Direction.RESPONSE)

    def _contents(self, was: Part, now: Part, direction: Direction) -> None:
        if not self._readable(was, now):
            return
        for media in was.names():
            before, after = was.at(media), now.at(media)
            if self._stays(before, after):
                self._schemas(before.at("schema"), after.at("schema"), direction)

    def _schemas(self, was: Part, now: Part, direction: Direction) -> None:
        """Compare what two schemas allow, as deep as it goes; those that contain themselves only once."""
        pair = (was.place, now.place, direction)
        if not self._readable(was, now) or was.missing or now.missing or pair in self._compared:
            return
        self._compared.add(pair)
        self._narrows(was.at("type"), now.at("type"), direction, _types)
        self._narrows(was.at("enum"), now.at("enum"), direction, Part.texts)
        self._fields(was, now, direction)
        self._schemas(was.at("items"), now.at("items"), direction)
        if len(was.at("allOf").items()) == len(now.at("allOf").items()):
            for before, after in zip(was.at("allOf").items(), now.at("allOf").items(), strict=True):
                self._schemas(before, after, direction)

    def _narrows(self, was: Part, now: Part, direction: Direction, values: Any) -> None:
        """Demand that answers are among those that there were, and that requests may be all that they could be."""
        if not self._readable(was, now, *was.items(), *now.items()) or (was.missing and now.missing):
            return
        before, after = values(was), values(now)
        wide, narrow = (before, after) if direction is Direction.RESPONSE else (after, before)
        if not wide or (narrow and narrow <= wide):
            return
        self.broken[now.place] = "must allow " + ("no more" if direction is Direction.RESPONSE else "no less")

    def _fields(self, was: Part, now: Part, direction: Direction) -> None:
        required = was.at("required"), now.at("required")
        if not self._readable(*required, *(item for part in required for item in part.items())):
            return
        before, after = (part.texts() for part in required)
        lost = before - after if direction is Direction.RESPONSE else after - before
        if lost:
            self.broken[required[1].place] = (
                "must name every field that it named"
                if direction is Direction.RESPONSE
                else "must name no field that it did not name"
            )
        old, new = was.at("properties"), now.at("properties")
        if not self._readable(old, new):
            return
        for name in old.names():
            if direction is Direction.RESPONSE and not self._stays(old.at(name), new.at(name)):
                continue
            self._schemas(old.at(name), new.at(name), direction)


def _name(parameter: Part) -> tuple[object, object]:
    return str(parameter.at("in").value), str(parameter.at("name").value)


def _types(part: Part) -> set[str]:
    """Collect the types that are allowed: every integer is a number."""
    named = part.texts()
    return named | {"integer"} if "number" in named else named


def shown(place: Place) -> Iterator[str]:
    """Write a place as paths of properties are written."""
    for step in place:
        yield f"[{step}]" if isinstance(step, int) else f".{step}"
