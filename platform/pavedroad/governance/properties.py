"""Guarded, typed reading of a resource's property map.

A property map holds plain values and, in a preview, values that nobody knows yet or that are withheld because
they are secret. Reading never raises: each read gives a `Reading`, which answers questions with a `Truth`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, Generic, TypeVar

from pavedroad.governance.truth import NO, YES, Truth, open_at, truth

T = TypeVar("T")

UNREADABLE: Final = "*"
"""The name of the one field that stands for all those of a mapping that cannot be read."""


class Opaque(Enum):
    """What stands in a property map in place of a value that cannot be read."""

    UNKNOWN = "unknown"
    """Known only once the resources that it comes from exist; perhaps not even present."""
    SECRET = "secret"  # noqa: S105 - the name of a state, not a credential
    """Present, but withheld."""


class State(Enum):
    """What was found where a value was looked for."""

    PRESENT = "present"
    ABSENT = "absent"
    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    SECRET = "secret"  # noqa: S105 - the name of a state, not a credential


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What a property holds.

    Attributes:
        path: Where it stands, as `spec.containers[0].image`; where the value is hidden inside something that
            is itself not known, the path of that.
        state: What was found there.
        value: The value where it is present, else None.
    """

    path: str
    state: State
    value: T | None = None

    def satisfies(self, allowed: Callable[[T], bool], *, absent: bool = False) -> Truth:
        """Whether the value is an allowed one.

        Args:
            allowed: Says so of a present value. A malformed one is never allowed.
            absent: The answer where there is no value.
        """
        if self.state is State.PRESENT and self.value is not None:
            return truth(holds=allowed(self.value))
        if self.state is State.ABSENT:
            return truth(holds=absent)
        return NO if self.state is State.MALFORMED else open_at(self.path)

    def equals(self, wanted: T, *, absent: bool = False) -> Truth:
        """Whether the value is exactly ``wanted``; ``absent`` is the answer where there is none."""
        return self.satisfies(lambda value: value == wanted, absent=absent)

    def same_as(self, other: "Reading[T]") -> Truth:
        """Whether both are present and equal."""
        if self.state is State.PRESENT and other.value is not None:
            return self.equals(other.value)
        if State.ABSENT in (self.state, other.state) or State.MALFORMED in (self.state, other.state):
            return NO
        return open_at(self.path if self.state is not State.PRESENT else other.path)

    def differs_from(self, other: "Reading[T]") -> Truth:
        """Whether it is present and ``other`` is something else, or nothing."""
        if State.MALFORMED in (self.state, other.state) or self.state is State.ABSENT:
            return NO
        if self.state is State.PRESENT and other.state in (State.PRESENT, State.ABSENT):
            return truth(holds=self.value != other.value)
        return open_at(self.path if self.state is not State.PRESENT else other.path)

    def present(self) -> Truth:
        """Whether there is a value; a secret one counts, though it cannot be read."""
        if self.state in (State.PRESENT, State.SECRET):
            return YES
        return open_at(self.path) if self.state is State.UNKNOWN else NO

    def or_else(self, fallback: "Reading[T]") -> "Reading[T]":
        """Take this value, or ``fallback`` where there is none."""
        return fallback if self.state is State.ABSENT else self


class _Malformed(Enum):
    """Stands for what would be inside a value that should have had parts and has none."""

    HERE = "malformed"


class Properties:
    """A resource's properties, or one part of them.

    Paths are field names joined by dots (`spec.template.spec`), relative to the part; an empty path is the part
    itself. A name that contains dots itself is read by `entry`.
    """

    __slots__ = ("_blank", "_value", "path")

    def __init__(self, value: object, path: str = "", blank: Opaque | None = None) -> None:
        """Read ``value``: JSON-like, with `Opaque` wherever something cannot be read.

        Args:
            value: A mapping, or any part of one.
            path: Where it stands in the resource.
            blank: What stands for a field that is not given: nothing, or `Opaque.UNKNOWN` where the value is
                only a part of the truth, as in a patch.
        """
        self._value = blank if value is None else value
        self._blank = blank
        self.path = path

    @property
    def value(self) -> object:
        """The part as it is, with `Opaque` wherever something cannot be read."""
        return self._value

    def at(self, path: str) -> "Properties":
        """Go to the part at ``path``."""
        if not path:
            return self
        value = self._value
        names = _names(path)
        for depth, name in enumerate(names):
            if isinstance(value, dict):
                value = value.get(name)
            elif value is None:
                break
            else:
                above = Properties(value, self._joined(".".join(names[:depth])), self._blank)
                return above.entry(name).at(".".join(names[depth + 1 :]))
        return Properties(value, self._joined(path), self._blank)

    def entry(self, name: str) -> "Properties":
        """Go to the field ``name``, which may contain dots."""
        value = self._value
        if isinstance(value, Mapping):
            return Properties(value.get(name), self._joined(name), self._blank)
        if value is None:
            return Properties(None, self._joined(name), self._blank)
        inside = Opaque.UNKNOWN if isinstance(value, Opaque) else _Malformed.HERE
        return Properties(inside, self.path)

    def entries(self, path: str = "") -> list[tuple[str, "Properties"]]:
        """List the fields of the mapping at ``path``, in its order.

        A mapping that cannot be read gives one field named `UNREADABLE`, of which nothing is known (or which
        is malformed), so that nothing asked of every field can hold by mistake.
        """
        part = self.at(path)
        if isinstance(part.value, Mapping):
            return [(str(name), part.entry(str(name))) for name in part.value]
        return [] if part.value is None else [(UNREADABLE, part.entry(UNREADABLE))]

    def items(self, path: str = "") -> list["Properties"]:
        """List the elements of the list at ``path``.

        A list that cannot be read gives one element of which nothing is known (or which is malformed).
        """
        part = self.at(path)
        value = part.value
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return [
                Properties(_Malformed.HERE if item is None else item, f"{part.path}[{index}]", self._blank)
                for index, item in enumerate(value)
            ]
        return [] if value is None else [part.entry(UNREADABLE)]

    def text(self, path: str = "") -> Reading[str]:
        """Read a text."""
        return _read(self.at(path), str)

    def flag(self, path: str = "") -> Reading[bool]:
        """Read a boolean."""
        return _read(self.at(path), bool)

    def number(self, path: str = "") -> Reading[float]:
        """Read a number, whole or not."""
        part = self.at(path)
        if isinstance(part.value, int | float) and not isinstance(part.value, bool):
            return Reading(part.path, State.PRESENT, float(part.value))
        return Reading(part.path, _why_unread(part.value))

    def anything(self, path: str = "") -> Reading[object]:
        """Read a value of any kind: for where only its presence matters."""
        part = self.at(path)
        state = _why_unread(part.value)
        return (
            Reading(part.path, State.PRESENT, part.value)
            if state is State.MALFORMED
            else Reading(part.path, state)
        )

    def document(self, path: str = "") -> "Properties":
        """Go to the JSON document at ``path``: a text that holds one, or the same as a value.

        A text that is not JSON gives a part that is malformed.
        """
        part = self.at(path)
        if not isinstance(part.value, str):
            return part
        try:
            return Properties(json.loads(part.value), part.path)
        except (ValueError, RecursionError):
            return Properties(_Malformed.HERE, part.path)

    def one_or_many(self, path: str = "") -> list["Properties"]:
        """List the elements at ``path``, where a single one may stand without its list, as IAM allows."""
        part = self.at(path)
        return [part] if isinstance(part.value, str | Mapping) else part.items()

    def partial(self) -> "Properties":
        """Read the same as a part of the truth only: a field that is not given is not known."""
        return Properties(self._value, self.path, Opaque.UNKNOWN)

    def empty(self, path: str = "") -> Truth:
        """Whether the list or mapping at ``path`` is missing, or has nothing in it."""
        part = self.at(path)
        if isinstance(part.value, Mapping | list | tuple):
            return truth(holds=not part.value)
        if part.value is None:
            return YES
        return open_at(part.path) if isinstance(part.value, Opaque) else NO

    def _joined(self, path: str) -> str:
        return f"{self.path}.{path}" if self.path and path else self.path or path


def _read(part: Properties, kind: type[T]) -> Reading[T]:
    if isinstance(part.value, kind):
        return Reading(part.path, State.PRESENT, part.value)
    return Reading(part.path, _why_unread(part.value))


def _why_unread(value: object) -> State:
    """Say why a value is not one of the expected type."""
    if value is None:
        return State.ABSENT
    if isinstance(value, Opaque):
        return State.UNKNOWN if value is Opaque.UNKNOWN else State.SECRET
    return State.MALFORMED


@lru_cache(maxsize=4096)
def _names(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()
