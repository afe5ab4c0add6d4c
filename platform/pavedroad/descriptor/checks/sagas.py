"""Sagas: their steps reach something, differ, and end in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.edges import CallSite, check_call
from pavedroad.descriptor.checks.world import World, environment_fault, owner_and_name, ports_of, team_fault
from pavedroad.descriptor.cluster_functions import on_knative
from pavedroad.descriptor.faults import Fault, Path
from pavedroad.descriptor.sagas import KEY, ActionSpec, SagaSpec, callees, longest
from pavedroad.descriptor.values import seconds
from pavedroad.descriptor.workload import CallSpec
from pavedroad.near_misses import listed, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_ATTEMPT = 900
"""Seconds after which Lambda ends a run (AWS, *Lambda quotas*); a request is no more patient."""


def check_steps(world: World) -> Iterator[Fault]:
    """Steps have different names and idempotency keys."""
    for team, name, saga in world.sagas():
        names: set[str] = set()
        keys: dict[str, str] = {}
        for index, step in enumerate(saga.steps):
            path: Path = ("sagas", name, "steps", index)
            if step.name in names:
                change = "another step has this name; take another"
                yield team_fault(team, (*path, "name"), given=f"'{step.name}'", change=change)
            names.add(step.name)
            key = (step.idempotency_key or KEY).replace("{step}", step.name).replace("{saga}", name)
            holder = keys.setdefault(key, step.name)
            if holder != step.name:
                change = f"step {holder} makes the same keys; add {{step}}"
                yield team_fault(team, (*path, "idempotency_key"), change=change)


def check_compensations(world: World) -> Iterator[Fault]:
    """Every compensation can come to run: nothing fails after the last step."""
    for team, name, saga in world.sagas():
        last = len(saga.steps) - 1
        if saga.steps[last].compensation is not None:
            change = "no step comes after this one, so it is never undone; remove it"
            yield team_fault(team, ("sagas", name, "steps", last, "compensation"), change=change)


def check_actions(world: World) -> Iterator[Fault]:
    """Every step and compensation reaches a service that is open to the saga, or a function of its team, in time."""
    for team, name, saga in world.sagas():
        for path, action in actions(name, saga):
            if action.calls is not None:
                site = CallSite(action.calls, (*path, "calls"), path)
                yield from check_call(world, (team, name), site, CallSpec(port=action.port))
                yield from _check_requests(world, team, path, action)
            elif action.invokes not in (functions := world.teams[team].functions):
                yield team_fault(
                    team,
                    (*path, "invokes"),
                    given=f"'{action.invokes}'",
                    expected=f"one of the team's functions ({listed(functions) or 'there is none'})",
                    change=suggestion(action.invokes or "", functions),
                )
            if action.timeout is not None and seconds(action.timeout) > LONGEST_ATTEMPT:
                yield team_fault(team, (*path, "timeout"), given=action.timeout, expected="at most 15m")


def check_duration(world: World) -> Iterator[Fault]:
    """An execution is never cut off while it is undoing."""
    for team, name, saga in world.sagas():
        needed = longest(saga)
        if saga.timeout is not None and seconds(saga.timeout) < needed:
            change = "what is cut off is not undone; give it longer, or its steps shorter timeouts or fewer retries"
            yield team_fault(
                team,
                ("sagas", name, "timeout"),
                given=saga.timeout,
                expected=f"at least {needed}s, which all attempts and compensations can take",
                change=change,
            )


def check_saga_names(world: World) -> Iterator[Fault]:
    """No saga is called as a service of its team: callees are open to both by one name."""
    for team, name, _ in world.sagas():
        if name in world.teams[team].services:
            change = "a service of the team has this name; take another"
            yield team_fault(team, ("sagas", name), given=f"'{name}'", change=change)


def check_one_kind(world: World) -> Iterator[Fault]:
    """A saga calls services or runs functions: nobody does both in one."""
    for team, name, saga in world.sagas():
        kinds = {action.calls is None for _, action in actions(name, saga)}
        if len(kinds) > 1:
            change = (
                "it calls services and invokes functions, which nobody does in one; make it all of one kind"
            )
            yield team_fault(team, ("sagas", name, "steps"), change=change)


def check_saga_providers(world: World) -> Iterator[Fault]:
    """Where a saga stands that calls services, or functions in a cluster, somebody realises it."""
    for environment, descriptor in world.environments.items():
        if descriptor.providers.saga is not None:
            continue
        sagas = ((team, inside.sagas) for team, inside in world.teams_in(descriptor))
        calling = [
            f"{team}/sagas.{name}"
            for team, named in sagas
            for name, saga in named.items()
            if on_knative(descriptor) or any(callees(saga))
        ]
        if calling:
            change = f"{calling[0]} needs saga and nobody realises it here; add saga:"
            yield environment_fault(environment, ("providers", "saga"), change=change)


def actions(name: str, saga: SagaSpec) -> Iterator[tuple[Path, ActionSpec]]:
    """Yield everything that a saga can do, with its place in the descriptor."""
    for index, step in enumerate(saga.steps):
        path: Path = ("sagas", name, "steps", index)
        yield path, step
        if step.compensation is not None:
            yield (*path, "compensation"), step.compensation


def _check_requests(world: World, team: str, path: Path, action: ActionSpec) -> Iterator[Fault]:
    """A step is an HTTP request, so its port speaks HTTP."""
    found = world.service(*owner_and_name(action.calls or "", team))
    ports = ports_of(found) if found is not None else {}
    port = ports.get(action.port) if action.port else next(iter(ports.values()), None)
    if port is not None and port.protocol != "http":
        change = f"the port speaks {port.protocol}; a step is a request over http"
        yield team_fault(team, (*path, "port" if action.port else "calls"), change=change)
