"""What services say about each other: whom they call and how patiently, what is open to whom, and what is read."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from pavedroad.governance import (
    Control,
    Duty,
    Reading,
    Resource,
    ResourceRule,
    Rule,
    Settings,
    Severity,
    Stack,
    StackRule,
    Truth,
    any_of,
    setting,
)
from pavedroad.governance.properties import UNREADABLE, State
from pavedroad.governance.truth import YES, truth
from policies.rules.intent.circles import circles
from policies.rules.intent.shapes import (
    CALL,
    EVERYWHERE,
    LONG_RUNNING,
    TOPIC,
    WORKLOADS,
    at_most,
    duty,
    in_descriptor,
    listed,
)

_PLAIN_TCP: Final = "tcp"


class Patience(Settings):
    """How long a caller waits, and how often it asks again."""

    seconds: int = setting(30, "The longest time that a request may take, retries included.")
    retries: int = setting(3, "How often a failed request may be tried again at most.")


def _open_to_some(resource: Resource) -> Iterator[Duty]:
    for place, audience in listed(resource.properties, "open_to"):
        met = audience.satisfies(lambda who: who != "everyone")
        yield duty(resource, place, met, f"{audience.path} must name a team or a service")


def _times_out(settings: Patience) -> Callable[[Resource], Iterator[Duty]]:
    def check(call: Resource) -> Iterator[Duty]:
        waits = at_most(call.properties.text("timeout"), settings.seconds)
        demand = f"timeout must be at most {settings.seconds}s"
        yield duty(call, ("timeout",), any_of(_without_requests(call), waits), demand)

    return check


def _retries_little(settings: Patience) -> Callable[[Resource], Iterator[Duty]]:
    def check(call: Resource) -> Iterator[Duty]:
        few = call.properties.number("retries").satisfies(lambda number: number <= settings.retries)
        demand = f"retries must be at most {settings.retries}"
        yield duty(call, ("retries",), any_of(_without_requests(call), few), demand)

    return check


def _without_requests(call: Resource) -> Truth:
    """Whether the mesh sees no requests in the protocol of a call, so that nothing can be said about them."""
    return call.properties.text("protocol").equals(_PLAIN_TCP)


def _no_circle(stack: Stack) -> Iterator[Duty]:
    """Hold every call against the circles that all calls together make."""
    calls = [(call, _caller(call), call.properties.text("callee")) for call in stack.of_types({CALL})]
    known = [(one.value, other.value) for _, one, other in calls if one.value and other.value]
    hazy = [path for _, *ends in calls for path in _unknown(ends)]
    around = circles(known)
    for call, one, other in calls:
        closed = one.value in around and around.get(other.value or "") == around[one.value]
        met = truth(holds=not closed) if closed or not hazy else Truth(None, tuple(hazy))
        yield Duty(call, met, "its callee must not call back, directly or through others")


def _caller(call: Resource) -> Reading[str]:
    """Read who calls, as `team/service`."""
    team, service = call.properties.text("team"), call.properties.text("service")
    if team.value is None:
        return team
    return Reading(service.path, service.state, service.value and f"{team.value}/{service.value}")


def _unknown(ends: Iterable[Reading[str]]) -> Iterator[str]:
    for end in ends:
        if end.satisfies(lambda _: True).holds is None:
            yield end.path


class _Uses(NamedTuple):
    """The topics that anybody publishes to, or subscribes to.

    Attributes:
        topics: Their names, as `team/topic`.
        unknown: Paths of the uses that cannot be read.
    """

    topics: frozenset[str]
    unknown: tuple[str, ...]


def _published(stack: Stack) -> _Uses:
    return _uses(
        (each, text) for each in stack.of_types(WORKLOADS) for _, text in listed(each.properties, "publishes")
    )


def _subscribed(stack: Stack) -> _Uses:
    return _uses(
        (each, subscription.text() if name == UNREADABLE else Reading(subscription.path, State.PRESENT, name))
        for each in stack.of_types(WORKLOADS)
        for name, subscription in each.properties.entries("subscribes")
    )


def _uses(found: Iterable[tuple[Resource, Reading[str]]]) -> _Uses:
    topics: set[str] = set()
    unknown: dict[str, None] = {}
    for user, reference in found:
        team = user.properties.text("team")
        if reference.value is None:
            unknown.update(dict.fromkeys(_unknown([reference])))
        elif "/" in reference.value:
            topics.add(reference.value)
        elif team.value is not None:
            topics.add(f"{team.value}/{reference.value}")
        else:
            unknown.update(dict.fromkeys(_unknown([team])))
    return _Uses(frozenset(topics), tuple(unknown))


def _used(uses: Callable[[Stack], _Uses], demand: str) -> Callable[[Stack], Iterator[Duty]]:
    def check(stack: Stack) -> Iterator[Duty]:
        here = stack.derived(uses)
        for topic in stack.of_types({TOPIC}):
            yield Duty(topic, _among(here, topic, stack), demand)

    return check


def _among(uses: _Uses, topic: Resource, stack: Stack) -> Truth:
    """Whether a topic is among those that are used."""
    team, name = topic.properties.text("team"), topic.properties.text("topic")
    for part in (team, name):
        if part.value is None:
            return part.satisfies(lambda _: False)
    if f"{team.value}/{name.value}" in uses.topics:
        return YES
    return Truth(None, uses.unknown) if uses.unknown else stack.missing("topic")


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        Control(
            identifier="services-not-open-to-everyone",
            sentence="What a team opens, it opens to teams or services by their names.",
            why="Nobody can tell any more who depends on it, and a stranger's fault or break-in reaches it.",
            severity=Severity.MEDIUM,
            resource_types=LONG_RUNNING | {TOPIC},
            fix=in_descriptor("list in `open_to` the teams, or better the services, that use it"),
        ),
        _open_to_some,
    ),
    ResourceRule.settable(
        Control(
            identifier="calls-time-out",
            sentence="A call gives up after a while that its own callers can wait for.",
            why="Requests that wait hold connections and memory of everybody in front of them.",
            severity=Severity.LOW,
            resource_types=frozenset({CALL}),
            fix=in_descriptor("set the call's `timeout` to what its answer takes at most, or leave it out"),
        ),
        Patience(),
        _times_out,
    ),
    ResourceRule.settable(
        Control(
            identifier="calls-retry-little",
            sentence="A call that fails is tried again a few times at most.",
            why="Where every service of a chain tries again and again, one slow service is flooded.",
            severity=Severity.LOW,
            resource_types=frozenset({CALL}),
            fix=in_descriptor("set the call's `retries` to 2 or 3, or leave it out"),
        ),
        Patience(),
        _retries_little,
    ),
    StackRule(
        Control(
            identifier="calls-form-no-circle",
            sentence="No service calls itself through others.",
            why="Services that wait for each other can only be started, released and repaired together.",
            severity=Severity.MEDIUM,
            resource_types=frozenset({CALL}),
            fix=in_descriptor("publish to a topic in one of the directions instead of calling"),
            advisory_in=EVERYWHERE,
        ),
        _no_circle,
    ),
    StackRule(
        Control(
            identifier="topics-have-publishers",
            sentence="Somebody publishes to every topic.",
            why="Whoever reads it waits for messages that never come.",
            severity=Severity.LOW,
            resource_types=frozenset({TOPIC}),
            fix=in_descriptor("name it under `publishes` of the service that writes to it, or remove it"),
            advisory_in=EVERYWHERE,
        ),
        _used(_published, "some workload must publish to it"),
    ),
    StackRule(
        Control(
            identifier="topics-have-subscribers",
            sentence="Somebody subscribes to every topic.",
            why="Messages that nobody reads cost storage, and hide that a consumer is missing.",
            severity=Severity.LOW,
            resource_types=frozenset({TOPIC}),
            fix=in_descriptor("name it under `subscribes` of the workload that reads it, or remove it"),
            advisory_in=EVERYWHERE,
        ),
        _used(_subscribed, "some workload must subscribe to it"),
    ),
)
