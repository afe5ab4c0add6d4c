"""From the text of one file to a model, or to every fault in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from pavedroad.descriptor.faults import MOST_FAULTS, DescriptorFaults, Fault
from pavedroad.descriptor.yaml_source import YamlError, locate, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.exemptions import ExemptionsFile
    from pavedroad.descriptor.schema import Kind
    from pavedroad.descriptor.team import TeamDescriptor
    from pavedroad.descriptor.values import Spec
    from pavedroad.descriptor.yaml_source import Located

S = TypeVar("S", bound="Spec")
KINDS = ("Team", "Environment", "Exemptions")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a descriptor and how faults call its file."""

    file: str
    text: str


def load_team(source: Source) -> TeamDescriptor:
    """Return the team that a file describes; cross-checks are not part of it.

    Raises:
        DescriptorFaults: Everything that is wrong in the file.
    """
    from pavedroad.descriptor.team import TeamDescriptor  # noqa: PLC0415 only the models that are needed

    return _load(source, TeamDescriptor, "team")


def load_environment(source: Source) -> EnvironmentDescriptor:
    """Return the environment that a file describes; cross-checks are not part of it.

    Raises:
        DescriptorFaults: Everything that is wrong in the file.
    """
    from pavedroad.descriptor.environment import EnvironmentDescriptor  # noqa: PLC0415 only what is needed

    return _load(source, EnvironmentDescriptor, "environment")


def load_exemptions(source: Source) -> ExemptionsFile:
    """Return the exemptions that a file lists.

    Raises:
        DescriptorFaults: Everything that is wrong in the file.
    """
    from pavedroad.descriptor.exemptions import ExemptionsFile  # noqa: PLC0415 only what is needed

    return _load(source, ExemptionsFile, "exemptions")


def load_any(source: Source) -> TeamDescriptor | EnvironmentDescriptor | ExemptionsFile:
    """Return what a file describes, whichever ``kind`` it says it is.

    Raises:
        DescriptorFaults: Everything that is wrong in the file.
    """
    match _mapping(source).get("kind"):
        case "Environment":
            return load_environment(source)
        case "Exemptions":
            return load_exemptions(source)
        case _:
            return load_team(source)


def placed(faults: Iterable[Fault], located: Located) -> list[Fault]:
    """Return the faults of one file with their positions; past the most, only how many more there are."""
    known = sorted(
        (fault.at(*located.nearest(fault.path)) for fault in faults), key=lambda f: (f.line, f.column)
    )
    return shortened(known)


def shortened(faults: list[Fault]) -> list[Fault]:
    """Keep the first faults of a file and count the rest."""
    if len(faults) <= MOST_FAULTS:
        return faults
    last = faults[MOST_FAULTS]
    rest = f"and {len(faults) - MOST_FAULTS:,} more from here on; change these first"
    return [*faults[:MOST_FAULTS], replace(last, path=(), given=None, expected="", change=rest)]


def _load(source: Source, model: type[S], kind: Kind) -> S:
    document = _mapping(source)
    try:
        return model.model_validate(document)
    except ValidationError as error:
        from pavedroad.descriptor.wording import explain  # noqa: PLC0415 for the path that reports faults

        located = locate(source.text)
        faults = explain(error, kind=kind, file=source.file, located=located)
    raise DescriptorFaults(placed(faults, located))


def _mapping(source: Source) -> dict[str, object]:
    try:
        document = parse(source.text)
    except YamlError as error:
        raise DescriptorFaults(
            shortened(
                [
                    Fault(file=source.file, path=problem.path, change=problem.text).at(
                        problem.line, problem.column
                    )
                    for problem in error.problems
                ]
            )
        ) from None
    if not isinstance(document, dict):
        expected = f"a mapping with apiVersion, kind (one of {', '.join(KINDS)}) and what the kind needs"
        raise DescriptorFaults(
            [Fault(file=source.file, given=_kind_of(document), expected=expected).at(1, 1)]
        )
    return document


def _kind_of(document: object) -> str:
    return "a list" if isinstance(document, list) else "a single value"
