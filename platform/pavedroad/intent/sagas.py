"""What sagas may do: ask the services, or run the functions, of their steps and of what undoes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.intent.lines import Lines, Subject
from pavedroad.plan.edges import api_server
from pavedroad.plan.sagas.model import RequestTarget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.sagas import ActionSpec
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
        yield _done(lines, context, subject, step, made.action, place)
        if step.compensation is not None and made.compensation is not None:
            undone = (*place, "compensation")
            yield _done(lines, context, subject, step.compensation, made.compensation, undone)
    if plan.machine is not None:
        for grant in plan.machine.role.grants:
            yield lines.right(subject, "act on", grant.reason, (), grants=(grant,))
        return
    _, ports = api_server(context)
    said = f"TCP {', '.join(map(str, ports))}"
    yield lines.right(subject, "ask", "the Kubernetes API, to report how it went", (), (said,))


def _done(  # noqa: PLR0913, PLR0917 what is done, and where it stands
    lines: Lines, context: Context, subject: Subject, spec: ActionSpec, action: ActionPlan, place: Place
) -> Right:
    """Return the right of one step or compensation."""
    if not isinstance(action.target, RequestTarget):
        run = f"{subject.team}/{spec.invokes}"
        return lines.right(subject, "run", run, place, service=run)
    owner, name = context.find(subject.team, spec.calls or "")
    return lines.right(
        subject,
        "call",
        f"{owner}/{name}",
        place,
        (f"TCP {action.target.target_port}", f"{action.target.method} {action.target.path}"),
        permits=lines.permits(subject, owner, "services", name),
        service=f"{owner}/{name}",
    )
