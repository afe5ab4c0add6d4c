"""What a recording holds: every resource that a program declared, its outputs, calls and messages."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pavedroad.testing.values import PropertyMap


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedOptions:
    """The resource options that the engine would act on; property names as the provider knows them."""

    protect: bool | None = None
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    delete_before_replace: bool | None = None
    retain_on_delete: bool | None = None
    deleted_with: str | None = None
    import_id: str | None = None
    version: str | None = None
    custom_timeouts: Mapping[str, str] = field(default_factory=dict)


NO_OPTIONS: Final = RecordedOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedResource:
    """One resource as the engine would have seen it.

    Attributes:
        urn: Its name in the engine.
        type: Its type token.
        name: Its logical name.
        parent: The URN of the component it belongs to, or none at the top of the stack.
        custom: Whether a provider manages it; a component otherwise.
        read: Whether it is only read (``.get``, a StackReference), not managed.
        inputs: Its properties as the provider would get them; for a component, what it passes as ``props``.
        outputs: What a component registered as its outputs; none if it never did, and for custom resources.
        provider: The URN of its explicit provider, or none where the engine would choose one.
        aliases: Every URN under which it may have been known, those inherited from its parent included.
        depends_on: URNs of all that must exist before it, whether declared or found in its inputs.
        property_dependencies: Per input property, the URNs of the resources whose outputs went into it.
        options: Its other options.
        source: ``file:line`` that declared it, or none where Pulumi does not know.
    """

    urn: str
    type: str
    name: str
    parent: str | None
    custom: bool
    read: bool = False
    inputs: PropertyMap
    outputs: PropertyMap | None = None
    provider: str | None = None
    aliases: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: RecordedOptions = NO_OPTIONS
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedInvoke:
    """One call of a provider's function that was answered."""

    token: str
    args: PropertyMap
    provider: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A program's whole run, complete: nothing registers any more.

    Attributes:
        project: The project's name.
        stack: The stack's name.
        resources: Every resource, sorted by URN.
        outputs: The stack's outputs.
        invokes: The answered calls of provider functions, sorted by token.
        messages: What the program logged: ``(severity, text)``, severity in lower case.
        result: What the recorded function returned; none for a program that was run as a file.
    """

    project: str
    stack: str
    resources: tuple[RecordedResource, ...]
    outputs: PropertyMap
    invokes: tuple[RecordedInvoke, ...]
    messages: tuple[tuple[str, str], ...]
    result: Any = None

    def types(self) -> dict[str, int]:
        """Return how many resources there are of each type token, sorted: the complete list, for asserting."""
        return dict(sorted(Counter(resource.type for resource in self.resources).items()))

    def of_type(self, type_: str) -> list[RecordedResource]:
        """Return the resources with this type token, sorted by URN."""
        return [resource for resource in self.resources if resource.type == type_]

    def the(self, type_: str, name: str | None = None) -> RecordedResource:
        """Return the one resource with this type and, if given, logical name.

        Raises:
            AssertionError: If there is none or more than one; the message names what there is instead.
        """
        found = [resource for resource in self.of_type(type_) if name in {None, resource.name}]
        if len(found) == 1:
            return found[0]
        wanted = f"{type_} {name!r}" if name else type_
        there_is = [resource.name for resource in self.of_type(type_)] or sorted(self.types())
        raise AssertionError(f"expected exactly one {wanted}, found {len(found)}; there is {there_is}")

    def children_of(self, parent: RecordedResource) -> list[RecordedResource]:
        """Return the resources whose direct parent this is, sorted by URN."""
        return [resource for resource in self.resources if resource.parent == parent.urn]
