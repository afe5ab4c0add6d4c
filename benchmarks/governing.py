"""The policy pack: how long its rules take, what a check takes beside them, and how long the pack takes to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.generating import ROOT, STACK
from benchmarks.governed import OBJECTS_PER_SERVICE, write_program
from benchmarks.measuring import growth, least, python, spend, take_turns
from benchmarks.results import Result, ratio

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scale import Scale

MOST_OF_PREVIEW = 0.25
MOST_MIB = 200.0
MOST_TIMES_IMPORT = 1.2
MOST_OF_SDK = 0.1
STEEPEST_GROWTH = 1.1
"""Exponent of growth that still counts as linear."""


def measure(folder: Path, scale: Scale) -> list[Result]:
    """Measure the rules alone, a whole check beside the preview of the same objects, and the start of the pack."""
    folder.mkdir()
    return [*_rules(scale), *_check(folder, scale), _served(scale), _start(scale)]


def _rules(scale: Scale) -> list[Result]:
    """Judge objects in memory; what is promised of memory holds for the largest size, as it does for all below."""
    costs = [
        [spend(python("benchmarks.probes.judging", str(services))) for _ in range(scale.rounds)]
        for services in scale.governed
    ]
    seconds = [least(spent, "cpu") for spent in costs]
    smallest, largest = (
        services * OBJECTS_PER_SERVICE for services in (scale.governed[0], scale.governed[-1])
    )
    rules = int(least(costs[-1], "rules"))
    return [
        Result(
            name=f"all {rules} rules over {largest:,} objects",
            value=seconds[-1],
            unit="s",
            detail=f"{least(costs[-1], 'findings'):,.0f} verdicts",
        ),
        Result(
            name="  memory that they add",
            value=least(costs[-1], "kib") / 1024,
            unit="MiB",
            limit=MOST_MIB,
        ),
        Result(
            name=f"  growth from {smallest:,} to {largest:,} objects (exponent)",
            value=growth(scale.governed, seconds),
            unit="",
            limit=STEEPEST_GROWTH,
            detail=", ".join(f"{each:.3g} s" for each in seconds),
        ),
    ]


def _check(folder: Path, scale: Scale) -> list[Result]:
    """Preview objects and judge them in one process, so that whatever disturbs one disturbs the other."""
    services = scale.governed[-1]
    cost = spend(
        python("benchmarks.probes.policed_program", write_program(folder / "program", services))
    ).report
    return [
        ratio(
            f"whole check of {services * OBJECTS_PER_SERVICE:,} objects, against their preview",
            cost["check"],
            cost["preview"],
            MOST_OF_PREVIEW,
        ),
        Result(
            name="  memory that it adds to the preview's peak",
            value=cost["kib"] / 1024,
            unit="MiB",
            limit=MOST_MIB,
        ),
    ]


def _served(scale: Scale) -> Result:
    """Answer the engine, each object decoded once, against the SDK's own server, which decodes it for each policy."""
    pack, sdk = scale.served
    sides = {
        "pack": python("benchmarks.probes.served", "pack", str(pack)),
        "sdk": python("benchmarks.probes.served", "sdk", str(sdk)),
    }
    cpu = {name: 1000 * least(spent, "cpu") for name, spent in take_turns(sides, scale.rounds).items()}
    return ratio(
        "answering the engine for each object, against the SDK's own server",
        cpu["pack"],
        cpu["sdk"],
        MOST_OF_SDK,
        "ms",
    )


def _start(scale: Scale) -> Result:
    sides = {
        "import": python("benchmarks.probes.pack_start"),
        "pack": python("benchmarks.probes.pack_start", ROOT / "policies", STACK),
    }
    take_turns(sides, 1)  # fills the caches of bytecode and files
    costs = take_turns(sides, scale.short_rounds)
    return ratio(
        "start of the pack, against importing pulumi_policy",
        least(costs["pack"], "cpu"),
        least(costs["import"], "cpu"),
        MOST_TIMES_IMPORT,
    )
