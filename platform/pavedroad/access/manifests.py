"""Reading Kubernetes objects from YAML, in whatever files they stand."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from pavedroad.access.model import Manifest

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SUFFIXES = frozenset((".yaml", ".yml"))


class ManifestError(ValueError):
    """Manifests that cannot be read; the message names the file."""


def read(folder: Path) -> list[Manifest]:
    """All objects of all YAML files below a folder, in the order of their paths.

    Raises:
        ManifestError: there is no such folder, or a file is not YAML of objects.
    """
    if not folder.is_dir():
        raise ManifestError(f"{folder}: not a folder of manifests")
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())
    return [manifest for path in paths for manifest in _read_file(path)]


def flatten(objects: Iterable[Any], origin: str) -> Iterator[Manifest]:
    """Single objects: items of ``List`` kinds are unpacked, empty documents dropped.

    Raises:
        ManifestError: something is not an object with apiVersion, kind and a name.
    """
    for item in objects:
        if item is None:
            continue
        if not isinstance(item, dict) or not {"apiVersion", "kind"} <= item.keys():
            raise ManifestError(f"{origin}: a document is no Kubernetes object (apiVersion and kind)")
        if str(item["kind"]).endswith("List") and isinstance(item.get("items"), list):
            yield from flatten(item["items"], origin)
        elif isinstance(at(item, "metadata.name"), str):
            yield item
        else:
            raise ManifestError(f"{origin}: a {item['kind']} has no metadata.name")


def at(manifest: Any, path: str, default: Any = None) -> Any:
    """The value at a dotted path, or the default where any part is missing or null."""
    value = manifest
    for key in path.split("."):
        if not isinstance(value, dict):
            return default
        value = value.get(key)
    return default if value is None else value


@contextmanager
def reading(manifest: Manifest) -> Iterator[None]:
    """Name the object in the error, if what stands in it cannot be read.

    Raises:
        ManifestError: instead of the error that a missing or malformed field causes.
    """
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ManifestError(f"{title(manifest)}: malformed: {error!r}") from error


def group_of(manifest: Manifest) -> str:
    """The API group; empty for the core group."""
    group, slash, _ = str(manifest["apiVersion"]).partition("/")
    return group if slash else ""


def namespace_of(manifest: Manifest) -> str:
    """The namespace, ``default`` where none is written."""
    return str(at(manifest, "metadata.namespace", "default"))


def title(manifest: Manifest) -> str:
    """``Kind namespace/name``, as reasons cite an object."""
    return f"{manifest['kind']} {namespace_of(manifest)}/{manifest['metadata']['name']}"


def _read_file(path: Path) -> list[Manifest]:
    try:
        documents = list(yaml.load_all(path.read_text(encoding="utf-8"), Loader=_Loader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path}: not YAML: {error}") from error
    return list(flatten(documents, str(path)))
