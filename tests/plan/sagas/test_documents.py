"""What a saga's documents say about one request: who is asked, how often, for how long, and under which key."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from pavedroad.descriptor.sagas import SagaSpec, longest
from pavedroad.plan.sagas.model import RequestTarget
from pavedroad.plan.sagas.resolve import saga_flows
from pavedroad.plan.sagas.states import state_machine
from pavedroad.plan.sagas.workflow import workflow_spec
from tests.support.sagas import machine, saga, saga_context, steps

if TYPE_CHECKING:
    from pavedroad.plan.sagas.model import ActionPlan, SagaPlan

RESERVE: dict[str, Any] = {
    "name": "reserve",
    "calls": "stock",
    "method": "PUT",
    "path": "/reservations",
    "timeout": "10s",
    "retries": 3,
    "compensation": {"calls": "stock", "method": "DELETE", "path": "/reservations"},
}
PAY: dict[str, Any] = {"name": "pay", "calls": "payments"}


def states(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the states of a saga whose steps run functions."""
    found: dict[str, Any] = state_machine(machine(steps))["States"]
    return found


def words(plan: SagaPlan, name: str) -> list[str]:
    """Return the words of the command that makes a request in the cluster."""
    templates = workflow_spec(plan, {})["templates"]
    arguments = next(one for one in templates if one["name"] == name)["container"]["args"]
    return [str(word) for word in arguments]


def after(listed: list[str], word: str) -> list[str]:
    return [value for before, value in pairwise(listed) if before == word]


def test_a_step_in_the_cluster_asks_its_service_as_the_descriptor_says() -> None:
    said = words(saga([RESERVE, PAY]), "do-reserve")
    assert said[-1] == "http://stock.shop.svc.cluster.local:8080/reservations"
    assert after(said, "--request") == ["PUT"]
    assert after(said, "--max-time") == ["10"]
    assert after(said, "--retry") == ["3"]


def test_a_step_on_step_functions_runs_its_function_under_its_alias() -> None:
    task = states([RESERVE, PAY])["do-reserve"]
    assert task["Resource"] == "arn:aws:states:::lambda:invoke"
    arn = "arn:aws:lambda:eu-central-1:123456789012:function:prod_shop_run-stock:live"
    assert task["Parameters"]["FunctionName"] == arn
    assert task["TimeoutSeconds"] == 10


def test_a_refusal_is_final_and_everything_else_is_tried_again() -> None:
    refused, others = states([RESERVE, PAY])["do-reserve"]["Retry"]
    assert (refused["ErrorEquals"], refused["MaxAttempts"]) == (["Refused"], 0)
    assert (others["ErrorEquals"], others["MaxAttempts"]) == (["States.ALL"], 3)


def test_defaults_are_one_attempt_of_fifteen_seconds_and_more_patience_for_undoing() -> None:
    step = {"name": "reserve", "calls": "stock", "compensation": {"calls": "stock"}}
    reserve = saga([step, PAY]).steps[0]
    assert reserve.compensation is not None
    assert (reserve.action.timeout, reserve.action.retries) == (15, 2)
    assert (reserve.compensation.timeout, reserve.compensation.retries) == (15, 5)
    assert isinstance(reserve.action.target, RequestTarget)
    assert (reserve.action.target.method, reserve.action.target.path) == ("POST", "/")


def test_a_step_carries_a_key_of_its_execution_and_name() -> None:
    payload = states([RESERVE, PAY])["do-reserve"]["Parameters"]["Payload"]
    assert payload["idempotencyKey.$"] == "States.Format('{}.reserve', $$.Execution.Name)"
    headers = after(words(saga([RESERVE, PAY]), "do-reserve"), "--header")
    assert "Idempotency-Key: {{workflow.name}}.reserve" in headers


def test_a_compensation_has_a_key_of_its_own_and_says_what_it_undoes() -> None:
    written = [RESERVE | {"idempotency_key": "{saga}/{execution}/{step}/{execution}"}, PAY]
    payload = states(written)["undo-reserve"]["Parameters"]["Payload"]
    twice = "$$.Execution.Name, $$.Execution.Name"
    assert payload["undoes.$"] == f"States.Format('order/{{}}/reserve/{{}}', {twice})"
    assert payload["idempotencyKey.$"] == f"States.Format('undo.order/{{}}/reserve/{{}}', {twice})"
    said = after(words(saga(written), "undo-reserve"), "--header")
    assert "Saga-Undoes: order/{{workflow.name}}/reserve/{{workflow.name}}" in said


@given(steps())
def test_no_two_requests_of_an_execution_have_the_same_key(written: list[dict[str, Any]]) -> None:
    keys = [action.key for action in saga(written).actions]
    assert len(keys) == len(set(keys))


@given(steps())
def test_an_execution_is_given_the_time_that_its_slowest_way_takes(written: list[dict[str, Any]]) -> None:
    plan = saga(written)
    slowest = max(sum(action.longest for action in _way(plan, failing)) for failing in range(len(plan.steps)))
    assert plan.timeout == longest(SagaSpec.model_validate({"steps": written})) >= slowest
    assert workflow_spec(plan, {})["activeDeadlineSeconds"] == plan.timeout
    assert state_machine(machine(written))["TimeoutSeconds"] == plan.timeout


def _way(plan: SagaPlan, failing: int) -> list[ActionPlan]:
    forward = [step.action for step in plan.steps[: failing + 1]]
    undone = [step.compensation for step in plan.steps[:failing] if step.compensation is not None]
    return forward + undone


def test_the_input_reaches_every_request_and_no_answer_is_kept() -> None:
    plan = saga([RESERVE, PAY])
    for name in ("do-reserve", "undo-reserve", "do-pay"):
        task = states([RESERVE, PAY])[name]
        assert task["Parameters"]["Payload"]["input.$"] == "$$.Execution.Input"
        assert task["ResultPath"] is None
        assert after(words(plan, name), "--data-raw") == ["{{workflow.parameters.input}}"]


@pytest.mark.parametrize("name", ["do-reserve", "undo-reserve"])
def test_a_pod_of_a_saga_satisfies_the_restricted_standard(name: str) -> None:
    spec = workflow_spec(saga([RESERVE, PAY]), {})
    container = next(one for one in spec["templates"] if one["name"] == name)["container"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["allowPrivilegeEscalation"] is False


def test_a_saga_opens_the_services_that_it_asks_and_the_api_and_nothing_else() -> None:
    made = saga_context([RESERVE, PAY])
    flows = list(saga_flows(made, [saga([RESERVE, PAY])]))
    assert {(flow.kind, flow.destination.name, flow.ports) for flow in flows} == {
        ("call", "stock", (8080,)),
        ("call", "payments", (8080,)),
        ("platform", "kubernetes-api", (6443,)),
    }
    assert {flow.source.principal for flow in flows} == {"cluster.local/ns/shop/sa/order-saga"}


def test_the_mesh_waits_for_the_slowest_request_to_a_service_and_does_not_try_again() -> None:
    made = saga_context([RESERVE, PAY])
    call = next(flow for flow in saga_flows(made, [saga([RESERVE, PAY])]) if flow.destination.name == "stock")
    assert call.traffic is not None
    assert (call.traffic.timeout_ms, call.traffic.retries) == (15_000, 0)


def test_a_saga_of_functions_opens_nothing_in_the_cluster() -> None:
    plan = machine([RESERVE, PAY])
    assert list(saga_flows(saga_context([RESERVE, PAY]), [plan])) == []


def test_a_state_machine_may_run_the_functions_of_its_steps_and_no_others() -> None:
    plan = machine([RESERVE, PAY])
    assert plan.machine is not None
    steps_of_it = next(grant for grant in plan.machine.role.grants if grant.reason == "steps")
    assert steps_of_it.actions == ("lambda:InvokeFunction",)
    assert [arn.rpartition("function:")[2] for arn in steps_of_it.resources] == [
        "prod_shop_run-payments:live",
        "prod_shop_run-stock:live",
    ]
