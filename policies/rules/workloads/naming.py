"""Finding what a text names, without looking at everything there is."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Generic, TypeVar

from pavedroad.governance import Reading, Resource, Truth, all_of
from pavedroad.governance.properties import State
from pavedroad.governance.truth import NO, open_at

T = TypeVar("T")
_Entry = tuple[T, Reading[str], Reading[str]]


def name_of(resource: Resource) -> Reading[str]:
    """Read an object's name; where it has none, the provider gives it one that is not known yet."""
    name = resource.properties.text("metadata.name")
    return Reading(name.path, State.UNKNOWN) if name.state is State.ABSENT else name


class Named(Generic[T]):
    """Things with names, indexed by namespace and name; what lacks a known one may be what is looked for."""

    def __init__(self, things: Iterable[tuple[T, Reading[str], Reading[str]]]) -> None:
        """Index ``things``: each with its namespace and its name."""
        self._known: dict[tuple[str, str], list[_Entry[T]]] = {}
        self._hazy: dict[str | None, list[_Entry[T]]] = {}
        self._placed: dict[str | None, list[_Entry[T]]] = {}
        for entry in things:
            _, namespace, name = entry
            self._placed.setdefault(namespace.value, []).append(entry)
            if namespace.value is None or name.value is None:
                self._hazy.setdefault(namespace.value, []).append(entry)
            else:
                self._known.setdefault((namespace.value, name.value), []).append(entry)

    def called(self, name: Reading[str], namespace: Reading[str]) -> Iterator[tuple[T, Truth]]:
        """List what may be called ``name`` in ``namespace``, each with whether it is, the certain ones first."""
        for thing, home, own in self._candidates(name.value, namespace.value):
            is_it = all_of(home.same_as(namespace), own.same_as(name))
            if is_it.holds is not False:
                yield thing, is_it

    def has(self, name: Reading[str], namespace: Reading[str]) -> Truth:
        """Whether anything is called ``name`` in ``namespace``; a name that is not known may be anything's."""
        for reading in (name, namespace):
            if reading.value is None:
                return open_at(reading.path) if reading.state in (State.UNKNOWN, State.SECRET) else NO
        return next((is_it for _, is_it in self.called(name, namespace)), NO)

    def _candidates(self, name: str | None, namespace: str | None) -> Iterable[_Entry[T]]:
        if namespace is None:
            return chain.from_iterable(self._placed.values())
        if name is None:
            return chain(self._placed.get(namespace, ()), self._placed.get(None, ()))
        return chain(
            self._known.get((namespace, name), ()), self._hazy.get(namespace, ()), self._hazy.get(None, ())
        )
