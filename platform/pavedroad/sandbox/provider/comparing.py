"""Diff: what an update would change, and whether it takes a new object."""

import copy
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pavedroad.sandbox.provider.annotations import AUTONAMED, is_on, metadata_of, name_of, namespace_of
from pavedroad.sandbox.provider.diff import Difference, contains, differences, parse_path, pruned
from pavedroad.sandbox.provider.immutable import replacing_fields
from pavedroad.sandbox.provider.naming import has_name
from pavedroad.sandbox.provider.normalise import normalised
from pavedroad.sandbox.provider.properties import Checkpoint, Manifest, Properties, Unknown, manifest_of

DEFAULT_NAMESPACE = "default"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs.

    Attributes:
        differences: Property by property.
        replaces: The keys that take a new object.
        delete_first: Whether the old object has to go before the new one can be created, as they share a name.
    """

    differences: tuple[Difference, ...]
    replaces: tuple[str, ...]
    delete_first: bool


def compare(
    state: Properties,
    news: Properties,
    *,
    namespaced: bool,
    is_patch: bool,
    ignored: Iterable[str] = (),
    switches: Collection[str] = (),
    also_replaces: Iterable[str] = (),
) -> Comparison:
    """Compare a resource's state with its new inputs.

    Args:
        state: The outputs recorded.
        news: The checked inputs.
        namespaced: Whether objects of the kind live in a namespace.
        is_patch: Whether the resource patches somebody else's object.
        ignored: Property paths under `ignoreChanges`.
        switches: The provider's inputs that are on.
        also_replaces: Keys that take a new object whatever else differs.
    """
    before = Checkpoint.of(state)
    new = normalised(manifest_of(news))
    previous = normalised(before.inputs)
    old = _identified(pruned(before.live, previous), before.live, new)
    old, new = _placed(old, namespaced=namespaced), _placed(new, namespaced=namespaced)
    forced = replacing_fields(new, options=switches, is_patch=is_patch)
    hidden = [parse_path(path) for path in ignored]
    found = tuple(
        difference
        for difference in differences(old, new, previous, forced)
        if not any(contains(path, difference.path) for path in hidden)
    )
    replaces = (*(difference.key for difference in found if difference.replaces), *also_replaces)
    same_place = name_of(new) == name_of(before.live) and namespace_of(new) == namespace_of(
        _placed(before.live, namespaced=namespaced)
    )
    delete_first = bool(replaces) and has_name(new) and not is_on(new, AUTONAMED) and same_place
    return Comparison(found, replaces, delete_first)


def _identified(old: Manifest, live: Manifest, new: Manifest) -> Manifest:
    """Give the old object what identifies it, even where the old declaration did not say it."""
    old = {"apiVersion": new.get("apiVersion"), "kind": new.get("kind"), **old}
    if name_of(new):
        old["metadata"] = {**metadata_of(old), "name": name_of(live)}
    return old


def _placed(manifest: Manifest, *, namespaced: bool) -> Manifest:
    """Spell the namespace out, or leave it away, so that the default one is no difference."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict) or isinstance(metadata.get("namespace"), Unknown):
        return manifest
    placed = copy.copy(manifest)
    placed["metadata"] = {key: value for key, value in metadata.items() if key != "namespace"}
    if namespaced:
        placed["metadata"]["namespace"] = metadata.get("namespace") or DEFAULT_NAMESPACE
    return placed
