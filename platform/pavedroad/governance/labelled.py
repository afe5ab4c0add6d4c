"""Finding what a label selector selects, without looking at everything there is."""

from collections.abc import Iterable, Iterator
from typing import Final, Generic, TypeVar

from pavedroad.governance.kubernetes import Pod, namespace_of, selects
from pavedroad.governance.properties import UNREADABLE, Properties, Reading, State
from pavedroad.governance.stack import Stack
from pavedroad.governance.truth import Truth, all_of, any_of

T = TypeVar("T")

CLUSTER: Final = Reading("metadata.namespace", State.PRESENT, "")
"""Where things stand that have no namespace."""


class Labelled(Generic[T]):
    """Things with labels, indexed by namespace and label.

    What is found are candidates, each with whether it is selected: things whose namespace or labels are not all
    known may be, so they are always among them.
    """

    def __init__(self, things: Iterable[tuple[T, Reading[str], Properties]]) -> None:
        """Index ``things``: each with its namespace and its labels."""
        self._things = list(things)
        self._carrying: dict[tuple[str, str, str], list[int]] = {}
        self._placed: dict[str, list[int]] = {}
        self._hazy: dict[str, list[int]] = {}
        self._adrift: list[int] = []
        for index, (_, home, labels) in enumerate(self._things):
            if home.value is None:
                self._adrift.append(index)
            else:
                self._place(index, home.value, labels)

    def carrying(self, labels: Properties, namespace: Reading[str]) -> Iterator[tuple[T, Truth]]:
        """List what may stand in ``namespace`` and carry each of ``labels``, a plain mapping."""
        for index in self._candidates(labels, namespace):
            thing, home, own = self._things[index]
            yield thing, all_of(home.same_as(namespace), _carries(own, labels))

    def selected(self, selector: Properties, namespace: Reading[str]) -> Iterator[tuple[T, Truth]]:
        """List what may stand in ``namespace`` and be selected by a ``selector``."""
        for index in self._candidates(selector.at("matchLabels"), namespace):
            thing, home, own = self._things[index]
            yield thing, all_of(home.same_as(namespace), selects(selector, own))

    def any_in(self, namespace: str) -> bool:
        """Whether anything stands, or may stand, in ``namespace``."""
        return bool(self._adrift) or namespace in self._placed

    def _place(self, index: int, namespace: str, labels: Properties) -> None:
        self._placed.setdefault(namespace, []).append(index)
        pairs = [(name, value.text().value) for name, value in labels.entries()]
        if labels.entry(UNREADABLE).value is not None or any(value is None for _, value in pairs):
            self._hazy.setdefault(namespace, []).append(index)
            return
        for name, value in pairs:
            if value is not None:
                self._carrying.setdefault((namespace, name, value), []).append(index)

    def _candidates(self, labels: Properties, namespace: Reading[str]) -> Iterable[int]:
        home = namespace.value
        if home is None:
            return range(len(self._things))
        wanted = ((name, value.text().value) for name, value in labels.entries())
        groups = [self._carrying.get((home, name, value), []) for name, value in wanted if value is not None]
        if not groups:
            return [*self._placed.get(home, ()), *self._adrift]
        return [*min(groups, key=len), *self._hazy.get(home, ()), *self._adrift]


def first_of(candidates: Iterable[tuple[object, Truth]]) -> Truth:
    """Whether there is one among ``candidates``; looks no further than the first that is certain."""
    possible: list[Truth] = []
    for _, selected in candidates:
        if selected.holds:
            return selected
        possible.append(selected)
    return any_of(*possible)


def pods_by_label(stack: Stack) -> Labelled[Pod]:
    """Index the pods of every workload (for `Stack.derived`)."""
    return Labelled(
        (pod, namespace_of(workload), pod.metadata.at("labels"))
        for workload, pods in stack.pods().values()
        for pod in pods
    )


def _carries(labels: Properties, wanted: Properties) -> Truth:
    return all_of(
        *(
            value.text().present() if name == UNREADABLE else labels.entry(name).text().same_as(value.text())
            for name, value in wanted.entries()
        )
    )
