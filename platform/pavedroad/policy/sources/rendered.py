"""Resources of a rendering, as of another git ref: masked, so that secrets are marks."""

from collections.abc import Iterable

from pavedroad.governance import Properties, Resource
from pavedroad.policy.sources.marks import read_marks
from pavedroad.preview.masking import MASK
from pavedroad.preview.rendering import RenderedResource


def rendered(resources: Iterable[RenderedResource]) -> list[Resource]:
    """View rendered resources as rules see them; a text of which a part is masked cannot be read at all."""
    return [_resource(each) for each in resources]


def _resource(each: RenderedResource) -> Resource:
    properties, secrets = read_marks(_withheld_whole(each.inputs))
    return Resource(
        type=each.type,
        name=each.name,
        urn=each.urn,
        properties=Properties(properties),
        parent=each.parent,
        protect=each.protect,
        secrets=secrets,
    )


def _withheld_whole(value: object) -> object:
    if isinstance(value, dict):
        return {name: _withheld_whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_withheld_whole(item) for item in value]
    return MASK if isinstance(value, str) and MASK in value else value
