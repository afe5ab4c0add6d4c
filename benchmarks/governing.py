"""The policy pack: how long its rules take, what a check takes beside them, and how long the pack takes to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.generating import ROOT, SERVICES_PER_TEAM, STACK, write_project
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
    """Measure the rules alone, whole checks beside previews of the same, the pack's server, and its start."""
    folder.mkdir()
    return [*_rules(folder, scale), _check(folder, scale), _served(scale), *_start(scale)]


def _rules(folder: Path, scale: Scale) -> list[Result]:
    """Judge objects in memory; limits hold for the largest size, beside the preview of a program that declares them."""
    smaller, services = scale.governed[:-1], scale.governed[-1]
    program = write_program(folder / "program", services)
    sides = {
        "rules": python("benchmarks.probes.judging", str(services)),
        "check": python("benchmarks.probes.policy_check", program, STACK),
        "preview": python("benchmarks.probes.whole_preview", program, STACK),
    }
    costs = take_turns(sides, scale.rounds)
    seconds = [
        least([spend(python("benchmarks.probes.judging", str(size))) for _ in range(scale.rounds)], "cpu")
        for size in smaller
    ]
    seconds.append(least(costs["rules"], "cpu"))
    preview = least(costs["preview"], "cpu")
    smallest, largest = (size * OBJECTS_PER_SERVICE for size in (scale.governed[0], services))
    rules, verdicts = (int(least(costs["rules"], key)) for key in ("rules", "findings"))
    return [
        Result(
            name=f"all {rules} rules over {largest:,} objects",
            value=seconds[-1],
            unit="s",
            detail=f"{verdicts:,} verdicts",
        ),
        ratio("  against the preview of the same objects", seconds[-1], preview, MOST_OF_PREVIEW),
        ratio("  with all that a check does around them", least(costs["check"], "cpu"), preview, None),
        Result(
            name="  memory that they add",
            value=least(costs["rules"], "kib") / 1024,
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


def _check(folder: Path, scale: Scale) -> Result:
    """Judge a whole project, against previewing it."""
    services = scale.services[-1]
    project = write_project(folder / "project", services // SERVICES_PER_TEAM)
    sides = {
        "check": python("benchmarks.probes.policy_check", project, STACK),
        "preview": python("benchmarks.probes.whole_preview", project, STACK),
    }
    costs = take_turns(sides, 1)
    return ratio(
        f"whole check of {services:,} services, against their preview",
        least(costs["check"], "cpu"),
        least(costs["preview"], "cpu"),
        MOST_OF_PREVIEW,
    )


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


def _start(scale: Scale) -> list[Result]:
    """Start the pack; what it leaves for later is told beside it, all rules loaded, the most that a stack can ask for."""
    sides = {
        "import": python("benchmarks.probes.pack_start"),
        "pack": python("benchmarks.probes.pack_start", ROOT / "policies", STACK),
    }
    take_turns(sides, 1)  # fills the caches of bytecode and files
    costs = take_turns(sides, scale.short_rounds)
    start, reference = least(costs["pack"], "cpu"), least(costs["import"], "cpu")
    loading = least(costs["pack"], "loading")
    return [
        ratio("start of the pack, against importing pulumi_policy", start, reference, MOST_TIMES_IMPORT),
        ratio("  with loading every rule, which it does when asked", start + loading, reference, None),
    ]
