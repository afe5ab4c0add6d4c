"""How the engine names resources: URNs, and the URNs that aliases stand for.

Source: ``pkg/resource/deploy/step_generator.go`` (``generateAliases``) and ``sdk/go/common/resource/urn`` of
pulumi/pulumi; the recorder must name things as the engine does, or a preview could not be compared with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pulumi.runtime.proto import alias_pb2

STACK_TYPE: Final = "pulumi:pulumi:Stack"


@dataclass(frozen=True, slots=True)
class UrnScope:
    """Where a URN is unique: one stack of one project."""

    stack: str
    project: str

    def urn(self, parent: str | None, type_: str, name: str) -> str:
        """Return the URN of a resource.

        Args:
            parent: The parent's URN; none, or the stack's own, for a resource at the top.
            type_: The type token.
            name: The logical name.
        """
        return f"urn:pulumi:{self.stack}::{self.project}::{_parent_types(parent)}{type_}::{name}"


def urn_name(urn: str) -> str:
    """Return the logical name, which may itself contain ``::``."""
    return urn.split("::", 3)[3]


def urn_type(urn: str) -> str:
    """Return the type token, without those of the parents."""
    return urn.split("::", 3)[2].rpartition("$")[2]


def alias_urns(
    aliases: Iterable[alias_pb2.Alias],
    scope: UrnScope,
    *,
    urn: str,
    parent: str | None,
    parent_aliases: Iterable[str],
) -> tuple[str, ...]:
    """Return every URN under which a resource may have been known, sorted.

    Args:
        aliases: What the resource itself declares.
        scope: The present stack and project, which an alias may override.
        urn: The resource's present URN.
        parent: Its parent's present URN, if it has one.
        parent_aliases: The URNs under which its parent may have been known; children inherit them.
    """
    own = [_resolved(alias, scope, urn=urn, parent=parent) for alias in aliases]
    inherited = [
        _inherited(child, parent, parent_alias)
        for parent_alias in parent_aliases
        for child in (urn, *own)
        if parent is not None
    ]
    return tuple(sorted({*own, *inherited} - {urn}))


def _resolved(alias: alias_pb2.Alias, scope: UrnScope, *, urn: str, parent: str | None) -> str:
    if alias.urn:
        return alias.urn
    spec = alias.spec
    former_scope = UrnScope(spec.stack or scope.stack, spec.project or scope.project)
    former_parent = None if spec.noParent else spec.parentUrn or parent
    return former_scope.urn(former_parent, spec.type or urn_type(urn), spec.name or urn_name(urn))


def _inherited(child: str, parent: str, parent_alias: str) -> str:
    """Return a child's URN under its parent's former name; a name that began with the parent's follows it."""
    name, parent_name = urn_name(child), urn_name(parent)
    if name.startswith(parent_name):
        name = urn_name(parent_alias) + name.removeprefix(parent_name)
    stack, project = parent_alias.removeprefix("urn:pulumi:").split("::", 2)[:2]
    return UrnScope(stack, project).urn(parent_alias, urn_type(child), name)


def _parent_types(parent: str | None) -> str:
    if parent is None or urn_type(parent) == STACK_TYPE:
        return ""
    return parent.split("::", 3)[2] + "$"
