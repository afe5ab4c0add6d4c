"""Promises that others make impossible: told as warnings, since who is right is for people to say."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.slos import objective_of, period_of
from pavedroad.descriptor.checks.world import World, owner_and_name, team_fault
from pavedroad.descriptor.observability import METRICS_KEPT
from pavedroad.descriptor.slos import AvailabilitySlo
from pavedroad.slo.periods import DAY
from pavedroad.slo.recordings import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.faults import Fault
    from pavedroad.descriptor.slos import Slo
    from pavedroad.descriptor.workload import Workload

SHOWN_DIGITS = 4


def check_promises(world: World) -> Iterator[Fault]:
    """No service promises more availability than the services that it cannot do without leave it.

    Where every one of them has to answer, what they promise multiplies: each can be out while the others are well.
    """
    for team, name, workload in world.workloads():
        for slo, spec in workload.slos.items():
            if not isinstance(spec, AvailabilitySlo):
                continue
            needed = _needed(world, team, workload, spec)
            possible = prod((share / 100 for share in needed.values()), start=Fraction(1)) * 100
            if objective_of(spec) > possible:
                yield team_fault(
                    team,
                    ("services", name, "slos", slo, "objective"),
                    given=_shown(objective_of(spec)),
                    expected=f"at most {_shown(possible)}",
                    change=f"it calls {_arithmetic(needed)} = {_shown(possible)}%; promise less, have them promise more,"
                    " or list what it can do without in works_without",
                )


def check_periods_kept(world: World) -> Iterator[Fault]:
    """No objective counts in production over a time for which nobody keeps its metrics: its budget would forget."""
    for environment in world.environments.values():
        if environment.tier != "production" or environment.observability == "none":
            continue
        kept = environment.observability.metrics.retention or METRICS_KEPT[environment.tier]
        for team, name, slo, spec in _objectives(world, environment):
            if _longest_days(spec.window) > _longest_days(kept):
                yield team_fault(
                    team,
                    ("services", name, "slos", slo, "window"),
                    given=repr(spec.window),
                    expected=f"at most the {kept} for which {environment.environment} keeps metrics",
                    change="promise over a shorter time, or keep them longer there (observability.metrics.retention):"
                    " a budget forgets what is dropped",
                )


def _objectives(world: World, environment: EnvironmentDescriptor) -> Iterator[tuple[str, str, str, Slo]]:
    """Return the team, service, name and words of every objective that counts in an environment."""
    for team, descriptor in world.teams_in(environment):
        for name, workload in descriptor.workloads.items():
            for slo, spec in workload.slos.items():
                yield team, name, slo, spec


def _longest_days(window: str) -> int:
    """Return the days of a period, of the longest one where calendars differ."""
    period = period_of(window)
    return period.days if period.calendar is None else LONGEST[period.calendar] // DAY


def _needed(world: World, team: str, workload: Workload, slo: AvailabilitySlo) -> dict[str, Fraction]:
    """Return the highest availability that each hard dependency promises, of those that promise one."""
    promised: dict[str, Fraction] = {}
    for reference in workload.calls:
        callee = world.service(*owner_and_name(reference, team))
        if callee is None or reference in slo.works_without:
            continue
        shares = [objective_of(one) for one in callee.slos.values() if isinstance(one, AvailabilitySlo)]
        if shares:
            promised[reference] = max(shares)
    return promised


def _arithmetic(needed: dict[str, Fraction]) -> str:
    return " x ".join(f"{reference} ({_shown(share)}%)" for reference, share in needed.items())


def _shown(share: Fraction) -> str:
    return f"{float(share):.{SHOWN_DIGITS}f}".rstrip("0").rstrip(".")
