"""Finding what a text names, without looking at everything there is."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Generic, TypeVar

from pavedroad.governance import Reading, Resource, Truth, all_of, any_of
from pavedroad.governance.properties import State
from pavedroad.governance.truth import NO, open_at

T = TypeVar("T")
_Entry = tuple[T, Reading[str], Reading[str]]


def given_name(resource: Resource) -> Reading[str]:
    """Read the name that the program gives an object; absent where the provider is to find one."""
    return resource.properties.text("metadata.name")


def name_of(resource: Resource) -> Reading[str]:
    """Read the name that an object has or will have; one that the provider finds is not known yet."""
    name = given_name(resource)
    return Reading(name.path, State.UNKNOWN) if name.state is State.ABSENT else name


def unclear(name: Reading[str]) -> Truth:
    """Whether ``name`` is not known, so that it may be anything's."""
    return open_at(name.path) if name.state in (State.UNKNOWN, State.SECRET) else NO


class Named(Generic[T]):
    """Things with names, indexed by namespace and name.

    A thing whose name or namespace is not known may be what is looked for. One without a name is not: what the
    provider calls it, no text that is known says.
    """

    def __init__(self, things: Iterable[tuple[T, Reading[str], Reading[str]]]) -> None:
        """Index ``things``: each with its namespace and its name."""
        self._by_name: dict[str, list[_Entry[T]]] = {}
        self._placed: dict[tuple[str, str], list[_Entry[T]]] = {}
        self._hazy: dict[str | None, list[_Entry[T]]] = {}
        for entry in things:
            _, namespace, name = entry
            if name.value is not None:
                self._by_name.setdefault(name.value, []).append(entry)
                if namespace.value is not None:
                    self._placed.setdefault((namespace.value, name.value), []).append(entry)
                    continue
            if name.state is not State.ABSENT:
                self._hazy.setdefault(namespace.value, []).append(entry)

    def called(self, name: Reading[str], namespace: Reading[str]) -> Iterator[tuple[T, Truth]]:
        """List what may be called ``name`` in ``namespace``, each with whether it is, the certain ones first.

        Of a name that is not known nothing is listed; see `unclear`.
        """
        for thing, home, own in self._candidates(name.value, namespace.value):
            is_it = all_of(home.same_as(namespace), own.same_as(name))
            if is_it.holds is not False:
                yield thing, is_it

    def has(self, name: Reading[str], namespace: Reading[str]) -> Truth:
        """Whether anything is called ``name`` in ``namespace``."""
        return any_of(unclear(name), next((is_it for _, is_it in self.called(name, namespace)), NO))

    def _candidates(self, name: str | None, namespace: str | None) -> Iterable[_Entry[T]]:
        if name is None:
            return ()
        if namespace is None:
            return chain(self._by_name.get(name, ()), *self._hazy.values())
        return chain(
            self._placed.get((namespace, name), ()), self._hazy.get(namespace, ()), self._hazy.get(None, ())
        )
