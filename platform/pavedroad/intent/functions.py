"""What functions may do, and when they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.intent.lines import Edge, Lines, Subject, secret
from pavedroad.plan.secrets_source import secret_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.intent.rights import Right
    from pavedroad.plan.context import Context
    from pavedroad.plan.functions.model import FunctionPlan


def function_rights(lines: Lines, context: Context, plan: FunctionPlan) -> Iterator[Right]:
    """Yield what a function may do; what every function is granted besides stands at the function itself."""
    subject = Subject(plan.team, plan.display_name)
    return lines.granted(subject, _edges(lines, context, plan), plan.role.grants)


def function_events(lines: Lines, context: Context, plan: FunctionPlan) -> Iterator[Right]:
    """Yield what runs a function."""
    if plan.schedule is None:
        return
    subject = Subject(plan.team, plan.display_name)
    environment = context.environment.environment
    here = context.teams[plan.team].functions[plan.display_name].environments.get(environment)
    place = ("environments", environment, "schedule") if here and here.schedule else ("schedule",)
    yield lines.right(
        subject,
        "run",
        str(subject),
        place,
        (f"{plan.schedule.expression} {plan.schedule.time_zone}",),
        who=f"the schedule {plan.schedule.name} (role {plan.schedule.role.name})",
        grants=plan.schedule.role.grants,
        service=str(subject),
    )


def _edges(lines: Lines, context: Context, plan: FunctionPlan) -> Iterator[Edge]:
    subject = Subject(plan.team, plan.display_name)
    spec = context.teams[plan.team].functions[plan.display_name]
    for name, store in zip(sorted(spec.stores), plan.stores, strict=True):
        yield from lines.store(subject, name, store, ())
    for key, named in sorted(spec.secrets.items()):
        entry = secret_entry(context, key, named.vault, named.key)
        yield Edge(lines.right(subject, "read", secret(entry), ("secrets", key)))
