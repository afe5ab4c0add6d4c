"""Resources of a rendering, as of another git ref: masked, so that secrets are marks."""

from collections.abc import Iterable

from pavedroad.governance import Properties, Resource
from pavedroad.policy.sources.marks import read_marks
from pavedroad.preview.rendering import RenderedResource


def rendered(resources: Iterable[RenderedResource]) -> list[Resource]:
    """View rendered resources as rules see them."""
    return [_resource(each) for each in resources]


def _resource(each: RenderedResource) -> Resource:
    properties, secrets = read_marks(each.inputs)
    return Resource(
        type=each.type,
        name=each.name,
        urn=each.urn,
        properties=Properties(properties),
        parent=each.parent,
        protect=each.protect,
        secrets=secrets,
    )
