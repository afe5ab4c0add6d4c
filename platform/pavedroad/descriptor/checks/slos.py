"""Objectives: they can be kept, measured and alerted about."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.world import World, owner_and_name, ports_of, team_fault
from pavedroad.descriptor.slos import (
    SLO_EXPRESSIONS,
    AvailabilitySlo,
    CustomSlo,
    FreshnessSlo,
    LatencySlo,
    QueueAgeSlo,
)
from pavedroad.descriptor.topics import StreamSpec
from pavedroad.descriptor.values import milliseconds, seconds
from pavedroad.near_misses import listed, suggestion
from pavedroad.slo.indicators import BOUNDARIES
from pavedroad.slo.model import PLACEHOLDER, budget_of, number, percent
from pavedroad.slo.periods import CALENDARS, Period, conditions, reachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.faults import Fault, Path
    from pavedroad.descriptor.slos import Slo, SloSource
    from pavedroad.descriptor.workload import Workload

SHORTEST_DAYS: Final = 7
LONGEST_DAYS: Final = 90
LEAST_QUEUE_AGE: Final = 120
"""Seconds: arrivals are counted over this time, and two scrapes have to lie in it."""
BROKERS_WITH_AGE: Final = frozenset({"kafka", "rabbitmq"})
REQUEST_PROTOCOLS: Final = frozenset({"http", "grpc"})


def _slos(world: World) -> Iterator[tuple[str, Path, Workload, Slo]]:
    for team, name, workload in world.workloads():
        for slo, spec in workload.slos.items():
            yield team, ("services", name, "slos", slo), workload, spec


def period_of(window: str) -> Period:
    """Return the period that a descriptor's window means."""
    for calendar, days in CALENDARS.items():
        if window == calendar:
            return Period(days, calendar)
    return Period(int(window.removesuffix("d")))


def objective_of(slo: Slo) -> Fraction:
    """Return the objective in percent, exactly as it is written."""
    return Fraction(str(slo.objective))


def source_of(workload: Workload, slo: AvailabilitySlo | LatencySlo) -> SloSource:
    """Return who measures requests or messages of a workload."""
    speaks = {port.protocol for port in ports_of(workload).values()}
    return slo.measured_by or ("mesh" if speaks & REQUEST_PROTOCOLS else "messaging")


def check_objectives(world: World) -> Iterator[Fault]:
    """Every window can be watched, and every objective leaves a budget whose loss an alert can see."""
    for team, path, _, slo in _slos(world):
        period = period_of(slo.window)
        if not SHORTEST_DAYS <= period.days <= LONGEST_DAYS:
            reason = (
                "the alerts of a shorter one would look at more than its budget"
                if period.days < SHORTEST_DAYS
                else ""
            )
            yield team_fault(
                team,
                (*path, "window"),
                given=f"'{slo.window}'",
                expected="7d to 90d, week, month or quarter",
                change=reason,
            )
        elif not any(one.severity == "page" for one in reachable(period, budget_of(objective_of(slo)))):
            least = min(one.factor for one in conditions(period) if one.severity == "page")
            budget = budget_of(objective_of(slo))
            yield team_fault(
                team,
                (*path, "objective"),
                given=number(objective_of(slo)),
                expected=f"more than {number(100 - 100 / least)} over {slo.window}",
                change=f"a page needs errors above {number(least)} x {percent(budget)} = {percent(least * budget)},"
                " which no outage reaches",
            )


def check_sources(world: World) -> Iterator[Fault]:
    """Requests and messages are measured by somebody who can see them, in buckets that they have."""
    for team, path, workload, slo in _slos(world):
        if not isinstance(slo, AvailabilitySlo | LatencySlo):
            continue
        source = source_of(workload, slo)
        reason = _blind(source, workload)
        if reason is not None:
            written = (*path, "measured_by") if slo.measured_by else path
            yield team_fault(team, written, given=source, change=reason)
        elif isinstance(slo, LatencySlo) and milliseconds(slo.threshold) not in BOUNDARIES[source]:
            near = sorted(BOUNDARIES[source], key=lambda bound: abs(bound - milliseconds(slo.threshold)))[:4]
            yield team_fault(
                team,
                (*path, "threshold"),
                given=f"'{slo.threshold}'",
                expected=f"a boundary of the histogram, near it {', '.join(f'{bound}ms' for bound in sorted(near))}",
                change="between two boundaries nothing is counted",
            )


def _blind(source: SloSource, workload: Workload) -> str | None:
    """Return why a source cannot measure a workload; None where it can."""
    if workload.type == "job":
        return "a job answers nothing; promise its freshness"
    speaks = {port.protocol for port in ports_of(workload).values()}
    if source == "mesh" and not speaks & REQUEST_PROTOCOLS:
        return (
            "it listens on no http or grpc port, so the mesh counts no requests of it; use messaging or spans"
        )
    if source == "application" and not speaks & REQUEST_PROTOCOLS:
        return "it listens on no http or grpc port; use messaging"
    if source == "gateway":
        routes = workload.routes if workload.type == "service" else ()
        ports = ports_of(workload)
        kinds = {
            ports[route.port or next(iter(ports))].protocol
            for route in routes
            if not route.port or route.port in ports
        }
        if "http" not in kinds:
            return "the gateway counts what it answers on http routes, and gRPC hides its status; use mesh"
    if source == "messaging" and not workload.subscribes:
        return "it subscribes to no topic, so it has no messages; use mesh, application or spans"
    return None


def check_ages(world: World) -> Iterator[Fault]:
    """What may be how old is known: the last success of a schedule, the messages of a topic it reads."""
    for team, path, workload, slo in _slos(world):
        if isinstance(slo, FreshnessSlo) and slo.timestamp is None:
            if workload.type != "job":
                yield team_fault(team, path, change="only a job's last success is known; add timestamp")
            elif workload.schedule is None:
                yield team_fault(
                    team, path, change="a job without a schedule runs once; add schedule or timestamp"
                )
        if isinstance(slo, QueueAgeSlo):
            yield from _check_queue(world, team, path, workload, slo)


def _check_queue(
    world: World, team: str, path: Path, workload: Workload, slo: QueueAgeSlo
) -> Iterator[Fault]:
    if slo.topic not in workload.subscribes:
        yield team_fault(
            team,
            (*path, "topic"),
            given=f"'{slo.topic}'",
            expected=f"one of the topics it subscribes to ({listed(workload.subscribes) or 'there is none'})",
            change=suggestion(slo.topic, workload.subscribes),
        )
    else:
        topic = world.topic(*owner_and_name(slo.topic, team))
        if topic is not None and (topic.broker not in BROKERS_WITH_AGE or isinstance(topic, StreamSpec)):
            yield team_fault(
                team,
                (*path, "topic"),
                given=topic.broker,
                expected="a topic on kafka, or a queue or exchange on rabbitmq",
                change="for others write a custom objective",
            )
    if seconds(slo.max_age) < LEAST_QUEUE_AGE:
        yield team_fault(team, (*path, "max_age"), given=f"'{slo.max_age}'", expected="at least 2m")


def check_expressions(world: World) -> Iterator[Fault]:
    """Every expression is PromQL, and looks over the window that it is given."""
    from pavedroad.prometheus import fault_of  # noqa: PLC0415 only where an expression is written

    for team, path, _, slo in _slos(world):
        for word in SLO_EXPRESSIONS:
            expression = getattr(slo, word, None)
            if expression is None:
                continue
            # A duration as long as the placeholder, so that places in the expression stay what they are.
            fault = fault_of(expression.replace(PLACEHOLDER, "000005m"))
            if fault is not None:
                line = expression.count("\n", 0, fault.offset) + 1
                column = fault.offset - (expression.rfind("\n", 0, fault.offset) + 1) + 1
                yield team_fault(
                    team,
                    (*path, word),
                    given=f"'{fault.part[:60].replace('000005m', PLACEHOLDER)}'" if fault.part else "nothing",
                    expected="PromQL",
                    change=f"{fault.reason} at line {line}, column {column} of the expression",
                )
            elif isinstance(slo, CustomSlo) and PLACEHOLDER not in expression:
                change = f"write {PLACEHOLDER} where the range goes: rate(requests_total[{PLACEHOLDER}])"
                yield team_fault(team, (*path, word), change=change)


def check_works_without(world: World) -> Iterator[Fault]:
    """What a service can do without is something that it calls."""
    for team, path, workload, slo in _slos(world):
        for reference in getattr(slo, "works_without", ()):
            if reference not in workload.calls:
                yield team_fault(
                    team,
                    (*path, "works_without"),
                    given=f"'{reference}'",
                    expected=f"one of the services it calls ({listed(workload.calls) or 'there is none'})",
                    change=suggestion(reference, workload.calls),
                )
