"""The Kubernetes objects of renderings as YAML files, for any other tool to read."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import yaml

from pavedroad.preview.changes import kubernetes_kind
from pavedroad.preview.errors import PreviewError
from pavedroad.preview.rendering import RenderedResource, Rendering

MARKER: Final = ".pavedroad-manifests"
"""Lists what was written, so that the next time what is stale goes and nothing else is touched."""

CLUSTER_SCOPE: Final = "_cluster"
"""The folder of the objects without a namespace; no namespace can have this name."""

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


def write_manifests(renderings: Iterable[Rendering], folder: Path) -> list[Path]:
    """Write one file per object: ``<namespace or _cluster>/<kind>-<name>.yaml``, below a folder per stack if many.

    Args:
        renderings: What to write; secrets are masked in it already.
        folder: Made where it is missing. Files that an earlier call wrote are replaced or removed.

    Returns:
        The files, sorted.

    Raises:
        PreviewError: If a file is in the way that no earlier call wrote, or two resources declare the same object.
    """
    renderings = list(renderings)
    wanted: dict[str, str] = {}
    for rendering in renderings:
        prefix = f"{_safe(rendering.stack)}/" if len(renderings) > 1 else ""
        for name, resource in _files(rendering).items():
            wanted[prefix + name] = yaml.safe_dump(resource.inputs, sort_keys=True, allow_unicode=True)
    _replace(folder, wanted)
    return [folder / name for name in sorted(wanted)]


def _files(rendering: Rendering) -> dict[str, RenderedResource]:
    """Return each object by its file's name; where kinds of two groups share one, the group is part of both."""
    objects = [resource for resource in rendering.resources if kubernetes_kind(resource) and resource.custom]
    names = Counter(_file_name(resource, "") for resource in objects)
    files: dict[str, RenderedResource] = {}
    for resource in objects:
        name = _file_name(resource, "")
        if names[name] > 1:
            name = _file_name(resource, "." + kubernetes_kind(resource).partition("/")[0])
        if name in files:
            raise PreviewError(f"two resources declare the same object: {files[name].urn} and {resource.urn}")
        files[name] = resource
    return files


def _replace(folder: Path, wanted: dict[str, str]) -> None:
    marker = folder / MARKER
    ours = set(marker.read_text(encoding="utf-8").splitlines()) if marker.is_file() else set()
    in_the_way = sorted(name for name in wanted if name not in ours and (folder / name).exists())
    if in_the_way:
        raise PreviewError(
            f"{folder / in_the_way[0]} was not written by this command; remove it or choose another folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    # Listed before it is written: what an interrupted call leaves is still known as its own.
    marker.write_text("".join(f"{name}\n" for name in sorted(ours | wanted.keys())), encoding="utf-8")
    for name in sorted(ours - wanted.keys()):
        _remove(folder, name)
    for name, text in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    marker.write_text("".join(f"{name}\n" for name in sorted(wanted)), encoding="utf-8")


def _remove(folder: Path, name: str) -> None:
    """Remove a file of an earlier call and the folders that it leaves empty, never anything outside."""
    path = folder / name
    if ".." in path.parts or not path.resolve().is_relative_to(folder.resolve()):
        return
    path.unlink(missing_ok=True)
    for parent in path.relative_to(folder).parents[:-1]:
        if (folder / parent).is_dir() and not any((folder / parent).iterdir()):
            (folder / parent).rmdir()


def _file_name(resource: RenderedResource, group: str) -> str:
    metadata = resource.inputs.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    namespace = metadata.get("namespace")
    name = metadata.get("name")
    folder = _safe(namespace) if isinstance(namespace, str) else CLUSTER_SCOPE
    kind = str(resource.inputs["kind"]).lower()
    return f"{folder}/{_safe(kind + group)}-{_safe(name if isinstance(name, str) else resource.name)}.yaml"


def _safe(text: str) -> str:
    """Return a text as part of a file's name: nothing in it can lead elsewhere."""
    return _UNSAFE.sub("_", text).lstrip(".") or "_"
