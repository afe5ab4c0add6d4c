"""Contracts of APIs: OpenAPI 3 documents beside the descriptors that name them, as plain data."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import yaml

from pavedroad.descriptor.faults import Path

MOST_NODES = 200_000
"""Values in one document, those that aliases repeat included; the largest published ones have about half of it."""
DEEPEST = 64
"""Levels of nesting."""

Contract = dict[str, Any]
"""An OpenAPI document: what JSON can hold, its keys always text."""

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContractError(ValueError):
    """A text that is no OpenAPI 3 document; the message says why, in words for whoever wrote it."""


def read_contract(text: str) -> Contract:
    """Read an OpenAPI 3 document, in YAML or JSON.

    Raises:
        ContractError: It is none, or too large.
    """
    try:
        document = _Copy().of(yaml.load(text, _LOADER))  # noqa: S506 - both candidates are safe loaders
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = "" if line is None else f" (line {line + 1})"
        reason = str(error) if isinstance(error, ContractError) else f"it is neither YAML nor JSON{where}"
        raise ContractError(reason) from None
    match document:
        case {"openapi": str(version)} if version.startswith("3."):
            contract: Contract = document
            return contract
    raise ContractError("it is no OpenAPI 3 document, which starts with openapi: 3.0.3 or the like")


def place_in(text: str, path: Path) -> tuple[int, int]:
    """Find line and column, counted from one, of what stands at a path of a document, or is nearest around it."""
    node = _composed(text)
    mark = node.start_mark
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        else:
            found = None
        if found is None:
            break
        mark, node = found[0].start_mark, found[1]
    return mark.line + 1, mark.column + 1


@lru_cache(maxsize=8)
def _composed(text: str) -> Any:
    """Return a document's nodes; whoever looks for one place looks for several."""
    return yaml.compose(text, _LOADER)


class _Copy:
    """Copies a document as JSON could hold it, as far as it is neither too large nor too deep."""

    def __init__(self) -> None:
        self._left = MOST_NODES

    def of(self, value: object, depth: int = 0) -> Any:
        """Copy one value.

        Raises:
            ContractError: It is too large, or of a kind that JSON does not have.
        """
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise ContractError(f"it has more than {MOST_NODES:,} values or {DEEPEST} levels")
        if isinstance(value, dict):
            return {_key(key): self.of(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self.of(item, depth + 1) for item in value]
        if isinstance(value, date):
            return value.isoformat()
        if value is None or isinstance(value, str | bool | int | float):
            return value
        raise ContractError(f"it holds a {type(value).__name__}, which JSON does not have")


def _key(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
