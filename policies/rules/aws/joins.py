"""Joining AWS resources that are about one thing: those that point at a resource, and those that it points at.

Each index is made once for a stack; looking into it costs the same however many resources there are, as long as
references say whose output they are, or names are known.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Properties,
    Resource,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    refers_to,
)
from pavedroad.governance.properties import State
from pavedroad.governance.truth import NO, YES, open_at
from policies.rules.aws.shapes import Demand

_NOWHERE: Final = frozenset({State.ABSENT, State.MALFORMED})
"""What a text is that points at nothing, whatever there is."""

Found = list[tuple[Resource, Truth]]
"""Resources, each with whether it is the one that is looked for."""


class Pointing:
    """Resources that point at others, by whom they point at."""

    def __init__(self, resources: Iterable[Resource], path: str) -> None:
        """Index ``resources``, which point by their text at ``path``."""
        self._path = path
        self._made_from: dict[str, list[Resource]] = {}
        self._texts: dict[str, list[Resource]] = {}
        self._adrift: list[Resource] = []
        for each in resources:
            self._file(each)

    def _file(self, resource: Resource) -> None:
        text = resource.properties.text(self._path)
        if text.state in _NOWHERE:
            return
        made_from = resource.references.get(self._path.partition(".")[0], ())
        for urn in made_from:
            self._made_from.setdefault(urn, []).append(resource)
        if text.value is not None:
            self._texts.setdefault(text.value, []).append(resource)
        elif not made_from:
            self._adrift.append(resource)

    def at(self, target: Resource, names: tuple[str, ...]) -> Found:
        """List what may point at ``target``, which a text may call by its properties ``names``."""
        called = [target.properties.text(name).value for name in names]
        by_text = (
            [each for group in self._texts.values() for each in group]
            if None in called
            else [each for name in called if name is not None for each in self._texts.get(name, ())]
        )
        candidates = {
            each.key: each for each in (*self._made_from.get(target.urn, ()), *by_text, *self._adrift)
        }
        found = ((each, refers_to(each, self._path, target, names)) for each in candidates.values())
        return [(each, does) for each, does in found if does.holds is not False]


class Named:
    """Resources that others point at, by their names."""

    def __init__(self, resources: Iterable[Resource], names: tuple[str, ...]) -> None:
        """Index ``resources``, which a text may call by their properties ``names``."""
        self._names = names
        self._by_urn: dict[str, Resource] = {}
        self._by_name: dict[str, list[Resource]] = {}
        self._nameless: list[Resource] = []
        for each in resources:
            self._by_urn[each.urn] = each
            called = [each.properties.text(name).value for name in names]
            for name in called:
                if name is not None:
                    self._by_name.setdefault(name, []).append(each)
            if None in called:
                self._nameless.append(each)

    def of(self, resource: Resource, path: str) -> Found:
        """List what ``resource`` may point at by its text at ``path``."""
        pointing = resource.properties.text(path)
        if pointing.state in _NOWHERE:
            return []
        text = pointing.value
        made_from = resource.references.get(path.partition(".")[0], ())
        placed = [self._by_urn[urn] for urn in made_from if urn in self._by_urn]
        called = self._by_name.get(text, []) if text is not None else []
        others = self._nameless if text is not None else list(self._by_urn.values())
        candidates = {each.key: each for each in placed or (*called, *others)}
        found = ((each, refers_to(resource, path, each, self._names)) for each in candidates.values())
        return [(each, does) for each, does in found if does.holds is not False]


def points_elsewhere(does: Truth, path: str) -> Truth:
    """Whether what may point here surely does not; ``path`` is where it points from."""
    if does.holds is None:
        return open_at(path)
    return NO if does.holds else YES


def does_so(found: Found, met: Callable[[Properties], Truth], otherwise: Truth) -> Truth:
    """Whether the one that is looked for does something; ``otherwise`` counts where none is surely that one."""
    sure = any(does.holds for _, does in found)
    return any_of(
        *(all_of(does, met(each.properties)) for each, does in found), *(() if sure else (otherwise,))
    )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A resource of its own that completes another one.

    Attributes:
        type: Its type token.
        path: Where it names the one that it completes.
        names: The properties by which that one may be called there.
        demand: What it must do itself; None where its being there is enough.
    """

    type: str
    path: str
    names: tuple[str, ...]
    demand: Demand | None = None

    def index(self, stack: Stack) -> Pointing:
        """Index the resources of this type in ``stack``; see `Stack.derived`."""
        return Pointing(stack.of_types({self.type}), self.path)

    def completes(self, resource: Resource, stack: Stack) -> Truth:
        """Whether one that points at ``resource`` does what it must."""
        found = stack.derived(self.index).at(resource, self.names)
        return does_so(found, self._met, stack.missing(f"a {self.type.rpartition(':')[2]}"))

    def _met(self, properties: Properties) -> Truth:
        return self.demand.met(properties) if self.demand else YES


def completed(control: Control, words: str, *elsewhere: Elsewhere, here: Demand | None = None) -> StackRule:
    """Make a rule: each resource of the control's types does ``here`` itself, or one from ``elsewhere`` does it.

    Args:
        control: The control.
        words: What is owed, to follow *it must*.
        elsewhere: The resources that may complete it.
        here: What the resource may do itself instead; None where it cannot.
    """

    def check(stack: Stack) -> Iterator[Duty]:
        for resource in stack.of_types(control.resource_types):
            own = (here.met(resource.properties),) if here else ()
            others = (each.completes(resource, stack) for each in elsewhere)
            yield Duty(resource, any_of(*own, *others), f"it must {words}")

    return StackRule(control, check)
