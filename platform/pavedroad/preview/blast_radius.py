"""How far a change reaches: the same change in many services, said once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pavedroad.preview.changes import Change, Changes, Kind
from pavedroad.preview.comparison import Item, Path, path_text

_EVERY_ITEM = Item("*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One kind of change and how many it touches, over all stacks.

    Attributes:
        what: The kind of object, such as ``Deployment``.
        kind: What happens to it.
        path: The property that changes, with ``*`` for items of lists; empty where the whole object does.
        resources: How many resources.
        services: The services, as ``team/service``, sorted.
        teams: The teams, sorted.
    """

    what: str
    kind: Kind
    path: str
    resources: int
    services: tuple[str, ...]
    teams: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as a sentence's worth of text."""
        what = f"{self.what}: {self.path}" if self.path else self.what
        many = f"{_counted(len(self.services), 'service')} of {_counted(len(self.teams), 'team')}"
        places = many if self.services else _counted(self.resources, "resource")
        return f"{what} {self.kind} in {places}"


def blast_radius(all_changes: Iterable[Changes]) -> list[Reach]:
    """Return what is changed alike in more than one place, the widest first."""
    touched: dict[tuple[str, Kind, str], dict[str, Change]] = defaultdict(dict)
    for changes in all_changes:
        for change in changes.changes:
            for path in _paths(change):
                key = (change.resource.type.rpartition(":")[2], change.kind, path)
                touched[key][f"{changes.stack} {change.resource.urn}"] = change
    reaches = [
        Reach(
            what=what,
            kind=kind,
            path=path,
            resources=len(found),
            services=_services(found.values()),
            teams=tuple(sorted({change.resource.team for change in found.values() if change.resource.team})),
        )
        for (what, kind, path), found in touched.items()
        if len(found) > 1
    ]
    return sorted(reaches, key=lambda reach: (-len(reach.services), -reach.resources, str(reach)))


def _services(changes: Iterable[Change]) -> tuple[str, ...]:
    owners = {(change.resource.team, change.resource.service) for change in changes}
    return tuple(sorted(f"{team}/{service}" for team, service in owners if team and service))


def _paths(change: Change) -> Iterator[str]:
    if not change.properties:
        yield ""
    yield from {path_text(_general(item.path)) for item in change.properties}


def _general(path: Path) -> Path:
    return tuple(_EVERY_ITEM if isinstance(part, Item) else part for part in path)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
