"""What functions may do, and when they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.intent.lines import Edge, Lines, Subject, secret
from pavedroad.plan.secrets_source import secret_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.intent.lines import Place
    from pavedroad.intent.rights import Right, Verb
    from pavedroad.plan.context import Context
    from pavedroad.plan.functions.model import FunctionPlan, SchedulePlan


def function_rights(lines: Lines, context: Context, plan: FunctionPlan) -> Iterator[Right]:
    """Yield what a function may do; what every function is granted besides stands at the function itself."""
    subject = Subject(plan.team, plan.display_name)
    return lines.granted(subject, _edges(lines, context, plan), plan.role.grants)


def function_events(lines: Lines, context: Context, plan: FunctionPlan) -> Iterator[Right]:
    """Yield what runs a function."""
    subject = Subject(plan.team, plan.display_name)
    spec = context.teams[plan.team].functions[plan.display_name]
    if plan.http is not None:
        who = f"whoever shows a token of {plan.http.issuer}"
        for index, route in enumerate(plan.http.routes):
            place: Place = ("http", "routes", index)
            yield lines.right(subject, "run", str(subject), place, (route,), who=who, service=str(subject))
    for reference in sorted(spec.subscribes):
        place = ("subscribes", reference)
        who = f"messages of {reference}"
        yield lines.right(subject, "run", str(subject), place, who=who, service=str(subject))
    for place, what in _own(context, subject):
        yield lines.right(subject, "run", str(subject), place, who=what, service=str(subject))
    if plan.schedule is not None:
        yield _scheduled(lines, context, plan, plan.schedule)


def _own(context: Context, subject: Subject) -> Iterator[tuple[Place, str]]:
    """Yield what a function owns that runs it: where it says so, and in words."""
    spec = context.teams[subject.team].functions[subject.name]
    for store, tables in sorted(spec.changes.items()):
        for table in sorted(tables):
            yield ("changes", store, table), f"changes of {subject}.stores.{store}.{table}"
    for store in sorted(spec.objects):
        yield ("objects", store), f"objects of {subject}.stores.{store}"


def _scheduled(lines: Lines, context: Context, plan: FunctionPlan, schedule: SchedulePlan) -> Right:
    """Return the right of a function's schedule to run it."""
    subject = Subject(plan.team, plan.display_name)
    environment = context.environment.environment
    here = context.teams[plan.team].functions[plan.display_name].environments.get(environment)
    place = ("environments", environment, "schedule") if here and here.schedule else ("schedule",)
    return lines.right(
        subject,
        "run",
        str(subject),
        place,
        (f"{schedule.expression} {schedule.time_zone}",),
        who=f"the schedule {schedule.name} (role {schedule.role.name})",
        grants=schedule.role.grants,
        service=str(subject),
    )


def _edges(lines: Lines, context: Context, plan: FunctionPlan) -> Iterator[Edge]:
    subject = Subject(plan.team, plan.display_name)
    spec = context.teams[plan.team].functions[plan.display_name]
    for name, store in zip(sorted(spec.stores), plan.stores, strict=True):
        yield from lines.store(subject, name, store, ())
    for place, what in _own(context, subject):
        if place[0] == "changes":
            yield Edge(lines.right(subject, "use", what, place), ".".join(map(str, place)))
    yield from lines.runs(subject, spec)
    for key, named in sorted(spec.secrets.items()):
        entry = secret_entry(context, key, named.vault, named.key)
        yield Edge(lines.right(subject, "read", secret(entry), ("secrets", key)))
    for index, reference in enumerate(spec.publishes):
        yield _topic(lines, context, subject, "publish to", ("publishes", index), reference)
    for reference in spec.subscribes:
        yield _topic(lines, context, subject, "subscribe to", ("subscribes", reference), reference)


def _topic(  # noqa: PLR0913, PLR0917 what an edge is, and where it stands
    lines: Lines, context: Context, subject: Subject, may: Verb, place: Place, reference: str
) -> Edge:
    """Return the edge to a topic."""
    owner, name = context.find(subject.team, reference)
    permits = lines.permits(subject, owner, "topics", name)
    return Edge(
        lines.right(subject, may, f"{owner}/{name}", place, permits=permits), f"{place[0]}.{reference}"
    )
