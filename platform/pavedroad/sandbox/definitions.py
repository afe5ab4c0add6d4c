"""CustomResourceDefinitions from a folder of third-party files, or from nothing but a kind's facts.

Two forms are read: CustomResourceDefinition YAML (also several in one file), and bare JSON Schemas named
`<group>_<kind>_<version>.json` as the CRDs catalog has them. Either way the result is cut to the versions that
the platform uses: each one costs the API server memory.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

from pavedroad.sandbox.kinds import CustomKind

__all__ = ["Definition", "DefinitionError", "DefinitionFolder", "open_definition"]

Schema: TypeAlias = dict[str, Any]
Source: TypeAlias = Literal["real", "open"]

_FORMAT = "1"
"""Part of every digest; to be raised when the same files are to give another definition."""

_DOCUMENT = re.compile(r"^---.*$", re.MULTILINE)
_NAME = re.compile(r"""^  name: ["']?(\S+?)["']?\s*$""", re.MULTILINE)
_APPROVAL = "api-approved.kubernetes.io"


class DefinitionError(ValueError):
    """A definition that was given cannot be used; the message names the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A definition that can be built, and is only when needed: parsing the large ones takes a second.

    Attributes:
        kind: What it defines.
        source: `real` from a file with a schema, or `open`: any field is accepted.
        digest: Changes whenever what `manifest` gives changes.
        paths: The files it comes from; none for an open one.
        texts: Their relevant parts, in the order of `paths`.
    """

    kind: CustomKind
    source: Source
    digest: str
    paths: tuple[Path, ...] = ()
    texts: tuple[str, ...] = ()

    def manifest(self) -> dict[str, Any]:
        """The CustomResourceDefinition.

        Raises:
            DefinitionError: The files are damaged, or serve none of the versions the platform uses.
        """
        if self.source == "open":
            return _wrap(self.kind, {version: _open_schema() for version in self.kind.versions})
        try:
            return self._from_files()
        except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
            if isinstance(error, DefinitionError):
                raise
            raise DefinitionError(
                f"{self.paths[0]} holds no usable definition of {self.kind.crd_name}"
            ) from error

    def _from_files(self) -> dict[str, Any]:
        if self.paths[0].suffix == ".json":
            versions = [path.stem.rpartition("_")[2] for path in self.paths]
            schemas = (json.loads(text) for text in self.texts)
            return _wrap(
                self.kind,
                {version: _without_closed_objects(s) for version, s in zip(versions, schemas, strict=True)},
            )
        # A safe loader, with one more scalar tag.
        parsed = yaml.load(self.texts[0], Loader=_Loader)  # noqa: S506 - see above
        return _cut(self.kind, parsed, self.paths[0])


class DefinitionFolder:
    """Finds definitions in a folder; reads every file once and parses only what is asked for.

    Of several definitions of one kind, the least deeply nested wins, then YAML over JSON Schema.
    """

    def __init__(self, folder: Path) -> None:
        """Look through the folder.

        Raises:
            DefinitionError: It is no folder.
        """
        if not folder.is_dir():
            raise DefinitionError(f"{folder} is no folder of CustomResourceDefinitions")
        self._yaml: dict[str, tuple[Path, str]] = {}
        self._json: dict[str, Path] = {}
        for path in sorted(folder.rglob("*"), key=lambda path: (len(path.parts), path)):
            if path.suffix == ".json":
                self._json.setdefault(path.name.lower(), path)
            elif path.suffix in {".yaml", ".yml"}:
                self._index(path)

    def find(self, kind: CustomKind) -> Definition | None:
        """The definition of a kind, or None."""
        schemas = self._schemas(kind)
        given = self._yaml.get(kind.crd_name)
        if given and not (schemas and len(schemas[0].parts) < len(given[0].parts)):
            return _real(kind, (given[0],), (given[1],))
        if schemas:
            return _real(kind, schemas, tuple(path.read_text(encoding="utf-8") for path in schemas))
        return None

    def _index(self, path: Path) -> None:
        for document in _DOCUMENT.split(path.read_text(encoding="utf-8", errors="replace")):
            name = _NAME.search(document)
            if name and "kind: CustomResourceDefinition" in document:
                self._yaml.setdefault(name.group(1), (path, document))

    def _schemas(self, kind: CustomKind) -> tuple[Path, ...]:
        names = [f"{kind.group}_{kind.kind}_{version}.json".lower() for version in kind.versions]
        return tuple(self._json[name] for name in names if name in self._json)


def open_definition(kind: CustomKind) -> Definition:
    """A definition that accepts any field."""
    return Definition(kind=kind, source="open", digest=_digest("open", repr(kind)))


def _real(kind: CustomKind, paths: tuple[Path, ...], texts: tuple[str, ...]) -> Definition:
    digest = _digest("real", repr(kind), *texts)
    return Definition(kind=kind, source="real", digest=digest, paths=paths, texts=texts)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join((_FORMAT, *parts)).encode()).hexdigest()[:32]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the fast one where PyYAML has it
    """Reads a bare `=`, which is a tag of its own in YAML 1.1, as the string that the author meant."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda _loader, node: node.value)


def _wrap(kind: CustomKind, schemas: dict[str, Schema]) -> dict[str, Any]:
    return _crd(
        kind,
        scope="Namespaced" if kind.namespaced else "Cluster",
        names={"kind": kind.kind, "plural": kind.plural, "shortNames": list(kind.short_names)},
        versions=[
            {
                "name": version,
                "served": True,
                "storage": index == 0,
                "schema": {"openAPIV3Schema": schema},
                "subresources": {"status": {}},
            }
            for index, (version, schema) in enumerate(schemas.items())
        ],
    )


def _cut(kind: CustomKind, given: dict[str, Any], path: Path) -> dict[str, Any]:
    """Keep the versions that the platform uses; a conversion webhook, which nobody would answer, goes."""
    spec = given["spec"]
    served = {version["name"]: version for version in spec["versions"]}
    used = [served[name] for name in kind.versions if name in served]
    if not used:
        raise DefinitionError(
            f"{path} defines {kind.crd_name} in {', '.join(served)}; the platform uses {', '.join(kind.versions)}"
        )
    versions = [
        {
            **version,
            "served": True,
            "storage": index == 0,
            "schema": {"openAPIV3Schema": _adjusted(kind, version["schema"]["openAPIV3Schema"])},
        }
        for index, version in enumerate(used)
    ]
    return _crd(kind, scope=spec["scope"], names=spec["names"], versions=versions)


def _crd(
    kind: CustomKind, *, scope: str, names: dict[str, Any], versions: list[dict[str, Any]]
) -> dict[str, Any]:
    # The API server wants this annotation on groups of the Kubernetes project.
    approval = {_APPROVAL: "https://github.com/kubernetes-sigs"} if kind.group.endswith(".k8s.io") else {}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": kind.crd_name, "annotations": approval},
        "spec": {"group": kind.group, "scope": scope, "names": names, "versions": versions},
    }


def _open_schema() -> Schema:
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "type": "object",
        "x-kubernetes-preserve-unknown-fields": True,
        "properties": {"status": anything},
    }


def _adjusted(kind: CustomKind, schema: Schema) -> Schema:
    """Mend what upstream itself patches before a release."""
    if kind.crd_name == "cassandradatacenters.cassandra.datastax.com":
        # The raw base says "base64 text"; the released definition takes any mapping.
        schema["properties"]["spec"]["properties"]["config"] = {
            "type": "object",
            "x-kubernetes-preserve-unknown-fields": True,
        }
    return schema


def _without_closed_objects(schema: Any) -> Any:
    """Leave out `additionalProperties: false`, which CustomResourceDefinitions do not allow: they prune instead."""
    if isinstance(schema, dict):
        return {
            keyword: _without_closed_objects(value)
            for keyword, value in schema.items()
            if not (keyword == "additionalProperties" and value is False)
        }
    if isinstance(schema, list):
        return [_without_closed_objects(item) for item in schema]
    return schema
