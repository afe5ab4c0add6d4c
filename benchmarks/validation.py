"""`paved validate` of many descriptors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.generating import write_project
from benchmarks.measuring import growth, least, least_cpu, python, spend, take_turns
from benchmarks.results import Result, ratio

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scale import Scale

MOST_TIMES_BARE = 2.0
STEEPEST_GROWTH = 1.1
"""Exponent of growth that still counts as linear: a tenth for caches of the processor, which get scarce."""


def measure(folder: Path, scale: Scale) -> list[Result]:
    """Compare validation with parsing and bare models, and tell how it grows with the number of descriptors."""
    return [_against_bare(folder / "compared", scale), *_growth(folder / "growth", scale)]


def _against_bare(folder: Path, scale: Scale) -> Result:
    project = write_project(folder, scale.compared)
    sides = {
        "paved": python("pavedroad.cli.main", "validate", project),
        "bare": python("benchmarks.probes.bare_validation", project),
    }
    costs = take_turns(sides, scale.rounds)
    return ratio(
        f"validate {scale.compared:,} descriptors, against C loader and bare models",
        least_cpu(costs["paved"]),
        least_cpu(costs["bare"]),
        MOST_TIMES_BARE,
    )


def _growth(folder: Path, scale: Scale) -> list[Result]:
    seconds: list[float] = []
    for count in scale.descriptors:
        command = python("benchmarks.probes.project_loading", write_project(folder / str(count), count))
        seconds.append(least([spend(command) for _ in range(scale.rounds)], "cpu"))
    each = ", ".join(
        f"{1000 * total / count:.2f} ms at {count:,}"
        for count, total in zip(scale.descriptors, seconds, strict=True)
    )
    return [
        Result(
            name=f"validate, growth from {scale.descriptors[0]:,} to {scale.descriptors[-1]:,} (exponent)",
            value=growth(scale.descriptors, seconds),
            unit="",
            limit=STEEPEST_GROWTH,
            detail=f"each {each}",
        )
    ]
