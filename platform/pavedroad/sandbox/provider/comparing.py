"""Diff: what an update would change, and whether it takes a new object."""

import copy
from dataclasses import dataclass

from pavedroad.sandbox.provider.annotations import AUTONAMED, is_on, metadata_of, name_of, namespace_of
from pavedroad.sandbox.provider.diff import Difference, contains, differences, parse_path, pruned
from pavedroad.sandbox.provider.immutable import replacing_fields
from pavedroad.sandbox.provider.naming import has_name
from pavedroad.sandbox.provider.normalise import normalised
from pavedroad.sandbox.provider.outputs import Checkpoint
from pavedroad.sandbox.provider.properties import Manifest, Properties, Unknown, manifest_of

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What decides how a difference counts.

    Attributes:
        namespaced: Whether objects of the kind live in a namespace.
        is_patch: Whether the resource patches somebody else's object.
        ignored: Property paths under `ignoreChanges`.
        switches: The provider's inputs that are on.
        also_replaces: Keys that take a new object whatever else differs.
    """

    namespaced: bool
    is_patch: bool = False
    ignored: tuple[str, ...] = ()
    switches: frozenset[str] = frozenset()
    also_replaces: tuple[str, ...] = ()


def compare(state: Properties, news: Properties, rules: Rules) -> Comparison:
    """Compare a resource's recorded outputs with its checked new inputs."""
    before = Checkpoint.of(state)
    new = normalised(manifest_of(news))
    previous = normalised(before.inputs)
    old = _identified(pruned(before.live, previous), before.live, new)
    old, new = _placed(old, rules), _placed(new, rules)
    forced = replacing_fields(new, options=rules.switches, is_patch=rules.is_patch)
    hidden = [parse_path(path) for path in rules.ignored]
    found = tuple(
        difference
        for difference in differences(old, new, forced)
        if not any(contains(path, difference.path) for path in hidden)
    )
    replaces = (*(difference.key for difference in found if difference.replaces), *rules.also_replaces)
    same_place = name_of(new) == name_of(before.live) and namespace_of(new) == namespace_of(
        _placed(before.live, rules)
    )
    delete_first = bool(replaces) and has_name(new) and not is_on(new, AUTONAMED) and same_place
    return Comparison(found, replaces, delete_first)


def _identified(old: Manifest, live: Manifest, new: Manifest) -> Manifest:
    """Give the old object what identifies it, even where the old declaration did not say it."""
    old = {"apiVersion": new.get("apiVersion"), "kind": new.get("kind"), **old}
    if name_of(new):
        old["metadata"] = {**metadata_of(old), "name": name_of(live)}
    return old


def _placed(manifest: Manifest, rules: Rules) -> Manifest:
    """Spell the namespace out, or leave it away, so that the default one is no difference."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict) or isinstance(metadata.get("namespace"), Unknown):
        return manifest
    placed = copy.copy(manifest)
    placed["metadata"] = {key: value for key, value in metadata.items() if key != "namespace"}
    if rules.namespaced:
        placed["metadata"]["namespace"] = metadata.get("namespace") or DEFAULT_NAMESPACE
    return placed
