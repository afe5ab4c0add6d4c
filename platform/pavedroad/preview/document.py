"""The published JSON of a preview: written, and read back from another version of this tool.

Its schema is ``schema/preview.v1.schema.json`` in this package. Within a version, fields are only added.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pavedroad.preview.errors import PreviewError
from pavedroad.preview.rendering import RenderedResource, Rendering

SCHEMA: Final = "pavedroad.dev/preview/v1"


def document(renderings: Iterable[Rendering]) -> dict[str, Any]:
    """Return the JSON of some stacks' renderings, resources sorted by URN over all of them."""
    renderings = sorted(renderings, key=lambda rendering: rendering.stack)
    resources = [
        _resource(resource, rendering.stack) for rendering in renderings for resource in rendering.resources
    ]
    return {
        "schema": SCHEMA,
        "project": renderings[0].project if renderings else None,
        "stacks": [rendering.stack for rendering in renderings],
        "outputs": {rendering.stack: rendering.outputs for rendering in renderings},
        "resources": sorted(resources, key=lambda resource: str(resource["urn"])),
    }


def to_text(content: Mapping[str, Any]) -> str:
    """Return JSON as text: the same content always gives the same bytes."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read_document(text: str) -> dict[str, Rendering]:
    """Read a document back, per stack.

    Raises:
        PreviewError: If it is not such a document, or one of a schema that this version cannot compare.
    """
    try:
        content = json.loads(text)
        schema = content["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise PreviewError("what it printed is not the JSON of a preview") from error
    if schema != SCHEMA:
        raise PreviewError(f"its preview has the schema {schema!r}, which cannot be compared with {SCHEMA!r}")
    try:
        return {
            stack: Rendering(
                project=content["project"],
                stack=stack,
                resources=tuple(_read(item) for item in content["resources"] if item["stack"] == stack),
                outputs=content["outputs"][stack],
            )
            for stack in content["stacks"]
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise PreviewError(f"its preview does not keep to its schema {SCHEMA!r}: {error!r}") from error


def _resource(resource: RenderedResource, stack: str) -> dict[str, Any]:
    return {
        "stack": stack,
        "urn": resource.urn,
        "type": resource.type,
        "name": resource.name,
        "parent": resource.parent,
        "team": resource.team,
        "service": resource.service,
        "custom": resource.custom,
        "inputs": resource.inputs,
        "provider": resource.provider,
        "aliases": list(resource.aliases),
        "protect": resource.protect,
        "retainOnDelete": resource.retain_on_delete,
        "ignoreChanges": list(resource.ignore_changes),
        "replaceOnChanges": list(resource.replace_on_changes),
    }


def _read(item: Mapping[str, Any]) -> RenderedResource:
    return RenderedResource(
        urn=item["urn"],
        type=item["type"],
        name=item["name"],
        parent=item["parent"],
        team=item["team"],
        service=item["service"],
        custom=item["custom"],
        inputs=item["inputs"],
        provider=item["provider"],
        aliases=tuple(item["aliases"]),
        protect=item["protect"],
        retain_on_delete=item["retainOnDelete"],
        ignore_changes=tuple(item["ignoreChanges"]),
        replace_on_changes=tuple(item["replaceOnChanges"]),
    )
