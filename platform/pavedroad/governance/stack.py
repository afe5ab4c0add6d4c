"""Stacks, as rules see them: every resource at once, indexed so that no rule walks what it does not judge."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from pavedroad.governance.controls import EVERY_OBJECT, is_object
from pavedroad.governance.kubernetes import WORKLOADS, Namespaced, Pod, pods_of
from pavedroad.governance.resources import Change, Resource
from pavedroad.governance.truth import NO, Truth, open_at

T = TypeVar("T")


class Stack:
    """Every resource of one stack, or of several that are judged as one environment."""

    def __init__(self, resources: Iterable[Resource], *, whole: bool = True) -> None:
        """Index ``resources``; within one type their order is kept.

        Args:
            resources: What there is.
            whole: Whether that is all there is: a slice of an environment, or a patch, points at things that
                stand elsewhere.
        """
        self._by_type: dict[str, list[Resource]] = {}
        self._leaving: list[Resource] = []
        self._derived: dict[object, Any] = {}
        self._whole = whole
        for resource in resources:
            if resource.change is Change.DELETE:
                self._leaving.append(resource)
            else:
                self._by_type.setdefault(resource.type, []).append(resource)

    def of_types(self, types: Collection[str]) -> list[Resource]:
        """List the resources of any of ``types``, types in alphabetical order; `EVERY_OBJECT` is one of them."""
        present = self._by_type
        wanted = present.keys() & types
        if EVERY_OBJECT in types:
            wanted |= set(filter(is_object, present))
        return [resource for token in sorted(wanted) for resource in present[token]]

    def has_any(self, types: Collection[str]) -> bool:
        """Whether there is a resource of any of ``types``, or an update would delete one."""
        present = self._by_type.keys()
        if not present.isdisjoint(types) or (EVERY_OBJECT in types and any(map(is_object, present))):
            return True
        return bool(self.leaving(types))

    def leaving(self, types: Collection[str]) -> list[Resource]:
        """List the resources of any of ``types`` that an update would delete: they count nowhere else."""
        return [resource for resource in self._leaving if resource.type in types]

    def all(self) -> list[Resource]:
        """List every resource, types in alphabetical order, those that would be deleted last."""
        return [*self.of_types(self._by_type), *self._leaving]

    def pods(self) -> Mapping[tuple[str, str], tuple[Resource, tuple[Pod, ...]]]:
        """Find the pods of every workload, by the workload's key."""
        return self.derived(_pods)

    def namespaced(self, types: frozenset[str]) -> Namespaced:
        """Group the resources of ``types`` by namespace; the same types are grouped once."""
        if types not in self._derived:
            self._derived[types] = Namespaced(self.of_types(types))
        return self._derived[types]  # type: ignore[no-any-return]  # what it holds is fixed by its key

    def derived(self, make: Callable[["Stack"], T]) -> T:
        """Give what ``make`` makes of the whole stack, made once however many rules ask."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return self._derived[make]  # type: ignore[no-any-return]  # what it holds is fixed by its key

    def missing(self, path: str) -> Truth:
        """Say that what the property at ``path`` points at is not here: known only where this is all there is."""
        return NO if self._whole else open_at(path)


def _pods(stack: Stack) -> Mapping[tuple[str, str], tuple[Resource, tuple[Pod, ...]]]:
    return {workload.key: (workload, pods_of(workload)) for workload in stack.of_types(WORKLOADS)}
