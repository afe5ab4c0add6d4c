"""Elements of descriptors as resources: environments, teams, workloads, stores, topics, routes, calls and APIs.

Properties are the descriptor's own words with the values that hold in the environment: what a team says for it
alone stands over what it says in general, and defaults are filled in. An element is named as `paved explain` names
it, `team/service.stores.ledger`, and carries the names of its `team`, `service`, `store` or `topic`.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from pydantic import BaseModel

from pavedroad.descriptor import Project
from pavedroad.descriptor.checks.world import TEAMS_FOLDER, called_port, owner_and_name
from pavedroad.descriptor.contracts import place_in, read_contract
from pavedroad.descriptor.workload import ApiSpec, CallSpec, Workload
from pavedroad.governance import Properties, Resource
from pavedroad.plan.printing import as_data, format_path
from pavedroad.plan.provenance import Origin, Trace
from pavedroad.plan.resolve import resolve
from pavedroad.plan.workload import ResourcesPlan
from pavedroad.position import Position

_TYPE: Final = "pavedroad:intent:"
_WORKLOAD_TYPES: Final = {"service": "Service", "worker": "Worker", "job": "Job"}
_PARTS: Final = frozenset({"stores", "routes", "calls", "api"})
"""Words of a workload whose entries are elements of their own."""

Place = tuple[str | int, ...]
Key = tuple[str, ...]
Tree = dict[str, Any]


def intent_of(project: Project, environment: str) -> list[Resource]:
    """List every element that stands in an environment, the environment itself first.

    Args:
        project: Loaded descriptors, with the texts that they were read from.
        environment: The environment's name.
    """
    trace = Trace()
    described = project.environments[environment]
    plan = resolve(project.teams, described, project.files, trace)
    chosen: dict[Key, list[tuple[Key, Origin]]] = {}
    for place, origin in trace.origins.items():
        element = _element_of(place)
        chosen.setdefault(element, []).append((place[len(element) :], origin))
    maker = _Maker(project, environment, chosen)
    compute = {
        (team.name, workload.display_name): workload.pod.containers[0].resources
        for share in plan.shares
        for team in share.teams
        for workload in team.workloads
    }
    teams = sorted({team.name for share in plan.shares for team in share.teams})
    return [
        Resource(
            type=f"{_TYPE}Environment",
            name=environment,
            urn=maker.urn("Environment", environment),
            properties=Properties(_dump(described, {"exemptions"})),
            position=project.environment_position(environment, ()),
            locate=partial(project.environment_position, environment),
        ),
        *(element for team in teams for element in maker.team(team, compute)),
    ]


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the elements of one environment.

    Attributes:
        project: Loaded descriptors.
        environment: The environment's name.
        chosen: What was chosen about each element and by whom, by the place of the element.
    """

    project: Project
    environment: str
    chosen: Mapping[Key, list[tuple[Key, Origin]]]

    def team(self, team: str, compute: Mapping[tuple[str, str], ResourcesPlan]) -> Iterator[Resource]:
        """Yield a team, and everything in it."""
        described = self.project.teams[team]
        yield self._element("Team", (team,), _dump(described, {"services", "topics", "exemptions"}))
        for name, topic in described.topics.items():
            yield self._element("Topic", (team, "topics", name), {"topic": name, **_dump(topic)})
        for name, workload in described.workloads.items():
            yield from self._workload(team, name, workload, compute[team, name])

    def _workload(
        self, team: str, name: str, workload: Workload, compute: ResourcesPlan
    ) -> Iterator[Resource]:
        root = (team, "services", name)
        here = workload.environments.get(self.environment)
        said = _dump(here, exclude_unset=True) if here else {}
        own = {word: value for word, value in said.items() if word not in _PARTS}
        described = _dump(workload, {"environments", *_PARTS})
        properties = _merged(described, own) | {"resources": as_data(compute)}
        yield self._element(_WORKLOAD_TYPES[workload.type], root, properties, own)
        for store, spec in workload.stores.items():
            differs = said.get("stores", {}).get(store, {})
            stored = {"store": store, **_merged(_dump(spec), differs)}
            yield self._element("Store", (*root, "stores", store), stored, differs)
        for index, route in enumerate(getattr(workload, "routes", ())):
            yield self._element("Route", (*root, "routes", index), _dump(route))
        for reference, call in workload.calls.items():
            called = _dump(call) | self._callee(team, reference, call)
            yield self._element("Call", (*root, "calls", reference), called)
        if workload.type == "service" and workload.api is not None:
            yield self._api(root, workload.api)

    def _api(self, root: Place, api: ApiSpec) -> Resource:
        """Make an element of an API; its words are the documents themselves, and stand in their own files."""
        team = str(root[0])
        texts = {word: self.project.files[team, file] for word, file in _dump(api).items()}
        element = self._element(
            "Api", (*root, "api"), {word: read_contract(text) for word, text in texts.items()}
        )

        def locate(path: Place) -> Position:
            word, *inside = path or ("",)
            if word not in texts:
                return self.project.position(team, (*root[1:], "api"))
            file = posixpath.normpath(f"{TEAMS_FOLDER}/{getattr(api, str(word))}")
            return Position(file, *place_in(texts[str(word)], tuple(inside)))

        return replace(element, locate=locate)

    def _callee(self, team: str, reference: str, call: CallSpec) -> Tree:
        """Say whom a call reaches, and in which protocol."""
        owner, name = owner_and_name(reference, team)
        port = called_port(self.project.teams[owner].workloads[name], call)
        return {"callee": f"{owner}/{name}"} | ({"protocol": port.protocol} if port else {})

    def _element(self, kind: str, root: Place, written: Tree, said: Tree | None = None) -> Resource:
        """Make an element of what stands at ``root``, where ``said`` is what holds in this environment alone."""
        key = tuple(map(str, root))
        origins = dict(self.chosen.get(key, ()))
        properties = {"team": key[0]} | ({"service": key[2]} if key[1:2] == ("services",) else {}) | written
        for place, origin in origins.items():
            _set(properties, place, _plain(origin.value))
        name = format_path(key)

        def locate(path: Place) -> Position:
            origin = origins.get(tuple(map(str, path)))
            if origin and origin.source == "environment" and origin.written_at:
                return self.project.environment_position(origin.written_at[0], origin.written_at[1:])
            inside = root[1:]
            if said and _holds(said, path):
                inside = (*inside[:2], "environments", self.environment, *inside[2:])
            return self.project.position(key[0], (*inside, *path))

        return Resource(
            type=f"{_TYPE}{kind}",
            name=name,
            urn=self.urn(kind, name),
            properties=Properties(properties),
            position=locate(()),
            locate=locate,
        )

    def urn(self, kind: str, name: str) -> str:
        """Return what identifies an element in its environment."""
        return f"urn:pulumi:{self.environment}::pavedroad::{_TYPE}{kind}::{name}"


def _element_of(place: Key) -> Key:
    """Return the place of the element that something at ``place`` belongs to."""
    match place:
        case (_, "services", _, "stores" | "routes" | "calls", _, *_):
            return place[:5]
        case (_, "services" | "topics", _, *_):
            return place[:3]
        case _:
            return place[:1]


def _dump(model: BaseModel, without: set[str] | None = None, *, exclude_unset: bool = False) -> Tree:
    """Return a model's words as plain data; what is not said is left out."""
    dumped = model.model_dump(exclude=without, exclude_none=True, exclude_unset=exclude_unset)
    return {word: _plain(value) for word, value in dumped.items()}


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


def _merged(general: Tree, particular: Tree) -> Tree:
    """Put what is said in particular over what is said in general; mappings are put together."""
    merged = dict(general)
    for word, value in particular.items():
        below = merged.get(word)
        both = isinstance(below, dict) and isinstance(value, dict)
        merged[word] = _merged(below, value) if both else value  # type: ignore[arg-type]  # both are mappings
    return merged


def _set(tree: Tree, place: Key, value: object) -> None:
    """Set the value at a place; an element of a list is found by its name."""
    above: Any = tree
    for step in place[:-1]:
        if isinstance(above, list):
            above = next(item for item in above if item.get("name") == step)
        else:
            above = above.setdefault(step, {})
    above[place[-1]] = value


def _holds(tree: object, path: Place) -> bool:
    """Whether something stands at a path."""
    for step in path:
        if not (isinstance(tree, Mapping) and step in tree):
            return False
        tree = tree[step]
    return bool(path)
