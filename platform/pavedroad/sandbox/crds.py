"""Registering the custom kinds the platform uses, and saying which are checked and which accept anything."""

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from pavedroad.sandbox.api import KubeClient, UnknownKindError
from pavedroad.sandbox.definitions import Definition, DefinitionFolder, Source, open_definition
from pavedroad.sandbox.kinds import CustomKind

__all__ = ["CrdReport", "Registration", "install"]

Change: TypeAlias = Literal["added", "updated", "kept"]

SOURCE_ANNOTATION = "pavedroad.dev/definition"
"""Says `real` or `open` on every definition that was registered here."""

_DIGEST_ANNOTATION = "pavedroad.dev/definition-digest"
_FIELD_MANAGER = "pavedroad-sandbox"
_SOURCES: dict[str, Source] = {"real": "real", "open": "open"}
_API_VERSION = "apiextensions.k8s.io/v1"
_KIND = "CustomResourceDefinition"
_SERVED_SECONDS = 60.0
_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How one kind is registered now.

    Attributes:
        kind: The kind.
        source: `real`: its schema and rules are checked; `open`: any field is accepted.
        change: What was done to get there.
        replaced: What it was registered as before, where that was something else.
    """

    kind: CustomKind
    source: Source
    change: Change
    replaced: Source | None = None


@dataclass(frozen=True, slots=True)
class CrdReport:
    """How all needed kinds are registered now, in the order in which they were asked for."""

    registrations: tuple[Registration, ...]

    def names(self, source: Source) -> tuple[str, ...]:
        """The definitions' names that have this source."""
        return tuple(entry.kind.crd_name for entry in self.registrations if entry.source == source)

    @property
    def changed(self) -> tuple[Registration, ...]:
        """Those that were added or updated."""
        return tuple(entry for entry in self.registrations if entry.change != "kept")

    def __str__(self) -> str:
        """One sentence for people."""
        real, open_ = len(self.names("real")), len(self.names("open"))
        return f"{real} kinds checked by their own definitions, {open_} accepted with any fields"


def install(
    client: KubeClient,
    needed: Collection[CustomKind],
    folder: Path | None,
    progress: Callable[[str], None],
) -> CrdReport:
    """Register kinds; those registered already in the same way are left alone.

    Where a definition comes from elsewhere than last time (real now, open then, or the other way round), it is
    updated in place: objects stay.

    Args:
        client: An administrator's.
        needed: Kinds to register. Every one costs the API server memory, so no more than are used.
        folder: Where real definitions are; kinds that it lacks are registered open, as all are without it.
        progress: Told what is being done, where anything is.

    Raises:
        DefinitionError: The folder, or a definition in it, cannot be used.
        KubeError: The API server refused a definition.
        TimeoutError: It took a definition, but does not serve the kind.
    """
    found = DefinitionFolder(folder) if folder else None
    definitions = [(found.find(kind) if found else None) or open_definition(kind) for kind in needed]
    known = {
        item["metadata"]["name"]: item["metadata"].get("annotations", {})
        for item in client.list(_API_VERSION, _KIND, metadata_only=True)
    }
    registrations = tuple(
        _registration(definition, known.get(definition.kind.crd_name)) for definition in definitions
    )
    changed = [
        definition
        for definition, entry in zip(definitions, registrations, strict=True)
        if entry.change != "kept"
    ]
    if changed:
        progress(f"registering {len(changed)} custom kinds")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda definition: _register(client, definition), changed))
    if changed:
        client.discovery.forget()
        _wait_until_served(client, changed)
    return CrdReport(registrations)


def _registration(definition: Definition, known: dict[str, str] | None) -> Registration:
    if known is None:
        return Registration(kind=definition.kind, source=definition.source, change="added")
    before = _SOURCES.get(known.get(SOURCE_ANNOTATION, ""))
    return Registration(
        kind=definition.kind,
        source=definition.source,
        change="kept" if known.get(_DIGEST_ANNOTATION) == definition.digest else "updated",
        replaced=before if before != definition.source else None,
    )


def _register(client: KubeClient, definition: Definition) -> None:
    manifest = definition.manifest()
    manifest["metadata"]["annotations"] |= {
        SOURCE_ANNOTATION: definition.source,
        _DIGEST_ANNOTATION: definition.digest,
    }
    client.apply(manifest, field_manager=_FIELD_MANAGER, force=True)


def _wait_until_served(client: KubeClient, definitions: list[Definition]) -> None:
    deadline = time.monotonic() + _SERVED_SECONDS
    for definition in definitions:
        while not _is_served(client, definition.kind):
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"the API server does not serve {definition.kind.crd_name} after {_SERVED_SECONDS:.0f} s"
                )
            time.sleep(0.05)


def _is_served(client: KubeClient, kind: CustomKind) -> bool:
    try:
        client.resource(kind.api_version, kind.kind)
    except UnknownKindError:
        return False
    return True
