"""Who runs functions and starts sagas in an account: grants, addresses, and where they are asked for it.

A statement for each edge; nobody else may, whatever team they are of (docs/functions.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.cluster_functions import on_knative
from pavedroad.plan.cloud.access import Grant
from pavedroad.plan.functions.knative import function_host
from pavedroad.plan.functions.model import function_target
from pavedroad.plan.naming import physical
from pavedroad.plan.sagas.model import machine_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.functions import FunctionSpec
    from pavedroad.descriptor.references import RunSource
    from pavedroad.descriptor.workload import Workload
    from pavedroad.plan.context import Context
    from pavedroad.plan.values import Outputs

INVOKE: Final = ("lambda:InvokeFunction",)
"""What running a function takes (Service Authorization Reference, Lambda)."""
START: Final = ("states:StartExecution",)
"""What starting a saga takes (the same, Step Functions)."""


def run_outputs(context: Context, team: str, source: RunSource, name: str) -> Outputs:
    """Return what somebody is told of a function that it runs, or a saga that it starts."""
    if on_knative(context.environment):
        return {"url": f"http://{function_host(context, team, name)}"}
    target = _function(context, team, name) if source == "invokes" else _machine(context, team, name)
    return {"arn": target, "region": context.needed_account.region}


def run_grants(context: Context, team: str, spec: Workload | FunctionSpec) -> Iterator[Grant]:
    """Yield what somebody may do in the account because of the functions that it runs and the sagas that it starts."""
    if on_knative(context.environment):
        return
    for name in sorted(set(spec.invokes)):
        target = _function(context, team, name)
        yield Grant(reason=f"invokes.{name}", actions=INVOKE, resources=(target,))
    for name in sorted(set(spec.starts)):
        yield Grant(reason=f"starts.{name}", actions=START, resources=(_machine(context, team, name),))


def run_hosts(context: Context, spec: Workload | FunctionSpec) -> Iterator[str]:
    """Yield host and port of every API of AWS that is asked for it."""
    if on_knative(context.environment):
        return
    for named, api in ((spec.invokes, "lambda"), (spec.starts, "states")):
        if named:
            yield f"{context.needed_account.host(api)}:443"


def _function(context: Context, team: str, name: str) -> str:
    """Return the ARN under which a function of a team is run."""
    spec = context.teams[team].functions[name]
    return function_target(context.needed_account, context.namespace(team), physical(name, spec.formerly))


def _machine(context: Context, team: str, name: str) -> str:
    """Return the ARN of the state machine of a team's saga."""
    spec = context.teams[team].sagas[name]
    return machine_target(context.needed_account, context.namespace(team), physical(name, spec.formerly))
