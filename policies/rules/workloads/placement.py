"""Rules about where pods run and what they give way to: spread, priority, and how names are looked up there."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Properties,
    Settings,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import WORKLOADS, pod_of, selects
from policies.rules.workloads.checks import EVERY_TIER
from policies.rules.workloads.replicas import REPLICATED, Replicas

_TWO: Final = 2
_WAYS_OUT: Final = frozenset({"DoNotSchedule", "ScheduleAnyway"})
_REQUIRED: Final = "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution"


def _spread(stack: Stack) -> Iterator[Duty]:
    for workload in stack.of_types(REPLICATED):
        pod = pod_of(workload)
        alone = Replicas(stack, workload).all_satisfy(lambda replicas: replicas < _TWO)
        yield Duty(
            workload,
            any_of(alone, *(_keeps_apart(term, pod) for term in _terms(pod.spec))),
            f"{pod.spec.path} must keep its replicas apart, by topologySpreadConstraints or affinity.podAntiAffinity "
            "with a topologyKey and a labelSelector that selects its own pods",
        )


def _terms(spec: Properties) -> Iterator[Properties]:
    yield from spec.items("topologySpreadConstraints")
    yield from spec.items(_REQUIRED)
    for preference in spec.items(_PREFERRED):
        yield preference.at("podAffinityTerm")


def _keeps_apart(term: Properties, pod: Pod) -> Truth:
    return all_of(
        term.text("topologyKey").present(), selects(term.at("labelSelector"), pod.metadata.at("labels"))
    )


SPREAD: Final = StackRule(
    Control(
        identifier="replicas-spread",
        sentence="The replicas of a workload are kept on different nodes or zones",
        why="Replicas that stand on one node, or in one zone, all go down with it.",
        severity=Severity.MEDIUM,
        resource_types=REPLICATED,
        fix=Fix(
            descriptor="set `placement.spread` to zone or node",
            pulumi="set topologySpreadConstraints with topologyKey topology.kubernetes.io/zone and the pods' own labels",
        ),
        rows=(53,),
    ),
    _spread,
)


def _spreads_something(pod: Pod) -> Iterator[Duty]:
    for constraint in pod.spec.items("topologySpreadConstraints"):
        yield Duty(
            pod.workload,
            all_of(
                constraint.text("topologyKey").satisfies(bool),
                constraint.number("maxSkew").satisfies(lambda most: most >= 1),
                constraint.number("minDomains").satisfies(lambda least: least >= 1, absent=True),
                constraint.text("whenUnsatisfiable").satisfies(_WAYS_OUT.__contains__),
                constraint.anything("labelSelector").present(),
            ),
            f"{constraint.path} must set topologyKey, a maxSkew of 1 or more, whenUnsatisfiable and a labelSelector",
        )


SPREADS_SOMETHING: Final = PodRule(
    Control(
        identifier="spread-constraints-take-effect",
        sentence="Every topologySpreadConstraint says which pods it spreads, over what and how evenly",
        why="Without a labelSelector it counts no pod and spreads nothing, and nobody is told; without the others "
        "the API server refuses the pod.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="set `placement.spread` to zone or node",
            pulumi="set topologyKey, maxSkew, whenUnsatisfiable and a labelSelector with the pods' own labels",
        ),
        rows=(53,),
    ),
    _spreads_something,
)


class _Priorities(Settings):
    allowed: tuple[str, ...] = setting((), "The priority classes that pods may have; none for any.")


def _has_priority(settings: _Priorities) -> Callable[[Pod], Iterator[Duty]]:
    def check(pod: Pod) -> Iterator[Duty]:
        yield Duty(
            pod.workload,
            pod.spec.text("priorityClassName").satisfies(
                lambda name: bool(name) and (not settings.allowed or name in settings.allowed)
            ),
            f"{pod.spec.path} must set priorityClassName, to an allowed class",
        )

    return check


PRIORITY: Final = PodRule.settable(
    Control(
        identifier="pods-have-a-priority-class",
        sentence="Every pod says by its priority class what it gives way to",
        why="When nodes are full it is the class that decides who is evicted: the nightly report or the checkout. A "
        "cluster's default class may say enough, so this is only advice.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(pulumi="set priorityClassName"),
        advisory_in=EVERY_TIER,
        rows=(57,),
    ),
    _Priorities(),
    _has_priority,
)


class _Search(Settings):
    most_dots: int = setting(2, "The highest ndots.")


def _search_bounded(settings: _Search) -> Callable[[Pod], Iterator[Duty]]:
    def few(text: str) -> bool:
        return text.isdecimal() and int(text) <= settings.most_dots

    def check(pod: Pod) -> Iterator[Duty]:
        options = pod.spec.items("dnsConfig.options")
        yield Duty(
            pod.workload,
            any_of(
                pod.spec.text("dnsPolicy").equals("Default"),
                *(
                    all_of(each.text("name").equals("ndots"), each.text("value").satisfies(few))
                    for each in options
                ),
            ),
            f"{pod.spec.path} must set dnsConfig.options with a low ndots",
        )

    return check


DNS_SEARCH: Final = PodRule.settable(
    Control(
        identifier="pods-bound-dns-search",
        sentence="Every pod looks external names up at once, not after every search domain",
        why="With the default ndots of 5 each lookup of an external name asks four wrong ones first, and the "
        "cluster's DNS carries five times the load. It matters only to those who call out a lot.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(pulumi="add an option ndots of 2 or less to dnsConfig.options"),
        advisory_in=EVERY_TIER,
        rows=(63,),
    ),
    _Search(),
    _search_bounded,
)

RULES: Final = (SPREAD, SPREADS_SOMETHING, PRIORITY, DNS_SEARCH)
