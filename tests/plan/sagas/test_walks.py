"""Whatever fails, both documents of a saga run the same: forward in order, then back in reverse, and nothing else."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from pavedroad.plan.sagas.states import state_machine
from pavedroad.plan.sagas.workflow import workflow_spec
from tests.support.sagas import Walk, machine, saga, steps, walk_states, walk_workflow

if TYPE_CHECKING:
    from pavedroad.plan.sagas.model import SagaPlan


def both(written: list[dict[str, Any]], failing: set[str]) -> Walk:
    """Walk both documents, which must agree on what ran and on whether it succeeded."""
    states = walk_states(state_machine(machine(written)), failing)
    graph = walk_workflow(workflow_spec(saga(written), {}), failing)
    assert states.ran == graph.ran
    assert (states.outcome == "Succeeded") == (graph.outcome == "Succeeded")
    return states


def compensations(plan: SagaPlan, before: int) -> list[str]:
    """Return what undoes the steps before one, the last first."""
    done = reversed(plan.steps[:before])
    return [step.compensation.name for step in done if step.compensation is not None]


@given(steps())
def test_without_a_failure_every_step_runs_once_and_nothing_is_undone(written: list[dict[str, Any]]) -> None:
    plan = saga(written)
    states = both(written, set())
    assert states.ran == [step.action.name for step in plan.steps]
    assert states.outcome == "Succeeded"


@given(steps())
def test_a_failure_at_any_step_undoes_exactly_the_steps_before_it_in_reverse(
    written: list[dict[str, Any]],
) -> None:
    plan = saga(written)
    for index, step in enumerate(plan.steps):
        states = both(written, {step.action.name})
        forward = [one.action.name for one in plan.steps[: index + 1]]
        assert states.ran == forward + compensations(plan, index)
        assert states.outcome == "Undone"


@given(steps())
def test_a_compensation_that_fails_keeps_no_other_from_running_and_is_told_apart(
    written: list[dict[str, Any]],
) -> None:
    plan = saga(written)
    for index, step in enumerate(plan.steps):
        undoing = compensations(plan, index)
        for failed in (set(some) for size in (1, 2) for some in combinations(undoing, size)):
            states = both(written, {step.action.name} | failed)
            assert states.ran[index + 1 :] == undoing
            assert states.outcome == "NotUndone"


@pytest.mark.parametrize("broken", ["failFast", "done"])
def test_the_walker_sees_a_graph_that_ends_early_or_succeeds_where_it_must_not(broken: str) -> None:
    written: list[dict[str, Any]] = [
        {"name": "one", "calls": "stock", "compensation": {"calls": "stock"}},
        {"name": "two", "calls": "stock"},
    ]
    spec = workflow_spec(saga(written), {})
    graph = spec["templates"][0]["dag"]
    if broken == "failFast":
        del graph["failFast"]
        assert walk_workflow(spec, {"do-two"}).ran == ["do-one", "do-two"]
    else:
        graph["tasks"] = [task for task in graph["tasks"] if task["name"] != "done"]
        assert walk_workflow(spec, {"do-two"}).outcome == "Succeeded"
