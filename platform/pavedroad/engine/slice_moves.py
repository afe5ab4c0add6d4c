"""Which slice of an environment everything belongs to that a single stack holds; no engine is asked here.

A slice has what its own program declares: the tool knows nothing of the program's components. What the single stack
holds below one of them goes with it. Only the stack's own name changes in a resource's URN.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pavedroad.engine.deployments import Deployment
from pavedroad.engine.errors import SplitError

_STACK_TYPE: Final = "pulumi:pulumi:Stack"
_PROVIDERS: Final = "pulumi:providers:"
_SECRET_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"  # noqa: S105 how the engine marks an encrypted value
_MOST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceProgram:
    """What the program declares for one slice.

    Attributes:
        stack: The slice's stack.
        urns: Everything that it declares.
        outputs: The outputs that are known without asking anyone.
        late_outputs: The names of those that are not.
    """

    stack: str
    urns: Collection[str]
    outputs: Mapping[str, Any]
    late_outputs: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What goes from the single stack into one slice.

    Attributes:
        program: The slice.
        roots: What stands at the top of the stack and goes there, by URN in the single stack.
        resources: How many resources these are, with everything below them.
    """

    program: SliceProgram
    roots: tuple[str, ...]
    resources: int


def moves(single: str, deployment: Deployment, programs: Sequence[SliceProgram]) -> tuple[Move, ...]:
    """Say what goes where; a slice that gets nothing has no move.

    Args:
        single: The single stack's name.
        deployment: Its state.
        programs: What each slice declares, in the order in which they go up.

    Raises:
        SplitError: Something belongs to no slice, or to several.
    """
    belongs = {
        root: [each for each in programs if renamed(root, each.stack) in each.urns]
        for root in _roots(deployment)
    }
    _refuse_unclear(single, belongs)
    tops = _tops(deployment)
    sizes = Counter(tops[resource["urn"]] for resource in _resources(deployment))
    found = (
        (program, tuple(root for root, (owner,) in belongs.items() if owner is program))
        for program in programs
    )
    return tuple(
        Move(program=program, roots=roots, resources=sum(sizes[root] for root in roots))
        for program, roots in found
        if roots
    )


def _refuse_unclear(single: str, belongs: Mapping[str, Sequence[SliceProgram]]) -> None:
    if nowhere := [root for root, owners in belongs.items() if not owners]:
        raise SplitError(
            f"{single} holds what no slice declares: {_listed(nowhere)}; bring it up to date as a single stack "
            "first: slices: false, paved up, then split again"
        )
    if shared := [root for root, owners in belongs.items() if len(owners) > 1]:
        raise SplitError(f"several slices declare what only one can have: {_listed(shared)}")


def renamed(urn: str, stack: str) -> str:
    """Return a resource's URN as it is in another stack."""
    scheme, _, rest = urn.partition("::")
    return f"{scheme.rpartition(':')[0]}:{stack}::{rest}"


def doubled(single: Deployment, slice_: Deployment, move: Move) -> frozenset[str]:
    """Find what an interrupted move left in both stacks: the engine writes the slice first.

    Returns:
        URNs in the single stack: of roots that stand in the slice too, and of everything below them.

    Raises:
        SplitError: Both stacks hold something of that name, and it is not the same thing.
    """
    there = {resource["urn"]: resource.get("id") for resource in _resources(slice_)}
    tops = _tops(single)
    twice = [
        resource
        for resource in _resources(single)
        if (top := tops[resource["urn"]]) in move.roots and renamed(top, move.program.stack) in there
    ]
    for resource in twice:
        name = renamed(resource["urn"], move.program.stack)
        if name not in there or there[name] != resource.get("id"):
            raise SplitError(
                f"{resource['urn']} stands in {move.program.stack} too, as another thing: one of them was made by a "
                "run of its own; decide which is meant, and take the other out with pulumi state delete"
            )
    return frozenset(resource["urn"] for resource in twice)


def without(deployment: Deployment, gone: Collection[str]) -> Deployment:
    """Return a state without some resources, and without what depends on them saying so."""
    return {
        **deployment,
        "resources": [
            _independent(resource, gone)
            for resource in deployment["resources"]
            if resource["urn"] not in gone
        ],
    }


def with_outputs(deployment: Deployment, program: SliceProgram, single: Deployment) -> Deployment:
    """Return a slice's state with the outputs that an update would give it, as far as they are known.

    What another slice reads of it is there at once. Late ones are what the single stack had; one with a secret in it
    is left to the next update, for it is encrypted for the single stack. A slice that has outputs keeps them.
    """
    said = {name: value for stack in _stacks(single) for name, value in (stack.get("outputs") or {}).items()}
    late = {name: said[name] for name in program.late_outputs if name in said}
    carried = {name: value for name, value in late.items() if _SECRET_SIGNATURE not in json.dumps(value)}
    outputs = {**program.outputs, **carried}
    resources = [
        {**resource, "outputs": resource.get("outputs") or outputs}
        if resource["type"] == _STACK_TYPE
        else resource
        for resource in deployment.get("resources") or ()
    ]
    return {**deployment, "resources": resources}


def is_empty(deployment: Deployment) -> bool:
    """Tell whether nothing is left but the stack itself and its providers."""
    return not any(True for _ in _resources(deployment))


def _resources(deployment: Deployment) -> Iterator[dict[str, Any]]:
    """Yield what can be moved: not the stack itself, and not providers, which the engine copies as they are needed."""
    for resource in deployment.get("resources") or ():
        if resource["type"] != _STACK_TYPE and not resource["type"].startswith(_PROVIDERS):
            yield resource


def _stacks(deployment: Deployment) -> list[dict[str, Any]]:
    return [each for each in deployment.get("resources") or () if each["type"] == _STACK_TYPE]


def _roots(deployment: Deployment) -> list[str]:
    tops = _tops(deployment)
    return list(dict.fromkeys(tops[resource["urn"]] for resource in _resources(deployment)))


def _tops(deployment: Deployment) -> dict[str, str]:
    """Find for each resource what it stands below at the top of the stack."""
    parents = {resource["urn"]: resource.get("parent") or "" for resource in _resources(deployment)}

    def top(urn: str) -> str:
        while parents[urn] in parents:
            urn = parents[urn]
        return urn

    return {urn: top(urn) for urn in parents}


def _independent(resource: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """Take out of a resource what it says of resources that are gone, as `state move` does."""

    def kept(urns: Iterable[str] | None) -> list[str]:
        return [urn for urn in urns or () if urn not in gone]

    changed: dict[str, Any] = {
        "dependencies": kept(resource.get("dependencies")),
        "propertyDependencies": {
            name: kept(urns) for name, urns in (resource.get("propertyDependencies") or {}).items()
        },
        "replaceWith": kept(resource.get("replaceWith")),
        "deletedWith": "" if resource.get("deletedWith") in gone else resource.get("deletedWith"),
    }
    return {**resource, **{name: value for name, value in changed.items() if name in resource}}


def _listed(urns: Sequence[str]) -> str:
    names = [" ".join(urn.split("::")[2:]).rpartition("$")[2] for urn in urns[:_MOST_SHOWN]]
    more = f" and {len(urns) - _MOST_SHOWN} more" if len(urns) > _MOST_SHOWN else ""
    return f"{', '.join(names)}{more}"
