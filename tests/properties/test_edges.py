"""An edge that is removed takes all that it made with it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.example import ENDPOINT, Example, Raw, example
from tests.support.words import changed

if TYPE_CHECKING:
    from tests.support.declaring import Declared

TIER = "production"


@dataclass(frozen=True)
class Edge:
    """One use of one thing.

    Attributes:
        team: Whose descriptor declares it.
        service: Which service uses it.
        word: The word that declares it.
        name: What stands there: a name, or the entry of a list.
    """

    team: str
    service: str
    word: str
    name: Any

    def __str__(self) -> str:
        """Return where it stands."""
        name = self.name if isinstance(self.name, str) else "-".join(map(str, self.name.values()))
        return f"{self.team}/{self.service}.{self.word}.{name}"


def base() -> Example:
    """Return the example; every edge of it can be removed alone."""
    return example(TIER, cloud=True, overrides=False)


def edges() -> list[Edge]:
    """Return every edge of the example."""
    return [
        Edge(team, service, word, name)
        for team, descriptor in base().teams.items()
        for service, block in descriptor["services"].items()
        for word in ("calls", "stores", "publishes", "subscribes", "egress", "routes")
        for name in block.get(word, ())
    ]


def without(edge: Edge) -> Example:
    """Return the example without an edge, and without what reads its outputs."""
    teams = base().teams
    block = teams[edge.team]["services"][edge.service]
    used = block[edge.word]
    left = (
        {name: value for name, value in used.items() if name != edge.name}
        if isinstance(used, dict)
        else tuple(one for one in used if one != edge.name)
    )
    left_over = _unread({**block, edge.word: left}, f"${{{edge.word}.{edge.name}.")
    if edge.word == "subscribes" and "backlog" in block.get("scale", {}):
        backlog = {name: value for name, value in block["scale"]["backlog"].items() if name != edge.name}
        left_over["scale"] = {**block["scale"], "backlog": backlog}
    if "slos" in block:
        left_over["slos"] = {name: slo for name, slo in block["slos"].items() if not _named(edge, slo)}
    services = {**teams[edge.team]["services"], edge.service: left_over}
    left_team = {**teams[edge.team], "services": services, "exemptions": ()}  # they may name what is gone
    return Example({**teams, edge.team: left_team}, base().environment)


def _named(edge: Edge, slo: Raw) -> bool:
    """Tell whether a promise speaks of an edge."""
    return edge.name == slo.get("topic") or edge.name in slo.get("works_without", ())


def _unread(block: Raw, reference: str) -> Raw:
    """Return a service without the variables that hold a reference."""
    env = {name: value for name, value in block.get("env", {}).items() if reference not in value}
    init = tuple(_unread(step, reference) for step in block.get("init", ()))
    return {**block, "env": env, **({"init": init} if init else {})}


@pytest.mark.parametrize("edge", edges(), ids=str)
def test_what_a_removed_edge_leaves_is_what_others_made(edge: Edge) -> None:
    before, after = base().declared(), without(edge).declared()
    assert before is not None
    assert after is not None, "the example without the edge is refused"
    assert before != after
    assert set(after) <= set(before), "removing an edge makes nothing"
    strangers = {key for key in before if before[key] != after.get(key)} - set(_of(edge, before))
    assert strangers == set()


def _of(edge: Edge, objects: Declared) -> Declared:
    """Return the objects that speak of an edge's user, or of what goes with its last user."""
    words = {_identity(edge.team, edge.service)[1], *_shared(edge)}
    return {key: value for key, value in objects.items() if any(word in repr((key, value)) for word in words)}


def _shared(edge: Edge) -> tuple[str, ...]:
    """Return what an edge shares with others, and takes with it when it is the last."""
    namespace, _ = _identity(edge.team, edge.service)
    match edge.word:
        case "egress":  # the host, and the gateway's port
            return tuple(edge.name.split(":"))
        case "routes":  # the gateway
            return (edge.name["expose"],)
        case "stores":  # an end point outside
            return (str(ENDPOINT["endpoint"]).removeprefix("https://"),)
        case "subscribes" | "publishes":  # who may declare topology, and who asks for backlogs
            return (
                f"'{namespace}'",
                f"reader-{namespace}",
                f"{namespace}/kafka-reader",
                "keda.keda",
                "keda/keda.to",
                "RabbitmqCluster",
            )
        case _:
            return ()


@pytest.mark.parametrize("edge", [one for one in edges() if one.word == "stores"], ids=str)
def test_nothing_speaks_of_a_store_that_is_gone(edge: Edge) -> None:
    after = without(edge).declared()
    assert after is not None
    block = base().teams[edge.team]["services"][edge.service]
    store = block["stores"][edge.name]
    name = f"{block.get('formerly', (edge.service,))[0]}-{store.get('formerly', (edge.name,))[0]}"
    assert name in repr(base().declared())
    assert name not in repr(after)


@pytest.mark.parametrize("edge", [one for one in edges() if one.word == "egress"], ids=str)
def test_nothing_speaks_of_a_host_outside_that_is_gone(edge: Edge) -> None:
    after = without(edge).declared()
    assert after is not None
    assert edge.name.partition(":")[0] not in repr(after)


@pytest.mark.parametrize("edge", [one for one in edges() if one.word == "calls"], ids=str)
def test_the_callee_does_not_know_a_caller_that_is_gone(edge: Edge) -> None:
    owner, _, callee = edge.name.rpartition("/")
    whole, rest = base().declared(), without(edge).declared()
    assert whole is not None
    assert rest is not None
    caller = _identity(edge.team, edge.service)
    callee = _identity(owner or edge.team, callee)
    assert _policies(whole, callee, caller)
    assert not _policies(rest, callee, caller)


def _identity(team: str, service: str) -> tuple[str, str]:
    """Return namespace and physical name of a service."""
    descriptor = base().teams[team]
    block = descriptor["services"][service]
    return descriptor.get("formerly", (team,))[0], block.get("formerly", (service,))[0]


def _policies(objects: Declared, callee: tuple[str, str], caller: tuple[str, str]) -> list[str]:
    """Return the AuthorizationPolicies of a callee that let a caller in."""
    principal = f"cluster.local/ns/{caller[0]}/sa/{caller[1]}"
    return [
        name
        for (_, name), value in objects.items()
        if value.get("kind") == "AuthorizationPolicy"
        and value["metadata"]["namespace"] == callee[0]
        and value["metadata"]["labels"].get("pavedroad.dev/service") == callee[1]
        and principal in repr(value)
    ]


RENAMED = {
    "a service": (("services",), "booth", "stall"),
    "a store": (("services", "bench", "stores"), "cache", "larder"),
    "a volume": (("services", "bench", "volumes"), "shavings", "chips"),
    "a topic": (("topics",), "unused", "idle"),
    "a saga": (("sagas",), "mend", "repair"),
}
"""What is renamed in the team ``workshop``: the mapping that it stands in, its name, and its new name."""


@pytest.mark.parametrize("what", RENAMED)
def test_a_rename_that_says_so_changes_nothing_but_the_name_that_is_shown(what: str) -> None:
    path, old, new = RENAMED[what]
    team = base().teams["workshop"]
    entries = team
    for step in path:
        entries = entries[step]
    entry = {**entries[old], "formerly": (*entries[old].get("formerly", ()), old)}
    renamed = {
        new if name == old else name: entry if name == old else value for name, value in entries.items()
    }
    after = Example(
        {**base().teams, "workshop": _calling(changed(team, path, renamed), old, new)}, base().environment
    )
    assert _nameless(after) == _nameless(base())


def test_a_team_that_is_renamed_keeps_its_namespace_and_all_in_it() -> None:
    """Only what people read and are told by says the new name: rules, dashboards, and the routes of alerts."""
    teams = dict(base().teams)
    owners = {"email": "workshop@example.com", "group": "workshop", "on_call": "workshop-primary"}
    named = {**teams["workshop"], "owners": owners}
    renamed = {**named, "team": "workshop-two", "formerly": ("workshop",)}
    others = {name: team for name, team in teams.items() if name != "workshop"}
    standing = {**base().environment, "teams": (*others, "workshop-two")}
    before = Example({**others, "workshop": named}, base().environment)
    after = _nameless(Example({**others, "workshop-two": renamed}, standing))
    told = {key: value for key, value in after.items() if "workshop-two" in repr(value)}
    assert {type_ for (type_, _) in told} <= TOLD
    assert repr(after).replace("workshop-two", "workshop") == repr(_nameless(before))


TOLD = {
    "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
    "kubernetes:grafana.integreatly.org/v1beta1:GrafanaDashboard",
    "kubernetes:external-secrets.io/v1:ExternalSecret",
}
"""Kinds of objects that hold texts for people."""


def _calling(team: Raw, old: str, new: str) -> Raw:
    """Return a team whose services and sagas call a renamed one by its new name."""
    services = {
        name: {
            **block,
            "calls": {
                new if callee == old else callee: call for callee, call in block.get("calls", {}).items()
            },
        }
        for name, block in team["services"].items()
    }
    sagas = {
        name: {**saga, "steps": tuple(_step(step, old, new) for step in saga["steps"])}
        for name, saga in team["sagas"].items()
    }
    return {**team, "services": services, "sagas": sagas}


def _step(action: Raw, old: str, new: str) -> Raw:
    """Return a step and its compensation with a callee under its new name."""
    called = {**action, "calls": new if action["calls"] == old else action["calls"]}
    undo = action.get("compensation")
    return {**called, "compensation": _step(undo, old, new)} if undo else called


def _nameless(project: Example) -> Declared:
    """Return all objects without the annotation that shows a descriptor's name."""
    objects = project.declared()
    assert objects is not None
    found = {}
    for (type_, name), value in objects.items():
        if type_.startswith("kubernetes:") and "metadata" in value:
            annotations = {**value["metadata"].get("annotations", {})}
            annotations.pop("pavedroad.dev/name", None)
            metadata = {**value["metadata"], "annotations": annotations}
            found[type_, name] = {**value, "metadata": metadata}
    return found
