"""Recorded resources, as rules see them."""

from collections.abc import Iterable

from pavedroad.governance import Opaque, Properties, Resource
from pavedroad.testing import UNKNOWN, RecordedResource, Secret


def recorded(resources: Iterable[RecordedResource]) -> list[Resource]:
    """View recorded resources as the engine shows them to a policy pack.

    Secret values are in clear, as they are there: a rule judges them, and no message quotes a value. Resources
    that are only read are left out, for this project does not answer for them.
    """
    return [
        Resource(
            type=each.type,
            name=each.name,
            urn=each.urn,
            properties=Properties(_plain(each.inputs)),
            parent=each.parent,
            protect=bool(each.options.protect),
            references=each.property_dependencies,
        )
        for each in resources
        if not each.read
    ]


def _plain(value: object) -> object:
    if value is UNKNOWN:
        return Opaque.UNKNOWN
    if isinstance(value, Secret):
        return _plain(value.value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
