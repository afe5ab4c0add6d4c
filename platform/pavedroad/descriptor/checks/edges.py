"""Edges: both ends exist, fit, and agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import World, called_port, owner_and_name, ports_of, team_fault
from pavedroad.descriptor.faults import Fault, Path
from pavedroad.descriptor.references import topic_kind
from pavedroad.near_misses import listed, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.functions import FunctionSpec
    from pavedroad.descriptor.workload import CallSpec, Workload

EVERYONE = "everyone"

_WORDS_OF_KINDS: dict[str, tuple[frozenset[str], str]] = {
    "group": (frozenset({"kafka", "exchange"}), "groups"),
    "routing_key": (frozenset({"exchange"}), "routing keys"),
    "filter": (frozenset({"sns"}), "filters"),
    "envelope": (frozenset({"sns"}), "envelopes"),
}
"""Words of a subscription: the kinds of topics that understand them, and what they mean."""

_KINDS = {
    "kafka": "a kafka topic",
    "queue": "a queue",
    "exchange": "an exchange",
    "stream": "a stream",
    "sqs": "an sqs queue",
    "sns": "an sns topic",
}
"""How a kind of topic is called in a sentence."""


@dataclass(frozen=True, slots=True)
class CallSite:
    """Where a descriptor says that something is called."""

    reference: str
    """The callee, as it is named there."""
    path: Path
    """Where it is named."""
    words: Path
    """Where the other words of the call stand."""


def check_calls(world: World) -> Iterator[Fault]:
    """Every callee exists, listens, is open to its caller, and its port is clear."""
    for team, name, workload in world.workloads():
        for reference, call in workload.calls.items():
            path: Path = ("services", name, "calls", reference)
            yield from check_call(world, (team, name), CallSite(reference, path, path), call)


def check_call(world: World, caller: tuple[str, str], site: CallSite, call: CallSpec) -> Iterator[Fault]:
    """A callee exists, listens, is open to its caller (team and name), and its port is clear."""
    team, name = caller
    owner, callee = owner_and_name(site.reference, team)
    found = world.service(owner, callee)
    if found is None:
        yield _unknown_service(world, team, site.path, site.reference)
        return
    yield from _check_port(team, site, call, found)
    if owner != team and not is_open(getattr(found, "open_to", ()), team, name):
        yield _closed(team, name, site.path, owner, ("services", callee, "open_to"))
    yield from _check_requests(team, site.words, call, found)


def check_topics(world: World) -> Iterator[Fault]:
    """Every topic that somebody publishes to or subscribes to exists and is open to them."""
    for team, name, workload in (*world.workloads(), *world.functions()):
        root: Path = ("services", name)
        uses = [((*root, "publishes", index), ref) for index, ref in enumerate(workload.publishes)]
        uses += [((*root, "subscribes", reference), reference) for reference in workload.subscribes]
        for path, reference in uses:
            owner, topic = owner_and_name(reference, team)
            found = world.topic(owner, topic)
            if found is None:
                yield _unknown_topic(world, team, path, reference)
            elif owner != team and not is_open(found.open_to, team, name):
                yield _closed(team, name, path, owner, ("topics", topic, "open_to"))


def check_subscriptions(world: World) -> Iterator[Fault]:
    """Words of a subscription fit the kind of topic, and scaling on a backlog names a subscribed topic."""
    for team, name, workload in (*world.workloads(), *world.functions()):
        root: Path = ("services", name)
        for reference, subscription in workload.subscribes.items():
            topic = world.topic(*owner_and_name(reference, team))
            if topic is None:
                continue
            kind = topic_kind(topic)
            for word, (kinds, name_of_it) in _WORDS_OF_KINDS.items():
                if word in subscription.model_fields_set and kind not in kinds:
                    change = f"{_KINDS[kind]} has no {name_of_it}; remove it"
                    yield team_fault(team, (*root, "subscribes", reference, word), change=change)
        for path, reference in _backlogs(name, workload):
            if reference not in workload.subscribes:
                yield team_fault(
                    team,
                    path,
                    given=f"'{reference}'",
                    expected=f"a subscribed topic ({listed(workload.subscribes) or 'there is none'})",
                    change=suggestion(reference, workload.subscribes),
                )


def check_open_to(world: World) -> Iterator[Fault]:
    """Whoever something is open to exists."""
    for team, descriptor in world.teams.items():
        opened = [
            (("services", name, "open_to"), getattr(workload, "open_to", ()))
            for name, workload in descriptor.workloads.items()
        ]
        opened += [(("topics", name, "open_to"), topic.open_to) for name, topic in descriptor.topics.items()]
        for path, audience in opened:
            for index, reference in enumerate(audience):
                yield from _check_audience(world, team, (*path, index), reference)


def is_open(open_to: tuple[str, ...], team: str, service: str) -> bool:
    """Return whether something is open to a service of another team."""
    return not {EVERYONE, team, f"{team}/{service}"}.isdisjoint(open_to)


def _check_port(team: str, site: CallSite, call: CallSpec, callee: Workload) -> Iterator[Fault]:
    ports = ports_of(callee)
    if not ports:
        change = "it listens on no port, so nobody can call it"
        yield team_fault(team, site.path, given=f"'{site.reference}'", change=change)
    elif call.port is None and len(ports) > 1:
        expected = f"one of {listed(ports)}"
        yield team_fault(team, site.path, given="no port", expected=expected, change="add port:")
    elif call.port is not None and call.port not in ports:
        yield team_fault(
            team,
            (*site.words, "port"),
            given=f"'{call.port}'",
            expected=f"one of {listed(ports)}",
            change=suggestion(call.port, ports),
        )


def _check_requests(team: str, path: Path, call: CallSpec, callee: Workload) -> Iterator[Fault]:
    """Words about requests stand only where the mesh sees requests."""
    port = called_port(callee, call)
    if port is not None and port.protocol == "tcp":
        for word in ("timeout", "retries", "circuit_breaker"):
            if getattr(call, word) is not None:
                change = "the port speaks tcp, in which the mesh sees no requests; remove it"
                yield team_fault(team, (*path, word), change=change)


def _closed(team: str, service: str, path: Path, owner: str, opening: Path) -> Fault:
    where = team_fault(owner, opening)
    line = f"open_to: [{team}/{service}]"
    change = f"{owner} has not opened it to {team}/{service}; {owner} can add {line} ({where})"
    return team_fault(team, path, change=change)


def _unknown_service(world: World, team: str, path: Path, reference: str) -> Fault:
    owner, name = owner_and_name(reference, team)
    if owner in world.teams and name in world.teams[owner].functions:
        change = "a function is run by a schedule, by messages or as a step of a saga; nobody calls it"
        return team_fault(team, path, given=f"'{reference}'", change=change)
    return team_fault(
        team,
        path,
        given=f"'{reference}'",
        expected="a service of this team, or team/service",
        change=_suggest(world, team, reference, "services"),
    )


def _unknown_topic(world: World, team: str, path: Path, reference: str) -> Fault:
    return team_fault(
        team,
        path,
        given=f"'{reference}'",
        expected="a topic of this team, or team/topic",
        change=_suggest(world, team, reference, "topics"),
    )


def _suggest(world: World, team: str, reference: str, block: str) -> str:
    """Name a near miss: elsewhere under the very name, or here or there under a similar one."""
    own, others = [], []
    for owner, descriptor in world.teams.items():
        names = list(getattr(descriptor, block))
        if owner == team:
            own = names
        others += [f"{owner}/{name}" for name in names]
    last = reference.rpartition("/")[2]
    elsewhere = [known for known in others if known.endswith(f"/{last}") and known != f"{team}/{last}"]
    if elsewhere and reference not in own:
        return f"did you mean {listed(elsewhere, most=3)}?"
    return suggestion(reference, others if "/" in reference else own)


def _check_audience(world: World, team: str, path: Path, reference: str) -> Iterator[Fault]:
    if reference == EVERYONE or ("/" not in reference and reference in world.teams):
        return
    owner, service = owner_and_name(reference, team)
    if "/" in reference and world.stands(owner, service):
        return
    callers = (*world.workloads(), *world.sagas())
    known = [*world.teams, *(f"{owner}/{name}" for owner, name, _ in callers)]
    yield team_fault(
        team,
        path,
        given=f"'{reference}'",
        expected="a team, team/service of another team, or everyone",
        change=suggestion(reference, known),
    )


def _backlogs(name: str, workload: Workload | FunctionSpec) -> Iterator[tuple[Path, str]]:
    """Yield path and topic of everything that a workload scales on, in overrides too."""
    if workload.type == "job" or workload.type == "function":  # noqa: PLR1714 mypy narrows only so
        return
    root: Path = ("services", name)
    for reference in workload.scale.backlog:
        yield (*root, "scale", "backlog", reference), reference
    for environment, override in workload.environments.items():
        for reference in override.scale.backlog if override.scale else ():
            yield (*root, "environments", environment, "scale", "backlog", reference), reference
