"""A whole project: every team and environment under one root, read and checked together."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pavedroad.descriptor.checks import check_project, check_team, warn_project
from pavedroad.descriptor.checks.world import ENVIRONMENTS_FOLDER, TEAMS_FOLDER
from pavedroad.descriptor.faults import DescriptorFaults, Fault, UnreadableFileError, shown
from pavedroad.descriptor.faults import Path as DescriptorPath
from pavedroad.descriptor.loading import Source, load_any, load_environment, load_team, placed
from pavedroad.descriptor.reading import LARGEST_CONFIG_FILE, LARGEST_DESCRIPTOR, read_text
from pavedroad.descriptor.sagas import callees
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.descriptor.yaml_source import Located, locate
from pavedroad.position import Position

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.exemptions import ExemptionsFile
    from pavedroad.descriptor.workload import Workload

Loaded = TypeVar("Loaded")

PROJECT_FILE = "Pulumi.yaml"
SUFFIX = ".yaml"


@dataclass(frozen=True)
class Project:
    """Every descriptor of a project, valid on its own and together with the others."""

    root: Path
    """Folder of the project."""
    teams: dict[str, TeamDescriptor]
    """Teams by name, in the order of their names."""
    environments: dict[str, EnvironmentDescriptor]
    """Environments by name, in the order of their names."""
    files: dict[tuple[str, str], str]
    """Texts of the files that descriptors name, by team and path."""
    sources: dict[str, Source] = field(repr=False, default_factory=dict)
    """Texts of the descriptors, by file relative to the root."""

    @cached_property
    def _located(self) -> dict[str, Located]:
        return {}

    @cached_property
    def warnings(self) -> tuple[Fault, ...]:
        """What had better be otherwise, in the order of files and lines; it stops nothing."""
        found = warn_project(self.teams, self.environments)
        placed_ones = (fault.at(*self._position(fault.file, fault.path)[1:]) for fault in found)
        return tuple(sorted(placed_ones, key=lambda fault: (fault.file, fault.line, fault.column)))

    def position(self, team: str, path: DescriptorPath) -> Position:
        """Return where an entry of a team's descriptor stands, or the nearest entry around it.

        Raises:
            KeyError: There is no such team.
        """
        return self._position(f"{TEAMS_FOLDER}/{team}{SUFFIX}", path)

    def environment_position(self, environment: str, path: DescriptorPath) -> Position:
        """Return where an entry of an environment's file stands, or the nearest entry around it.

        Raises:
            KeyError: There is no such environment.
        """
        return self._position(f"{ENVIRONMENTS_FOLDER}/{environment}{SUFFIX}", path)

    def _position(self, file: str, path: DescriptorPath) -> Position:
        if file not in self._located:
            self._located[file] = locate(self.sources[file].text)
        return Position(file, *self._located[file].nearest(path))


def find_root(start: Path) -> Path | None:
    """Return the nearest folder at or above a place that holds a Pulumi.yaml, or None."""
    place = start.resolve()
    return next((folder for folder in (place, *place.parents) if (folder / PROJECT_FILE).is_file()), None)


def load_project(root: Path, *, only: Collection[str] | None = None) -> Project:
    """Read and check a project's descriptors.

    Args:
        root: Folder of the project.
        only: Load these teams and all that they are connected with, directly or through others. Default: all.

    Raises:
        DescriptorFaults: Everything that is wrong, in all files.
        UnreadableFileError: A descriptor is irregular, too large or not text.
    """
    reader = _Reader(root)
    reader.read_environments()
    reader.read_teams(only)
    if not reader.faults:
        reader.read_named_files()
        reader.cross_check()
    if reader.faults:
        raise DescriptorFaults(reader.faults)
    return Project(root, reader.teams, reader.environments, reader.files, reader.sources)


def load_file(path: Path) -> TeamDescriptor | EnvironmentDescriptor | ExemptionsFile:
    """Read one file outside any project, and check what a single file can tell.

    Raises:
        DescriptorFaults: Everything that is wrong in it.
        UnreadableFileError: It is missing, irregular, too large or not text.
    """
    name = str(path)
    source = Source(name, read_text(path, shown_as=name, limit=LARGEST_DESCRIPTOR))
    loaded = load_any(source)
    if isinstance(loaded, TeamDescriptor):
        faults = [
            Fault(file=name, path=fault.path, given=fault.given, expected=fault.expected, change=fault.change)
            for fault in check_team(loaded)
        ]
        if faults:
            raise DescriptorFaults(placed(faults, locate(source.text)))
    return loaded


class _Reader:
    """Collects what a project's files say, and every fault on the way."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.teams: dict[str, TeamDescriptor] = {}
        self.environments: dict[str, EnvironmentDescriptor] = {}
        self.files: dict[tuple[str, str], str] = {}
        self.sources: dict[str, Source] = {}
        self.faults: list[Fault] = []

    def read_environments(self) -> None:
        """Read every file of the environments' folder."""
        for name in self._names(ENVIRONMENTS_FOLDER):
            file = f"{ENVIRONMENTS_FOLDER}/{name}{SUFFIX}"
            loaded = self._load(file, load_environment)
            if loaded is not None:
                self._expect_name(file, name, "environment", loaded.environment)
                self.environments[name] = loaded

    def read_teams(self, only: Collection[str] | None) -> None:
        """Read the files of the teams' folder, or those that some teams are connected with."""
        present = dict.fromkeys(self._names(TEAMS_FOLDER))
        if not present:
            self.faults.append(
                Fault(file=TEAMS_FOLDER, given="no descriptor", expected="one file for each team")
            )
        pending = list(present if only is None else only)
        while pending:
            name = pending.pop()
            file = f"{TEAMS_FOLDER}/{name}{SUFFIX}"
            if file in self.sources or name not in present:
                continue
            loaded = self._load(file, load_team)
            if loaded is not None:
                self._expect_name(file, name, "team", loaded.team)
                self.teams[name] = loaded
                pending += [] if only is None else _connected(loaded)
        self.teams = dict(sorted(self.teams.items()))

    def read_named_files(self) -> None:
        """Read the files that descriptors name; a bad one is a fault where it is named."""
        folder = self.root / TEAMS_FOLDER
        for team, descriptor in self.teams.items():
            for name, workload in descriptor.workloads.items():
                for inside, named in _named_files(workload):
                    if named is None or (team, named) in self.files:
                        continue
                    try:
                        text = _read_beside(folder, named, self.root)
                    except UnreadableFileError as error:
                        path = ("services", name, *inside)
                        fault = Fault(file=f"{TEAMS_FOLDER}/{team}{SUFFIX}", path=path, change=str(error))
                        self.faults += placed([fault], locate(self.sources[fault.file].text))
                    else:
                        self.files[team, named] = text

    def cross_check(self) -> None:
        """Check what fits together, and place the faults in their files."""
        by_file: dict[str, list[Fault]] = {}
        for fault in check_project(self.teams, self.environments, self.files):
            by_file.setdefault(fault.file, []).append(fault)
        for file, faults in by_file.items():
            self.faults += placed(faults, locate(self.sources[file].text))

    def _names(self, folder: str) -> list[str]:
        """Return the names of the files of a folder, without their suffix."""
        place = self.root / folder
        entries = sorted(place.iterdir()) if place.is_dir() else []
        for entry in entries:
            if entry.suffix == ".yml":
                change = f"descriptors end in {SUFFIX}; rename it"
                self.faults.append(Fault(file=f"{folder}/{entry.name}", change=change))
        return [entry.name.removesuffix(SUFFIX) for entry in entries if entry.suffix == SUFFIX]

    def _load(self, file: str, load: Callable[[Source], Loaded]) -> Loaded | None:
        text = read_text(self.root / file, shown_as=file, limit=LARGEST_DESCRIPTOR, within=self.root)
        source = self.sources[file] = Source(file, text)
        try:
            return load(source)
        except DescriptorFaults as found:
            self.faults += found.faults
            return None

    def _expect_name(self, file: str, expected: str, word: str, given: str) -> None:
        if given != expected:
            change = f"rename the file to {given}{SUFFIX}, or write {word}: {expected}"
            fault = Fault(
                file=file,
                path=(word,),
                given=shown(given),
                expected=f"the file's name, {expected}",
                change=change,
            )
            self.faults += placed([fault], locate(self.sources[file].text))


def _named_files(workload: Workload) -> Iterator[tuple[DescriptorPath, str | None]]:
    """Yield each place in a workload that can name a file, and the file."""
    for mount, config in workload.config.items():
        yield ("config", mount, "file"), config.file
    if workload.type == "service" and workload.api is not None:
        yield ("api", "contract"), workload.api.contract
        yield ("api", "published"), workload.api.published


def _read_beside(folder: Path, name: str, root: Path) -> str:
    if Path(name).is_absolute():
        raise UnreadableFileError(name, "an absolute path; name a file beside the descriptor")
    return read_text(folder / name, shown_as=name, limit=LARGEST_CONFIG_FILE, within=root)


def _connected(team: TeamDescriptor) -> Iterator[str]:
    """Yield the teams that a team's descriptor names."""
    for topic in team.topics.values():
        yield from (reference.partition("/")[0] for reference in topic.open_to)
    for function in team.functions.values():
        used = (*function.publishes, *function.subscribes)
        yield from (reference.partition("/")[0] for reference in used if "/" in reference)
    for saga in team.sagas.values():
        yield from (reference.partition("/")[0] for reference in callees(saga) if "/" in reference)
    for workload in team.workloads.values():
        opened = () if workload.type == "job" else workload.open_to
        yield from (reference.partition("/")[0] for reference in opened)
        for reference in (*workload.calls, *workload.publishes, *workload.subscribes):
            owner, slash, _ = reference.partition("/")
            if slash:
                yield owner
