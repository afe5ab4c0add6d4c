"""In-process previews of an environment in an AWS account: what they cost, and whether they grow with its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.generating import ACCOUNT_STACK, SERVICES_PER_TEAM, write_account_project
from benchmarks.measuring import growth, least, python, spend
from benchmarks.previewing import STEEPEST_GROWTH
from benchmarks.results import Result

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scale import Scale


def measure(folder: Path, scale: Scale) -> list[Result]:
    """Preview the cloud slice, the platform's and every team's as one stack, at several sizes."""
    folder.mkdir()
    results: list[Result] = []
    seconds: list[float] = []
    for services in scale.account:
        project = write_account_project(folder / str(services), services // SERVICES_PER_TEAM)
        registrations = folder / f"{services}.jsonl"
        found = spend(python("benchmarks.probes.registrations", project, ACCOUNT_STACK, registrations))
        resources = int(found.report["resources"])
        costs = [
            spend(python("benchmarks.probes.whole_preview", project, ACCOUNT_STACK))
            for _ in range(scale.rounds)
        ]
        cpu, kib = least(costs, "cpu"), least(costs, "kib")
        seconds.append(cpu)
        name = f"preview on AWS, {services:,} services, {resources:,} resources"
        results += [
            Result(name=name, value=cpu, unit="s"),
            Result(name="  for each resource", value=cpu / resources * 1000, unit="ms"),
            Result(name="  memory for each resource", value=kib / resources / 1024, unit="MB"),
        ]
    name = f"preview on AWS, growth from {scale.account[0]:,} to {scale.account[-1]:,} services (exponent)"
    steepness = growth(scale.account, seconds)
    return [*results, Result(name=name, value=steepness, unit="", limit=STEEPEST_GROWTH)]
