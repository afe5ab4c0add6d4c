"""Resources and stacks, as rules see them."""

from collections.abc import Iterable
from dataclasses import dataclass

from pavedroad.governance.properties import Properties


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of a Pulumi program.

    Attributes:
        type: Its type token, as `kubernetes:apps/v1:Deployment`.
        name: Its logical name.
        urn: What identifies it in its stack.
        properties: Its inputs; in a stack that the engine has brought up, its outputs.
        parent: The URN of its parent, None for the stack itself or where it has none.
        protect: Whether the engine refuses to delete it.
    """

    type: str
    name: str
    urn: str
    properties: Properties
    parent: str | None = None
    protect: bool = False


class Stack:
    """Every resource of one stack, indexed by type."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        """Index ``resources``; within one type their order is kept."""
        self._by_type: dict[str, list[Resource]] = {}
        for resource in resources:
            self._by_type.setdefault(resource.type, []).append(resource)

    def of_types(self, types: Iterable[str]) -> list[Resource]:
        """List the resources of any of ``types``, types in alphabetical order."""
        return [resource for token in sorted(types) for resource in self._by_type.get(token, ())]
