"""Resources, as rules see them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pavedroad.governance.properties import Properties
from pavedroad.position import Position


class Change(StrEnum):
    """What an update would do to a resource that is there already, where that loses something."""

    DELETE = "delete"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of a Pulumi program, one object in a file of manifests, or one element of a descriptor.

    Attributes:
        type: Its type token, as `kubernetes:apps/v1:Deployment`; where a provider has several tokens for the
            same thing, the one that rules name (`pavedroad.governance.canonical`).
        name: Its logical name.
        urn: What identifies it in its stack; several objects that one resource declares share its URN.
        properties: Its inputs; in a stack that the engine has brought up, its outputs.
        parent: The URN of its parent, None for the stack itself or where it has none.
        protect: Whether the engine refuses to delete it.
        token: The type token as it was declared; empty where it is `type` itself.
        position: Where people wrote it, or what it is made from; None where no file is known.
        secrets: The paths of properties that are marked as secret; None where nobody can say.
        change: What would happen to it, where that is known and loses something.
        references: By the name of a top-level property, the URNs of the resources that its value was made from;
            empty where nobody kept them.
        provider: The URN of the provider that manages it; empty where nobody says which one.
        traced: Whether a value that is known was written in the program or its open configuration, unless
            `references` say otherwise: what else values come from (encrypted configuration, calls of providers) is
            a mark here, or was refused.
        locate: Finds where people wrote the property at a path of field names and list indices, or what is
            nearest around it; None where no file is known.
    """

    type: str
    name: str
    urn: str
    properties: Properties
    parent: str | None = None
    protect: bool = False
    token: str = ""
    position: Position | None = None
    secrets: frozenset[str] | None = None
    change: Change | None = None
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    provider: str = ""
    traced: bool = False
    locate: Callable[[tuple[str | int, ...]], Position] | None = field(
        default=None, compare=False, repr=False
    )

    @property
    def declared_type(self) -> str:
        """Its type token as it was declared."""
        return self.token or self.type

    @property
    def key(self) -> tuple[str, str]:
        """What tells it apart from every other object, those of the same URN included."""
        return self.urn, self.properties.path

    def position_of(self, *path: str | int) -> Position | None:
        """Find where people wrote the property at ``path``; None where no file is known."""
        return self.locate(path) if self.locate else self.position
