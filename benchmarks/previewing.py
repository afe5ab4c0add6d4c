"""In-process previews against a bare Pulumi program that registers the same resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.generating import SERVICES_PER_TEAM, STACK, write_project
from benchmarks.measuring import growth, least, python, spend, take_turns
from benchmarks.results import Result, ratio

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measuring import Cost
    from benchmarks.scale import Scale

MOST_TIMES_BARE = 1.15
MOST_TIMES_MEMORY = 1.25
STEEPEST_GROWTH = 1.1
"""Exponent of growth that still counts as linear."""


def measure(folder: Path, scale: Scale) -> list[Result]:
    """Compare whole previews, and the recorder alone, with the bare program; tell what the rest is spent on."""
    folder.mkdir()
    results: list[Result] = []
    seconds: list[float] = []
    for services in scale.services:
        project = write_project(folder / str(services), services // SERVICES_PER_TEAM)
        registrations = folder / f"{services}.jsonl"
        found = spend(python("benchmarks.probes.registrations", project, STACK, registrations))
        sides = {
            "preview": python("benchmarks.probes.whole_preview", project, STACK),
            "recorder": python("benchmarks.probes.recorded_program", registrations),
            "bare": python("benchmarks.probes.bare_program", registrations),
            "plan": python("benchmarks.probes.planning", project, STACK),
        }
        costs = take_turns(sides, scale.rounds if services < scale.services[-1] else 1)
        judged = services == scale.services[-1]
        results += _compared(costs, f"{services:,} services", int(found.report["resources"]), judged=judged)
        seconds.append(least(costs["preview"], "cpu"))
    smallest, largest = scale.services[0], scale.services[-1]
    name = f"preview, growth from {smallest:,} to {largest:,} services (exponent)"
    return [
        *results,
        Result(name=name, value=growth(scale.services, seconds), unit="", limit=STEEPEST_GROWTH),
    ]


def _compared(costs: dict[str, list[Cost]], size: str, resources: int, *, judged: bool) -> list[Result]:
    """Return the numbers of one size; limits hold for the largest, where start-up no longer counts."""
    time_limit, memory_limit = (MOST_TIMES_BARE, MOST_TIMES_MEMORY) if judged else (None, None)
    cpu = {name: least(spent, "cpu") for name, spent in costs.items()}
    kib = {name: least(spent, "kib") / resources for name, spent in costs.items()}
    declaring = cpu["preview"] - cpu["plan"] - cpu["recorder"]
    return [
        ratio(
            f"preview of {size}, against the bare program of {resources:,} resources",
            cpu["preview"],
            cpu["bare"],
            time_limit,
        ),
        ratio(f"  recorder alone, {size}", cpu["recorder"], cpu["bare"], time_limit),
        Result(
            name=f"  reading and resolving, {size}",
            value=cpu["plan"] / cpu["preview"] * 100,
            unit="% of preview",
        ),
        Result(
            name=f"  components and masking, {size}",
            value=declaring / cpu["preview"] * 100,
            unit="% of preview",
        ),
        ratio(
            f"memory for each resource, {size}",
            kib["preview"],
            kib["bare"],
            memory_limit,
            "KiB",
        ),
        ratio(f"  recorder alone, memory, {size}", kib["recorder"], kib["bare"], memory_limit, "KiB"),
    ]
