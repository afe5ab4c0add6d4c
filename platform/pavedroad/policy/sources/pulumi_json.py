"""Resources of any project's ``pulumi preview --json``: what an update would leave, and what it would lose."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pavedroad.governance import Change, Resource
from pavedroad.policy.errors import SourceError
from pavedroad.policy.sources.engine_json import read_json, resource_of

_STACK: Final = "pulumi:pulumi:Stack"
_LOSSES: Final = {
    "create-replacement": Change.REPLACE,
    "delete": Change.DELETE,
    "replace": Change.REPLACE,
}
_LEFT_OUT: Final = frozenset(
    {"delete-replaced", "discard", "discard-replaced", "read", "read-discard", "remove"}
)
"""Steps about resources that are not the program's, or are told by another step of the same resource."""


def previewed(file: Path) -> list[Resource]:
    """Read every resource that an update would leave as it was declared, and those that it would delete.

    Raises:
        SourceError: If the file is not a preview's JSON.
    """
    content = read_json(file)
    steps = content.get("steps") if isinstance(content, Mapping) else None
    if not isinstance(steps, list):
        raise SourceError(
            f"{file}: expected what `pulumi preview --json` prints: a mapping with a list `steps`"
        )
    try:
        found: dict[str, Resource] = {}
        for step in steps:
            for resource in _resources(step):
                known = found.get(resource.urn)
                found[resource.urn] = resource if known is None or resource.change else known
        return list(found.values())
    except (AttributeError, TypeError) as error:
        raise SourceError(f"{file}: a step is not a mapping with op, urn and newState or oldState") from error
    except SourceError as error:
        raise SourceError(f"{file}: {error}") from error


def unlisted(file: Path) -> int:
    """Count the resources that a preview leaves out of its JSON because nothing happens to them.

    Raises:
        SourceError: If the file is not a preview's JSON.
    """
    content = read_json(file)
    try:
        said = content["changeSummary"].get("same", 0)
        return int(max(0, said - sum(step["op"] == "same" for step in content["steps"])))
    except (KeyError, TypeError, AttributeError):
        return 0


def _resources(step: Mapping[str, Any]) -> Iterator[Resource]:
    operation = step.get("op")
    state = step.get("newState") or step.get("oldState")
    if operation in _LEFT_OUT or not state or state.get("type") == _STACK:
        return
    yield resource_of(state, state.get("inputs"), _LOSSES.get(str(operation)))
