"""What the engine's JSON files have in common: resources as states."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pavedroad.governance import Change, Properties, Resource
from pavedroad.policy.errors import SourceError
from pavedroad.policy.sources.marks import read_marks

LARGEST_FILE: Final = 512 * 1024 * 1024
"""Bytes; a state of 100,000 resources is about half of it."""


def read_json(file: Path) -> Any:
    """Read a file of JSON.

    Raises:
        SourceError: If it is missing, too large, or not JSON, with the place.
    """
    try:
        with file.open("rb") as stream:
            text = stream.read(LARGEST_FILE + 1)
        if len(text) > LARGEST_FILE:
            raise SourceError(f"{file}: larger than {LARGEST_FILE // 2**20} MiB")
        return json.loads(text)
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise SourceError(f"{file}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SourceError(f"{file}: not JSON that can be read ({type(error).__name__})") from error


def resource_of(state: Mapping[str, Any], properties: object, change: Change | None = None) -> Resource:
    """Make a resource of a state, judged by ``properties``: its inputs or its outputs.

    Raises:
        SourceError: If the state has no URN or no type, or is nested without end.
    """
    urn, type_ = state.get("urn"), state.get("type")
    if not isinstance(urn, str) or not isinstance(type_, str):
        raise SourceError("a resource has no urn or no type, both texts")
    try:
        marked, secrets = read_marks(properties if isinstance(properties, Mapping) else {})
    except RecursionError as error:
        raise SourceError("the properties of a resource are nested too deeply") from error
    parent, provider = state.get("parent"), state.get("provider")
    return Resource(
        type=type_,
        name=urn.rpartition("::")[2],
        urn=urn,
        properties=Properties(marked),
        parent=parent if isinstance(parent, str) else None,
        protect=state.get("protect") is True,
        references=_references(state.get("propertyDependencies")),
        secrets=secrets,
        change=change,
        provider=provider.rpartition("::")[0] if isinstance(provider, str) else "",
    )


def _references(dependencies: object) -> dict[str, tuple[str, ...]]:
    given = dependencies if isinstance(dependencies, Mapping) else {}
    return {str(name): tuple(map(str, urns)) for name, urns in given.items() if isinstance(urns, list)}
