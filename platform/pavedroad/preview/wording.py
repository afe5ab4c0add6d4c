"""The words that every form of a preview shares."""

import json
from typing import Any

from pavedroad.preview.changes import Kind
from pavedroad.preview.comparing import Comparison
from pavedroad.preview.comparison import ABSENT
from pavedroad.preview.rendering import RenderedResource

SIGNS = {Kind.ADDED: "+", Kind.CHANGED: "~", Kind.REPLACED: "±", Kind.DELETED: "-", Kind.RENAMED: ">"}

_LONGEST_VALUE = 200


def owner(resource: RenderedResource) -> str:
    """Return who owns a resource: ``team/service``, ``team``, or ``platform`` where no team does."""
    if resource.team is None:
        return "platform"
    return f"{resource.team}/{resource.service}" if resource.service else resource.team


def short_type(type_: str) -> str:
    """Return a type token's last part, which is the kind for a Kubernetes object."""
    return type_.rpartition(":")[2]


def value_text(value: Any) -> str:
    """Return a value on one line, cut where it is long, saying how long it was."""
    if value is ABSENT:
        return "(absent)"
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if len(text) <= _LONGEST_VALUE:
        return text
    return f"{text[:_LONGEST_VALUE]}… ({len(text)} characters)"


def summary(comparison: Comparison) -> str:
    """Return the counts of a whole comparison in one line."""
    if comparison.is_empty:
        return f"nothing changes against {comparison.base}"
    counts = {kind: sum(changes.count(kind) for changes in comparison.changes) for kind in Kind}
    said = [f"{count} {kind}" for kind, count in counts.items() if count]
    losses = sum(change.data_loss is not None for each in comparison.changes for change in each.changes)
    if losses:
        said.insert(0, f"{losses} with DATA LOSS")
    if comparison.new_stacks:
        said.append(f"{len(comparison.new_stacks)} new environments")
    if comparison.gone_stacks:
        said.append(f"{len(comparison.gone_stacks)} environments gone")
    return f"against {comparison.base}: {', '.join(said)}"
