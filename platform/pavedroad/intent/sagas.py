"""What sagas may do: ask the services of their steps and of what undoes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.intent.lines import Lines, Subject
from pavedroad.plan.edges import api_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.intent.lines import Place
    from pavedroad.intent.rights import Right
    from pavedroad.plan.context import Context
    from pavedroad.plan.sagas.model import ActionPlan, SagaPlan


def saga_rights(lines: Lines, context: Context, plan: SagaPlan) -> Iterator[Right]:
    """Yield what a saga may do."""
    subject = Subject(plan.team, plan.display_name, "sagas")
    spec = context.teams[plan.team].sagas[plan.display_name]
    for index, (step, made) in enumerate(zip(spec.steps, plan.steps, strict=True)):
        place = ("steps", index)
        yield _asked(lines, context, subject, step.calls, made.action, place)
        if step.compensation is not None and made.compensation is not None:
            undone = (*place, "compensation")
            yield _asked(lines, context, subject, step.compensation.calls, made.compensation, undone)
    _, ports = api_server(context)
    said = f"TCP {', '.join(map(str, ports))}"
    yield lines.right(subject, "ask", "the Kubernetes API, to report how it went", (), (said,))


def _asked(  # noqa: PLR0913, PLR0917 what a request is, and where it stands
    lines: Lines, context: Context, subject: Subject, reference: str, action: ActionPlan, place: Place
) -> Right:
    owner, name = context.find(subject.team, reference)
    return lines.right(
        subject,
        "call",
        f"{owner}/{name}",
        place,
        (f"TCP {action.target_port}", f"{action.method} {action.path}"),
        permits=lines.permits(subject, owner, "services", name),
        service=f"{owner}/{name}",
    )
