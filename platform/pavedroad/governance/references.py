"""Whether one resource points at another: how separate resources about one thing are joined.

In a preview the pointing property holds an output of the other resource, which nobody knows yet. What is known is
whose output it is: the engine and the recorder keep, per property, the resources that its value was made from.
"""

from typing import Final

from pavedroad.governance.canonical import canonical_token
from pavedroad.governance.properties import Reading, State
from pavedroad.governance.resources import Resource
from pavedroad.governance.truth import NO, YES, Truth, any_of, open_at

_URN: Final = "::"
_TYPE_OF_PARENT: Final = "$"


def refers_to(resource: Resource, path: str, other: Resource, names: tuple[str, ...] = ("id",)) -> Truth:
    """Whether the text at ``path`` of ``resource`` stands for ``other``.

    It does where it was made from ``other`` and from no other resource of its type, or where it is the same text
    as one of the other's names. Where it is a text that is known and a name of the other is not, or where it came
    from resources of other types (an output of a component, say), that is not known.

    Args:
        resource: Who points, as a `BucketVersioning`.
        path: The pointing property, as `bucket`.
        other: Who may be pointed at, as a `Bucket`.
        names: The other's properties that such a text may repeat, as `bucket` or `id`; what only the provider
            gives out is absent in a preview, and then not known.
    """
    pointing = resource.properties.text(path)
    if pointing.state in (State.ABSENT, State.MALFORMED):
        return NO
    made_from = resource.references.get(path.partition(".")[0].partition("[")[0], ())
    alike = [urn for urn in made_from if type_in(urn) == other.type]
    if other.urn in alike:
        return YES if len(alike) == 1 else open_at(pointing.path)
    if alike:
        return NO
    if pointing.state is not State.PRESENT:
        return open_at(pointing.path)
    return any_of(*(_repeats(pointing, other.properties.text(name)) for name in names))


def type_in(urn: str) -> str:
    """Read the type token in ``urn``, as rules name it; empty where there is none."""
    parts = urn.split(_URN)
    return canonical_token(parts[2].rpartition(_TYPE_OF_PARENT)[2]) if len(parts) > 2 else ""  # noqa: PLR2004 - the third part of a URN is its types


def _repeats(pointing: Reading[str], name: Reading[str]) -> Truth:
    return open_at(name.path) if name.state is State.ABSENT else pointing.same_as(name)
