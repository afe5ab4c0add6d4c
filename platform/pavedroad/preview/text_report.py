"""A preview as plain text for a terminal or a log."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from pavedroad.preview.blast_radius import blast_radius
from pavedroad.preview.changes import Change, Changes, Kind
from pavedroad.preview.comparing import Comparison
from pavedroad.preview.rendering import RenderedResource, Rendering
from pavedroad.preview.wording import SIGNS, owner, short_type, summary, value_text

_COLOURS = {
    Kind.ADDED: "32",
    Kind.CHANGED: "33",
    Kind.REPLACED: "35",
    Kind.DELETED: "31",
    Kind.RENAMED: "36",
}
_WARNING = "1;31"


def rendering_text(renderings: Sequence[Rendering]) -> str:
    """Return what stacks declare: per owner, each resource on a line."""
    lines: list[str] = []
    for rendering in renderings:
        lines.append(f"{rendering.stack}: {len(rendering.resources)} resources")
        for name, resources in _by_owner(rendering.resources):
            lines.append(f"  {name}")
            lines.extend(f"    {short_type(resource.type)} {resource.name}" for resource in resources)
    return "\n".join(lines) + "\n"


def comparison_text(comparison: Comparison, *, colour: bool) -> str:
    """Return what a change does: data loss first, then per stack and owner; colours only where asked for."""
    if comparison.fault is not None:
        return f"{comparison.base} cannot be compared: {comparison.fault}\n"
    lines = [summary(comparison)]
    lines += [f"  {reach}" for reach in blast_radius(comparison.changes)[:10]]
    lines += [f"{stack}: new, with {count} resources" for stack, count in comparison.new_stacks.items()]
    lines += [f"{stack}: gone from here; what it declared stays" for stack in comparison.gone_stacks]
    for changes in comparison.changes:
        lines += _stack_lines(changes, colour=colour)
    return "\n".join(lines) + "\n"


def _stack_lines(changes: Changes, *, colour: bool) -> list[str]:
    if not changes.changes:
        return [f"{changes.stack}: no change"]
    lines = [f"{changes.stack}:"]
    for change in changes.changes:
        if change.data_loss:
            text = f"  ! {short_type(change.resource.type)} {change.resource.name} is {change.kind}: "
            lines.append(_painted(text + change.data_loss, _WARNING, colour=colour))
    ordered = sorted(changes.changes, key=lambda change: owner(change.resource))
    for name, group in groupby(ordered, key=lambda change: owner(change.resource)):
        lines.append(f"  {name}")
        for change in group:
            lines += _change_lines(change, colour=colour)
    return lines


def _change_lines(change: Change, *, colour: bool) -> list[str]:
    resource = change.resource
    head = f"    {SIGNS[change.kind]} {short_type(resource.type)} {resource.name} {change.kind}"
    if change.replaced_by:
        head += f" because of {', '.join(change.replaced_by)}"
    lines = [_painted(head, _COLOURS[change.kind], colour=colour)]
    if change.former_urn:
        lines.append(f"        was {change.former_urn}")
    lines += [
        f"        {item}: {value_text(item.before)} -> {value_text(item.after)}" for item in change.properties
    ]
    return lines


def _by_owner(
    resources: Iterable[RenderedResource],
) -> list[tuple[str, list[RenderedResource]]]:
    ordered = sorted(resources, key=lambda resource: (owner(resource), resource.urn))
    return [(name, list(group)) for name, group in groupby(ordered, key=owner)]


def _painted(text: str, code: str, *, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
