"""A comparison as JSON, ``schema/changes.v1.schema.json`` in this package; within a version fields are only added."""

from typing import Any, Final

from pavedroad.preview.blast_radius import blast_radius
from pavedroad.preview.changes import Change
from pavedroad.preview.comparing import Comparison
from pavedroad.preview.comparison import ABSENT, PropertyChange

CHANGES_SCHEMA: Final = "pavedroad.dev/changes/v1"


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Return the JSON of a comparison; where nothing could be compared it has a fault and no changes."""
    return {
        "schema": CHANGES_SCHEMA,
        "base": comparison.base,
        "fault": comparison.fault,
        "newStacks": dict(comparison.new_stacks),
        "goneStacks": list(comparison.gone_stacks),
        "stacks": [
            {"stack": changes.stack, "changes": [_change(change) for change in changes.changes]}
            for changes in comparison.changes
        ],
        "blastRadius": [
            {
                "kind": reach.kind.value,
                "what": reach.what,
                "path": reach.path or None,
                "resources": reach.resources,
                "services": list(reach.services),
                "teams": list(reach.teams),
            }
            for reach in blast_radius(comparison.changes)
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "urn": change.resource.urn,
        "formerUrn": change.former_urn,
        "type": change.resource.type,
        "name": change.resource.name,
        "team": change.resource.team,
        "service": change.resource.service,
        "dataLoss": change.data_loss,
        "replacedBy": list(change.replaced_by),
        "properties": [_property(item) for item in change.properties],
    }


def _property(item: PropertyChange) -> dict[str, Any]:
    """Return one property's change; a side that does not have it has no such field."""
    sides = {"before": item.before, "after": item.after}
    return {"path": str(item), **{side: value for side, value in sides.items() if value is not ABSENT}}
