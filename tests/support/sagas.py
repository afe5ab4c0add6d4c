"""Sagas for tests, and two interpreters that know nothing of how the documents that they walk were made.

Each walks a document with the tasks that fail for good named in advance, and says what ran, in order, and whether the
execution succeeded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from pavedroad.plan.sagas.resolve import resolve_sagas
from tests.support.clouds import AWS
from tests.support.resolving import context, team

if TYPE_CHECKING:
    from pavedroad.plan.context import Context
    from pavedroad.plan.sagas.model import SagaPlan

Document = dict[str, Any]

SERVICES: dict[str, Any] = {
    name: {"type": "service", "listens": {"http": {"port": 8080}}}
    for name in ("stock", "payments", "parcels")
}


FUNCTIONS: dict[str, Any] = {
    f"run-{name}": {"type": "function", "image": "example/app:1"} for name in SERVICES
}


def saga_context(steps: list[Document], **words: Any) -> Context:
    """Return an environment with the one team ``shop`` and its one saga ``order``, which calls services."""
    return context(team("shop", SERVICES, sagas={"order": {"steps": steps, **words}}))


def saga(steps: list[Document], **words: Any) -> SagaPlan:
    """Return the plan of a saga with these steps, which call services."""
    return resolve_sagas(saga_context(steps, **words), "shop")[0]


def machine(steps: list[Document], **words: Any) -> SagaPlan:
    """Return the plan of the same saga on Step Functions: a function stands in for each service."""
    made = context(
        team("shop", FUNCTIONS, sagas={"order": {"steps": [_invoking(step) for step in steps], **words}}),
        aws=AWS,
        clusters={"main": {"kind": "eks"}},
        providers={"function": "lambda"},
    )
    return resolve_sagas(made, "shop")[0]


def _invoking(action: Document) -> Document:
    """Return a step that runs a function in the place of asking a service."""
    kept = {word: said for word, said in action.items() if word not in ("calls", "method", "path", "port")}
    if "compensation" in action:
        kept["compensation"] = _invoking(action["compensation"])
    return {**kept, "invokes": f"run-{action['calls']}"}


@st.composite
def steps(draw: st.DrawFn) -> list[Document]:
    """Return the steps of a saga; any but the last may have a compensation."""
    count = draw(st.integers(1, 7))
    made = []
    for index in range(count):
        step: Document = {"name": f"s{index}", "calls": draw(st.sampled_from(sorted(SERVICES)))}
        if index < count - 1 and draw(st.booleans()):
            step["compensation"] = {"calls": draw(st.sampled_from(sorted(SERVICES))), "method": "DELETE"}
        made.append(step)
    return made


@dataclass
class Walk:
    """What came of an execution."""

    ran: list[str] = field(default_factory=list)
    outcome: str = ""


def walk_states(machine: Document, failing: set[str]) -> Walk:
    """Walk a state machine as the Amazon States Language says: Pass, Task, Choice on presence, Succeed and Fail."""
    walk, data, name = Walk(), {"input": "given"}, machine["StartAt"]
    while not walk.outcome:
        state = machine["States"][name]
        match state["Type"]:
            case "Pass":
                data, name = dict(state["Result"]), state["Next"]
            case "Task":
                walk.ran.append(name)
                name = _after_task(state, data) if name in failing else state["Next"]
            case "Choice":
                (choice,) = state["Choices"]
                present = choice["Variable"].removeprefix("$.") in data
                name = choice["Next"] if present is choice["IsPresent"] else state["Default"]
            case "Succeed":
                walk.outcome = "Succeeded"
            case "Fail":
                walk.outcome = state["Error"]
    return walk


def _after_task(state: Document, data: Document) -> str:
    """Note a failure where the state says, and return where it goes."""
    (catch,) = state["Catch"]
    assert catch["ErrorEquals"] == ["States.ALL"]
    data[catch["ResultPath"].removeprefix("$.")] = "noted"
    found: str = catch["Next"]
    return found


def walk_workflow(spec: Document, failing: set[str]) -> Walk:
    """Walk a graph of tasks as Argo's controller does: until nothing is left to run, or the first failure if it is told so."""
    templates = {template["name"]: template for template in spec["templates"]}
    graph = templates[spec["entrypoint"]]["dag"]
    phases: dict[str, str] = {}
    walk = Walk()
    waiting = {task["name"]: task for task in graph["tasks"]}
    while waiting:
        ready = [task for task in waiting.values() if _parents(task) <= phases.keys()]
        assert ready, f"a cycle among {sorted(waiting)}"
        for task in ready:
            del waiting[task["name"]]
            if not _holds(task.get("depends"), phases):
                phases[task["name"]] = "Omitted"
                continue
            phases[task["name"]] = "Failed" if task["template"] in failing else "Succeeded"
            if "container" in templates[task["template"]]:
                walk.ran.append(task["name"])
            if phases[task["name"]] == "Failed" and graph.get("failFast", True):
                waiting = {}
    walk.outcome = _phase(graph["tasks"], phases)
    return walk


def _parents(task: Document) -> set[str]:
    return set(re.findall(r"([a-z0-9-]+)\.[A-Z]", task.get("depends", "")))


def _holds(depends: str | None, phases: dict[str, str]) -> bool:
    """Evaluate a disjunction of ``task.Phase``."""
    if depends is None:
        return True
    wanted = (term.split(".") for term in depends.split(" || "))
    return any(phases[name] == ("Failed" if phase == "Errored" else phase) for name, phase in wanted)


def _phase(tasks: list[Document], phases: dict[str, str]) -> str:
    """Return the phase of a graph: the worst of its leaves, where one that was left out is as what led to it."""
    parents = {task["name"]: _parents(task) for task in tasks}
    leaves = parents.keys() - set[str]().union(*parents.values())

    def of(name: str) -> set[str]:
        if phases.get(name) != "Omitted":
            return {phases.get(name, "Failed")}
        return set[str]().union(*map(of, parents[name]))

    return "Failed" if any("Failed" in of(leaf) for leaf in leaves) else "Succeeded"
