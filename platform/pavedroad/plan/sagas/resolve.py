"""Sagas, resolved: who is asked, how long and how often, and what that opens."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pavedroad.descriptor.sagas import (
    COMPENSATION_RETRIES,
    KEY,
    STEP_RETRIES,
    STEP_TIMEOUT,
    longest,
    longest_attempts,
)
from pavedroad.descriptor.values import seconds
from pavedroad.descriptor.workload import CallSpec
from pavedroad.plan.edges import api_server, called_port, workload_party
from pavedroad.plan.flows import Flow, Party, Traffic
from pavedroad.plan.naming import SAGA_LABEL, host, join, physical
from pavedroad.plan.provenance import Scope
from pavedroad.plan.sagas.model import ActionPlan, SagaPlan, StepPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.descriptor.sagas import ActionSpec, StepSpec
    from pavedroad.plan.context import Context


def resolve_sagas(context: Context, team: str) -> tuple[SagaPlan, ...]:
    """Return a team's sagas, by name."""
    return tuple(_saga(context, team, name) for name in sorted(context.teams[team].sagas))


def _saga(context: Context, team: str, name: str) -> SagaPlan:
    """Return one saga."""
    spec = context.teams[team].sagas[name]
    scope = Scope(context.trace, (team, "sagas", name))
    made = physical(name, spec.formerly)
    timeout = scope.choose("timeout", given=spec.timeout, default=f"{longest(spec)}s")
    return SagaPlan(
        team=team,
        namespace=context.namespace(team),
        name=made,
        display_name=name,
        account=join(made, "saga"),
        steps=tuple(_step(context, scope.at("steps", step.name), made, step) for step in spec.steps),
        timeout=seconds(timeout),
    )


def _step(context: Context, scope: Scope, saga: str, step: StepSpec) -> StepPlan:
    """Return one step; the key of its compensation says what is undone."""
    made = scope.choose("idempotency_key", given=step.idempotency_key, default=KEY)
    key = made.replace("{saga}", saga).replace("{step}", step.name)
    action = _action(context, scope, step, name=f"do-{step.name}", retries=STEP_RETRIES, key=key)
    if step.compensation is None:
        return StepPlan(action=action, compensation=None)
    undo = _action(
        context,
        scope.at("compensation"),
        step.compensation,
        name=f"undo-{step.name}",
        retries=COMPENSATION_RETRIES,
        key=f"undo.{key}",
        undoes=key,
    )
    return StepPlan(action=action, compensation=undo)


def _action(  # noqa: PLR0913 each keyword is a fact of the step that the action belongs to
    context: Context,
    scope: Scope,
    spec: ActionSpec,
    *,
    name: str,
    retries: int,
    key: str,
    undoes: str | None = None,
) -> ActionPlan:
    """Return one request."""
    team = scope.path[0]
    namespace, callee = context.service(team, spec.calls)
    port = called_port(callee, CallSpec(port=spec.port))
    timeout = seconds(scope.choose("timeout", given=spec.timeout, default=STEP_TIMEOUT))
    again = scope.choose("retries", given=spec.retries, default=retries)
    return ActionPlan(
        name=name,
        host=host(context.service_name(team, spec.calls), namespace),
        port=port.service_port or port.port,
        target_port=port.port,
        path=scope.choose("path", given=spec.path, default="/"),
        method=scope.choose("method", given=spec.method, default="POST"),
        timeout=timeout,
        retries=again,
        longest=longest_attempts(timeout, again),
        key=key,
        undoes=undoes,
    )


def saga_party(saga: SagaPlan) -> Party:
    """Return the pods that make a saga's requests."""
    return Party(
        name=saga.account,
        namespace=saga.namespace,
        selector=((SAGA_LABEL, saga.name),),
        service_account=saga.account,
        team=saga.team,
    )


def saga_flows(context: Context, sagas: Iterable[SagaPlan]) -> Iterator[Flow]:
    """Yield what sagas open: each service that they ask, and the API on which their pods report.

    The mesh does not try again: the saga does, with its own pauses.
    """
    server, server_ports = api_server(context)
    for saga in sagas:
        source = saga_party(saga)
        asked = sorted(saga.actions, key=lambda action: (action.host, action.port))
        for (callee, port), actions in groupby(asked, key=lambda action: (action.host, action.port)):
            together = tuple(actions)
            yield Flow(
                kind="call",
                source=source,
                destination=_callee(context, saga, callee),
                ports=(together[0].target_port,),
                traffic=Traffic(
                    host=callee,
                    port=port,
                    timeout_ms=1000 * max(action.timeout for action in together),
                    retries=0,
                ),
            )
        yield Flow(kind="platform", source=source, destination=server, ports=server_ports, sides="source")


def _callee(context: Context, saga: SagaPlan, wanted: str) -> Party:
    """Return the pods behind a host name that a saga asks."""
    spec = context.teams[saga.team].sagas[saga.display_name]
    actions = (one for step in spec.steps for one in (step, step.compensation) if one is not None)
    parties = (workload_party(context, *context.find(saga.team, action.calls)) for action in actions)
    return next(party for party in parties if host(party.name, party.namespace or "") == wanted)
