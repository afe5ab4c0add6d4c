"""What a change would do: two renderings of one stack compared, resource by resource."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pavedroad.aws_facts import STATEFUL_TYPES
from pavedroad.kubernetes_facts import (
    IDENTITY_FIELDS,
    IMMUTABLE_FIELDS,
    MUTABLE_BY_PROVIDER_OPTION,
    STATEFUL_KINDS,
)
from pavedroad.preview.comparison import ABSENT, PropertyChange, compare
from pavedroad.preview.rendering import RenderedResource, Rendering


class Kind(StrEnum):
    """What happens to a resource, the gravest first."""

    DELETED = "deleted"
    REPLACED = "replaced"
    CHANGED = "changed"
    ADDED = "added"
    RENAMED = "renamed"


_GRAVITY = {kind: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happens to one resource.

    Attributes:
        kind: What happens.
        resource: The resource after the change, or before it where it is deleted.
        former_urn: Its URN before, where an alias says that it had another.
        properties: What differs in it, sorted by path; empty for what is added or deleted.
        replaced_by: The paths whose change replaces it.
        data_loss: What is lost, where it holds data and is deleted or replaced; none otherwise.
    """

    kind: Kind
    resource: RenderedResource
    former_urn: str | None = None
    properties: tuple[PropertyChange, ...] = ()
    replaced_by: tuple[str, ...] = ()
    data_loss: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What happens to one stack: data loss first, then what is deleted, replaced, changed, added, renamed."""

    stack: str
    changes: tuple[Change, ...]

    def count(self, kind: Kind) -> int:
        """Return how many resources this happens to."""
        return sum(change.kind is kind for change in self.changes)


def diff(base: Rendering, head: Rendering) -> Changes:
    """Return what ``head`` would change where ``base`` runs.

    Resources are the same if their URNs are, or if an alias says so.
    """
    before = {resource.urn: resource for resource in base.resources}
    matches = _matches(before, head.resources)
    former = {after: urn for after, urn in matches.items() if after != urn}
    providers = {resource.urn: resource for resource in head.resources}
    changes = [
        change
        for resource in head.resources
        if (change := _change(before.get(matches.get(resource.urn, "")), resource, former, providers))
    ]
    matched = set(matches.values())
    changes.extend(_deleted(resource) for urn, resource in before.items() if urn not in matched)
    return Changes(stack=head.stack, changes=tuple(sorted(changes, key=_order)))


def kubernetes_kind(resource: RenderedResource) -> str:
    """Return ``<group>/<Kind>`` of a Kubernetes object, the core group as ``core``; empty for anything else."""
    api_version, kind = resource.inputs.get("apiVersion"), resource.inputs.get("kind")
    if not resource.type.startswith("kubernetes:") or not isinstance(api_version, str):
        return ""
    return f"{_group(api_version)}/{kind}"


def _group(api_version: str) -> str:
    return api_version.partition("/")[0] if "/" in api_version else "core"


def _order(change: Change) -> tuple[bool, int, str]:
    return change.data_loss is None, _GRAVITY[change.kind], change.resource.urn


def _matches(before: Mapping[str, RenderedResource], resources: Iterable[RenderedResource]) -> dict[str, str]:
    """Return, per URN of the head, the URN that its resource had in the base."""
    resources = list(resources)
    matches = {resource.urn: resource.urn for resource in resources if resource.urn in before}
    for resource in resources:
        if resource.urn in matches:
            continue
        taken = set(matches.values())
        former = [alias for alias in resource.aliases if alias in before and alias not in taken]
        if former:
            matches[resource.urn] = former[0]
    return matches


def _change(
    before: RenderedResource | None,
    after: RenderedResource,
    former: Mapping[str, str],
    providers: Mapping[str, RenderedResource],
) -> Change | None:
    if before is None:
        return Change(kind=Kind.ADDED, resource=after)
    properties = _property_changes(before, after, former)
    replaced_by = _replacing(before, after, properties, providers)
    former_urn = former.get(after.urn)
    if replaced_by:
        loss = None if before.retain_on_delete else _data_loss(before)
        return Change(
            kind=Kind.REPLACED,
            resource=after,
            former_urn=former_urn,
            properties=properties,
            replaced_by=replaced_by,
            data_loss=loss,
        )
    if properties:
        return Change(kind=Kind.CHANGED, resource=after, former_urn=former_urn, properties=properties)
    return Change(kind=Kind.RENAMED, resource=after, former_urn=former_urn) if former_urn else None


def _deleted(resource: RenderedResource) -> Change:
    loss = None if resource.retain_on_delete else _data_loss(resource)
    return Change(kind=Kind.DELETED, resource=resource, data_loss=loss)


def _data_loss(resource: RenderedResource) -> str | None:
    loss = STATEFUL_KINDS.get(kubernetes_kind(resource)) or STATEFUL_TYPES.get(resource.type)
    if loss and resource.protect:
        return f"{loss}; it is protected, so an update refuses"
    return loss


def _property_changes(
    before: RenderedResource, after: RenderedResource, former: Mapping[str, str]
) -> tuple[PropertyChange, ...]:
    changed = compare(before.inputs, after.inputs, kubernetes_kind(after))
    kept = [change for change in changed if not _covered(change, after.ignore_changes)]
    for name, old, new in (
        ("protect", before.protect, after.protect),
        ("retainOnDelete", before.retain_on_delete, after.retain_on_delete),
        ("provider", before.provider, former.get(after.provider or "", after.provider)),
    ):
        if old != new:
            kept.append(PropertyChange(("(option)", name), _or_absent(old), _or_absent(new)))
    return tuple(kept)


def _or_absent(value: object) -> object:
    return ABSENT if value is None else value


def _replacing(
    before: RenderedResource,
    after: RenderedResource,
    properties: Iterable[PropertyChange],
    providers: Mapping[str, RenderedResource],
) -> tuple[str, ...]:
    """Return the paths whose change makes another object of it, as the provider would decide."""
    paths = list(after.replace_on_changes)
    kind = kubernetes_kind(before)
    if kind:
        paths += IDENTITY_FIELDS
        provider = providers.get(after.provider or "")
        option = MUTABLE_BY_PROVIDER_OPTION.get(kind)
        if not (option and provider and provider.inputs.get(option) in {True, "true"}):
            paths += IMMUTABLE_FIELDS.get(kind, ())
    paths += _replacing_on_aws(before.type)
    return tuple(
        str(change)
        for change in properties
        if change.path == ("(option)", "provider") or (_covered(change, paths) and not _same_group(change))
    )


def _replacing_on_aws(token: str) -> tuple[str, ...]:
    """Return the properties of a type of the AWS provider whose change replaces it, or may."""
    if not token.startswith("aws:"):
        return ()
    from pavedroad.sandbox.aws import table  # noqa: PLC0415 only changes in an account need its tables

    found = table.find(token)
    return (*found.replaces, *found.may_replace) if found else ()


def _same_group(change: PropertyChange) -> bool:
    """Tell whether a change is only one of an API's version: the API server converts between those."""
    both = (change.before, change.after)
    if change.path != ("apiVersion",) or not all(isinstance(value, str) for value in both):
        return False
    return _group(change.before) == _group(change.after)


def _covered(change: PropertyChange, paths: Iterable[str]) -> bool:
    """Tell whether a change lies at or below one of these paths; above one, where the whole came or went."""
    if change.path[:1] == ("(option)",):
        return False
    fields = change.fields
    whole = change.before is ABSENT or change.after is ABSENT
    return any(
        path == "*" or f"{fields}.".startswith(f"{path}.") or (whole and f"{path}.".startswith(f"{fields}."))
        for path in paths
    )
