"""Kubernetes objects in files of YAML or JSON, as they would be applied by hand."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.reader import ReaderError

from pavedroad.governance import Properties, Resource, canonical
from pavedroad.governance.canonical import object_token
from pavedroad.policy.errors import SourceError
from pavedroad.position import Position
from pavedroad.yaml_surprises import SurprisingYamlError, UniqueKeyLoader, refuse_surprises

_SUFFIXES: Final = frozenset({".json", ".yaml", ".yml"})
_STANDARD_INPUT: Final = "-"
LARGEST_FILE: Final = 64 * 1024 * 1024
"""Bytes."""

_CLUSTER_LIST: Final = "List"


def manifests(paths: Sequence[Path]) -> list[Resource]:
    """Read every object in files, and in the YAML and JSON files below folders; `-` is standard input.

    Every object has a position. One without `apiVersion` or `kind` is a fault; an empty document is none, unless
    there is nothing else: what failed to write its objects must not look like a pass.

    Raises:
        SourceError: If something cannot be read as Kubernetes objects; every fault, one to a line.
    """
    faults: list[str] = []
    found: list[Resource] = []
    for file in _files(paths, faults):
        try:
            found += _objects(file)
        except SourceError as error:
            faults.append(str(error))
    if not found and not faults:
        faults.append(f"{', '.join(map(str, paths))}: no Kubernetes object in it")
    if faults:
        raise SourceError("\n".join(faults))
    return found


def _files(paths: Iterable[Path], faults: list[str]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
            if not inside:
                faults.append(f"{path}: no YAML or JSON file in it")
            yield from inside
        else:
            yield path


def _objects(file: Path) -> list[Resource]:
    text = _text(file)
    try:
        refuse_surprises(text)
        loader = UniqueKeyLoader(text)
    except yaml.YAMLError as error:
        raise SourceError(_syntax(file, error)) from error
    found: list[Resource] = []
    faults: list[str] = []
    try:
        while (node := loader.get_node() if loader.check_node() else None) is not None:
            position = Position(str(file), node.start_mark.line + 1, node.start_mark.column + 1)
            content = loader.construct_document(node)
            if content is not None:
                found += _read(content, position, faults)
    except (yaml.YAMLError, RecursionError) as error:
        raise SourceError(_syntax(file, error)) from error
    finally:
        loader.dispose()
    if faults:
        raise SourceError("\n".join(faults))
    return found


def _text(file: Path) -> bytes:
    """Read no more than is allowed, whatever the file is: a pipe and a device do not say how much there is."""
    try:
        if str(file) == _STANDARD_INPUT:
            content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            with file.open("rb") as stream:
                content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from error
    if len(content) > LARGEST_FILE:
        raise SourceError(f"{file}: larger than {LARGEST_FILE // 2**20} MiB")
    return content


def _syntax(file: Path, error: Exception) -> str:
    if isinstance(error, ReaderError):
        return f"{file}: not text in UTF-8 or UTF-16"
    mark = getattr(error, "problem_mark", None)
    place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
    problem = getattr(error, "problem", None) or type(error).__name__
    hint = "" if isinstance(error, SurprisingYamlError) else "; a template must be rendered first"
    return f"{file}{place}: not YAML that can be read: {problem}{hint}"


def _read(content: Any, position: Position, faults: list[str]) -> list[Resource]:
    """Make resources of one document: an object, or the objects of a list."""
    api_version = content.get("apiVersion") if isinstance(content, dict) else None
    kind = content.get("kind") if isinstance(content, dict) else None
    if not isinstance(api_version, str) or not isinstance(kind, str):
        faults.append(
            f"{position}: expected a Kubernetes object: a mapping with apiVersion and kind, both texts"
        )
        return []
    name = _name(content)
    whole = Resource(
        type=object_token(api_version, kind),
        name=name,
        urn=f"{position}::{kind}::{name}",
        properties=Properties(content),
        position=position,
    )
    return canonical([whole]) if kind.endswith(_CLUSTER_LIST) else [whole]


def _name(content: dict[str, Any]) -> str:
    metadata = content.get("metadata")
    given = metadata if isinstance(metadata, dict) else {}
    name = given.get("name") or given.get("generateName") or "unnamed"
    namespace = given.get("namespace")
    return f"{namespace}/{name}" if namespace else str(name)
