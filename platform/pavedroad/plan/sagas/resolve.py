"""Sagas, resolved: who is asked, how long and how often, and what that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.cluster_functions import on_knative
from pavedroad.descriptor.sagas import (
    COMPENSATION_RETRIES,
    KEY,
    STEP_RETRIES,
    STEP_TIMEOUT,
    callees,
    longest,
    longest_attempts,
)
from pavedroad.descriptor.values import seconds
from pavedroad.descriptor.workload import CallSpec
from pavedroad.plan.cloud.access import Grant, encrypted_with
from pavedroad.plan.cloud.defaults import CLOUD_TIERS
from pavedroad.plan.cloud.names import name as cloud_name
from pavedroad.plan.cloud.regions import partition
from pavedroad.plan.cloud.service_roles import ServiceRolePlan
from pavedroad.plan.cloud.trust import service_trust
from pavedroad.plan.edges import api_server, called_port, workload_party
from pavedroad.plan.flows import Flow, Party, Traffic
from pavedroad.plan.functions.knative import function_host
from pavedroad.plan.functions.model import function_target
from pavedroad.plan.functions.parties import ACTIVATOR_PORT
from pavedroad.plan.naming import SAGA_LABEL, host, join, physical
from pavedroad.plan.provenance import Scope
from pavedroad.plan.sagas.model import (
    STATES_LOGS,
    ActionPlan,
    FunctionTarget,
    MachinePlan,
    RequestTarget,
    SagaPlan,
    StepPlan,
    machine_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.descriptor.sagas import ActionSpec, StepSpec
    from pavedroad.plan.context import Context

LOG_DELIVERY: Final = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:UpdateLogDelivery",
)
"""What a state machine needs in order to log (Step Functions, *Logging in CloudWatch Logs*); none takes a resource.

The right to change who may write to log groups is left out: the account's part says that once for all.
"""
TRACES: Final = (
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
"""What it needs in order to be traced (Step Functions, *IAM policies for X-Ray*)."""


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
        machine=_machine(context, team, name),
    )


def _machine(context: Context, team: str, name: str) -> MachinePlan | None:
    """Return the state machine of a saga; None where Argo Workflows runs it."""
    spec = context.teams[team].sagas[name]
    if on_knative(context.environment) or any(callees(spec)):
        return None
    account, namespace = context.needed_account, context.namespace(team)
    functions = context.teams[team].functions
    made = physical(name, spec.formerly)
    named = machine_name(account, namespace, made)
    run = sorted(
        {
            action.invokes
            for step in spec.steps
            for action in (step, step.compensation)
            if action and action.invokes
        }
    )
    targets = tuple(
        function_target(account, namespace, physical(function, functions[function].formerly))
        for function in run
    )
    return MachinePlan(
        name=named,
        partition=partition(account.region),
        role=ServiceRolePlan(
            name=cloud_name("iam-role", account.environment, namespace, made, "saga"),
            trust=service_trust(account, "states", ours_only=True),
            grants=(
                Grant(reason="steps", actions=("lambda:InvokeFunction",), resources=targets),
                Grant(reason="logs", actions=LOG_DELIVERY, resources=("*",)),
                Grant(reason="traces", actions=TRACES, resources=("*",)),
                encrypted_with(account, "messages", "states", "execution"),
            ),
        ),
        log_group=f"{STATES_LOGS}{named}",
        log_days=CLOUD_TIERS[context.environment.tier].log_days,
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
    timeout = seconds(scope.choose("timeout", given=spec.timeout, default=STEP_TIMEOUT))
    again = scope.choose("retries", given=spec.retries, default=retries)
    return ActionPlan(
        name=name,
        target=_function(context, scope, spec.invokes) if spec.invokes else _request(context, scope, spec),
        timeout=timeout,
        retries=again,
        longest=longest_attempts(timeout, again),
        key=key,
        undoes=undoes,
    )


def _function(context: Context, scope: Scope, name: str) -> FunctionTarget | RequestTarget:
    """Return the function of a step."""
    team = scope.path[0]
    if on_knative(context.environment):
        return RequestTarget(
            host=function_host(context, team, name),
            port=80,
            target_port=ACTIVATOR_PORT,
            path="/",
            method="POST",
            function=name,
        )
    spec = context.teams[team].functions[name]
    return FunctionTarget(
        arn=function_target(context.needed_account, context.namespace(team), physical(name, spec.formerly))
    )


def _request(context: Context, scope: Scope, spec: ActionSpec) -> RequestTarget:
    """Return the service of a step."""
    team, reference = scope.path[0], spec.calls or ""
    namespace, callee = context.service(team, reference)
    port = called_port(callee, CallSpec(port=spec.port))
    return RequestTarget(
        host=host(context.service_name(team, reference), namespace),
        port=port.service_port or port.port,
        target_port=port.port,
        path=scope.choose("path", given=spec.path, default="/"),
        method=scope.choose("method", given=spec.method, default="POST"),
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
        if saga.machine is not None:
            continue
        source = saga_party(saga)
        for callee, actions in _asked(saga).items():
            port, target_port = actions[0][0].port, actions[0][0].target_port
            slowest = max(timeout for _, timeout in actions)
            yield Flow(
                kind="call",
                source=source,
                destination=_callee(context, saga, callee[0]),
                ports=(target_port,),
                traffic=Traffic(host=callee[0], port=port, timeout_ms=1000 * slowest, retries=0),
            )
        yield Flow(kind="platform", source=source, destination=server, ports=server_ports, sides="source")


def _asked(saga: SagaPlan) -> dict[tuple[str, int], list[tuple[RequestTarget, int]]]:
    """Return what services a saga asks by host and port, each time with how long that may take."""
    found: dict[tuple[str, int], list[tuple[RequestTarget, int]]] = {}
    for action in saga.actions:
        if isinstance(action.target, RequestTarget) and action.target.function is None:
            where = (action.target.host, action.target.port)
            found.setdefault(where, []).append((action.target, action.timeout))
    return dict(sorted(found.items()))


def _callee(context: Context, saga: SagaPlan, wanted: str) -> Party:
    """Return the pods behind a host name that a saga asks."""
    spec = context.teams[saga.team].sagas[saga.display_name]
    parties = (workload_party(context, *context.find(saga.team, callee)) for callee in callees(spec))
    return next(party for party in parties if host(party.name, party.namespace or "") == wanted)
