"""Guarded, typed reading of a resource's property map.

A property map holds plain values and, in a preview, values that nobody knows yet or that are withheld because
they are secret. Reading never raises: each read gives a `Reading`, which answers questions with a `Truth`.
"""

import json
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeVar

from pavedroad.governance.truth import NO, YES, Truth, open_at, truth

T = TypeVar("T")

_EVERY: Final = "[]"
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


_PRESENT: Final = State.PRESENT  # found in a third of the time, and this is where the time goes
_ABSENT: Final = State.ABSENT


class Reading(NamedTuple, Generic[T]):
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
        if self.value is not None:
            return YES if allowed(self.value) else NO
        if self.state is _ABSENT:
            return YES if absent else NO
        return NO if self.state is State.MALFORMED else open_at(self.path)

    def equals(self, wanted: T, *, absent: bool = False) -> Truth:
        """Whether the value is exactly ``wanted``; ``absent`` is the answer where there is none."""
        if self.value is not None:
            return YES if self.value == wanted else NO
        return self.satisfies(_never, absent=absent)

    def same_as(self, other: "Reading[T]") -> Truth:
        """Whether both are present and equal."""
        if self.state is _PRESENT and other.value is not None:
            return self.equals(other.value)
        if _ABSENT in (self.state, other.state) or State.MALFORMED in (self.state, other.state):
            return NO
        return open_at(self.path if self.state is not _PRESENT else other.path)

    def differs_from(self, other: "Reading[T]") -> Truth:
        """Whether it is present and ``other`` is something else, or nothing."""
        if State.MALFORMED in (self.state, other.state) or self.state is _ABSENT:
            return NO
        if self.state is _PRESENT and other.state in (_PRESENT, _ABSENT):
            return truth(holds=self.value != other.value)
        return open_at(self.path if self.state is not _PRESENT else other.path)

    def present(self) -> Truth:
        """Whether there is a value; a secret one counts, though it cannot be read."""
        if self.state in (_PRESENT, State.SECRET):
            return YES
        return open_at(self.path) if self.state is State.UNKNOWN else NO

    def or_else(self, fallback: "Reading[T]") -> "Reading[T]":
        """Take this value, or ``fallback`` where there is none."""
        return fallback if self.state is _ABSENT else self


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
        value, where = self._found(path)
        return Properties(value, where, self._blank)

    def entry(self, name: str) -> "Properties":
        """Go to the field ``name``, which may contain dots."""
        value = self._value
        if value is None or isinstance(value, dict):
            field = None if value is None else value.get(name)
            return Properties(field, f"{self.path}.{name}" if self.path else name, self._blank)
        return Properties(_inside(value), self.path)

    def entries(self, path: str = "") -> list[tuple[str, "Properties"]]:
        """List the fields of the mapping at ``path``, in its order.

        A mapping that cannot be read gives one field named `UNREADABLE`, of which nothing is known (or which
        is malformed), so that nothing asked of every field can hold by mistake.
        """
        value, where = self._found(path)
        if isinstance(value, dict):
            return [
                (str(name), Properties(item, f"{where}.{name}" if where else str(name), self._blank))
                for name, item in value.items()
            ]
        return [] if value is None else [(UNREADABLE, Properties(_inside(value), where))]

    def items(self, path: str = "") -> list["Properties"]:
        """List the elements of the list at ``path``.

        A list that cannot be read gives one element of which nothing is known (or which is malformed).
        """
        value, where = self._found(path)
        if isinstance(value, list | tuple):
            return [
                Properties(_Malformed.HERE if item is None else item, f"{where}[{index}]", self._blank)
                for index, item in enumerate(value)
            ]
        if isinstance(value, dict):
            return [Properties(value.get(UNREADABLE), f"{where}.{UNREADABLE}", self._blank)]
        return [] if value is None else [Properties(_inside(value), where)]

    def every(self, path: str) -> list["Properties"]:
        """Go to every part at ``path``, in which `[]` stands for every element of a list."""
        here, each, beyond = path.partition(_EVERY)
        if not each:
            return [self.at(path)]
        return [part for item in self.items(here) for part in item.every(beyond.removeprefix("."))]

    def text(self, path: str = "") -> Reading[str]:
        """Read a text."""
        value, where = self._found(path)
        return Reading(where, _PRESENT, value) if isinstance(value, str) else _unread(where, value)

    def flag(self, path: str = "") -> Reading[bool]:
        """Read a boolean."""
        value, where = self._found(path)
        return Reading(where, _PRESENT, value) if isinstance(value, bool) else _unread(where, value)

    def number(self, path: str = "") -> Reading[float]:
        """Read a number, whole or not."""
        value, where = self._found(path)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Reading(where, _PRESENT, float(value))
        return _unread(where, value)

    def anything(self, path: str = "") -> Reading[object]:
        """Read a value of any kind: for where only its presence matters."""
        value, where = self._found(path)
        if value is None or isinstance(value, Opaque):
            return _unread(where, value)
        return Reading(where, _PRESENT, value)

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
        return [part] if isinstance(part.value, str | dict) else part.items()

    def partial(self) -> "Properties":
        """Read the same as a part of the truth only: a field that is not given is not known."""
        return Properties(self._value, self.path, Opaque.UNKNOWN)

    def empty(self, path: str = "") -> Truth:
        """Whether the list or mapping at ``path`` is missing, or has nothing in it."""
        value, where = self._found(path)
        if isinstance(value, dict | list | tuple):
            return truth(holds=not value)
        if value is None:
            return YES
        return open_at(where) if isinstance(value, Opaque) else NO

    def _found(self, path: str) -> tuple[object, str]:
        """Find what is at ``path`` and where it stands, or what it is hidden inside; every read begins here."""
        if not path:
            return self._value, self.path
        value = self._value
        for name in _names(path):
            if isinstance(value, dict):
                value = value.get(name)
            elif value is None:
                break
            else:
                return self._around(path)
        return self._blank if value is None else value, f"{self.path}.{path}" if self.path else path

    def _around(self, path: str) -> tuple[Opaque | _Malformed, str]:
        """Find the part that hides what is at ``path``, and say what can be known of that."""
        value, within = self._value, [self.path] if self.path else []
        for name in _names(path):
            if not isinstance(value, dict):
                break
            value = value.get(name)
            within.append(name)
        return _inside(value), ".".join(within)


def _inside(value: object) -> Opaque | _Malformed:
    """Say what there is inside a value that is no mapping."""
    return Opaque.UNKNOWN if isinstance(value, Opaque) else _Malformed.HERE


def _unread(path: str, value: object) -> Reading[T]:
    """Say why a value is not one of the expected type."""
    if value is None:
        return Reading(path, _ABSENT)
    if isinstance(value, Opaque):
        return Reading(path, State.UNKNOWN if value is Opaque.UNKNOWN else State.SECRET)
    return Reading(path, State.MALFORMED)


def _never(_: object) -> bool:
    return False


@lru_cache(maxsize=4096)
def _names(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))
