"""Objects inside resources that bring several: YAML that a provider would unfold, and what only a provider can."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import yaml

from pavedroad.governance import Properties, Resource
from pavedroad.governance.canonical import object_token
from pavedroad.yaml_surprises import read_yaml_documents

_FILE: Final = "kubernetes:yaml/v2:ConfigFile"
_GROUP: Final = "kubernetes:yaml/v2:ConfigGroup"
_UNSEEN: Final = frozenset(
    {
        "kubernetes:helm.sh/v3:Chart",
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:helm.sh/v4:Chart",
        "kubernetes:kustomize/v2:Directory",
        "kubernetes:kustomize:Directory",
    }
)
"""Resources whose objects only a provider or Helm can render."""


def unbundled(resources: Iterable[Resource], folder: Path) -> list[Resource]:
    """Add the objects of every ConfigFile and ConfigGroup that can be read here, each with its bundle's URN.

    Args:
        resources: What a program declares.
        folder: Where the program runs, from which the paths of files are taken.
    """
    return [each for resource in resources for each in (resource, *_objects(resource, folder))]


def unseen(resources: Iterable[Resource]) -> list[Resource]:
    """List the resources whose objects nobody has looked into."""
    whole = list(resources)
    looked_into = {each.urn for each in whole if each.urn == each.parent}
    return [
        each
        for each in whole
        if each.type in _UNSEEN or (each.type in (_FILE, _GROUP) and each.urn not in looked_into)
    ]


def _objects(resource: Resource, folder: Path) -> Iterator[Resource]:
    if resource.type not in (_FILE, _GROUP):
        return
    for path, content in _documents(resource, folder):
        for index, given in enumerate(content):
            if isinstance(given, dict) and isinstance(given.get("kind"), str):
                yield _object(resource, given, f"{path}[{index}]")


def _object(bundle: Resource, given: dict[str, Any], path: str) -> Resource:
    metadata = given.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return replace(
        bundle,
        type=object_token(str(given.get("apiVersion", "")), given["kind"]),
        token="",
        name=f"{bundle.name}/{name or 'unnamed'}",
        properties=Properties(given, path),
        parent=bundle.urn,
    )


def _documents(resource: Resource, folder: Path) -> Iterator[tuple[str, list[Any]]]:
    """Read what a bundle holds, by the property that holds it; what cannot be read is left out, and so unseen."""
    properties = resource.properties
    for part in (*properties.one_or_many("file"), *properties.one_or_many("files")):
        for file in _files(part.value, folder):
            yield part.path, _parsed(_text(file))
    for part in properties.one_or_many("yaml"):
        if isinstance(part.value, str):
            yield part.path, _parsed(part.value)
    objects = properties.at("objs").value
    if isinstance(objects, list):
        yield "objs", objects


def _files(pattern: object, folder: Path) -> list[Path]:
    """Find the files that a path or a pattern names."""
    if not isinstance(pattern, str):
        return []
    whole = folder / pattern
    return (
        [whole]
        if whole.is_file()
        else sorted(folder.glob(pattern))
        if not Path(pattern).is_absolute()
        else []
    )


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _parsed(text: str) -> list[Any]:
    try:
        return read_yaml_documents(text)
    except yaml.YAMLError:
        return []
