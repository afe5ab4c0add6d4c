"""References in environment variables and configuration files name what the workload has declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.descriptor import references
from pavedroad.descriptor.checks.world import World, environment_variables, owner_and_name, team_fault
from pavedroad.descriptor.faults import Fault, Path, shown
from pavedroad.descriptor.references import Output, OutputReference, ReferenceSyntaxError
from pavedroad.near_misses import listed, suggestion

if TYPE_CHECKING:
    from pavedroad.descriptor.workload import Workload

Outputs = Mapping[str, tuple[Output, ...]]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that may hold references, and who owns it."""

    team: str
    workload: Workload
    path: Path
    text: str
    in_file: bool


def check_references(world: World) -> Iterator[Fault]:
    """Every `${…}` names a store, edge or fact, and an output that it has."""
    for team, name, workload in world.workloads():
        for path, _, value in environment_variables(name, workload):
            if "${" in value:
                yield from _check_text(world, _Text(team, workload, path, value, in_file=False))
        for path, text in config_texts(world, team, name, workload):
            if "${" in text:
                yield from _check_text(world, _Text(team, workload, path, text, in_file=True))


def config_texts(world: World, team: str, name: str, workload: Workload) -> Iterator[tuple[Path, str]]:
    """Yield where each configuration file of a workload stands, and its text."""
    for mount, config in workload.config.items():
        path: Path = ("services", name, "config", mount)
        if config.content is not None:
            yield (*path, "content"), config.content
        elif config.file is not None and (team, config.file) in world.files:
            yield (*path, "file"), world.files[team, config.file]


def _check_text(world: World, text: _Text) -> Iterator[Fault]:
    try:
        pieces = references.split_references(text.text)
    except ReferenceSyntaxError as error:
        yield team_fault(text.team, text.path, change=str(error))
        return
    for piece in dict.fromkeys(pieces):
        if isinstance(piece, OutputReference):
            yield from _check_reference(world, text, piece)


def _check_reference(world: World, text: _Text, reference: OutputReference) -> Iterator[Fault]:
    given = shown(str(reference))
    known = _declared(world, text.team, text.workload, reference.source)
    if reference.name not in known:
        expected = _names_expected(reference, known)
        change = suggestion(reference.name, known)
        yield team_fault(text.team, text.path, given=given, expected=expected, change=change)
        return
    outputs = {output.name: output for output in known[reference.name]}
    output = outputs.get(reference.output)
    if output is None and outputs:
        expected = f"one of the outputs {listed(outputs)}"
        change = suggestion(reference.output, outputs)
        yield team_fault(text.team, text.path, given=given, expected=expected, change=change)
    elif output is not None and text.in_file and (output.secret or reference.source == "pod"):
        reason = "is secret" if output.secret else "is known only when the pod starts"
        change = f"it {reason}; put it in env and read it from there"
        yield team_fault(text.team, text.path, given=given, change=change)


def _names_expected(reference: OutputReference, known: Outputs) -> str:
    if not known:
        return f"an entry of {reference.source}, and this workload has none"
    return f"one of this workload's {reference.source}: {listed(known)}"


def _declared(world: World, team: str, workload: Workload, source: references.Source) -> Outputs:
    """Return what a workload can refer to, with its outputs; none for an edge that leads nowhere."""
    match source:
        case "stores":
            return {name: references.store_outputs(store) for name, store in workload.stores.items()}
        case "calls":
            return dict.fromkeys(workload.calls, references.CALL_OUTPUTS)
        case "publishes" | "subscribes":
            publishes = source == "publishes"
            table = references.PUBLISH_OUTPUTS if publishes else references.SUBSCRIBE_OUTPUTS
            used = workload.publishes if publishes else tuple(workload.subscribes)
            return {reference: _of_topic(world, team, reference, table) for reference in used}
        case "invokes" | "starts":
            named = workload.invokes if source == "invokes" else workload.starts
            return dict.fromkeys(named, references.RUN_OUTPUTS[source])
        case "pod":
            return {"": references.POD_OUTPUTS}
        case "environment":
            return {"": references.ENVIRONMENT_OUTPUTS}


def _of_topic(world: World, team: str, reference: str, table: Outputs) -> tuple[Output, ...]:
    topic = world.topic(*owner_and_name(reference, team))
    return () if topic is None else table[references.topic_kind(topic)]
